import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const HOUR = 3_600_000;

/** Changes with every change of the sources. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const paths = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).sort();
  for (const path of [...paths.map((name) => join("src", name)), "package.json", "tsconfig.build.json"]) {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path}:${mtimeMs}:${size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Builds of sources that are no more. */
function removeOldBuilds(parent: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (Date.now() - statSync(path).mtimeMs > HOUR) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * The package as it would be installed, compiled once for all test files of a run.
 *
 * @returns its folder
 */
export function builtPackage(): string {
  const parent = join(tmpdir(), "dorm-cli-builds");
  mkdirSync(parent, { recursive: true });
  const folder = join(parent, fingerprint());
  if (existsSync(folder)) return folder;
  removeOldBuilds(parent);
  const partial = mkdtempSync(join(parent, "partial-"));
  const compiler = join(root, "node_modules/typescript-7/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", join(partial, "dist")], {
    encoding: "utf8",
  });
  if (!existsSync(join(partial, "dist/cli/main.js"))) throw new Error(`The package does not compile:\n${stdout}`);
  copyFileSync(join(root, "package.json"), join(partial, "package.json"));
  symlinkSync(join(root, "node_modules"), join(partial, "node_modules"));
  try {
    renameSync(partial, folder);
  } catch (error) {
    // another worker was faster
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
