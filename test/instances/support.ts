import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { createTables, dropTables, getConnection, type QueryEvent, transaction } from "../../src/index.js";
import { metaOf } from "../../src/models/meta.js";
import { registry } from "../../src/models/registry.js";
import { captureQueries } from "../../src/testing/index.js";
import type { BackendName } from "../support/backends.js";
import { models } from "./models.js";

/** Where the twins that end in `Sync` work. */
export const synchronousBackends: readonly BackendName[] = ["sqlite", "better-sqlite3", "postgresql-sync"];

/** Makes the tables before all tests of a block, and empties them before each. */
export function useTables(alias = "default"): void {
  beforeAll(() => createTables(models, { using: alias }));
  afterAll(() => dropTables(models, { using: alias }));
  beforeEach(async () => {
    const labels = models.map((model) => metaOf(model).label);
    const junctions = registry
      .all()
      .filter(({ autoCreated, label }) => autoCreated && labels.some((owner) => label.startsWith(`${owner}_`)));
    const tables = [...junctions, ...models.map((model) => metaOf(model))].map(({ table }) => table);
    // foreign keys are deferred, so that the order does not matter
    await transaction.atomic(
      async () => {
        for (const table of tables) await getConnection(alias).execute(`DELETE FROM ${table}`);
      },
      { using: alias },
    );
  });
}

/** Runs a body that must send this many statements, those of transactions not counted. */
export async function expectQueries<T>(count: number, body: () => T | PromiseLike<T>): Promise<T> {
  let result: T | undefined;
  const queries: readonly QueryEvent[] = await captureQueries(async () => {
    result = await body();
  });
  expect(queries, queries.map(({ sql }) => sql).join("\n")).toHaveLength(count);
  // the body has run
  return result as T;
}

/** The statements of a body. */
export async function sqlOf(body: () => unknown): Promise<string[]> {
  return (await captureQueries(async () => void (await body()))).map(({ sql }) => sql);
}
