import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const ROOT = join(FOLDER, "../..");

describe.each(["typescript-7", "typescript-5.9"])("%s", (compiler) => {
  it("accepts what is right and refuses what is wrong, exactly where the tests of types say so", { timeout: 120_000 }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "node_modules", compiler, "bin/tsc"), "-p", FOLDER], {
      encoding: "utf8",
    });
    expect(stdout + stderr).toBe("");
  });
});
