import { isThenable } from "./flow.js";
import { log } from "./logging.js";
import { currentRegistry } from "./settings.js";
import { isTransient } from "./transient-errors.js";

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
 * @example
 * const count = await withTransientRetry(() => Author.objects.count(), { attempts: 5 });
 * console.log(count); // → 2
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
