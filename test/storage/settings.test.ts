import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { configure, ImproperlyConfigured, overrideSettings, settings } from "../../src/index.js";
import { defineStorage, FileSystemStorage, getStorage, InMemoryStorage, resetStorages } from "../../src/storage/index.js";

const memory = new InMemoryStorage();

describe("the setting storages", () => {
  afterEach(() => configure({ storages: {} }));

  it("without it files are in ./media", () => {
    const storage = getStorage();
    expect(storage).toBeInstanceOf(FileSystemStorage);
    expect((storage as FileSystemStorage).location).toBe(resolve("media"));
    expect(() => getStorage("other")).toThrow(ImproperlyConfigured);
  });

  it("E103: takes storages and how to make them, makes each once, and anew when it changes", () => {
    configure({ storages: { default: memory, private: defineStorage(FileSystemStorage, { location: "private" }) } });
    expect(getStorage()).toBe(memory);
    const made = getStorage("private");
    expect((made as FileSystemStorage).location).toBe(resolve("private"));
    configure({ slowQueryMs: 100 });
    expect(getStorage("private")).toBe(made);
    resetStorages();
    expect(getStorage("private")).not.toBe(made);
    expect(() => getStorage("privat")).toThrow(/Did you mean "private"/);
    configure({ storages: { default: new InMemoryStorage() } });
    expect(getStorage()).not.toBe(memory);
  });

  it("overrideSettings has its own", async () => {
    configure({ storages: { default: memory } });
    const other = new InMemoryStorage();
    await overrideSettings({ storages: { default: other } }, async () => expect(getStorage()).toBe(other));
    overrideSettings({ slowQueryMs: 1 }, () => expect(getStorage()).toBe(memory));
    expect(getStorage()).toBe(memory);
  });

  it.each([
    [{ media: memory }, /no "default"/],
    [{ default: "memory" }, /storages\.default is a string/],
    [{ default: null }, /is null/],
    [{ default: {} }, /neither a storage/],
    [{ default: { backend: "FileSystemStorage" } }, /no class/],
    [{ default: { backend: FileSystemStorage, options: 5 } }, /options that are no object/],
    [{ default: { backend: FileSystemStorage, option: {} } }, /"option".*Did you mean "options"/],
    [5, /object of storages/],
  ])("refuses %j, and nothing changes", (storages, message) => {
    configure({ storages: { default: memory } });
    expect(() => configure({ storages: storages as never })).toThrow(message);
    expect(settings.storages).toEqual({ default: memory });
  });

  it("refuses what is no storage once it is made", () => {
    configure({ storages: { default: { backend: URLSearchParams as never } } });
    expect(() => getStorage()).toThrow(/does not extend Storage/);
  });
});
