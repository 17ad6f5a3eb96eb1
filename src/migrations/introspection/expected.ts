import { atomicFlow } from "../../engine/atomic.js";
import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { overrideSettings } from "../../engine/settings.js";
import type { ModelMeta } from "../../models/meta.js";
import { StatementRunner } from "../schema/statement-runner.js";
import { dependencyOrder, withJunctions } from "../table-order.js";
import { createTablesSql } from "../table-sql.js";
import { inspectPostgresql } from "./postgresql.js";
import type { TableInfo } from "./schema-info.js";
import { inspectSqlite } from "./sqlite.js";

const SCRATCH = "dorm_scratch";

/** Carries a result out of a transaction that is to be rolled back. */
class Undo<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super("rolled back on purpose");
    this.result = result;
  }
}

/** Runs a body in a transaction, or a savepoint, that is undone at its end. */
export function* undone<T>(alias: string, body: () => Flow<T>): Flow<T> {
  try {
    return yield* atomicFlow(alias, function* (): Flow<T> {
      throw new Undo(yield* body());
    });
  } catch (error) {
    // an Undo is thrown above only, with what the body gives
    if (error instanceof Undo) return error.result as T;
    throw error;
  }
}

/** Runs a body with a database in memory that nobody else sees. @param body - gets its alias */
export function* inScratchMemory<T>(body: (alias: string) => Flow<T>): Flow<T> {
  const settings = { databases: { [SCRATCH]: "sqlite::memory:" } };
  // both give what the body gives
  return (yield {
    perform: () => overrideSettings(settings, () => run(body(SCRATCH))),
    performSync: () => overrideSettings(settings, () => runSync(body(SCRATCH))),
  }) as T;
}

/**
 * How the database would describe the tables of models, in its own words: they are made where nobody sees them, read, and
 * undone. So defaults, checks and conditions compare without our knowing how each database rewrites them.
 *
 * @param runner - the database
 * @param metas - the models
 */
export function* expectedTables(runner: StatementRunner, metas: readonly ModelMeta[]): Flow<TableInfo[]> {
  const ordered = dependencyOrder(withJunctions(metas));
  if (runner.dialect.vendor === "sqlite") {
    return yield* inScratchMemory(function* (alias) {
      const scratch = new StatementRunner(alias);
      yield* scratch.runAll(createTablesSql(scratch.dialect, ordered));
      return yield* inspectSqlite(scratch);
    });
  }
  return yield* undone(runner.alias, function* () {
    // temporary tables hide those of the same name, and need no right to make a schema
    yield* runner.rows("SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)");
    yield* runner.runAll(createTablesSql(runner.dialect, ordered));
    return yield* inspectPostgresql(runner, null, "pg_my_temp_schema()");
  });
}
