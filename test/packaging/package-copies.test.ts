import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildBundle, root } from "./build-bundle.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-copies-"));

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
    await buildBundle({ folder, entry: join(root, "src/index.ts"), format: "es", file: "first.mjs" });
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
