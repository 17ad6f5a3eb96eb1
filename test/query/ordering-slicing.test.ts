import { beforeAll, describe, expect, it } from "vitest";
import { Count, F, FieldError, Max, QueryError, Sum } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Publisher } from "./models.js";
import { expectQueries, prepare, record, sqlOf } from "./support.js";

const names = (authors: readonly Author[]): string[] => authors.map((author) => author.name);

describeEachBackend("order and slices", (backend) => {
  beforeAll(() => prepare());

  describe("order", () => {
    it("G01: orderBy() without arguments takes the model's own order away", async () => {
      expect(await sqlOf(() => Author.objects.all())).toMatch(/ORDER BY "query_author"."name" ASC$/);
      expect(await sqlOf(() => Author.objects.orderBy())).not.toContain("ORDER BY");
      expect(Author.objects.all().ordered).toBe(true);
      expect(Author.objects.orderBy().ordered).toBe(false);
      expect(Book.objects.all().ordered).toBe(false);
    });

    it("G02: first, last and reverse go by the model's own order", async () => {
      expect((await Author.objects.first())?.name).toBe("Ann");
      expect((await Author.objects.last())?.name).toBe("Cleo");
      expect(names(await Author.objects.reverse())).toEqual(["Cleo", "Bob", "Ann"]);
      expect(names(await Author.objects.reverse().reverse())).toEqual(["Ann", "Bob", "Cleo"]);
      expect((await Author.objects.reverse().first())?.name).toBe("Cleo");
    });

    it("G02: without an order first and last go by the key", async () => {
      expect(await sqlOf(() => Book.objects.last())).toMatch(/ORDER BY "query_book"."id" DESC LIMIT/);
      expect((await Book.objects.first())?.title).toBe("Alpha");
      expect(await Book.objects.filter({ title: "Nope" }).first()).toBe(null);
    });

    it("G03: valuesList has the model's own order", async () => {
      expect(await Author.objects.valuesList("name", { flat: true })).toEqual(["Ann", "Bob", "Cleo"]);
      expect(await Author.objects.values("name")).toEqual([{ name: "Ann" }, { name: "Bob" }, { name: "Cleo" }]);
    });

    it("G50: a random order, and where nulls go", async () => {
      expect((await Author.objects.orderBy("?")).map((author) => author.name).sort()).toEqual(["Ann", "Bob", "Cleo"]);
      expect(names(await Author.objects.orderBy(F("bio").asc({ nullsFirst: true }), "name"))).toEqual(["Bob", "Cleo", "Ann"]);
      expect(names(await Author.objects.orderBy(F("bio").desc({ nullsLast: true })))).toEqual(["Ann", "Cleo", "Bob"]);
      expect(names(await Author.objects.orderBy(F("bio").desc({ nullsLast: true })).reverse())).toEqual(["Bob", "Cleo", "Ann"]);
      expect(() => F("bio").asc({ nullsFirst: true, nullsLast: true })).toThrow(QueryError);
    });

    it("G51: a relation orders by its column, without a join where its model has no order", async () => {
      const sql = await sqlOf(() => Author.objects.orderBy("publisher"));
      expect(sql).toContain(`ORDER BY "query_author"."publisher_id" ASC`);
      expect(sql).not.toContain("JOIN");
      expect(await sqlOf(() => Author.objects.orderBy("publisher__name"))).toContain("LEFT OUTER JOIN");
      expect(await sqlOf(() => Author.objects.orderBy("publisherId"))).not.toContain("JOIN");
    });

    it("G51: a relation orders by the order of its model, turned around with it", async () => {
      const sql = await sqlOf(() => Book.objects.orderBy("-author", "title"));
      expect(sql).toContain(`ORDER BY "query_author"."name" DESC, "query_book"."title" ASC`);
      expect((await Book.objects.orderBy("-author", "-title")).map((book) => book.title)).toEqual(["Gamma", "Beta", "Alpha"]);
    });

    it("G19: an order through a relation keeps the rows without one", async () => {
      expect(names(await Author.objects.orderBy("mentor__publisher__name", "name"))).toHaveLength(3);
    });

    it("a later orderBy replaces an earlier one", async () => {
      expect(names(await Author.objects.orderBy("-age").orderBy("age"))).toEqual(["Bob", "Ann", "Cleo"]);
    });

    it("G11: names that do not exist are refused where they are written, with the nearest", () => {
      // the types refuse these too
      expect(() => Author.objects.orderBy("nam" as never)).toThrow(/has no field "nam".*"name"/);
      expect(() => Author.objects.orderBy("-publisher__nope" as never)).toThrow(FieldError);
      expect(() => Author.objects.orderBy(3 as never)).toThrow(QueryError);
      expect(() => Author.objects.orderBy(`name"; DROP TABLE query_author; --` as never)).toThrow(FieldError);
    });

    it("earliest and latest go by fields, and throw the model's DoesNotExist", async () => {
      expect((await Author.objects.earliest("age")).name).toBe("Bob");
      expect((await Author.objects.latest("age")).name).toBe("Cleo");
      expect((await Author.objects.latest("-age", "name")).name).toBe("Bob");
      await expect(Author.objects.none().latest("age")).rejects.toBeInstanceOf(Author.DoesNotExist);
      await expect(Author.objects.earliest()).rejects.toThrow(/getLatestBy/);
    });
  });

  describe("slices", () => {
    const two = () => Author.objects.slice(0, 2);

    it("G04: count, exists and aggregate are over the slice", async () => {
      expect(await two().count()).toBe(2);
      expect(await Author.objects.slice(2, 9).count()).toBe(1);
      expect(await Author.objects.slice(3, 9).exists()).toBe(false);
      expect(await two().exists()).toBe(true);
      expect(await two().aggregate({ total: Sum("age"), most: Max("age"), n: Count("*") })).toEqual({ total: 50, most: 30, n: 2 });
    });

    it("G05: a slice of a slice counts in the rows of the first", async () => {
      expect(names(await Author.objects.slice(1, 4).slice(1, 2))).toEqual(["Cleo"]);
      expect(names(await Author.objects.slice(1).slice(0, 1))).toEqual(["Bob"]);
      expect(names(await Author.objects.slice(0, 2).slice(1))).toEqual(["Bob"]);
      expect(names(await Author.objects.slice(0, 2).slice(0, 100))).toEqual(["Ann", "Bob"]);
      expect((await Author.objects.slice(1, 3).first())?.name).toBe("Bob");
    });

    it("G06: what would act before the slice is refused, saying what to write", async () => {
      expect(() => two().filter({ age: 1 })).toThrow(/cannot follow a slice.*pk__in/);
      expect(() => two().exclude({ age: 1 })).toThrow(QueryError);
      expect(() => two().orderBy("age")).toThrow(QueryError);
      expect(() => two().distinct()).toThrow(QueryError);
      expect(() => two().reverse()).toThrow(QueryError);
      await expectQueries(0, async () => {
        await expect(two().get({ name: "Cleo" })).rejects.toThrow(QueryError);
        await expect(two().last()).rejects.toThrow(QueryError);
        await expect(two().latest("age")).rejects.toThrow(QueryError);
        await expect(two().inBulk([1])).rejects.toThrow(QueryError);
      });
    });

    it("G06: get() without conditions looks into the slice only", async () => {
      expect((await Author.objects.slice(1, 2).get()).name).toBe("Bob");
      await expect(two().get()).rejects.toBeInstanceOf(Author.MultipleObjectsReturned);
      await expect(Author.objects.slice(7, 9).get()).rejects.toBeInstanceOf(Author.DoesNotExist);
    });

    it("G08: an inverted range is empty, without a query", async () => {
      await expectQueries(0, async () => {
        expect(await Author.objects.slice(5, 3)).toEqual([]);
        expect(await Author.objects.slice(2, 2).count()).toBe(0);
        expect(await Author.objects.slice(0, 2).slice(2)).toEqual([]);
        expect(await Author.objects.limit(0).exists()).toBe(false);
      });
    });

    it.each([[-1], [0, -1], [1.5], [0, Number.NaN], [Number.POSITIVE_INFINITY]])("G08: slice(%s, %s) is refused", (start, end?: number) => {
      expect(() => Author.objects.slice(start, end)).toThrow(QueryError);
    });

    it("G08: an open end works alone, in subqueries and in combinations", async () => {
      expect(names(await Author.objects.slice(1))).toEqual(["Bob", "Cleo"]);
      expect(await Book.objects.filter({ author__in: Author.objects.slice(1) }).valuesList("title", { flat: true })).toEqual(["Gamma"]);
      const union = Author.objects.filter({ age__lt: 25 }).union(Author.objects.filter({ age__gt: 25 }));
      expect(names(await union.orderBy("name").slice(1))).toEqual(["Bob", "Cleo"]);
    });

    it("limit and offset are a slice in either order of the calls", async () => {
      expect(names(await Author.objects.limit(1).offset(1))).toEqual(["Bob"]);
      expect(names(await Author.objects.offset(1).limit(1))).toEqual(["Bob"]);
      expect(names(await Author.objects.offset(2))).toEqual(["Cleo"]);
      expect(names(await Author.objects.limit(2).limit(1))).toEqual(["Ann"]);
    });

    it("G09: all() of an evaluated queryset is a new query, its rows stay", async () => {
      const all = Author.objects.all();
      const rows = await all;
      await expectQueries(0, async () => expect((await all)[0]).toBe(rows[0]));
    });

    it("G36, pk__in: a slice limits a subquery before it is compared", async () => {
      const youngest = Author.objects.orderBy("age").slice(0, 1);
      expect(names(await Author.objects.filter({ pk__in: youngest }))).toEqual(["Bob"]);
      expect(names(await Author.objects.exclude({ pk__in: youngest }))).toEqual(["Ann", "Cleo"]);
      const { sql } = await record(() => Author.objects.filter({ pk__in: youngest }));
      expect(sql[0]).toMatch(/IN \(SELECT .* ORDER BY .* LIMIT/);
    });
  });

  describe("distinct", () => {
    it("G10: count is over the distinct rows", async () => {
      const publishers = Author.objects.orderBy().values("publisher").distinct();
      expect(await publishers.count()).toBe(2);
      expect(await publishers).toHaveLength(2);
    });

    it("takes away what joins multiply", async () => {
      const press = Publisher.objects.filter({ authors__age__gt: 0 });
      expect(await press.count()).toBe(2);
      expect(await press.distinct().count()).toBe(1);
      expect(await press.distinct()).toHaveLength(1);
    });

    it("what it orders by is part of the row, as in Django, and stays out of the result", async () => {
      const rows = await Publisher.objects.filter({ authors__age__gt: 0 }).orderBy("authors__age").distinct().values("name");
      expect(rows).toEqual([{ name: "Press" }, { name: "Press" }]);
    });

    backend.skipUnless(backend.vendor === "postgresql", "DISTINCT ON is PostgreSQL's")(
      "with fields keeps the first of each group",
      async () => {
        const oldest = Author.objects.orderBy("publisher", "-age").distinct("publisher");
        expect(names(await oldest).sort()).toEqual(["Bob", "Cleo"]);
        expect(await oldest.count()).toBe(2);
      },
    );

    backend.skipUnless(backend.vendor === "sqlite", "PostgreSQL has DISTINCT ON")("with fields is refused before any SQL", async () => {
      await expectQueries(0, async () => {
        await expect(Promise.resolve(Author.objects.distinct("publisher"))).rejects.toThrow(/DISTINCT ON.*RowNumber/);
      });
    });
  });
});
