import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { configure, createTables, dropTables, LocMemCache, RedisCache } from "../../src/index.js";
import type { CacheBackend } from "../../src/types/cache.js";
import { type Backend, type BackendName, describeEachBackend, everyBackend } from "../support/backends.js";

export type CacheName = "locmem" | "redis";

/** The cache under test, as a test body sees it. */
export interface CacheUnderTest {
  readonly name: CacheName;
  /** The only cache of the settings, as "default". */
  readonly backend: CacheBackend;
  /** As if another process had it: on Redis another connection; in memory the same, as nobody else sees it. */
  readonly elsewhere: CacheBackend;
  /** The keys of the entries, as the backend takes them. */
  entryKeys(): Promise<string[]>;
  /** Forgets all entries, and on Redis the counters. */
  empty(): Promise<void>;
}

interface Site extends CacheUnderTest {
  close(): Promise<void>;
}

/** Every database on which caching is tested: the drivers give values in forms of their own. */
export const cachedBackends: readonly BackendName[] = [...everyBackend, "mariadb"];

/** An LocMemCache that tells its keys. */
class ListedLocMemCache extends LocMemCache {
  readonly keys = new Set<string>();

  override set(key: string, value: Uint8Array, timeout: number): void {
    this.keys.add(key);
    super.set(key, value, timeout);
  }
}

function locmemSite(): Site {
  const backend = new ListedLocMemCache();
  return {
    name: "locmem",
    backend,
    elsewhere: backend,
    entryKeys: async () => [...backend.keys].filter((key) => backend.get([key])[0] !== null),
    empty: async () => {
      for (const key of backend.keys) backend.delete(key);
    },
    close: async () => {},
  };
}

function redisSite(url: string): Site {
  const prefix = `dorm-test-${inject("runId")}-${randomBytes(4).toString("hex")}:`;
  const elsewhere = new RedisCache(url, { prefix });
  const ask = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  };
  const keys = (): Promise<string[]> => ask((client) => client.keys(`${prefix}*`));
  return {
    name: "redis",
    backend: new RedisCache(url, { prefix }),
    elsewhere,
    entryKeys: async () => (await keys()).map((key) => key.slice(prefix.length)).filter((key) => key.startsWith("rows:")),
    empty: async () => {
      const all = await keys();
      if (all.length > 0) await ask((client) => client.del(all));
    },
    close: () => elsewhere.close(),
  };
}

/** The cache, or why there is none. */
function siteOf(name: CacheName): Site | string {
  if (name === "locmem") return locmemSite();
  const url = inject("redisUrl");
  return url === null ? `skipped, ${inject("missingServers").redis}` : redisSite(url);
}

export interface CacheTestOptions {
  readonly only?: readonly BackendName[];
  readonly caches?: readonly CacheName[];
  readonly aliases?: readonly string[];
  readonly models?: Parameters<typeof createTables>[0];
}

/** Runs one body of tests on every backend with every cache, with the tables of the models. */
export function describeEachCache(title: string, options: CacheTestOptions, body: (cache: CacheUnderTest, backend: Backend) => void): void {
  for (const name of options.caches ?? (["locmem", "redis"] as const)) {
    const site = siteOf(name);
    if (typeof site === "string") {
      describe.skip(`${title} [${name}: ${site}]`, () => {
        it("needs the server", () => {});
      });
      continue;
    }
    const { only = cachedBackends, aliases = ["default"], models = [] } = options;
    const settings = { caches: { default: site.backend }, secretKey: "a key of the tests" };
    describeEachBackend(`${title}, ${name}`, { only, aliases, settings }, (backend) => {
      beforeAll(async () => {
        for (const using of aliases) await createTables(models, { using });
      });
      afterAll(async () => {
        for (const using of aliases) await dropTables(models, { using });
        await site.empty();
        configure({ caches: {} });
        await site.close();
      });
      body(site, backend);
    });
  }
}
