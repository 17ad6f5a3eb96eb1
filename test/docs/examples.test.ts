import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { closeAll } from "../../src/engine/connections.js";
import { configure } from "../../src/engine/settings.js";
import { compileFolder } from "./compile.js";
import { findPages } from "./pages.js";
import { recordPrinted } from "./printed.js";

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
    const lines = recordPrinted();
    await import(/* @vite-ignore */ fileOf(path));
    expect(lines).toEqual(printed);
  });

  it("compile", async () => {
    const faults = await compileFolder(root, folder);
    expect(faults).toEqual([]);
  });
});
