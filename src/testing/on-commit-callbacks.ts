import { databaseFor } from "../engine/execute.js";
import { isThenable } from "../engine/flow.js";
import { currentScope } from "../engine/scope.js";
import { frameFor, type TransactionCallback, type TransactionFrame } from "../engine/transaction-frame.js";
import { TransactionManagementError } from "../errors.js";

/** Where callbacks are captured, and what is done with them. */
export interface CaptureCallbacksOptions {
  /** The alias; default "default". */
  readonly using?: string;
  /** Whether they are called at the end, as if the transaction had been committed. */
  readonly execute?: boolean;
}

type Callback = () => unknown;

function sandboxFrame(alias: string): TransactionFrame {
  const scope = currentScope();
  const frame = frameFor(scope, databaseFor(alias, scope));
  if (frame?.root.sandbox === true) return frame;
  throw new TransactionManagementError(
    `captureOnCommitCallbacks() needs a test's transaction on "${alias}": call transactionalDb(), or use it inside rolledBack().`,
    { code: "no_sandbox", alias },
  );
}

/**
 * The `onCommit` callbacks that a function registers, which the transaction around a test never calls. As in Django.
 *
 * @param callback - synchronous or not
 * @param options - `using`; `execute`, to call them in their order, and those that they register in turn
 * @returns the callbacks; a promise where the callback gives one
 * @throws TransactionManagementError outside of a test's transaction
 * @example
 * const callbacks = await rolledBack(() =>
 *   captureOnCommitCallbacks(async () => transaction.onCommit(() => console.log("mail sent")), { execute: true }),
 * ); // → mail sent
 * console.log(callbacks.length); // → 1
 */
export function captureOnCommitCallbacks(callback: () => PromiseLike<unknown>, options?: CaptureCallbacksOptions): Promise<Callback[]>;
export function captureOnCommitCallbacks(callback: () => unknown, options?: CaptureCallbacksOptions): Callback[];
export function captureOnCommitCallbacks(callback: () => unknown, options: CaptureCallbacksOptions = {}): Callback[] | Promise<Callback[]> {
  const frame = sandboxFrame(options.using ?? "default");
  const start = frame.commitCallbacks.length;
  const entries = (): TransactionCallback[] => frame.commitCallbacks.slice(start);
  const captured = (): Callback[] => entries().map((entry) => entry.perform);
  const result = callback();
  if (!isThenable(result)) {
    if (options.execute === true) for (const each of later(entries)) each.performSync();
    return captured();
  }
  return (async () => {
    await result;
    if (options.execute === true) for (const each of later(entries)) await each.perform();
    return captured();
  })();
}

/** Each callback once, also those that are registered while the earlier ones are called. */
function* later(entries: () => TransactionCallback[]): Generator<TransactionCallback> {
  for (let position = 0; ; position++) {
    const next = entries()[position];
    if (next === undefined) return;
    yield next;
  }
}
