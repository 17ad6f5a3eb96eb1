import type { Flow } from "../engine/flow.js";
import { SyncUnavailableError } from "../errors.js";

/** A flow of one step that has a form in each colour. */
export function* either<T>(perform: () => PromiseLike<T> | T, performSync: () => T): Flow<T> {
  // the runner gives back what the step gives, awaited
  return (yield { perform, performSync }) as T;
}

/**
 * A flow of one step that has no synchronous form.
 *
 * @param perform - does it
 * @param what - the beginning of the message: "S3Storage"
 */
export function asyncOnly<T>(perform: () => PromiseLike<T> | T, what: string): Flow<T> {
  return either(perform, () => {
    throw new SyncUnavailableError(`${what} has no synchronous form: await the plain form of the call.`, { code: "async_storage" });
  });
}
