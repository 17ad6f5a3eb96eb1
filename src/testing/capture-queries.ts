import type { QueryEvent } from "../engine/events.js";
import { isThenable } from "../engine/flow.js";
import { currentScope, withScope } from "../engine/scope.js";

/** Which statements are looked at. */
export interface CaptureOptions {
  /** The alias of the database; every one unless given. */
  readonly using?: string;
}

/** Whether a statement counts: not dorm's own ones, and not those that begin and end transactions. */
function counts(event: QueryEvent, using: string | undefined): boolean {
  return !event.internal && event.kind !== "transaction" && (using === undefined || event.alias === using);
}

/**
 * Runs a callback and hands what it gives, and the statements that it ran, to a function. Only what the callback
 * starts is listened to; tests beside it are not. An error of the callback is its own.
 */
export function capturing<T, R>(
  callback: (queries: readonly QueryEvent[]) => T | PromiseLike<T>,
  options: CaptureOptions,
  finish: (result: T, queries: readonly QueryEvent[]) => R,
): R | Promise<R> {
  const queries: QueryEvent[] = [];
  let open = true;
  const collect = (event: QueryEvent): void => {
    if (open && counts(event, options.using)) queries.push(event);
  };
  const close = (result: T): R => {
    open = false;
    return finish(result, queries);
  };
  return withScope({ collectors: [...currentScope().collectors, collect] }, () => {
    const result = callback(queries);
    // awaited inside, so that a queryset that the callback gives runs here
    return isThenable(result) ? (async () => close((await result) as T))() : close(result as T);
  });
}

/**
 * The statements that a callback runs, also those of functions that it calls and tasks that it awaits. Transaction
 * statements and dorm's own are left out.
 *
 * @param callback - synchronous or not; it gets the list too, which grows while it runs
 * @param options - `using`, to look at one alias only
 * @returns the statements in their order; a promise where the callback gives one
 * @example
 * const queries = await captureQueries(() => Author.objects.count());
 * console.log(queries.map(({ kind }) => kind)); // → [ 'select' ]
 */
export function captureQueries(
  callback: (queries: readonly QueryEvent[]) => PromiseLike<unknown>,
  options?: CaptureOptions,
): Promise<readonly QueryEvent[]>;
export function captureQueries(callback: (queries: readonly QueryEvent[]) => unknown, options?: CaptureOptions): readonly QueryEvent[];
export function captureQueries(
  callback: (queries: readonly QueryEvent[]) => unknown,
  options: CaptureOptions = {},
): readonly QueryEvent[] | Promise<readonly QueryEvent[]> {
  return capturing(callback, options, (_result, queries) => queries);
}
