import { beforeEach, expect, it } from "vitest";
import { createTables, dropTables, QueryError, transaction, ValidationError } from "../../src/index.js";
import { Author, Book, fill, models, Publisher } from "../query/models.js";
import { expectQueries } from "../query/support.js";
import { describeEachCache } from "./support.js";

describeEachCache("the row cache", { models }, (cache) => {
  beforeEach(async () => {
    await dropTables(models);
    await createTables(models);
    await fill();
    await cache.empty();
  });

  it("cacheGet() reads a row once", async () => {
    const read = () => Author.objects.cacheGet(1);
    expect((await expectQueries(1, read)).name).toBe("Ann");
    const again = await expectQueries(0, read);
    expect(again.name).toBe("Ann");
    expect(again.shout).toBe("ANN");
    expect(again).toBeInstanceOf(Author);
    await expectQueries(0, () => Author.objects.filter({ pk: 1 }).cache());
  });

  it("E111: what a caller changes is his own, and update() gives the row up", async () => {
    const first = await Author.objects.cacheGet(1);
    first.name = "changed";
    const second = await expectQueries(0, () => Author.objects.cacheGet(1));
    expect(second.name).toBe("Ann");
    expect(second).not.toBe(first);
    second.name = "changed again";
    expect((await expectQueries(0, () => Author.objects.cacheGetMany([1]))).get(1)?.name).toBe("Ann");
    await Author.objects.filter({ pk: 1 }).update({ name: "Anna" });
    expect((await expectQueries(1, () => Author.objects.cacheGet(1))).name).toBe("Anna");
    await second.save();
    expect((await Author.objects.cacheGet(1)).name).toBe("changed again");
    await second.delete();
    await expect(Author.objects.cacheGet(1)).rejects.toThrow(Author.DoesNotExist);
  });

  it("cacheGet() throws where there is no row, and remembers that until one is made", async () => {
    const read = () => expect(Author.objects.cacheGet(99)).rejects.toThrow(Author.DoesNotExist);
    await expectQueries(1, read);
    await expectQueries(0, read);
    await Author.objects.create({ pk: 99, name: "Zoe", age: 1 });
    expect((await Author.objects.cacheGet(99)).name).toBe("Zoe");
  });

  it("cacheGetMany() reads the rows that are missing with one query", async () => {
    await Author.objects.cacheGet(2);
    const many = await expectQueries(1, () => Author.objects.cacheGetMany([1, 2, 3, 77, 1]));
    expect([...many].map(([key, author]) => [key, author.name])).toEqual([
      [1, "Ann"],
      [2, "Bob"],
      [3, "Cleo"],
    ]);
    expect((await expectQueries(0, () => Author.objects.cacheGetMany([3, 77, 1]))).size).toBe(2);
    expect((await expectQueries(0, () => Author.objects.cacheGet(3))).name).toBe("Cleo");
    await expectQueries(0, () => expect(Author.objects.cacheGet(77)).rejects.toThrow(Author.DoesNotExist));
    expect((await expectQueries(0, () => Author.objects.cacheGetMany([]))).size).toBe(0);
  });

  it("takes the queryset that it is called on: conditions, joins, prefetches, options", async () => {
    const joined = Book.objects.selectRelated("author").prefetchRelated("tags").cache({ timeout: 60 });
    const read = async () => {
      const books = await joined.cacheGetMany([1, 2]);
      return [books.get(1)?.author.name, [...(books.get(1)?.tags.all() ?? [])].map(({ name }) => name).sort()];
    };
    expect(await expectQueries(2, read)).toEqual(["Ann", ["art", "sql"]]);
    expect(await expectQueries(0, read)).toEqual(["Ann", ["art", "sql"]]);
    expect((await Author.objects.filter({ age__gte: 30 }).cacheGetMany([1, 2])).size).toBe(1);
    const old = await Author.objects.only("name").cacheGet(1);
    expect([...old.getDeferredFields()]).toContain("age");
    await Publisher.objects.cacheGet(1, { tags: ["front"] });
  });

  it("goes to the database in a transaction that has written", async () => {
    await Author.objects.cacheGet(1);
    await transaction.atomic(async () => {
      await Author.objects.filter({ pk: 1 }).update({ name: "Anna" });
      expect((await Author.objects.cacheGet(1)).name).toBe("Anna");
      expect((await Author.objects.cacheGetMany([1, 2])).get(1)?.name).toBe("Anna");
    });
  });

  it("refuses rows that are no instances, slices, and options that make no sense", async () => {
    await expect(Author.objects.values("name").cacheGet(1)).rejects.toThrow(QueryError);
    await expect(Author.objects.values("name").cacheGetMany([1])).rejects.toThrow(QueryError);
    await expect(Author.objects.slice(0, 2).cacheGetMany([1])).rejects.toThrow(QueryError);
    await expect(Author.objects.cacheGet(1, { timeout: -1 })).rejects.toThrow(QueryError);
    await expect(Reflect.apply(Author.objects.cacheGet, Author.objects, ["one"])).rejects.toThrow(ValidationError);
    await expect(Reflect.apply(Author.objects.cacheGet, Author.objects, [undefined])).rejects.toThrow(QueryError);
  });
});

describeEachCache("the row cache in the synchronous colour", { models, only: ["sqlite"] }, (cache) => {
  it("is served by a cache in memory", async () => {
    await fill();
    const queries = cache.name === "locmem" ? 0 : 1;
    expect((await expectQueries(1, () => Author.objects.cacheGetSync(1))).name).toBe("Ann");
    expect((await expectQueries(queries, () => Author.objects.cacheGetSync(1))).name).toBe("Ann");
    expect((await expectQueries(1, () => Author.objects.cacheGetManySync([1, 2]))).size).toBe(2);
    expect((await expectQueries(queries, () => Author.objects.cacheGetManySync([1, 2]))).get(2)?.name).toBe("Bob");
  });
});
