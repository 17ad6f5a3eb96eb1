import type * as ioredis from "ioredis";
import { loadPackage } from "../drivers/load-package.js";
import { log } from "../engine/logging.js";
import { ImproperlyConfigured } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import type { CacheBackend } from "../types/cache.js";
import { firstCount, tagCounter } from "./counters.js";
import { checkDefaultTimeout } from "./local-memory.js";

/** How a `RedisCache` behaves. */
export interface RedisCacheOptions {
  /** What every key begins with; another one for each application that shares a server. Default "dorm:". */
  readonly prefix?: string;
  /** Seconds that an entry lasts where `cache()` does not say; 0: no end. Default 300. */
  readonly timeout?: number;
  /** Milliseconds after which a call of the server, or a connection to it, is given up. Default 500. */
  readonly timeoutMs?: number;
}

/**
 * A cache on a Redis or Valkey server, shared by all processes that name it, over the package `ioredis`. It serves
 * asynchronous calls; synchronous ones go past it, to the database, and what they write is told to it in the background.
 *
 * @param url - `redis://user:password@host:6379/0`, or `rediss://` for TLS
 * @throws ImproperlyConfigured for a URL that is none; when it is used, where `ioredis` is not installed
 * @example
 * // dorm.config.ts
 * export default defineConfig({
 *   databases: { default: process.env.DATABASE_URL ?? "sqlite:///db.sqlite3" },
 *   caches: { default: new RedisCache(process.env.REDIS_URL ?? "redis://127.0.0.1:6379/0", { prefix: "shop:" }) },
 *   secretKey: process.env.SECRET_KEY ?? "only for development",
 * });
 */
export class RedisCache implements CacheBackend {
  readonly synchronous = false;
  readonly timeout: number;
  readonly #url: string;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  #client: ioredis.Redis | null = null;

  constructor(url: string, options: RedisCacheOptions = {}) {
    checkOptions("RedisCache()", options, ["prefix", "timeout", "timeoutMs"]);
    if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
      throw new ImproperlyConfigured('RedisCache: the URL begins with "redis://" or "rediss://", as in redis://127.0.0.1:6379/0.');
    const { prefix = "dorm:", timeout = 300, timeoutMs = 500 } = options;
    if (!Number.isFinite(timeoutMs) || timeoutMs <= 0)
      throw new ImproperlyConfigured(`RedisCache: "timeoutMs" is a number of milliseconds, not ${String(timeoutMs)}.`);
    this.#url = url;
    this.#prefix = prefix;
    this.timeout = checkDefaultTimeout("RedisCache", timeout);
    this.#timeoutMs = timeoutMs;
  }

  /** Connects on the first call; calls that come before the server has answered wait in order. */
  #connected(): ioredis.Redis {
    if (this.#client !== null) return this.#client;
    // the package is what its types say
    const { Redis } = loadPackage("ioredis", "RedisCache") as typeof ioredis;
    const client = new Redis(this.#url, {
      lazyConnect: true,
      connectTimeout: this.#timeoutMs,
      commandTimeout: this.#timeoutMs,
      // a call fails with the connection, as the database can answer in the meantime
      maxRetriesPerRequest: 0,
      retryStrategy: () => 1000,
    });
    // each call reports its own failure; without a listener the package would print them again
    client.on("error", (error) => log("dorm.cache", "debug", "RedisCache: the connection failed", error));
    this.#client = client;
    return client;
  }

  #key(key: string): string {
    return this.#prefix + key;
  }

  async get(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    return await this.#connected().mgetBuffer(keys.map((key) => this.#key(key)));
  }

  async set(key: string, value: Uint8Array, timeout: number): Promise<void> {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    if (timeout === 0) await this.#connected().set(this.#key(key), bytes);
    else await this.#connected().set(this.#key(key), bytes, "PX", Math.max(1, Math.ceil(timeout * 1000)));
  }

  async delete(key: string): Promise<void> {
    await this.#connected().del(this.#key(key));
  }

  async incr(key: string): Promise<number> {
    const name = this.#key(key);
    // a counter that the server has lost must not come back to a value that entries still hold
    const replies = await this.#connected().multi().set(name, firstCount(), "NX").incr(name).exec();
    const [error, count] = replies?.[1] ?? [new Error("the transaction was given up"), null];
    if (error !== null) throw error;
    return Number(count);
  }

  deleteByTag(tag: string): Promise<number> {
    return this.incr(tagCounter(tag));
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    this.#client = null;
    // waits for what is under way; a server that does not answer is left
    if (client.status === "ready") await client.quit().catch(() => undefined);
    client.disconnect();
  }
}
