import { beforeAll, describe, expect, it } from "vitest";
import { Count, F, NotSupportedError, Q, QueryError, Value } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Publisher } from "./models.js";
import { expectQueries, prepare, sqlOf } from "./support.js";

const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name).sort();

describeEachBackend("combinations", (backend) => {
  beforeAll(() => prepare());
  const young = () => Author.objects.filter({ age__lt: 40 });
  const press = () => Author.objects.filter({ publisher__name: "Press" });

  it("union, intersection and difference", async () => {
    expect(names(await young().union(press()))).toEqual(["Ann", "Bob", "Cleo"]);
    expect(names(await young().union(press(), { all: true }))).toEqual(["Ann", "Ann", "Bob", "Cleo"]);
    expect(names(await young().intersection(press()))).toEqual(["Ann"]);
    expect(names(await young().difference(press()))).toEqual(["Bob"]);
    expect(
      names(
        await young()
          .union(press())
          .difference(Author.objects.filter({ name: "Ann" })),
      ),
    ).toEqual(["Bob", "Cleo"]);
    expect(names(await young().union(press(), Author.objects.filter({ name: "Cleo" })))).toEqual(["Ann", "Bob", "Cleo"]);
  });

  it("are ordered, sliced, counted and iterated", async () => {
    const both = young().union(press());
    expect((await both.orderBy("-age")).map((author) => author.name)).toEqual(["Cleo", "Ann", "Bob"]);
    expect((await both.orderBy("name").slice(1, 2)).map((author) => author.name)).toEqual(["Bob"]);
    expect(await both.count()).toBe(3);
    expect(await both.exists()).toBe(true);
    expect((await both.orderBy("age").first())?.name).toBe("Bob");
    expect((await both.orderBy("age").last())?.name).toBe("Cleo");
    const seen: string[] = [];
    for await (const author of both.iterator()) seen.push(author.name);
    expect(seen.sort()).toEqual(["Ann", "Bob", "Cleo"]);
  });

  it("G42: ordered or sliced parts run where they can, else are refused before any SQL", async () => {
    const parts = young().orderBy("-age").slice(0, 1).union(press().orderBy("-age").slice(0, 1));
    if (backend.vendor === "postgresql") expect(names(await parts)).toEqual(["Ann", "Cleo"]);
    else
      await expectQueries(0, async () => {
        await expect(Promise.resolve(parts)).rejects.toThrow(NotSupportedError);
        await expect(Promise.resolve(parts)).rejects.toThrow(/Order and slice the combined queryset/);
      });
  });

  it("G43: what would act on one part only is refused", async () => {
    const both = young().union(press());
    await expectQueries(0, async () => {
      expect(() => both.filter({ age: 1 })).toThrow(/not possible after UNION.*Call it on the parts/);
      expect(() => both.exclude({ age: 1 })).toThrow(QueryError);
      expect(() => both.annotate({ x: F("age") })).toThrow(QueryError);
      expect(() => both.distinct()).toThrow(QueryError);
      expect(() => both.selectRelated("publisher")).toThrow(QueryError);
      expect(() => both.only("name")).toThrow(QueryError);
      expect(() => both.selectForUpdate()).toThrow(QueryError);
      expect(() => both.or(young())).toThrow(QueryError);
      await expect(both.get({ age: 1 })).rejects.toThrow(QueryError);
      await expect(both.update({ age: 1 })).rejects.toThrow(QueryError);
      await expect(both.delete()).rejects.toThrow(QueryError);
    });
  });

  it("G43: get() without conditions takes the only row", async () => {
    expect((await young().intersection(press()).get()).name).toBe("Ann");
    await expect(young().union(press()).get()).rejects.toBeInstanceOf(Author.MultipleObjectsReturned);
    await expect(young().difference(young()).get()).rejects.toBeInstanceOf(Author.DoesNotExist);
  });

  it("G44: parts of values give values, also of different models", async () => {
    const both = Author.objects.valuesList("name").union(Publisher.objects.valuesList("name"));
    expect((await both.orderBy("name")).map(([name]) => name)).toEqual(["Ann", "Bob", "Cleo", "Press"]);
    const records = Author.objects
      .values("name", { kind: Value("author") })
      .union(Publisher.objects.values("name", { kind: Value("press") }));
    expect(await records.orderBy("name").slice(3)).toEqual([{ name: "Press", kind: "press" }]);
    expect(
      await Author.objects
        .valuesList("name", { flat: true })
        .union(Book.objects.valuesList("title", { flat: true }))
        .count(),
    ).toBe(6);
  });

  it("G44: values() behind a combination chooses of its columns", async () => {
    expect(await young().union(press()).orderBy("name").values("name")).toEqual([{ name: "Ann" }, { name: "Bob" }, { name: "Cleo" }]);
    expect(await young().union(press()).orderBy("age").valuesList("age", { flat: true })).toEqual([20, 30, 60]);
  });

  it("G44: values() behind a combination of objects may leave out what it is ordered by", async () => {
    const both = young().union(press(), { all: true }).orderBy("-age", "name");
    expect(await both.values("name")).toEqual([{ name: "Cleo" }, { name: "Ann" }, { name: "Ann" }, { name: "Bob" }]);
    expect(await both.valuesList("name", { flat: true })).toEqual(["Cleo", "Ann", "Ann", "Bob"]);
    const chosen = young().values("name").union(press().values("name"));
    await expect(Promise.resolve(chosen.orderBy("age" as never))).rejects.toThrow(QueryError);
  });

  it("G45: building opens no connection and sends nothing", async () => {
    await expectQueries(0, () => {
      young().using("nowhere").union(press()).orderBy("name").slice(0, 1);
    });
  });

  it("G46: an order that is no column of the parts is refused", async () => {
    const both = young().union(press());
    await expectQueries(0, async () => {
      for (const wrong of ["1; DROP TABLE query_author", "nope", "publisher__name"])
        await expect(async () => await both.orderBy(wrong as never), wrong).rejects.toThrow();
    });
  });

  it("G47: none() is empty without a query, whatever follows it", async () => {
    await expectQueries(0, async () => {
      const none = Author.objects.none();
      expect(await none).toEqual([]);
      expect(await none.filter({ age: 1 }).orderBy("name")).toEqual([]);
      expect(await none.count()).toBe(0);
      expect(await none.exists()).toBe(false);
      expect(await none.first()).toBe(null);
      expect(await none.values("name")).toEqual([]);
      expect(await none.aggregate({ n: Count("*") })).toEqual({ n: 0 });
      expect(await none.update({ age: 1 })).toBe(0);
      expect((await none.delete())[0]).toBe(0);
      expect(await none.inBulk([1, 2])).toEqual(new Map());
      expect(await none.intersection(young())).toEqual([]);
      for await (const _ of none.iterator()) throw new Error("a row of nothing");
      await expect(none.get()).rejects.toBeInstanceOf(Author.DoesNotExist);
    });
    expect(names(await Author.objects.none().union(young()))).toEqual(["Ann", "Bob"]);
    expect(names(await young().difference(Author.objects.none()))).toEqual(["Ann", "Bob"]);
  });

  describe("and, or, xor of querysets", () => {
    it("join the conditions of two querysets into one query", async () => {
      expect(names(await young().and(press()))).toEqual(["Ann"]);
      expect(names(await young().or(press()))).toEqual(["Ann", "Bob", "Cleo"]);
      expect(names(await young().xor(press()))).toEqual(["Bob", "Cleo"]);
      expect(await sqlOf(() => young().or(press()))).not.toContain("UNION");
      expect(names(await young().or(press()).filter({ age: 60 }))).toEqual(["Cleo"]);
    });

    it("take a slice by the keys of its rows", async () => {
      const oldest = Author.objects.orderBy("-age").slice(0, 1);
      expect(names(await oldest.or(Author.objects.filter({ name: "Bob" })))).toEqual(["Bob", "Cleo"]);
    });

    it("none() counts for no rows", async () => {
      expect(names(await Author.objects.none().or(young()))).toEqual(["Ann", "Bob"]);
      expect(names(await young().or(Author.objects.none()))).toEqual(["Ann", "Bob"]);
      await expectQueries(0, async () => expect(await young().and(Author.objects.none())).toEqual([]));
    });

    it("refuse another model, and distinct on one side only", () => {
      expect(() => young().or(Book.objects.all() as never)).toThrow(/one model/);
      expect(() => young().and(Q({ age: 1 }) as never)).toThrow(/takes querysets/);
      expect(() => young().and(press().distinct())).toThrow(/distinct/);
    });
  });
});
