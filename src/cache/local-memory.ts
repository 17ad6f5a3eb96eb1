import { ImproperlyConfigured } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import type { CacheBackend } from "../types/cache.js";
import { firstCount, tagCounter } from "./counters.js";

/** How much a `LocMemCache` keeps, and for how long. */
export interface LocMemCacheOptions {
  /** Entries that are kept; beyond them the one that was not read for the longest time goes. Default 1024. */
  readonly maxEntries?: number;
  /** Seconds that an entry lasts where `cache()` does not say; 0: no end. Default 300. */
  readonly timeout?: number;
}

/** Tags may be made of anything, so that their counters could become ever more. */
const MAX_COUNTERS = 10_000;

interface Entry {
  readonly value: Uint8Array;
  /** As of performance.now(). */
  readonly expires: number;
}

const text = new TextEncoder();

/** @throws ImproperlyConfigured for anything but a number of seconds from 0 up */
export function checkDefaultTimeout(name: string, timeout: number): number {
  if (typeof timeout === "number" && Number.isFinite(timeout) && timeout >= 0) return timeout;
  throw new ImproperlyConfigured(`${name}: "timeout" is a number of seconds from 0 up, not ${String(timeout)}.`);
}

/**
 * A cache in the memory of this process, which serves calls of both colours. Other processes neither see it nor
 * invalidate it: where several write, take a `RedisCache`.
 *
 * @throws ImproperlyConfigured for a number that makes no sense
 * @example
 * configure({ caches: { default: new LocMemCache({ maxEntries: 5000 }) }, secretKey: "a secret of the application" });
 * const cached = Author.objects.filter({ age__gte: 18 }).cache({ timeout: 60 });
 * console.log((await cached.all()).length === (await cached.all()).length); // → true
 */
export class LocMemCache implements CacheBackend {
  readonly synchronous = true;
  readonly timeout: number;
  readonly #maxEntries: number;
  /** In the order in which they were read last. */
  readonly #entries = new Map<string, Entry>();
  readonly #counters = new Map<string, number>();

  constructor(options: LocMemCacheOptions = {}) {
    checkOptions("LocMemCache()", options, ["maxEntries", "timeout"]);
    const { maxEntries = 1024, timeout = 300 } = options;
    if (!Number.isInteger(maxEntries) || maxEntries < 1)
      throw new ImproperlyConfigured(`LocMemCache: "maxEntries" is a whole number from 1 up, not ${String(maxEntries)}.`);
    this.#maxEntries = maxEntries;
    this.timeout = checkDefaultTimeout("LocMemCache", timeout);
  }

  /** The number of entries, those that are of no use any more included. */
  get size(): number {
    return this.#entries.size;
  }

  get(keys: readonly string[]): (Uint8Array | null)[] {
    return keys.map((key) => {
      const count = this.#counters.get(key);
      return count === undefined ? this.#read(key) : text.encode(String(count));
    });
  }

  #read(key: string): Uint8Array | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    if (entry.expires <= performance.now()) return null;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Uint8Array, timeout: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires: timeout === 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout * 1000 });
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  incr(key: string): number {
    const count = this.#counters.get(key);
    const next = count === undefined ? firstCount() : count + 1;
    // the one that went up last comes last
    this.#counters.delete(key);
    this.#counters.set(key, next);
    for (const [oldest] of this.#counters) {
      if (this.#counters.size <= MAX_COUNTERS) break;
      // it begins again with a count that no entry holds
      this.#counters.delete(oldest);
    }
    return next;
  }

  deleteByTag(tag: string): number {
    return this.incr(tagCounter(tag));
  }

  /** Forgets all entries, as the rows of a database in memory go when it is closed. */
  close(): void {
    this.#entries.clear();
  }
}
