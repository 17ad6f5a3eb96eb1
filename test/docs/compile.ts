import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Type-checks the modules of a folder outside the project as if they were in it; gives what is wrong with them, a line for each fault. */
export async function compileFolder(root: string, folder: string): Promise<string[]> {
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["**/*.ts"] }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const compiler = join(root, "node_modules/typescript-7/bin/tsc");
  const output = await promisify(execFile)(process.execPath, [compiler, "-p", folder], { cwd: folder, maxBuffer: 64 << 20 }).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );
  // What the sources have of their own is the business of `npm run check:types`.
  return output.split("\n").filter((line) => /^[^\s.(]/.test(line));
}
