import { OperationalError, PoolTimeoutError } from "../errors.js";
import { isThenable } from "./flow.js";
import { log } from "./logging.js";
import { currentRegistry } from "./settings.js";

/** Connections that were lost or refused for the moment: SQLSTATE class 08, shutdowns, too many connections, sockets, locks. */
const TRANSIENT =
  /^(08...|57P0[123]|53300|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|connection_lost|SQLITE_BUSY.*|SQLITE_LOCKED.*)$/;

/** Whether an error is one that passes by itself. Statement timeouts, deadlocks and wrong passwords are not. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof OperationalError && !(error instanceof PoolTimeoutError) && error.code !== undefined && TRANSIENT.test(error.code)
  );
}

/**
 * Whether a statement outside of a transaction may be tried again.
 *
 * @param error - what the try ended with
 * @param writes - whether the statement may change anything; then only when it surely was not executed
 */
export function mayRetry(error: unknown, writes: boolean): boolean {
  if (!isTransient(error)) return false;
  return !writes || (error instanceof OperationalError && error.ambiguous === false);
}

/**
 * The pause before another try: doubling, and up to half of it random, so that many clients do not come back at once.
 *
 * @param tries - how many there were
 * @param backoff - seconds before the second one
 * @returns milliseconds
 */
export function retryDelay(tries: number, backoff: number): number {
  return backoff * 1000 * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
}

/** Tells the log that there will be another try. */
export function logRetry(error: unknown, tries: number, attempts: number): void {
  log(
    "dorm.db",
    "warning",
    () => `the connection failed, try ${tries + 1} of ${attempts} follows: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** How `withTransientRetry` tries. */
export interface RetryOptions {
  /** Tries in all, the first one included. Default: the setting `retryAttempts`. */
  readonly attempts?: number;
  /** Seconds before the second try. Default: the setting `retryBackoff`. */
  readonly backoff?: number;
  readonly signal?: AbortSignal;
}

/**
 * Calls a function again when a connection was lost. The function must be one that may run twice.
 *
 * @param callback - what may fail
 * @returns what the callback gives
 * @throws the last error, or one that is not of this kind at once
 * @example await withTransientRetry(() => importFile(path))
 */
export async function withTransientRetry<T>(callback: () => T | PromiseLike<T>, options: RetryOptions = {}): Promise<T> {
  const { retryAttempts, retryBackoff } = currentRegistry().settings;
  const attempts = options.attempts ?? retryAttempts;
  for (let tries = 1; ; tries++) {
    try {
      const value = callback();
      return isThenable(value) ? ((await value) as T) : value;
    } catch (error) {
      if (tries >= attempts || !isTransient(error) || options.signal?.aborted === true) throw error;
      logRetry(error, tries, attempts);
      await new Promise((resolve) => setTimeout(resolve, retryDelay(tries, options.backoff ?? retryBackoff)));
    }
  }
}
