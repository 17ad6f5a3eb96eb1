import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatWithOptions, promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { closeAll } from "../../src/engine/connections.js";
import { configure } from "../../src/engine/settings.js";
import { findPages } from "./pages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = findPages(root);
const folder = mkdtempSync(join(tmpdir(), "dorm-docs-"));
const fileOf = (path: string): string => join(folder, dirname(path), `${basename(path, ".md")}.ts`);

beforeAll(() => {
  for (const { path, code } of pages) {
    mkdirSync(dirname(fileOf(path)), { recursive: true });
    writeFileSync(fileOf(path), `${code}\nexport {};\n`);
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await closeAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the examples of the documentation", () => {
  it("are in README.md at least", () => {
    expect(pages.map((page) => page.path)).toContain("README.md");
  });

  it.each(pages)("of $path run, and print what they say", async ({ path, printed }) => {
    configure({ databases: { default: "sqlite::memory:" } });
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
      lines.push(formatWithOptions({ breakLength: Number.POSITIVE_INFINITY, compact: true }, ...values));
    });
    await import(/* @vite-ignore */ fileOf(path));
    expect(lines).toEqual(printed);
  });

  it("compile", async () => {
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: { typeRoots: [join(root, "node_modules/@types")] },
      include: ["**/*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const compiler = join(root, "node_modules/typescript-7/bin/tsc");
    const output = await promisify(execFile)(process.execPath, [compiler, "-p", folder], { cwd: folder }).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    // What the sources have of their own is the business of `npm run check:types`.
    const faults = output.split("\n").filter((line) => pages.some((page) => line.startsWith(page.path.replace(/\.md$/, ".ts("))));
    expect(faults).toEqual([]);
  });
});
