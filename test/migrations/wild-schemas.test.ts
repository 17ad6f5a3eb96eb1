import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ColumnTypes } from "../../src/cli/inspectdb/column-types.js";
import { nameTables } from "../../src/cli/inspectdb/inspected-table.js";
import { modelsCode } from "../../src/cli/inspectdb/models-code.js";
import { getConnection } from "../../src/engine/connections.js";
import {
  detectMigrations,
  inspectSchema,
  loadMigrations,
  MigrationExecutor,
  MigrationGraph,
  migrationFilesOf,
  schemaDifferences,
  stateFromModels,
  writeMigrationFiles,
} from "../../src/migrations/index.js";
import { compareTables } from "../../src/migrations/introspection/differences.js";
import { type ModelMeta, metaOf } from "../../src/models/meta.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, testImporter } from "./support.js";
import { WILD_SCHEMAS, WORDS } from "./wild-schemas.js";

let folder = "";
let app = 0;

describeEachBackend("schemas as they occur", { only: ["sqlite-file", "postgresql"] }, ({ vendor }) => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "dorm-wild-"));
    app++;
    await dropEverything("default");
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await dropEverything("default");
  });

  const schemas = WILD_SCHEMAS.filter(([, , only]) => only === undefined || only === vendor).map(
    ([name, schema]) => [name, schema] as const,
  );
  it.each(schemas)("%s: become models, whose migrations make the same tables", async (_, schema) => {
    const words = WORDS[vendor];
    if (words === undefined) throw new Error(`no words for ${vendor}`);
    await getConnection().executeScript(schema(words));
    const original = await inspectSchema();

    const label = `wild${app}`;
    const path = join(folder, "models.ts");
    writeFileSync(path, modelsCode(nameTables(original, label), label, await ColumnTypes.of("default", original)));
    // what a module of models exports
    const classes = Object.values(await import(/* @vite-ignore */ path)) as { readonly prototype: object }[];
    const metas = classes.map((model): ModelMeta => metaOf(model));
    expect(metas).toHaveLength(original.length);
    expect(await schemaDifferences({ models: classes })).toEqual([]);

    const to = stateFromModels(metas);
    writeMigrationFiles(migrationFilesOf(await detectMigrations({ graph: new MigrationGraph([]), to }), () => folder));
    rmSync(path);
    const migrations = await loadMigrations([{ label, folder }], { importModule: testImporter });
    expect(await detectMigrations({ graph: new MigrationGraph(migrations), to })).toEqual([]);

    await dropEverything("default");
    const executor = new MigrationExecutor({ migrations });
    await executor.migrate();
    expect(await schemaDifferences({ models: classes })).toEqual([]);
    const made = (await inspectSchema()).filter(({ name }) => name !== "dorm_migrations");
    expect(compareTables(original, made)).toEqual([]);
    await executor.migrate({ app: label, name: "zero" });
    expect((await inspectSchema()).map(({ name }) => name)).toEqual(["dorm_migrations"]);
  });
});
