import { describe, expect, it } from "vitest";
import { closeAll, configure, createTables, ImproperlyConfigured, LocMemCache, overrideSettings, setLogger } from "../../src/index.js";
import { models, Publisher } from "../query/models.js";

const names = () => Publisher.objects.cache().valuesList("name", { flat: true });

describe("settings of caches", () => {
  it("E112: without a key there is one warning, and with the strict setting an error", async () => {
    configure({ databases: { default: "sqlite::memory:" } });
    await createTables(models);
    const lines: string[] = [];
    const before = setLogger({ log: ({ logger, level, message }) => void (logger === "dorm.cache" && lines.push(`${level}: ${message}`)) });
    try {
      await overrideSettings({ caches: { default: new LocMemCache() } }, async () => {
        await names();
        await names();
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^warning: .*"cacheSigningKey".*"secretKey"/);
    } finally {
      setLogger(before);
    }
    const strict = { caches: { default: new LocMemCache() }, cacheRequireSigningKey: true };
    expect(() => configure(strict)).toThrow(ImproperlyConfigured);
    expect(() => overrideSettings(strict, () => 1)).toThrow(/cacheSigningKey/);
    expect(overrideSettings({ ...strict, secretKey: "a key" }, () => 1)).toBe(1);
    expect(overrideSettings({ cacheRequireSigningKey: true }, () => 1)).toBe(1);
  });

  it.each([
    [{ caches: [] }, /"caches"/],
    [{ caches: { default: "redis://127.0.0.1" } }, /"caches".*LocMemCache/],
    [{ caches: { default: { get() {} } } }, /"caches"/],
    [{ cacheSigningKey: "" }, /"cacheSigningKey"/],
    [{ secretKey: 3 }, /"secretKey"/],
    [{ cacheRequireSigningKey: "yes" }, /"cacheRequireSigningKey"/],
  ])("refuse %j", (input, message) => {
    expect(() => Reflect.apply(configure, undefined, [input])).toThrow(message);
  });
});

describe("caches and the settings", () => {
  class ClosedCache extends LocMemCache {
    closed = 0;
    override close(): void {
      this.closed++;
    }
  }

  it("closeAll(), another setting and the end of an override close them", async () => {
    const [kept, left] = [new ClosedCache(), new ClosedCache()];
    configure({ databases: { default: "sqlite::memory:" }, secretKey: "key", caches: { default: kept, left } });
    configure({ caches: { default: kept } });
    expect([kept.closed, left.closed]).toEqual([0, 1]);
    await overrideSettings({ caches: { default: kept, left } }, async () => {});
    expect([kept.closed, left.closed]).toEqual([0, 2]);
    overrideSettings({ caches: { left } }, () => {});
    expect([kept.closed, left.closed]).toEqual([0, 3]);
    await closeAll();
    expect([kept.closed, left.closed]).toEqual([1, 3]);
    configure({ caches: {} });
  });
});
