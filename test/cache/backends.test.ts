import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, describe, expect, inject, it } from "vitest";
import { fromTaggedJson, NotEncodable, toTaggedJson } from "../../src/cache/tagged-json.js";
import { ImproperlyConfigured, LocMemCache, RedisCache } from "../../src/index.js";
import type { CacheBackend } from "../../src/types/cache.js";
import { Decimal } from "../../src/values/decimal.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | null | undefined) => (found ? new TextDecoder().decode(found) : null);
const redisUrl = inject("redisUrl");
const makers: [string, () => CacheBackend][] = [
  ["LocMemCache", () => new LocMemCache()],
  ["RedisCache", () => new RedisCache(redisUrl ?? "redis://127.0.0.1", { prefix: `dorm-test-${randomBytes(6).toString("hex")}:` })],
];

describe.each(makers)("%s", (name, make) => {
  const needed = name === "LocMemCache" || redisUrl !== null ? it : it.skip;
  const cache = make();
  afterAll(async () => {
    for (const key of ["a", "b", "c", "tag:foo", "count"]) await cache.delete(key);
    await cache.close?.();
  });

  needed("gives back what it was given, and null for the rest", async () => {
    await cache.set("a", bytes("first"), 0);
    await cache.set("b", new Uint8Array([0, 255, 10, 13]), 60);
    const found = await cache.get(["a", "missing", "b"]);
    expect([text(found[0]), found[1], [...(found[2] ?? [])]]).toEqual(["first", null, [0, 255, 10, 13]]);
    await cache.set("a", bytes("second"), 0);
    await cache.delete("b");
    expect((await cache.get(["a", "b"])).map(text)).toEqual(["second", null]);
  });

  needed("forgets after the timeout", async () => {
    await cache.set("c", bytes("soon gone"), 0.02);
    await pause(60);
    expect(await cache.get(["c"])).toEqual([null]);
  });

  needed("counts from a number that no counter had before", async () => {
    const before = Date.now() * 1000;
    const first = await cache.incr("count");
    expect(first).toBeGreaterThanOrEqual(before);
    expect(await cache.incr("count")).toBe(first + 1);
    expect((await cache.get(["count"])).map(text)).toEqual([String(first + 1)]);
    const tagged = await cache.deleteByTag("foo");
    expect((await cache.get(["tag:foo", "tag:foo:1"])).map(text)).toEqual([String(tagged), null]);
  });

  needed("is closed, and opened by the next call", async () => {
    await cache.close?.();
    await cache.set("a", bytes("again"), 0);
    expect((await cache.get(["a"])).map(text)).toEqual(["again"]);
  });
});

describe("LocMemCache", () => {
  it("keeps the entries that were read last", () => {
    const cache = new LocMemCache({ maxEntries: 2 });
    cache.set("a", bytes("a"), 0);
    cache.set("b", bytes("b"), 0);
    cache.get(["a"]);
    cache.set("c", bytes("c"), 0);
    expect(cache.get(["a", "b", "c"]).map(text)).toEqual(["a", null, "c"]);
    expect(cache.size).toBe(2);
  });

  it("keeps its counters however many entries there are", () => {
    const cache = new LocMemCache({ maxEntries: 1 });
    const count = cache.incr("table:author");
    for (const key of ["a", "b", "c"]) cache.set(key, bytes(key), 0);
    expect(cache.incr("table:author")).toBe(count + 1);
  });

  it("gives up the counters that did not go up for the longest time, and never comes back to a count", () => {
    const cache = new LocMemCache();
    const first = cache.incr("tag:0");
    for (let tag = 1; tag <= 10_000; tag++) cache.incr(`tag:${tag}`);
    expect(cache.get(["tag:0"])).toEqual([null]);
    expect(cache.incr("tag:0")).toBeGreaterThan(first + 1);
  });

  it("E112: options that make no sense are refused", () => {
    expect(() => new LocMemCache({ maxEntries: 0 })).toThrow(ImproperlyConfigured);
    expect(() => new LocMemCache({ timeout: -1 })).toThrow(/timeout/);
    expect(() => Reflect.construct(LocMemCache, [{ maxSize: 3 }])).toThrow(/maxSize/);
  });
});

describe("RedisCache", () => {
  it("refuses what is no URL of Redis, and shows no password", () => {
    for (const url of ["127.0.0.1:6379", "http://user:hush@host", ""]) {
      expect(() => new RedisCache(url)).toThrow(ImproperlyConfigured);
      expect(() => new RedisCache(url)).not.toThrow(/hush/);
    }
    expect(() => new RedisCache("redis://127.0.0.1", { timeoutMs: 0 })).toThrow(/timeoutMs/);
    expect(() => new RedisCache("redis://127.0.0.1", { timeout: Number.NaN })).toThrow(/timeout/);
  });
});

describe("tagged JSON", () => {
  const scalar = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.date(),
    fc.uint8Array(),
    fc.uint8Array().map((value) => Buffer.from(value)),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("any")), fc.dictionary(fc.string(), tie("any"), { noNullPrototype: true })),
  })).any;

  it("gives back every value that a driver gives", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(fromTaggedJson(toTaggedJson(given))).toStrictEqual(given);
      }),
    );
    const decimal = fromTaggedJson(toTaggedJson(new Decimal("1.50")));
    expect(Decimal.isDecimal(decimal) && decimal.equals("1.5")).toBe(true);
  });

  it("makes no prototype of a key", () => {
    const given = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as object;
    const read = fromTaggedJson(toTaggedJson(given)) as { admin?: boolean };
    expect(read.admin).toBeUndefined();
    expect(Object.keys(read)).toEqual(["__proto__", "constructor"]);
  });

  it("refuses what has no form", () => {
    expect(() => toTaggedJson(() => 1)).toThrow(NotEncodable);
    expect(() => toTaggedJson(new Map())).toThrow(NotEncodable);
    expect(() => fromTaggedJson('["function", "1"]')).toThrow(NotEncodable);
    expect(() => fromTaggedJson("{")).toThrow(SyntaxError);
  });
});
