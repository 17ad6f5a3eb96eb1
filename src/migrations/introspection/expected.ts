import type { Flow } from "../../engine/flow.js";
import type { ModelMeta } from "../../models/meta.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import { dependencyOrder, withJunctions } from "../table-order.js";
import { createTablesSql } from "../table-sql.js";
import type { TableInfo } from "./schema-info.js";
import { inScratch } from "./scratch.js";

/**
 * How the database would describe the tables of models, in its own words: they are made where nobody sees them, read, and
 * undone. So defaults, checks and conditions compare without our knowing how each database rewrites them.
 *
 * @param runner - the database
 * @param metas - the models
 */
export function* expectedTables(runner: StatementRunner, metas: readonly ModelMeta[]): Flow<TableInfo[]> {
  const ordered = dependencyOrder(withJunctions(metas));
  return yield* inScratch(runner, function* (scratch, inspect) {
    yield* scratch.runAll(createTablesSql(scratch.dialect, ordered));
    return yield* inspect();
  });
}
