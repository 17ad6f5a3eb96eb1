import { atomicFlow } from "../../engine/atomic.js";
import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { overrideSettings } from "../../engine/settings.js";
import { NotSupportedError } from "../../errors.js";
import { StatementRunner } from "../schema/statement-runner.js";
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
function* undone<T>(alias: string, body: () => Flow<T>): Flow<T> {
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
function* inScratchMemory<T>(body: (alias: string) => Flow<T>): Flow<T> {
  const settings = { databases: { [SCRATCH]: "sqlite::memory:" } };
  // both give what the body gives
  return (yield {
    perform: () => overrideSettings(settings, () => run(body(SCRATCH))),
    performSync: () => overrideSettings(settings, () => runSync(body(SCRATCH))),
  }) as T;
}

type ScratchBody<T> = (scratch: StatementRunner, inspect: () => Flow<TableInfo[]>) => Flow<T>;

/** Where each database lets tables be made that nobody else sees. */
const SCRATCHES: Readonly<Record<string, <T>(runner: StatementRunner, body: ScratchBody<T>) => Flow<T>>> = {
  sqlite: (_runner, body) =>
    inScratchMemory(function* (alias) {
      const scratch = new StatementRunner(alias);
      yield* scratch.run("PRAGMA foreign_keys = OFF");
      return yield* body(scratch, () => inspectSqlite(scratch));
    }),
  postgresql: (runner, body) =>
    undone(runner.alias, function* () {
      // temporary tables hide those of the same name, and need no right to make a schema
      yield* runner.rows("SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)");
      return yield* body(runner, () => inspectPostgresql(runner, null, "pg_my_temp_schema()"));
    }),
};

/**
 * Runs a body where tables can be made that nobody else sees and that are gone at its end.
 *
 * @param runner - the database whose kind it must be; its own tables are not touched
 * @param body - gets where to make the tables, and what reads them
 * @throws NotSupportedError where dorm knows no such place
 */
export function inScratch<T>(runner: StatementRunner, body: ScratchBody<T>): Flow<T> {
  const { vendor } = runner.dialect;
  const scratch = SCRATCHES[vendor];
  if (scratch === undefined) throw new NotSupportedError(`The tables of ${vendor} cannot be read yet.`, { alias: runner.alias, vendor });
  return scratch(runner, body);
}
