import type { Statement } from "../drivers/driver.js";
import { QueryError } from "../errors.js";
import { callAll } from "./atomic.js";
import { executeOn } from "./execute.js";
import type { Flow, Step } from "./flow.js";
import { currentScope } from "./scope.js";
import type { ManualSavepoint, TransactionFrame } from "./transaction-frame.js";

/** Past the checks of the block, as going back is what a broken one still can do. */
function runOn(frame: TransactionFrame, sql: string): Step {
  const statement: Statement = { sql, kind: "transaction", returnsRows: false, once: true };
  const scope = currentScope();
  const action = () => executeOn(scope, frame.database, (given) => frame.connection.execute(given, []), statement);
  return { perform: action, performSync: action };
}

function positionOf(frame: TransactionFrame, name: string): number {
  const position = frame.savepoints.findIndex((savepoint) => savepoint.name === name);
  if (position >= 0) return position;
  throw new QueryError(`"${name}" is no savepoint of this atomic block. Pass what savepoint() gave, inside the same block.`, {
    code: "unknown_savepoint",
    alias: frame.database.alias,
  });
}

/** Makes a savepoint of its own name. */
export function* create(frame: TransactionFrame): Flow<string> {
  yield* frame.turn();
  frame.checkUsable();
  const name = frame.nextSavepointName();
  try {
    yield runOn(frame, `SAVEPOINT ${name}`);
  } catch (error) {
    frame.noteError(error);
    throw error;
  }
  frame.savepoints.push({ name, commitCallbacks: frame.commitCallbacks.length, rollbackCallbacks: frame.rollbackCallbacks.length });
  return name;
}

/** Forgets a savepoint, and those that were made after it. */
export function* commit(frame: TransactionFrame, name: string): Flow<void> {
  yield* frame.turn();
  frame.checkUsable();
  const position = positionOf(frame, name);
  yield runOn(frame, `RELEASE SAVEPOINT ${name}`);
  frame.savepoints.splice(position);
}

/** Goes back to a savepoint and forgets it; callbacks that came after it are dropped, or called. */
export function* rollBack(frame: TransactionFrame, name: string): Flow<void> {
  yield* frame.turn();
  const position = positionOf(frame, name);
  // positionOf found it.
  const savepoint = frame.savepoints[position] as ManualSavepoint;
  yield runOn(frame, `ROLLBACK TO SAVEPOINT ${name}`);
  yield runOn(frame, `RELEASE SAVEPOINT ${name}`);
  frame.brokenBy = null;
  frame.savepoints.splice(position);
  frame.commitCallbacks.splice(savepoint.commitCallbacks);
  yield* callAll(frame.rollbackCallbacks.splice(savepoint.rollbackCallbacks));
}
