/**
 * A database operation written once and run in either colour.
 *
 * A flow is a generator that yields steps. {@link run} awaits them, {@link runSync} performs them
 * synchronously; the flow itself cannot tell which one drives it.
 */
export type Flow<T> = Generator<Step, T, unknown>;

/** One thing that a flow wants done: a statement, a user's callback, a pause. */
export interface Step {
  /** Does it for the asynchronous runner. A value that is not a promise is used at once, without a turn of the event loop. */
  perform(): unknown;
  /** Does it for the synchronous runner; throws where that is impossible. */
  performSync(): unknown;
}

/** A flow of a value that is there already. */
// biome-ignore lint/correctness/useYield: it has nothing to wait for
export function* ready<T>(value: T): Flow<T> {
  return value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

export { isThenable };
