import { databaseFor } from "./execute.js";
import type { Flow } from "./flow.js";
import { run, runSync } from "./run.js";
import { currentScope } from "./scope.js";
import { frameFor, type TransactionCallback, type TransactionFrame } from "./transaction-frame.js";

/** The innermost block that is open on an alias in the code that runs now; null where none is. */
export function openFrame(alias: string): TransactionFrame | null {
  const scope = currentScope();
  return frameFor(scope, databaseFor(alias, scope));
}

function asCallback(flow: () => Flow<unknown>, description: string): TransactionCallback {
  return { perform: () => run(flow()), performSync: () => runSync(flow()), description };
}

/**
 * Runs a flow after the commit of the outermost block, in the block's colour; at once where no transaction is open.
 *
 * @param alias - the database
 * @param description - how the log names it when it fails after the commit
 */
export function* afterCommit(alias: string, flow: () => Flow<unknown>, description: string): Flow<void> {
  const frame = openFrame(alias);
  if (frame === null) {
    yield* flow();
    return;
  }
  frame.checkUsable();
  frame.commitCallbacks.push(asCallback(flow, description));
}

/**
 * Runs a flow when the innermost block, or one around it, is rolled back; never where no transaction is open.
 *
 * @param alias - the database
 * @param description - how the log names it when it fails
 */
export function afterRollback(alias: string, flow: () => Flow<unknown>, description: string): void {
  const frame = openFrame(alias);
  if (frame === null) return;
  frame.checkUsable();
  frame.rollbackCallbacks.push(asCallback(flow, description));
}
