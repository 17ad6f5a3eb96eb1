import { afterAll, beforeAll, expect, it } from "vitest";
import {
  Cast,
  CharField,
  createTables,
  dropTables,
  F,
  IntegerField,
  JSONField,
  JSONNull,
  Model,
  NotSupportedError,
  Q,
  QueryError,
  Value,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { sqlOf } from "./support.js";

class Event extends Model<Event>("json.Event")(
  { name: CharField({ maxLength: 10 }), age: IntegerField({ default: 0 }), data: JSONField({ null: true }) },
  { ordering: ["name"] },
) {}

const names = async (queryset: PromiseLike<readonly { readonly name: string }[]>): Promise<string> =>
  (await queryset).map((event) => event.name).join("");
const found = (conditions: Record<string, unknown>): Promise<string> => names(Event.objects.filter(Q.untyped(conditions)));
const left = (conditions: Record<string, unknown>): Promise<string> => names(Event.objects.exclude(Q.untyped(conditions)));

describeEachBackend("lookups of JSON", (backend) => {
  beforeAll(async () => {
    await dropTables([Event]);
    await createTables([Event]);
    const documents: readonly [string, unknown, number?][] = [
      ["a", { n: null, age: 18, tags: ["x", "y"], who: { name: 'Ada\'s "cat"', ok: true } }, 18],
      ["b", { age: "18", b: [{ c: 5 }, 7], who: { name: "Bob", ok: false } }],
      ["c", { n: 1, age: 9.5, who: null }],
      ["d", null],
      ["e", JSONNull],
      ["f", [1, 2, 3]],
      ["g", "text"],
    ];
    await Event.objects.bulkCreate(documents.map(([name, data, age = 0]) => new Event({ name, data, age })));
  });
  afterAll(() => dropTables([Event]));

  it("C12: values are compared by their type", async () => {
    expect(await found({ data__age: 18 })).toBe("a");
    expect(await found({ data__age: "18" })).toBe("b");
    expect(await found({ data__age: 9.5 })).toBe("c");
    expect(await found({ data__age__gt: 9 })).toBe("ac");
    expect(await found({ data__age__gte: "1" })).toBe("b");
    expect(await found({ data__age__lt: 10 })).toBe("c");
    expect(await found({ data__age__range: [9, 20] })).toBe("ac");
    expect(await found({ data__age__in: [18, "18"] })).toBe("ab");
    expect(await found({ data__age__in: [18, null] })).toBe("a");
    expect(await found({ data__who__ok: true })).toBe("a");
    expect(await found({ data__who__ok: false })).toBe("b");
    expect(await found({ data__n: true })).toBe("");
    expect(await found({ data__n: 1 })).toBe("c");
    expect(await found({ data__age: 18n })).toBe("a");
  });
  it("C11: null is JSON's null, a missing key is null in SQL", async () => {
    expect(await found({ data__n: null })).toBe("a");
    expect(await found({ data__n__isnull: true })).toBe("bdefg");
    expect(await found({ data__n__isnull: false })).toBe("ac");
    expect(await found({ data: null })).toBe("d");
    expect(await found({ data__isnull: true })).toBe("d");
    expect(await found({ data: JSONNull })).toBe("e");
    expect(await found({ data__who: null })).toBe("c");
  });
  it("C13: digits are places in a list", async () => {
    expect(await found({ data__b__0__c: 5 })).toBe("b");
    expect(await found({ data__b__1: 7 })).toBe("b");
    expect(await found({ data__2: 3 })).toBe("f");
  });
  it("compares whole documents and lists", async () => {
    expect(await found({ data: [1, 2, 3] })).toBe("f");
    expect(await found({ data: "text" })).toBe("g");
    expect(await found({ data__tags: ["x", "y"] })).toBe("a");
    expect(await found({ data__b__0: { c: 5 } })).toBe("b");
    expect(await found({ data__in: [[1, 2, 3], "text"] })).toBe("fg");
  });
  it("compares members as texts", async () => {
    expect(await found({ data__who__name__icontains: "ADA'S \"" })).toBe("a");
    expect(await found({ data__who__name__startswith: "Bo" })).toBe("b");
    expect(await found({ data__who__name__iexact: "bob" })).toBe("b");
    expect(await found({ data__who__name__regex: "^B" })).toBe("b");
    expect(await found({ data__who__name: 'Ada\'s "cat"' })).toBe("a");
  });
  it("leaves documents without the member out of exclude, as the databases do", async () => {
    expect(await left({ data__age: 18 })).toBe("bcd");
  });
  it("knows keys", async () => {
    expect(await found({ data__hasKey: "age" })).toBe("abc");
    expect(await found({ data__who__hasKey: "name" })).toBe("ab");
    expect(await found({ data__hasKeys: ["n", "age"] })).toBe("ac");
    expect(await found({ data__hasAnyKeys: ["tags", "b"] })).toBe("ab");
    expect(await found({ data__hasKey: 'a"b' })).toBe("");
    expect(() => Event.objects.filter(Q.untyped({ data__hasKey: ["a"] }))).toThrow(QueryError);
    expect(() => Event.objects.filter(Q.untyped({ data__hasKeys: "a" }))).toThrow(QueryError);
  });
  it("H20: containment is PostgreSQL's, and refused elsewhere before anything is sent", async () => {
    if (backend.vendor === "sqlite") {
      await expect(found({ data__contains: { age: 18 } })).rejects.toThrow(NotSupportedError);
      await expect(found({ data__containedBy: { age: 18 } })).rejects.toThrow(/SQLite has no containment/);
      return;
    }
    expect(await found({ data__contains: { who: { name: "Bob" } } })).toBe("b");
    expect(await found({ data__tags__contains: ["y"] })).toBe("a");
    expect(await found({ data__containedBy: [1, 2, 3, 4] })).toBe("f");
  });
  it("compares with columns", async () => {
    expect(await found({ data__age: F("age") })).toBe("a");
    expect(await found({ data__who: F("data__who") })).toMatch(/^abc/);
  });
  it("reads, orders by and casts members", async () => {
    const rows = Event.objects.filter({ name__in: ["a", "b", "c"] });
    expect(await rows.valuesList("data__age", { flat: true })).toEqual([18, "18", 9.5]);
    expect(await rows.valuesList("data__who__ok", { flat: true })).toEqual([true, false, null]);
    expect(
      await rows
        .filter({ name__in: ["a", "c"] })
        .orderBy("data__age")
        .valuesList("name", { flat: true }),
    ).toEqual(["c", "a"]);
    expect(
      await rows
        .filter({ name: "a" })
        .annotate({ n: Cast("data__age", IntegerField()) })
        .valuesList("n", { flat: true }),
    ).toEqual([18]);
    expect(
      await rows
        .filter({ name: "a" })
        .annotate({ missing: F("data__nothing") })
        .valuesList("missing", { flat: true }),
    ).toEqual([null]);
  });
  it("quotes keys", async () => {
    const hostile = "x'] || (SELECT 1) || '";
    expect(await found({ [`data__${hostile}`]: 1 })).toBe("");
    expect(await sqlOf(async () => await found({ [`data__${hostile}`]: 1 }))).toContain("''");
    expect(await found({ 'data__a"b': 1 })).toBe("");
  });
  it("documents made by expressions have members too", async () => {
    const made = Event.objects.annotate({ made: Value({ k: [10, 20] }, { outputField: JSONField() }) });
    expect(await made.filter(Q.untyped({ made__k__1: 20 })).count()).toBe(7);
    expect(await made.filter(Q.untyped({ made__k__1: 10 })).count()).toBe(0);
  });
});
