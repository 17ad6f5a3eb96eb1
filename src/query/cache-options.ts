import { QueryError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import type { CacheOptions } from "../types/cache.js";

/** @throws QueryError for options that make no sense */
export function checkedCacheOptions(options: CacheOptions, method: string): CacheOptions {
  checkOptions(`${method}()`, options, ["timeout", "using", "tags"]);
  const { timeout = null, using = "default", tags = [] } = options;
  if (timeout !== null && (typeof timeout !== "number" || !Number.isFinite(timeout) || timeout < 0))
    throw new QueryError(`${method}(): timeout is a number of seconds from 0 up, or null, not ${String(timeout)}.`);
  if (typeof using !== "string") throw new QueryError(`${method}(): using is the name of a cache, not ${String(using)}.`);
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== "string" || tag === ""))
    throw new QueryError(`${method}(): tags is a list of names.`);
  return { timeout, using, tags: [...new Set(tags)].sort() };
}
