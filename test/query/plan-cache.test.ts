import { beforeAll, describe, expect, it } from "vitest";
import {
  Case,
  CharField,
  Count,
  createTables,
  DateTimeField,
  dropTables,
  Exists,
  ExtractHour,
  F,
  Func,
  IntegerField,
  Model,
  OuterRef,
  overrideSettings,
  postQuery,
  Q,
  Subquery,
  Sum,
  TruncDate,
  Upper,
  Value,
  When,
} from "../../src/index.js";
import { registry } from "../../src/models/registry.js";
import { QUERYSET } from "../../src/query/embed.js";
import { clearPlanCache, type Shape } from "../../src/query/shape.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book } from "./models.js";
import { prepare, record, sqlOf } from "./support.js";

class Moment extends Model<Moment>("plans.Moment")({ at: DateTimeField(), note: CharField({ maxLength: 9, default: "" }) }) {}

/* Fields that are named as expressions print themselves. */
class Named extends Model<Named>("plans.Named")({
  F: IntegerField(),
  Value: IntegerField(),
  Exists: IntegerField(),
  string: CharField({ maxLength: 3 }),
  condition: IntegerField(),
  name: CharField({ maxLength: 3 }),
  default: IntegerField(),
}) {}

/** The node of the trie of structures that a queryset ended in. */
function shapeOf(queryset: unknown): Shape {
  // every queryset has its description under the symbol
  return (queryset as { readonly [QUERYSET]: { readonly shape: Shape } })[QUERYSET].shape;
}

describe("structures of queries", () => {
  beforeAll(() => {
    // following a relation for the first time registers junctions, which is a change of models
    Book.objects.filter({ tags: 1, author__publisher: 1 });
  });
  const same = (left: unknown, right: unknown): void => expect(shapeOf(left)).toBe(shapeOf(right));
  const differ = (left: unknown, right: unknown): void => expect(shapeOf(left)).not.toBe(shapeOf(right));

  it("refuse what a relation does not take at the same place, whatever was asked before", () => {
    const wrong: readonly unknown[] = [{}, { id: 1 }, ""];
    const refuse = (): void => {
      for (const author of wrong) expect(() => Book.objects.filter({ author } as never)).toThrow(/takes a query\.Author, a Ref or a key/);
    };
    clearPlanCache();
    refuse();
    const { author } = new Book({ authorId: 1 } as never);
    for (const right of [author, "1"]) expect(Book.objects.filter({ author: right } as never)).toBeDefined();
    refuse();
  });

  it("of what is built on a queryset that lives on are forgotten with the others", () => {
    const adults = Author.objects.filter({ age__gte: 18 });
    const before = shapeOf(adults.filter({ name: "a" }));
    same(adults.filter({ name: "b" }), adults.filter({ name: "a" }));
    clearPlanCache();
    expect(shapeOf(adults.filter({ name: "a" }))).not.toBe(before);
    expect(shapeOf(adults)).not.toBe(shapeOf(Author.objects.filter({ age__gte: 18 })));
    same(adults.filter({ name: "b" }), adults.filter({ name: "a" }));
  });

  it("of what is built on a queryset that lives on do not become ever more", () => {
    const adults = Author.objects.filter({ age__gte: 18 });
    const first = shapeOf(adults.annotate({ x0: Value(0) }));
    for (let index = 0; index < 50_000; index++) adults.annotate({ [`x${index}`]: Value(0) });
    expect(shapeOf(adults.annotate({ x0: Value(0) }))).not.toBe(first);
  });

  it("are the same for other values of the same kind", () => {
    same(Author.objects.filter({ age: 1 }), Author.objects.filter({ age: 2 }));
    same(Author.objects.filter({ name: "a" }).exclude({ age__gt: 3 }), Author.objects.filter({ name: "b" }).exclude({ age__gt: 4 }));
    same(Author.objects.slice(0, 5), Author.objects.slice(0, 9));
    same(Author.objects.slice(2, 5), Author.objects.slice(3, 9));
    same(Author.objects.annotate({ x: F("age").add(1) }), Author.objects.annotate({ x: F("age").add(2) }));
    same(Author.objects.annotate({ x: Value("a") }), Author.objects.annotate({ x: Value("b") }));
    const titled = (title: string) => Subquery(Book.objects.filter({ author: OuterRef("pk"), title }).values("pages"));
    same(Author.objects.annotate({ x: titled("a") }), Author.objects.annotate({ x: titled("b") }));
    same(Author.objects.filter(Q({ age: 1 }).or(Q({ name: "a" }))), Author.objects.filter(Q({ age: 2 }).or(Q({ name: "b" }))));
  });

  it("differ where the SQL differs", () => {
    differ(Author.objects.filter({ age: 1 }), Author.objects.filter({ age__gt: 1 }));
    differ(Author.objects.filter({ age: 1 }), Author.objects.exclude({ age: 1 }));
    differ(Author.objects.filter({ age: 1 }), Author.objects.filter({ name: "1" }));
    differ(Author.objects.filter(Q({ age: 1 }).or(Q({ name: "a" }))), Author.objects.filter(Q({ age: 1 }).and(Q({ name: "a" }))));
    differ(Author.objects.filter(Q({ age: 1 }), Q({ name: "a" })), Author.objects.filter(Q({ age: 1 })).filter({ name: "a" }));
    differ(Author.objects.orderBy("age"), Author.objects.orderBy("-age"));
    differ(Author.objects.slice(0, 5), Author.objects.slice(1, 5));
    differ(Author.objects.slice(0), Author.objects.all());
    differ(Author.objects.values("name"), Author.objects.valuesList("name"));
    differ(Author.objects.valuesList("name"), Author.objects.valuesList("name", { flat: true }));
    differ(Author.objects.only("name"), Author.objects.defer("name"));
    differ(Author.objects.annotate({ x: Count("books") }), Author.objects.annotate({ x: Count("books", { distinct: true }) }));
    differ(Author.objects.annotate({ x: F("age") }), Author.objects.annotate({ y: F("age") }));
    differ(Author.objects.annotate({ x: F("age") }), Author.objects.alias({ x: F("age") }));
    differ(Author.objects.all(), Book.objects.all());
  });

  it("names cannot be made to look like other steps", () => {
    differ(Author.objects.values("name", "age"), Author.objects.values("name").values("age"));
    differ(Author.objects.orderBy("name", "age"), Author.objects.orderBy("name").orderBy("age"));
    differ(Author.objects.only("name", "age"), Author.objects.only("name").only("age"));
  });

  it("a field that is named like an expression is not taken for one", () => {
    differ(Named.objects.orderBy("F", "name"), Named.objects.orderBy(F("name")));
    differ(Named.objects.orderBy("Value", "string"), Named.objects.orderBy(Value("x")));
    const inner = Named.objects.filter({ F: 1 }).values("pk").slice(0, 1);
    differ(Named.objects.filter({ Exists: inner as never }), Named.objects.filter(Exists(inner)));
    differ(Named.objects.values("F", "name"), Named.objects.values({ F: F("name") } as never));
    differ(Named.objects.orderBy("name", "F"), Named.objects.orderBy(Upper("name")));
  });

  it("a default is told from the one of what is inside", () => {
    const arm = When({ age: 1 }, { then: F("age") });
    const sum = (inner: unknown, options?: object) => Author.objects.annotate({ x: Sum(inner as "age", options as never) });
    differ(sum(Case(arm), { default: 0 }), sum(Case(arm, { default: 0 })));
    const call = (name: string, joiner: string) =>
      Author.objects.annotate({ x: Func("age", { function: name, argJoiner: joiner, outputField: IntegerField() }) });
    differ(call("ABS", ", "), call("ABS", " || "));
  });

  it("differ by the kinds of values that have SQL of their own", () => {
    const bio = (value: unknown) => Author.objects.filter(Q.untyped({ bio: value }));
    differ(bio("x"), bio(null));
    const isNull = (value: boolean) => Author.objects.filter({ bio__isnull: value });
    differ(isNull(true), isNull(false));
    const age = (value: unknown) => Author.objects.filter(Q.untyped({ age__gt: value }));
    differ(age(1), age(1.5));
    differ(age(1), age(2 ** 40));
    differ(bio("x"), Author.objects.filter({ bio: F("name") }));
  });

  it("share one for lists of nearly the same length", () => {
    const among = (length: number, first = 0) => Author.objects.filter({ age__in: Array.from({ length }, (_, index) => index + first) });
    same(among(3), among(4));
    same(among(5), among(8, 100));
    differ(among(2), among(3));
    differ(among(0), among(1));
    const kinds = (list: unknown[]) => Author.objects.filter(Q.untyped({ age__in: list }));
    for (const list of [["1"], [1.5], [1n], [true]]) differ(kinds(list), kinds([1]));
    same(kinds(["1"]), kinds(["2"]));
    same(among(33), among(5000));
    same(Author.objects.filter(Q.untyped({ age__in: [1, 2, null] })), Author.objects.filter({ age__in: [7, 8] }));
    same(Author.objects.filter({ age__in: new Set([1, 2]) as never }), among(2));
  });

  it("are forgotten when the models change, and when they are too many", () => {
    const before = shapeOf(Author.objects.filter({ age: 1 }));
    expect(shapeOf(Author.objects.filter({ age: 1 }))).toBe(before);
    const { version } = registry;
    class Later extends Model<Later>("plans.Later")({ name: CharField({ maxLength: 3 }) }) {}
    expect(shapeOf(Later.objects.filter({ name: "x" }))).toBe(shapeOf(Later.objects.filter({ name: "y" })));
    expect(registry.version).toBeGreaterThan(version);
    const after = shapeOf(Author.objects.filter({ age: 1 }));
    expect(after).not.toBe(before);
    clearPlanCache();
    expect(shapeOf(Author.objects.filter({ age: 1 }))).not.toBe(after);
  });

  it("do not grow without end with names that are made up", () => {
    const start = shapeOf(Author.objects.filter({ age: 1 })).id;
    let dropped = false;
    for (let index = 0; index < 60_000 && !dropped; index++) {
      Author.objects.annotate({ [`name${index}`]: Value(1) } as never);
      if (index % 5000 === 4999) dropped = shapeOf(Author.objects.filter({ age: 1 })).id !== start;
    }
    expect(dropped).toBe(true);
    // and a queryset from before works on
    expect(shapeOf(Author.objects.filter({ age: 1 }).orderBy("name"))).toBe(shapeOf(Author.objects.filter({ age: 2 }).orderBy("name")));
  });
});

describeEachBackend("plans", () => {
  beforeAll(() => prepare());

  it("bind the values of each query to the same text", async () => {
    const names = async (age: number) => await Author.objects.filter({ age__gt: age }).orderBy("name").valuesList("name", { flat: true });
    const first = await record(() => names(25));
    const second = await record(() => names(50));
    expect(first.result).toEqual(["Ann", "Cleo"]);
    expect(second.result).toEqual(["Cleo"]);
    expect(second.sql).toEqual(first.sql);
    expect(second.events[0]?.params).not.toEqual(first.events[0]?.params);
  });

  it("compute with dates in the time zone that holds when they run", async () => {
    await dropTables([Moment]);
    await createTables([Moment]);
    await Moment.objects.create({ at: "2026-03-28T23:30:00Z" });
    const hour = Moment.objects.annotate({ hour: ExtractHour("at") }).valuesList("hour", { flat: true });
    const day = Moment.objects.annotate({ day: TruncDate("at") }).valuesList("day", { flat: true });
    const found = [
      Moment.objects.filter({ at__day: 28 }),
      Moment.objects.filter({ at__date: "2026-03-28" }),
      Moment.objects.filter({ at__hour__gte: 20 }),
      Moment.objects.filter({ at__year: 2026, at__time__gt: "12:00" }),
    ];
    const dates = Moment.objects.dates("at", "day");
    const ask = async () => [await hour.all(), await day.all(), await dates.all(), await Promise.all(found.map((each) => each.count()))];
    const utc = [[23], ["2026-03-28"], ["2026-03-28"], [1, 1, 1, 1]];
    expect(await ask()).toEqual(utc);
    const tokyo = await overrideSettings({ timeZone: "Asia/Tokyo" }, ask);
    expect(tokyo).toEqual([[8], ["2026-03-29"], ["2026-03-29"], [0, 0, 0, 0]]);
    // the summer time of Madrid begins at 01:00 UTC
    const madrid = await overrideSettings({ timeZone: "Europe/Madrid" }, ask);
    expect(madrid).toEqual([[0], ["2026-03-29"], ["2026-03-29"], [0, 0, 0, 0]]);
    const changed = overrideSettings({ timeZone: "Asia/Tokyo" }, () => Moment.objects.filter({ at__hour: 8 }).update({ note: "x" }));
    expect(await changed).toBe(1);
    expect(await Moment.objects.filter({ at__hour: 8 }).update({ note: "y" })).toBe(0);
    expect((await overrideSettings({ timeZone: "Asia/Tokyo" }, () => Moment.objects.filter({ at__hour: 23 }).delete()))[0]).toBe(0);
    expect(await ask()).toEqual(utc);
    await dropTables([Moment]);
  });

  it("bind values in subqueries, conditions and combinations to their own places", async () => {
    const ask = async (low: number, title: string, high: number) =>
      await Author.objects
        .filter({ age__gte: low })
        .exclude({ books__title: title })
        .filter({ pk__in: Author.objects.filter({ age__lte: high }) })
        .union(Author.objects.filter({ age: high }))
        .orderBy("name")
        .valuesList("name", { flat: true });
    const first = await record(() => ask(20, "Alpha", 30));
    const second = await record(() => ask(30, "Gamma", 60));
    expect(second.sql).toEqual(first.sql);
    expect([first.result, second.result]).toEqual([
      ["Ann", "Bob"],
      ["Ann", "Cleo"],
    ]);
  });

  it("pad lists with values that are there", async () => {
    const among = (ages: number[]) => Author.objects.filter({ age__in: ages }).valuesList("name", { flat: true });
    const three = await record(() => among([20, 30, 99]));
    const four = await record(() => among([20, 30, 60, 99]));
    expect(three.sql).toEqual(four.sql);
    expect([three.result, four.result]).toEqual([
      ["Ann", "Bob"],
      ["Ann", "Bob", "Cleo"],
    ]);
    const many = Array.from({ length: 500 }, (_, index) => index);
    expect(await among(many)).toEqual(["Ann", "Bob", "Cleo"]);
    expect(await sqlOf(() => among(many))).toBe(await sqlOf(() => among(many.slice(0, 40))));
    expect(await Author.objects.exclude({ age__in: many })).toEqual([]);
  });

  it("a list may be used for several lookups and be changed afterwards", async () => {
    const ages = [20, 30];
    const authors = Author.objects.filter({ age__in: ages });
    ages.pop();
    expect(await authors.count()).toBe(2);
  });

  it("one structure has plans of its own for rows, count, exists and aggregates", async () => {
    const old = Author.objects.filter({ age__gte: 30 });
    expect(await old.count()).toBe(2);
    expect(await old.exists()).toBe(true);
    expect(await old.aggregate({ total: Sum("age") })).toEqual({ total: 90 });
    expect(await old.all()).toHaveLength(2);
    expect(await old.update({ bio: F("bio") })).toBe(2);
    expect(await Author.objects.filter({ age__gte: 60 }).count()).toBe(1);
  });

  it("hear of every statement, cached or not", async () => {
    const heard: string[] = [];
    const connection = postQuery.connect((event) => heard.push(event.sql));
    try {
      for (const age of [1, 2, 3]) await Author.objects.filter({ age }).count();
    } finally {
      connection[Symbol.dispose]();
    }
    expect(heard).toHaveLength(3);
    expect(new Set(heard).size).toBe(1);
  });
});
