import { beforeEach, expect, it } from "vitest";
import { loadRows } from "../../src/cli/fixtures/load-rows.js";
import type { FieldDefinition } from "../../src/fields/field.js";
import {
  createTables,
  dropTables,
  F,
  getConnection,
  invalidateModel,
  invalidateModelSync,
  invalidateTag,
  invalidateTagSync,
  overrideSettings,
  Q,
  QueryError,
  RedisCache,
  transaction,
} from "../../src/index.js";
import { metaOf } from "../../src/models/meta.js";
import { Author, Book, fill, models, Publisher, Tag } from "../query/models.js";
import { expectQueries } from "../query/support.js";
import { describeEachCache } from "./support.js";

const names = () => Author.objects.cache().valuesList("name", { flat: true });

describeEachCache("what gives up cached rows", { models }, (cache, backend) => {
  beforeEach(async () => {
    await dropTables(models);
    await createTables(models);
    await fill();
    await cache.empty();
  });

  /** Rows are cached before, and read anew after what is written. */
  async function expectGivenUp(read: () => PromiseLike<unknown>, write: () => unknown): Promise<void> {
    await read();
    await expectQueries(0, read);
    await write();
    await expectQueries(1, read);
    await expectQueries(0, read);
  }
  async function expectKept(read: () => PromiseLike<unknown>, write: () => unknown): Promise<void> {
    await read();
    await write();
    await expectQueries(0, read);
  }

  it("E109, G56: each way to write rows", async () => {
    const ann = await Author.objects.get({ name: "Ann" });
    for (const write of [
      () => Author.objects.create({ name: "Dora", age: 1 }),
      () => ann.set({ age: 31 }).save(),
      () => new Author({ name: "Eve", age: 2 }).save(),
      () => ann.set({ age: F("age").add(1) }).save(),
      () => Author.objects.bulkCreate([new Author({ name: "Fay", age: 3 })]),
      () => Author.objects.filter({ name: "Fay" }).update({ age: 4 }),
      () => Author.objects.bulkUpdate([ann], ["age"]),
      () => Author.objects.bulkUpdateWhen([[Q({ name: "Fay" }), { age: 5 }]]),
      () => Author.objects.upsert([new Author({ pk: ann.pk, name: "Ann", age: 30 })], { uniqueFields: ["id"] }),
      () => Author.objects.getOrCreate({ name: "Gil" }, { defaults: { age: 6 } }),
      () => Author.objects.updateOrCreate({ name: "Gil" }, { defaults: { age: 7 } }),
      () => Author.objects.filter({ name: "Gil" }).updateBatched({ age: 8 }),
      () => Author.objects.filter({ name: "Gil" }).claim(1, { age: 9 }),
      () => Author.objects.filter({ name: "Gil" }).delete(),
      () => Author.objects.filter({ name: "Fay" }).deleteBatched(),
      async () => (await Author.objects.get({ name: "Eve" })).delete(),
    ])
      await expectGivenUp(names, write);
  });

  it("E109, G56: nothing is given up where no row was written", async () => {
    for (const write of [
      () => Author.objects.filter({ age: 1000 }).update({ age: 1 }),
      () => Author.objects.filter({ age: 1000 }).delete(),
      () => Author.objects.bulkCreate([]),
      () => Author.objects.bulkUpdate([], ["age"]),
      () => Author.objects.none().update({ age: 1 }),
      () => Author.objects.getOrCreate({ name: "Ann" }, { defaults: { age: 1 } }),
      () => Publisher.objects.create({ name: "Other" }),
    ])
      await expectKept(names, write);
    await expectKept(
      () => Tag.objects.cache(),
      () => (backend.vendor === "mariadb" ? undefined : Tag.objects.bulkCreate([new Tag({ name: "sql" })], { ignoreConflicts: true })),
    );
  });

  it("E105: what is given up is not served any more, whatever the shape", async () => {
    const read = async () => {
      await names();
      await Author.objects.filter({ age: 30 }).cache();
      await Author.objects.cacheGet(1);
    };
    await read();
    await expectQueries(0, read);
    expect(await cache.entryKeys()).toHaveLength(3);
    await invalidateModel(Author);
    await expectQueries(3, read);
    invalidateModelSync(Author);
    await expectQueries(3, read);
  });

  it("E108: a joined model, one in a subquery, a prefetched one", async () => {
    const joined = () => Book.objects.selectRelated("author__publisher").cache();
    const filtered = () => Book.objects.filter({ author__publisher__name: "Press" }).cache();
    const inside = () => Book.objects.filter({ author__in: Author.objects.filter({ age__gte: 30 }) }).cache();
    const united = () => Author.objects.orderBy().values("name").union(Publisher.objects.orderBy().values("name")).cache();
    await expectGivenUp(joined, () => Author.objects.filter({ name: "Ann" }).update({ age: 31 }));
    for (const read of [joined, filtered, united]) await expectGivenUp(read, () => Publisher.objects.all().update({ name: "Press" }));
    await expectGivenUp(inside, () => Author.objects.filter({ name: "Ann" }).update({ age: 32 }));
    await expectKept(inside, () => Publisher.objects.all().update({ name: "Press" }));
    const prefetched = () => Author.objects.prefetchRelated("books").cache();
    await expectGivenUp(prefetched, () => Book.objects.all().update({ pages: F("pages").add(1) }));
    const [ann] = await expectQueries(0, prefetched);
    expect([...(ann?.books.all() ?? [])].map(({ pages }) => pages).sort()).toEqual([101, 301]);
  });

  it("E108: the links of a many-to-many relation", async () => {
    const book = await Book.objects.get({ title: "Gamma" });
    const tagged = () => Book.objects.filter({ tags__name: "sql" }).cache();
    const prefetched = () => Book.objects.prefetchRelated("tags").cache();
    const sql = await Tag.objects.get({ name: "sql" });
    for (const write of [() => book.tags.add(sql), () => book.tags.remove(sql), () => book.tags.set([sql]), () => book.tags.clear()]) {
      await expectGivenUp(tagged, write);
      await prefetched();
    }
    await expectGivenUp(prefetched, () => sql.books.add(book));
    expect((await tagged()).map(({ title }) => title)).toContain("Gamma");
  });

  it("the rows whose foreign key a deletion or a related manager changes", async () => {
    const read = () => Author.objects.cache().values("name", "publisher");
    const press = await Publisher.objects.get({ name: "Press" });
    const other = await Publisher.objects.create({ name: "Other" });
    await expectGivenUp(read, () => other.authors.add(1));
    await expectGivenUp(read, () => other.authors.clear());
    await expectGivenUp(read, () => press.delete());
    expect((await read()).map(({ publisher }) => publisher)).toEqual([null, null, null]);
    const books = () => Book.objects.cache();
    await expectGivenUp(books, () => Author.objects.filter({ name: "Bob" }).delete());
  });

  it("E109, G56: after the commit and not before, and not after a rollback", async () => {
    await names();
    await transaction.atomic(async () => {
      await Author.objects.filter({ name: "Ann" }).update({ name: "Anna" });
      // another connection, so to say: the block's own reads go past the cache
      await transaction.atomic(async () => void (await Author.objects.filter({ name: "Bob" }).update({ name: "Rob" })));
    });
    expect(await names()).toEqual(["Anna", "Cleo", "Rob"]);
    const rolledBack = () =>
      expect(
        transaction.atomic(async () => {
          await Author.objects.filter({ name: "Anna" }).update({ name: "x" });
          throw new RangeError("undone");
        }),
      ).rejects.toThrow(RangeError);
    await rolledBack();
    expect(await expectQueries(0, names)).toEqual(["Anna", "Cleo", "Rob"]);
    await transaction.atomic(async () => {
      await rolledBack();
    });
    expect(await expectQueries(0, names)).toEqual(["Anna", "Cleo", "Rob"]);
    const seen: unknown[] = [];
    await transaction.atomic(async () => {
      await Author.objects.filter({ name: "Anna" }).update({ name: "Ann" });
      transaction.onCommit(async () => seen.push(await names()));
    });
    expect(seen).toEqual([["Ann", "Cleo", "Rob"]]);
  });

  it("E106: what an uncommitted transaction reads is kept for nobody", async () => {
    await expect(
      transaction.atomic(async () => {
        await Author.objects.create({ name: "Ghost", age: 1 });
        expect(await names()).toContain("Ghost");
        throw new RangeError("undone");
      }),
    ).rejects.toThrow(RangeError);
    expect(await names()).not.toContain("Ghost");
    await transaction.atomic(async () => void (await names()));
    expect(await expectQueries(0, names)).not.toContain("Ghost");
  });

  it("a transaction that only reads is served, and keeps nothing", async () => {
    await names();
    await expectQueries(0, () => transaction.atomic(async () => void (await names())));
    await invalidateModel(Author);
    await expectQueries(1, () => transaction.atomic(async () => void (await names())));
    await expectQueries(1, names);
  });

  it("E107: a transaction sees its own writes, raw ones too", async () => {
    await names();
    await transaction.atomic(async () => {
      await Author.objects.filter({ name: "Ann" }).update({ name: "Anna" });
      expect(await names()).toContain("Anna");
    });
    await names();
    await transaction.atomic(async () => {
      await getConnection().execute("UPDATE query_author SET name = 'Ann' WHERE name = 'Anna'");
      expect(await names()).toContain("Ann");
      await invalidateModel(Author);
    });
    expect(await names()).toContain("Ann");
  });

  it("E110, G56: rows that a writer overtook between fetch and store are never read", async () => {
    const set = cache.backend.set.bind(cache.backend);
    let overtaken = false;
    // the writer commits when the reader has its rows and is about to store them
    cache.backend.set = async (...args) => {
      if (!overtaken) {
        overtaken = true;
        await Author.objects.filter({ name: "Ann" }).update({ name: "Anna" });
      }
      await set(...args);
    };
    try {
      expect(await names()).toContain("Ann");
    } finally {
      cache.backend.set = set;
    }
    expect(overtaken).toBe(true);
    expect(await expectQueries(1, names)).toContain("Anna");
    expect(await expectQueries(0, names)).toContain("Anna");
  });

  it("a tag, in either colour, and no other tag", async () => {
    const read = (...tags: string[]) => Author.objects.cache({ tags });
    await read("foo");
    await read("foo:1", "page");
    await expectQueries(0, () => read("page", "foo:1"));
    await invalidateTag("foo");
    await expectQueries(0, () => read("foo:1", "page"));
    await expectQueries(1, () => read("foo"));
    invalidateTagSync("page");
    await expectQueries(1, () => read("foo:1", "page"));
    await cache.elsewhere.deleteByTag("foo");
    await expectQueries(1, () => read("foo"));
    await expect(invalidateTag("")).rejects.toThrow(QueryError);
  });

  it("rows that loaddata writes", async () => {
    const meta = metaOf(Author);
    const values = new Map<FieldDefinition, unknown>([
      [meta.column("pk"), 1],
      [meta.column("name"), "Loaded"],
      [meta.column("age"), 5],
    ]);
    await expectGivenUp(names, () => loadRows([{ meta, values, lists: [], place: "the only entry" }], "default"));
    expect(await names()).toContain("Loaded");
  });

  it("a write of another process", async () => {
    await names();
    await getConnection().execute("UPDATE query_author SET name = 'Anna' WHERE name = 'Ann'");
    await expectQueries(0, names);
    if (cache.elsewhere instanceof RedisCache)
      await overrideSettings({ caches: { default: cache.elsewhere } }, () => Publisher.objects.create({ name: "Elsewhere" }));
    await expectQueries(0, names);
    await overrideSettings({ caches: { default: cache.elsewhere } }, () => invalidateModel(Author));
    expect(await expectQueries(1, names)).toContain("Anna");
  });

  it("a counter that the cache has lost does not bring old rows back", async () => {
    await names();
    await Author.objects.filter({ name: "Ann" }).update({ name: "Anna" });
    await cache.backend.delete("table:query_author");
    expect(await names()).toContain("Anna");
  });
});
