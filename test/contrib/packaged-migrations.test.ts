import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { detectMigrations, loadMigrations, MigrationGraph, registry, stateFromModels } from "../../src/migrations/index.js";
import { testImporter } from "../migrations/support.js";

const contrib = fileURLToPath(new URL("../../src/contrib/", import.meta.url));
const modules = readdirSync(contrib).filter((name) => existsSync(`${contrib}${name}/migrations`));

describe("the migrations that a module of contrib brings", () => {
  it("are there", () => expect(modules).toContain("contenttypes"));

  it.each(modules)("lead to its models: %s", async (label) => {
    await import(/* @vite-ignore */ `${contrib}${label}/index.ts`);
    const models = registry.all();
    const folders = modules.map((name) => ({ label: name, folder: `${contrib}${name}/migrations` }));
    const graph = new MigrationGraph(await loadMigrations(folders, { importModule: testImporter }));
    const planned = await detectMigrations({ graph, to: stateFromModels(models), apps: [label] });
    expect(planned.flatMap(({ operations }) => operations.map((operation) => operation.describe()))).toEqual([]);
    expect(models.some(({ appLabel }) => appLabel === label)).toBe(true);
  });
});
