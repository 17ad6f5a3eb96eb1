/** What `cache()` may be told. */
export interface CacheOptions {
  /** Seconds for which the rows may be used again; 0: until something changes; null or left out: as long as the cache says. */
  readonly timeout?: number | null;
  /** Which of the setting `caches`; "default" unless given. */
  readonly using?: string;
  /** Names under which the rows can be given up, by `invalidateTag`. */
  readonly tags?: readonly string[];
}

/**
 * A place for bytes under keys, beside the database: an entry of the setting `caches`. dorm has `LocMemCache` and
 * `RedisCache`. A method that fails throws, or gives a promise that does: no query fails for that.
 *
 * @example
 * class LoggedCache extends LocMemCache {
 *   override get(keys: readonly string[]) {
 *     console.log(`asked for ${keys.length} keys`);
 *     return super.get(keys);
 *   }
 * }
 */
export interface CacheBackend {
  /** True where every method gives its value at once. Only such a cache serves synchronous calls. */
  readonly synchronous: boolean;
  /** Seconds that an entry lasts where `cache()` does not say; 0: no end. */
  readonly timeout: number;
  /**
   * Reads entries and counters in one go. A counter reads as its decimal digits.
   *
   * @param keys - of either
   * @returns for each key its bytes, or null
   */
  get(keys: readonly string[]): readonly (Uint8Array | null)[] | Promise<readonly (Uint8Array | null)[]>;
  /**
   * Keeps an entry.
   *
   * @param timeout - in seconds; 0: no end
   */
  set(key: string, value: Uint8Array, timeout: number): void | Promise<void>;
  /** Forgets an entry. */
  delete(key: string): void | Promise<void>;
  /**
   * Adds one to a counter, atomically. A counter that is not there, or no more, begins with a number that it never had
   * before: the microseconds since 1970, say. Counters have no timeout.
   *
   * @returns the new value
   */
  incr(key: string): number | Promise<number>;
  /** Gives up all that was kept under a tag: adds one to the counter `tag:` and the tag. */
  deleteByTag(tag: string): number | Promise<number>;
  /** Lets go of connections; the next call opens them again. */
  close?(): void | Promise<void>;
}
