import { beforeEach, expect, it } from "vitest";
import { withScope } from "../../src/engine/scope.js";
import {
  Count,
  createTables,
  dropTables,
  Exists,
  F,
  ImproperlyConfigured,
  OuterRef,
  overrideSettings,
  Prefetch,
  Q,
  QueryError,
  Random,
  transaction,
} from "../../src/index.js";
import { Author, Book, fill, models, Publisher, Tag } from "../query/models.js";
import { expectQueries, record } from "../query/support.js";
import { describeEachCache } from "./support.js";

/** Reads twice: the second time without a query and with the same rows, none of which is the same object. */
async function expectCached<T>(read: () => T | PromiseLike<T>, queries = 1): Promise<T> {
  const first = await expectQueries(queries, read);
  const second = await expectQueries(0, read);
  expect(second).toEqual(first);
  return second;
}

describeEachCache("cache()", { models }, (cache) => {
  beforeEach(async () => {
    await dropTables(models);
    await createTables(models);
    await fill();
    await cache.empty();
  });

  it("gives the rows of each shape without a query the second time", async () => {
    expect((await expectCached(() => Author.objects.cache())).map(({ name }) => name)).toEqual(["Ann", "Bob", "Cleo"]);
    await expectCached(() => Author.objects.filter({ age__gte: 20 }).cache().values("name", "publisher__name"));
    expect(await expectCached(() => Author.objects.cache().valuesList("name", "age"))).toEqual([
      ["Ann", 30],
      ["Bob", 20],
      ["Cleo", 60],
    ]);
    expect(await expectCached(() => Author.objects.cache().valuesList("name", { flat: true }))).toEqual(["Ann", "Bob", "Cleo"]);
    expect((await expectCached(() => Author.objects.cache().valuesList("name", "age", { named: true })))[0]?.age).toBe(30);
    const annotated = await expectCached(() =>
      Author.objects
        .annotate({ written: Count("books") })
        .orderBy("name")
        .cache(),
    );
    expect(annotated.map(({ written }) => written)).toEqual([2, 1, 0]);
    await expectCached(() =>
      Author.objects
        .filter({ name: "Ann" })
        .orderBy()
        .union(Author.objects.filter({ name: "Bob" }).orderBy())
        .orderBy("name")
        .cache(),
    );
    await expectCached(() => Author.objects.cache().dates("books__published", "year"));
    await expectCached(() => Author.objects.filter(Exists(Book.objects.filter({ author: OuterRef("pk"), pages__gte: 200 }))).cache());
  });

  it("keeps what only() and defer() leave out unloaded", async () => {
    const read = async () => (await Author.objects.only("name").cache())[0];
    expect((await expectQueries(1, read))?.getDeferredFields()).toEqual((await expectQueries(0, read))?.getDeferredFields());
    const author = await expectQueries(0, read);
    expect(await author?.age).toBe(30);
    const deferred = (await Author.objects.defer("bio").cache())[0];
    expect(await deferred?.bio).toBe("writes");
  });

  it("keeps what selectRelated() joined and prefetchRelated() loaded", async () => {
    const joined = await expectCached(() => Book.objects.selectRelated("author__publisher").cache().orderBy("title"));
    expect(joined[0]?.author.publisher?.name).toBe("Press");
    const read = async () =>
      (
        await Author.objects
          .prefetchRelated(Prefetch("books", { queryset: Book.objects.orderBy("-pages"), toAttr: "longest" }), "books__tags", "profile")
          .cache()
      ).map((author) => [
        author.name,
        author.longest.map(({ title }) => title),
        [...author.books.all()].flatMap((book) => [...book.tags.all()].map(({ name }) => name)).sort(),
      ]);
    const rows = await expectQueries(5, read);
    expect(rows[0]).toEqual(["Ann", ["Beta", "Alpha"], ["art", "sql", "sql"]]);
    expect(await expectQueries(0, read)).toEqual(rows);
  });

  it("takes the options of a prefetched queryset for its rows alone", async () => {
    const read = () => Author.objects.prefetchRelated(Prefetch("books", { queryset: Book.objects.cache() }));
    await expectQueries(2, read);
    await expectQueries(1, read);
  });

  it("serves rows of related managers", async () => {
    const ann = await Author.objects.get({ name: "Ann" });
    const titles = () => ann.books.filter({ pages__gte: 200 }).cache().valuesList("title", { flat: true });
    expect(await expectCached(titles)).toEqual(["Beta"]);
    const [book] = await ann.books.cache();
    await expectQueries(0, async () => expect((await (await ann.books.cache())[0]?.author)?.name).toBe("Ann"));
    expect(await book?.author).toBe(ann);
  });

  it("does not cache what is not the rows of the queryset", async () => {
    const cached = Author.objects.cache();
    for (const read of [
      () => cached.all().count(),
      () => cached.all().exists(),
      () => cached.all().aggregate({ n: Count("*") }),
      () => cached.all().first(),
      () => cached.all().get({ name: "Ann" }),
    ]) {
      await expectQueries<unknown>(1, read);
      await expectQueries<unknown>(1, read);
    }
    expect(await cache.entryKeys()).toEqual([]);
  });

  it("G53: a queryset inside a condition is not run for the key, and makes another key", async () => {
    const read = (pages: number) => Author.objects.filter(Q({ pk__in: Book.objects.filter({ pages }).values("author") })).cache();
    const { sql } = await record(() => read(500));
    expect(sql).toHaveLength(1);
    expect((await expectQueries(0, () => read(500))).map(({ name }) => name)).toEqual(["Bob"]);
    expect((await expectQueries(1, () => read(300))).map(({ name }) => name)).toEqual(["Ann"]);
    expect(await cache.entryKeys()).toHaveLength(2);
  });

  it("G54, E104: each row shape has an entry of its own", async () => {
    const base = () => Author.objects.cache();
    expect(await expectQueries(1, () => base().values("name"))).toEqual([{ name: "Ann" }, { name: "Bob" }, { name: "Cleo" }]);
    expect(await expectQueries(1, () => base().valuesList("name"))).toEqual([["Ann"], ["Bob"], ["Cleo"]]);
    expect(await expectQueries(1, () => base().valuesList("name", { flat: true }))).toEqual(["Ann", "Bob", "Cleo"]);
    expect((await expectQueries(1, () => base().valuesList("name", { named: true })))[0]?.name).toBe("Ann");
    await expectQueries(1, () => base().only("name"));
    await expectQueries(1, () => base());
    expect(await cache.entryKeys()).toHaveLength(6);
  });

  it("G55, E112: the order of conditions and joins does not matter, values do", async () => {
    await expectQueries(1, () => Author.objects.filter({ age: 30, name: "Ann" }).cache());
    await expectQueries(0, () => Author.objects.filter({ name: "Ann", age: 30 }).cache());
    await expectQueries(0, () => Author.objects.filter({ name: "Ann" }).filter({ age: 30 }).cache());
    await expectQueries(1, () => Author.objects.filter({ name: "Ann", age: 31 }).cache());
    await expectQueries(1, () => Book.objects.filter({ author__publisher__name: "Press", author__profile__site: "ann.example" }).cache());
    const turned = () => Book.objects.filter({ author__profile__site: "ann.example", author__publisher__name: "Press" }).cache();
    expect((await expectQueries(0, turned)).map(({ title }) => title)).toEqual(["Alpha", "Beta"]);
  });

  it("G55, E112: clones keep the options", async () => {
    const base = Author.objects.cache({ timeout: 60 });
    await expectCached(() => base.filter({ age: 30 }).exclude({ name: "x" }).valuesList("name", { flat: true }));
    await expectCached(() =>
      base
        .orderBy()
        .union(Author.objects.filter({ age: 20 }).orderBy())
        .orderBy("pk"),
    );
    await expectCached(() => base.or(Author.objects.filter({ age: 20 })));
    await expectCached(() => base.slice(0, 2));
  });

  it("E112b: the tenant is part of the key", async () => {
    const read = () => Author.objects.cache().valuesList("name", { flat: true });
    await withScope({ tenant: "north" }, () => expectCached(read));
    await withScope({ tenant: "south" }, () => expectCached(read));
    await expectCached(read);
  });

  it("E112c: rows that are locked, or come in random order, are never cached", async () => {
    for (const read of [
      () => Author.objects.orderBy("?").cache(),
      () => Author.objects.orderBy(Random()).cache(),
      () => Author.objects.annotate({ chance: Random() }).cache(),
      () => Author.objects.filter({ pk__in: Author.objects.orderBy("?").slice(0, 2).values("pk") }).cache(),
    ]) {
      await expectQueries(1, read);
      await expectQueries(1, read);
    }
    const lock = () => transaction.atomic(async () => await Author.objects.selectForUpdate().cache());
    await expectQueries(1, lock);
    await expectQueries(1, lock);
    expect(await cache.entryKeys()).toEqual([]);
  });

  it("hands out rows that nobody else has", async () => {
    const read = () => Author.objects.cache().values("name", "age");
    const [first] = await read();
    Object.assign(first ?? {}, { name: "changed" });
    const [second] = await read();
    expect(second).toEqual({ name: "Ann", age: 30 });
    Object.assign(second ?? {}, { name: "changed again" });
    expect((await expectQueries(0, read))[0]).toEqual({ name: "Ann", age: 30 });
  });

  it("finds nothing again, and knows without the cache what can find nothing", async () => {
    expect(await expectCached(() => Author.objects.filter({ age: 1000 }).cache())).toEqual([]);
    expect(await expectQueries(0, () => Author.objects.none().cache())).toEqual([]);
    expect(await cache.entryKeys()).toHaveLength(1);
  });

  it("keeps rows for the timeout in seconds; 0 is no end", async () => {
    await Author.objects.cache({ timeout: 0.05 });
    await Publisher.objects.cache({ timeout: 0 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    await expectQueries(1, () => Author.objects.cache({ timeout: 0.05 }));
    await expectQueries(0, () => Publisher.objects.cache());
  });

  it("refuses options that make no sense, when they are given", () => {
    for (const options of [
      { timeout: -1 },
      { timeout: Number.NaN },
      { timeout: "60" },
      { tags: "a" },
      { tags: [""] },
      { using: 3 },
      { ttl: 3 },
    ])
      expect(() => Reflect.apply(Author.objects.cache, Author.objects, [options]), JSON.stringify(options)).toThrow(QueryError);
  });

  it("refuses a cache that is not among the settings, and does nothing where there are none", async () => {
    await expect(Author.objects.cache({ using: "deflaut" })).rejects.toThrow(ImproperlyConfigured);
    await expect(Author.objects.cache({ using: "deflaut" })).rejects.toThrow(/"default"/);
    await overrideSettings({ caches: {} }, async () => {
      await expectQueries(1, () => Author.objects.cache({ using: "any" }));
      await expectQueries(1, () => Author.objects.cache({ using: "any" }));
    });
  });
});

describeEachCache("cache() in the synchronous colour", { models, only: ["sqlite", "better-sqlite3", "sqlite-file"] }, (cache) => {
  beforeEach(async () => {
    await dropTables(models);
    await createTables(models);
    await fill();
    await cache.empty();
  });

  it("is served by a cache in memory, and goes past Redis", async () => {
    const queries = cache.name === "locmem" ? 0 : 1;
    const read = () => [...Book.objects.selectRelated("author").cache().orderBy("title")].map((book) => [book.title, book.author.name]);
    const rows = await expectQueries(1, read);
    expect(await expectQueries(queries, read)).toEqual(rows);
    // what one colour has read the other one is served
    expect(await expectQueries(queries, async () => await Book.objects.selectRelated("author").cache().orderBy("title"))).toHaveLength(3);
  });

  it("tells its writes to either cache", async () => {
    const read = async () => (await Author.objects.cache().values("age"))[0]?.age;
    expect(await read()).toBe(30);
    Author.objects.filter({ name: "Ann" }).updateSync({ age: 31 });
    expect(await expectQueries(1, read)).toBe(31);
    const [ann] = [...Author.objects.all()];
    ann?.set({ age: 32 }).saveSync();
    expect(await read()).toBe(32);
    transaction.atomicSync(() => void Author.objects.filter({ name: "Ann" }).updateSync({ age: F("age").add(1) }));
    expect(await read()).toBe(33);
  });
});

describeEachCache("the alias of cached rows", { models, aliases: ["default", "other"] }, () => {
  it("G55, E112c: the alias is part of the key", async () => {
    await Tag.objects.create({ name: "here" });
    await Tag.objects.dbManager("other").create({ name: "there" });
    const read = (alias: string) => Tag.objects.using(alias).cache().valuesList("name", { flat: true });
    expect(await expectCached(() => read("default"))).toEqual(["here"]);
    expect(await expectCached(() => read("other"))).toEqual(["there"]);
    expect(await read("default")).toEqual(["here"]);
  });
});
