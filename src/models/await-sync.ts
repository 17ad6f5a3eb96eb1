import { AsyncOnlyError } from "../errors.js";
import type { LoadedValue, NotLoaded } from "../types/deferred.js";
import { PendingValue } from "./pending.js";

/**
 * What `await` is for a relation or a column that may not be loaded, without waiting: loads it, for all peers of the
 * same result in one query, and gives back what is loaded as it is.
 *
 * @param value - a to-one relation or a column of an instance
 * @throws SyncUnavailableError where the database has no synchronous form
 * @throws AsyncOnlyError for a promise, and for a queryset, which is spread instead: `[...queryset]`
 * @example
 * const book = Book.objects.firstSync();
 * if (book !== null) console.log(awaitSync(book.author).name); // → Ursula
 */
export function awaitSync<T>(value: T extends NotLoaded ? T : T extends PromiseLike<unknown> ? never : T): LoadedValue<T> {
  // the parameter's type is the same value seen more narrowly
  const given: unknown = value;
  if (typeof given === "object" && given !== null && "then" in given && typeof given.then === "function") {
    if (!(given instanceof PendingValue))
      throw new AsyncOnlyError(
        "awaitSync() takes a relation or a column of an instance. A queryset is iterated, as in [...queryset]; a promise has to be awaited.",
      );
    // what is pending gives the value that its type names
    return given.getSync() as LoadedValue<T>;
  }
  return given as LoadedValue<T>; // it is loaded, so its type is itself
}
