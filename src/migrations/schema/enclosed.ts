import type { Statement } from "../../drivers/driver.js";
import { type AtomicOptions, atomicFlow } from "../../engine/atomic.js";
import { databaseFor } from "../../engine/execute.js";
import type { Flow } from "../../engine/flow.js";
import { currentScope } from "../../engine/scope.js";
import { frameFor } from "../../engine/transaction-frame.js";
import { IntegrityError } from "../../errors.js";
import { StatementRunner } from "./statement-runner.js";

const OFF: Statement = { sql: "PRAGMA foreign_keys = OFF", kind: "other", returnsRows: false, internal: true, once: true };
const ON: Statement = { sql: "PRAGMA foreign_keys = ON", kind: "other", returnsRows: false, internal: true, once: true };

/**
 * One transaction for changes of the schema, where the database can undo those. Where a table is changed by making it
 * anew, foreign keys are not enforced meanwhile, but checked at its end.
 *
 * @param alias - the database
 * @param body - made and driven inside the transaction
 * @param signal - cancels the running statement and rolls back
 * @throws IntegrityError when a row would refer to nothing afterwards; everything is undone then
 */
export function* enclosed<T>(alias: string, body: () => Flow<T>, signal?: AbortSignal): Flow<T> {
  const runner = new StatementRunner(alias);
  const { features } = runner.dialect;
  if (!features.transactionalDdl) return yield* body();
  // inside of another transaction they cannot be switched
  if (features.alterConstraints || isInTransaction(alias)) return yield* atomicFlow(alias, body, { signal });
  const [[enforced] = []] = yield* runner.rows("PRAGMA foreign_keys");
  if (Number(enforced) !== 1) return yield* atomicFlow(alias, body, { signal });
  const options: AtomicOptions = { signal, session: { before: [OFF], after: [ON] } };
  return yield* atomicFlow(
    alias,
    function* (): Flow<T> {
      const result = yield* body();
      yield* checkForeignKeys(runner);
      return result;
    },
    options,
  );
}

/** Whether the code that runs now is in a transaction of a database. */
export function isInTransaction(alias: string): boolean {
  return frameFor(currentScope(), databaseFor(alias)) !== null;
}

function* checkForeignKeys(runner: StatementRunner): Flow<void> {
  const rows = yield* runner.rows("PRAGMA foreign_key_check");
  const [first] = rows;
  if (first === undefined) return;
  const [table, row, parent] = first;
  throw new IntegrityError(
    `${rows.length} ${rows.length === 1 ? "row refers" : "rows refer"} to nothing; the first is row ${String(row)} of "${String(table)}", which refers to "${String(parent)}". Nothing has been changed.`,
    { alias: runner.alias, vendor: runner.dialect.vendor, code: "foreign_key_check", table: String(table) },
  );
}
