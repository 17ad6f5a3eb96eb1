import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { closeAll, configure, createTables, dropTables, getConnection, setLogger } from "dorm";
import { registry } from "dorm/migrations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { describeEachBackend } from "../support/backends.js";
import { type CommentExample, packageEntries, writeExamples } from "./comment-examples.js";
import { compileFolder } from "./compile.js";
import { addRows, models } from "./library.js";
import { applyToLibrary } from "./library-migrations.js";
import { recordPrinted } from "./printed.js";
import { readPublicApi } from "./public-api.js";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const folder = mkdtempSync(join(tmpdir(), "dorm-comments-"));
const api = readPublicApi(root, packageEntries(root));
const examples = writeExamples(root, folder, api);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("doc comments of the public API", () => {
  it("are on every export, and on every member of one", () => {
    const exported = new Set(api.filter(({ kind }) => kind !== "member").map(({ name }) => name));
    const bare = api.filter(
      ({ name, kind, comment }) => comment === null && !(kind === "member" && exported.has(name.replace(/^.*\./, ""))),
    );
    expect(bare.map(({ name, place }) => `${place} ${name}`)).toEqual([]);
  });

  it("have an example where the export is a function, a class or a constant", () => {
    const without = api.filter(({ name, kind, examples: own }) => kind === "value" && own.length === 0 && !hasTwin(name));
    expect(without.map(({ name, place }) => `${place} ${name}`)).toEqual([]);
  });

  it("have examples that compile", async () => {
    expect(await compileFolder(root, folder)).toEqual([]);
  });
});

/** Whether a name is the synchronous form of one that has the example. */
function hasTwin(name: string): boolean {
  return name.endsWith("Sync") && api.some((each) => `${each.name}Sync` === name && each.examples.length > 0);
}

for (const database of ["sqlite", "postgresql"] as const) {
  describeEachBackend("the examples of doc comments", { only: [database] }, (backend) => {
    const lasting = new Set<string>();

    beforeAll(async () => {
      // the junctions of many-to-many fields are models too, once the relations are resolved
      await createTables(models);
      if (database === "postgresql") await getConnection().executeScript(EXTENSIONS);
      for (const meta of registry.all()) lasting.add(meta.label);
      await closeAll();
    });
    beforeEach(async () => {
      configure({ databases: backend.databases, timeZone: "UTC", slowQueryMs: 500 });
      if (database === "postgresql") await getConnection().executeScript(EMPTY_POSTGRESQL);
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      setLogger(null);
      await closeAll();
      for (const meta of registry.all()) if (!lasting.has(meta.label)) registry.remove(meta.label);
    });

    for (const example of examples) {
      if (example.database === database && !example.declaresTests) it(example.title, () => runExample(example));
    }
  });
}

describeEachBackend("the tests in examples of doc comments", { only: ["sqlite"] }, () => {
  for (const example of examples) {
    if (!example.declaresTests) continue;
    describe(example.title, async () => {
      beforeAll(makeLibrary);
      afterAll(() => dropTables(models));
      await import(/* @vite-ignore */ example.file);
    });
  }
});

/** Where a new schema does not take them along. */
const EXTENSIONS = ["pg_trgm", "hstore", "citext", "btree_gist"].map((name) => `CREATE EXTENSION ${name} SCHEMA pg_catalog;`).join("");
const EMPTY_POSTGRESQL = "SET client_min_messages TO warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public";

async function runExample(example: CommentExample): Promise<void> {
  if (!example.isMigration) await makeLibrary();
  const printed = recordPrinted();
  const module: { default?: unknown } = await import(/* @vite-ignore */ example.file);
  if (example.isMigration) await applyToLibrary(module.default);
  expect(printed).toEqual(example.printed);
}

async function makeLibrary(): Promise<void> {
  await createTables(models);
  await addRows();
}
