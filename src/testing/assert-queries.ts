import type { QueryEvent } from "../engine/events.js";
import { QueryCountError, QueryError } from "../errors.js";
import { type CaptureOptions, capturing } from "./capture-queries.js";

type Body<T> = (queries: readonly QueryEvent[]) => T;

/** The form of {@link assertNumQueries} and {@link assertMaxQueries}. */
export interface QueryAssertion {
  <T>(limit: number, callback: Body<PromiseLike<T>>, options?: CaptureOptions): Promise<T>;
  <T>(limit: number, callback: Body<T>, options?: CaptureOptions): T;
  /**
   * A function whose every call is checked; for a whole test.
   *
   * @example
   * it("counts in one query", assertNumQueries.wrap(1, async () => {
   *   expect(await Author.objects.count()).toBe(2);
   * }));
   */
  wrap<This, Args extends unknown[], T>(
    limit: number,
    callback: (this: This, ...args: Args) => T,
    options?: CaptureOptions,
  ): (this: This, ...args: Args) => T;
}

function listed(queries: readonly QueryEvent[]): string {
  return queries
    .map(({ alias, sql, error }, index) => `\n  ${index + 1}. [${alias}] ${sql}${error === undefined ? "" : " (failed)"}`)
    .join("");
}

function plural(count: number): string {
  return count === 1 ? "1 query" : `${count} queries`;
}

function makeAssertion(name: string, expected: (limit: number) => string, fits: (count: number, limit: number) => boolean): QueryAssertion {
  const check = <T>(limit: number, callback: Body<T | PromiseLike<T>>, options: CaptureOptions = {}): T | Promise<T> => {
    if (!Number.isInteger(limit) || limit < 0)
      throw new QueryError(`${name} takes the number of queries, from 0 up, not ${String(limit)}.`);
    if (typeof callback !== "function")
      throw new QueryError(`${name}(${limit}, …) takes a function that runs the queries, as in () => Author.objects.count().`);
    return capturing(callback, options, (result, queries) => {
      if (fits(queries.length, limit)) return result;
      throw new QueryCountError(
        `Expected ${expected(limit)}, but ${plural(queries.length)} ran${queries.length === 0 ? "." : `:${listed(queries)}`}`,
      );
    });
  };
  const wrap = (limit: number, callback: (...args: unknown[]) => unknown, options?: CaptureOptions) =>
    function (this: unknown, ...args: unknown[]): unknown {
      return check(limit, () => callback.apply(this, args), options);
    };
  // both forms of the interface are one function, which tells them apart by what the callback gives
  return Object.assign(check, { wrap }) as QueryAssertion;
}

/**
 * Runs a callback and checks how many statements it ran: transaction statements and dorm's own are not counted, nor is
 * what runs beside it. An error of the callback is thrown as it is.
 *
 * @param limit - the number that is right
 * @param callback - synchronous or not; it gets the list of statements, which grows while it runs
 * @param options - `using`, to count one alias only
 * @returns what the callback gives
 * @throws QueryCountError listing the statements
 * @example
 * const authors = await assertNumQueries(1, () => Author.objects.all());
 * console.log(authors.length); // → 2
 */
export const assertNumQueries = makeAssertion("assertNumQueries", plural, (count, limit) => count === limit);

/**
 * As {@link assertNumQueries}, for a number that must not be exceeded.
 *
 * @param limit - the greatest number that is right
 * @example await assertMaxQueries(3, () => Book.objects.prefetchRelated("tags"));
 */
export const assertMaxQueries = makeAssertion(
  "assertMaxQueries",
  (limit) => `at most ${plural(limit)}`,
  (count, limit) => count <= limit,
);
