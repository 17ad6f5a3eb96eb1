import { execFile, execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dorm-package-"));

/** A Node on this machine that dorm does not support; `npm run` puts the supported one before it on the PATH. */
function findOldNode(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/bin", "/usr/bin"];
  return folders
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .find((path) => {
      const [major = 0, minor = 0] = execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).split(".").map(Number);
      return major < 22 || (major === 22 && minor < 16);
    });
}

async function importWith(node: string): Promise<{ code: number; output: string }> {
  const program = 'await import("dorm"); console.log("imported");';
  return promisify(execFile)(node, ["--input-type=module", "-e", program], { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

const oldNode = findOldNode();

describe("the built package", () => {
  beforeAll(() => {
    const installed = join(folder, "node_modules/dorm");
    mkdirSync(installed, { recursive: true });
    copyFileSync(join(root, "package.json"), join(installed, "package.json"));
    symlinkSync(join(root, "node_modules/decimal.js"), join(folder, "node_modules/decimal.js"));
    const compiler = join(root, "node_modules/typescript-7/bin/tsc");
    const out = join(installed, "dist");
    const args = [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", out, "--declaration", "false"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`The package does not compile:\n${stdout}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("can be imported by this Node, with nothing beside it but its dependencies", async () => {
    expect(await importWith(process.execPath)).toEqual({ code: 0, output: "imported\n" });
  });

  it.skipIf(oldNode === undefined)("says in one line that an old Node will not do", async () => {
    const { code, output } = await importWith(oldNode ?? "");
    expect(code).toBe(1);
    expect(output).toMatch(/^dorm needs Node 22\.16 or later; this is Node \d+\.\d+\.\d+ \(.+\)\.\n$/);
  });
});
