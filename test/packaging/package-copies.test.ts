import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "dorm-copies-"));
// vitest brings a bundler with it
const viteModule = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve("vite");

const PROGRAM = `
import * as first from "./first.mjs";
import * as second from "./second.mjs";
const define = ({ CharField, Model }, label) => class extends Model(label)({ name: CharField({ maxLength: 9 }) }) {};
const Tag = define(second, "copies.Tag");
const ask = async () => console.log(await Tag.objects.count().catch(({ code, message }) => code + ": " + message));
await ask();
first.configure({ databases: { default: "sqlite::memory:" } });
console.log(first.getModel("copies.Tag") === Tag);
await ask();
second.configure({ databases: { default: "sqlite::memory:" } });
await second.createTables([Tag]);
await ask();
await first.closeAll();
await second.closeAll();
`;

describe("two copies of the package in one process", () => {
  beforeAll(async () => {
    // the module's own types are not a dependency of this package
    const { build } = (await import(pathToFileURL(viteModule).href)) as { build(config: object): Promise<unknown> };
    await build({
      configFile: false,
      root: folder,
      logLevel: "silent",
      ssr: { noExternal: true },
      build: {
        ssr: join(root, "src/index.ts"),
        outDir: folder,
        emptyOutDir: false,
        target: "es2022",
        rolldownOptions: { output: { format: "es", entryFileNames: "first.mjs", codeSplitting: false } },
      },
    });
    cpSync(join(folder, "first.mjs"), join(folder, "second.mjs"));
    writeFileSync(join(folder, "program.mjs"), PROGRAM);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("see the same models, and the one without settings names the other", () => {
    const program = join(folder, "program.mjs");
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
      encoding: "utf8",
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const [alone, same, beside, own] = stdout.trim().split("\n");
    expect(alone).toMatch(/^not_configured: dorm is not configured\. Call configure\(/);
    expect(same).toBe("true");
    expect(beside).toMatch(
      /^not_configured: dorm is not configured\. Another copy of the package .*first\.mjs\); this one is .*second\.mjs\./,
    );
    expect(own).toBe("0");
  });
});
