import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, configure, createTables, ImproperlyConfigured, overrideSettings, settings } from "../../src/index.js";
import { Author, Book, Tag } from "./models.js";
import { expectRefusal, type Refusal, refused } from "./refusal.js";

/* What a program without types could write. */
const loosely = (value: unknown): never => value as never;

describe("bad input to settings", () => {
  beforeAll(async () => {
    configure({ databases: { default: "sqlite::memory:" } });
    await createTables([Author, Book, Tag]);
  });
  afterAll(() => closeAll());

  const database = (value: unknown) => () => configure({ databases: { default: loosely(value) } });
  const refusals: readonly Refusal[] = [
    [
      "an unknown setting",
      () => configure(loosely({ databses: {} })),
      ImproperlyConfigured,
      'There is no setting "databses". Did you mean "databases"?',
    ],
    ["an unknown scheme", database("oracle://x/y"), ImproperlyConfigured, /"default": .*unknown scheme "oracle"\. Choices are: "postgres"/],
    [
      "an unknown key of a database",
      database({ url: "sqlite::memory:", maxPoolsize: 3 }),
      ImproperlyConfigured,
      /Did you mean "maxPoolSize"\?/,
    ],
    ["no database", database(undefined), ImproperlyConfigured, 'The database "default" must be a URL or an object, not undefined.'],
    [
      "a number that is none",
      () => configure(loosely({ slowQueryMs: "x" })),
      ImproperlyConfigured,
      /"slowQueryMs" must be a number of milliseconds or null, not "x"/,
    ],
    [
      "an override of an unknown setting",
      () => overrideSettings(loosely({ timezone: "UTC" }), () => 1),
      ImproperlyConfigured,
      /Did you mean "timeZone"\?/,
    ],
    ["an unknown time zone", () => configure({ timeZone: "Europe/Nowhere" }), ImproperlyConfigured, /timeZone.*Europe\/Nowhere/],
  ];
  it.each(refusals)("refuses %s, and keeps what was there", async (...refusal) => {
    await expectRefusal(refusal);
    expect(Object.keys(settings.databases)).toEqual(["default"]);
    expect(await Author.objects.count()).toBe(0);
  });

  it.each([
    ["engine", { engine: "postgre", name: "x" }, /"default" has the unknown engine "postgre"\. Did you mean "postgresql"\?/],
    ["driver", { url: "sqlite::memory:", driver: "better-sqlite" }, /unknown driver "better-sqlite"\. Did you mean "better-sqlite3"\?/],
  ])("refuses an unknown %s when it is first used, as it may be registered before", async (_what, given, message) => {
    const { error } = await refused(() => overrideSettings({ databases: { default: loosely(given) } }, () => Author.objects.count()));
    expect(error).toBeInstanceOf(ImproperlyConfigured);
    expect(error.message).toMatch(message);
    expect(await Author.objects.count()).toBe(0);
  });

  it("refuses a router's answer that is no alias", async () => {
    const { error } = await refused(() => overrideSettings({ routers: [{ dbForRead: () => "nope" }] }, () => Author.objects.count()));
    expect(error.message).toContain('There is no database "nope" in the settings.');
  });
});
