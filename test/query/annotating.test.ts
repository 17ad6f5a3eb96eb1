import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  Avg,
  Count,
  Decimal,
  F,
  FieldError,
  Max,
  Min,
  NullIf,
  OuterRef,
  Q,
  QueryError,
  StdDev,
  Subquery,
  Sum,
  Value,
  Variance,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Publisher, Tag } from "./models.js";
import { expectQueries, prepare, record, sqlOf } from "./support.js";

describeEachBackend("annotations and aggregates", () => {
  beforeAll(() => prepare());

  describe("annotate", () => {
    it("G21: an aggregate without joins gives one row for each object", async () => {
      expect(
        await Author.objects
          .annotate({ n: Count("id") })
          .orderBy("name")
          .valuesList("name", "n"),
      ).toEqual([
        ["Ann", 1],
        ["Bob", 1],
        ["Cleo", 1],
      ]);
    });

    it("G22: a condition on an aggregate is HAVING, beside WHERE", async () => {
      const prolific = Author.objects
        .annotate({ n: Count("books") })
        .filter({ n__gte: 1, age__lt: 50 })
        .orderBy("name");
      const sql = await sqlOf(() => prolific.all());
      expect(sql).toMatch(/WHERE "query_author"."age" < .* GROUP BY .* HAVING COUNT\(/);
      expect((await prolific).map((author) => [author.name, author.n])).toEqual([
        ["Ann", 2],
        ["Bob", 1],
      ]);
      expect(await prolific.count()).toBe(2);
      expect(await prolific.exists()).toBe(true);
      expect(await prolific.filter({ n: 7 }).exists()).toBe(false);
    });

    it("G22: a filter before the annotation decides what is counted, one after it which rows are kept", async () => {
      const before = Author.objects
        .filter({ books__pages__gte: 200 })
        .annotate({ n: Count("books") })
        .orderBy("name");
      expect(await before.valuesList("name", "n")).toEqual([
        ["Ann", 1],
        ["Bob", 1],
      ]);
      const after = Author.objects.annotate({ n: Count("books") }).filter({ books__title: "Alpha" });
      // the join of the filter is another one than that of the annotation
      expect(await after.valuesList("name", "n")).toEqual([["Ann", 2]]);
    });

    it("G23: values() before annotate() groups", async () => {
      const rows = await Author.objects
        .values("publisher")
        .annotate({ n: Count("id"), oldest: Max("age") })
        .orderBy("n");
      expect(rows).toEqual([
        { publisher: null, n: 1, oldest: 20 },
        { publisher: expect.any(Number), n: 2, oldest: 60 },
      ]);
    });

    it("G23: the model's own order does not break groups", async () => {
      expect(await sqlOf(() => Author.objects.values("publisher").annotate({ n: Count("id") }))).not.toContain("ORDER BY");
      expect(await Author.objects.values("publisher").annotate({ n: Count("id") })).toHaveLength(2);
    });

    it("G23: nor does it order rows with aggregates, as in Django", async () => {
      expect(await sqlOf(() => Author.objects.annotate({ n: Count("books") }))).not.toContain("ORDER BY");
      expect(Author.objects.annotate({ n: Count("books") }).ordered).toBe(false);
    });

    it("G24: orders by the name of an aggregate", async () => {
      const rows = await Author.objects
        .annotate({ n: Count("books") })
        .orderBy("-n", "name")
        .valuesList("name", { flat: true });
      expect(rows).toEqual(["Ann", "Bob", "Cleo"]);
      expect(await sqlOf(() => Author.objects.annotate({ n: Count("books") }).orderBy("-n"))).toMatch(/ORDER BY "n" DESC$/);
    });

    it("G25: aggregates over aggregates, in a subquery", async () => {
      expect(await Author.objects.annotate({ n: Count("books") }).aggregate({ most: Max("n"), mean: Avg("n"), all: Sum("n") })).toEqual({
        most: 2,
        mean: 1,
        all: 3,
      });
    });

    it("G26: two paths to many multiply each other, which distinct undoes", async () => {
      const wrong = Author.objects.filter({ name: "Ann" }).annotate({ books_: Count("books"), students_: Count("students") });
      expect(await wrong.valuesList("books_", "students_")).toEqual([[4, 4]]);
      const right = Author.objects
        .filter({ name: "Ann" })
        .annotate({ books_: Count("books", { distinct: true }), students_: Count("students", { distinct: true }) });
      expect(await right.valuesList("books_", "students_")).toEqual([[2, 2]]);
    });

    it("G27: a name that the model has is refused, alias() may take it", () => {
      expect(() => Author.objects.annotate({ age: F("id") } as never)).toThrow(/"age" is a field/);
      expect(() => Book.objects.annotate({ authorId: F("id") } as never)).toThrow(/is a field/);
      expect(() => Author.objects.annotate({ save: F("id") } as never)).toThrow(/is a member/);
      expect(() => Author.objects.annotate({ pk: F("id") } as never)).toThrow(QueryError);
      expect(() => Author.objects.annotate({ "a b": F("id") })).toThrow(/is not a name/);
      expect(() => Author.objects.annotate({ 'x"; DROP TABLE query_author; --': F("id") })).toThrow(/is not a name/);
      expect(() => Author.objects.annotate({ x: "age" } as never)).toThrow(/must be an expression/);
    });

    it("G27: behind values() the names of the values are taken, the others are free, as in Django", async () => {
      expect(() => Author.objects.values("name").annotate({ name: F("age") } as never)).toThrow(/among the values/);
      const grouped = Author.objects
        .values("publisher")
        .annotate({ age: Max("age") } as never)
        .orderBy("-publisher__name") as unknown as PromiseLike<unknown[]>;
      expect(await grouped).toContainEqual({ publisher: null, age: 20 });
    });

    it("G28: plain columns, values and columns behind relations", async () => {
      const rows = await Author.objects.annotate({ x: F("age"), one: Value(1), press: F("publisher__name"), tutor: F("mentor__name") });
      expect(rows.map((row) => [row.x, row.one, row.press, row.tutor])).toEqual([
        [30, 1, "Press", null],
        [20, 1, null, "Ann"],
        [60, 1, "Press", "Ann"],
      ]);
      expectTypeOf(rows[0]?.x).toEqualTypeOf<number | undefined>();
    });

    it("G28: transforms and arithmetic of annotations", async () => {
      const rows = Author.objects.annotate({ decade: F("age").div(10) }).filter({ decade__gte: 3 });
      expect(await rows.annotate({ next: F("decade").add(1) }).valuesList("name", "next")).toEqual([
        ["Ann", 4],
        ["Cleo", 7],
      ]);
    });

    it("alias is usable and not read", async () => {
      const rows = Author.objects.alias({ n: Count("books") }).filter({ n: 0 });
      expect(await sqlOf(() => rows.all())).not.toMatch(/^SELECT.*COUNT.* FROM/);
      const [cleo] = await rows;
      expect(cleo?.name).toBe("Cleo");
      expect(cleo && "n" in cleo).toBe(false);
      expect((await rows.annotate({ shown: F("n") }))[0]?.shown).toBe(0);
    });

    it("aggregates take conditions", async () => {
      const rows = Author.objects.annotate({
        long: Count("books", { filter: Q({ books__pages__gte: 300 }) }),
        notLong: Count("books", { filter: Q({ books__pages__gte: 300 }).not() }),
      });
      expect(await rows.orderBy("name").valuesList("name", "long", "notLong")).toEqual([
        ["Ann", 1, 1],
        ["Bob", 1, 0],
        ["Cleo", 0, 0],
      ]);
    });

    it("a negated condition of an aggregate is about the rows that it counts", async () => {
      const rows = Author.objects.annotate({ rest: Count("books", { filter: Q({ books__tags__name: "art" }).not(), distinct: true }) });
      // Alpha has the tags sql and art: its row with sql counts
      expect(await rows.orderBy("name").valuesList("name", "rest")).toEqual([
        ["Ann", 2],
        ["Bob", 1],
        ["Cleo", 0],
      ]);
    });

    it("a subquery computes a value for each row", async () => {
      const longest = Book.objects
        .filter({ author: OuterRef("pk") })
        .orderBy("-pages")
        .values("title")
        .slice(0, 1);
      expect(await Author.objects.annotate({ longest: Subquery(longest) }).valuesList("name", "longest")).toEqual([
        ["Ann", "Beta"],
        ["Bob", "Gamma"],
        ["Cleo", null],
      ]);
    });

    it("an annotation can be grouped by, also behind a relation", async () => {
      const rows = await Book.objects
        .annotate({ press: F("author__publisher__name") })
        .values("press")
        .annotate({ pages_: Sum("pages") })
        .orderBy("press");
      expect(rows).toEqual(
        expect.arrayContaining([
          { press: "Press", pages_: 400 },
          { press: null, pages_: 500 },
        ]),
      );
      expect(rows).toHaveLength(2);
    });

    it("an aggregate of an aggregate is refused with the way out", () => {
      expect(() => Author.objects.annotate({ n: Count("books") }).annotate({ m: Sum("n") })).toThrow(/aggregate\(\)/);
    });
  });

  describe("aggregate", () => {
    it("names its values", async () => {
      expect(await Book.objects.aggregate({ n: Count("*"), least: Min("pages"), mean: Avg("pages"), worth: Sum("price") })).toEqual({
        n: 3,
        least: 100,
        mean: 300,
        worth: new Decimal("29.49"),
      });
    });

    it("J, M08: over no rows gives null, zero for Count, and the default", async () => {
      const over = { n: Count("id"), total: Sum("pages"), safe: Sum("pages", { default: 0 }), most: Max("title") };
      const nothing = { n: 0, total: null, safe: 0, most: null };
      expect(await Book.objects.filter({ title: "Nope" }).aggregate(over)).toEqual(nothing);
      await expectQueries(0, async () => expect(await Book.objects.none().aggregate(over)).toEqual(nothing));
    });

    it("one expression may use those before it", async () => {
      expect(await Book.objects.aggregate({ total: Sum("pages"), n: Count("*"), mean: Sum("pages").div(Count("*")) })).toMatchObject({
        mean: 300,
      });
    });

    it("a value of each row is refused", async () => {
      await expect(Book.objects.aggregate({ x: F("pages") as never })).rejects.toThrow(/no aggregate.*annotate/);
      await expect(Book.objects.aggregate({ x: "pages" } as never)).rejects.toThrow(QueryError);
      await expectQueries(0, async () => expect(await Book.objects.aggregate({})).toEqual({}));
    });

    it("reaches through relations, also over many rows", async () => {
      expect(
        await Publisher.objects.aggregate({ pages: Sum("authors__books__pages"), authors: Count("authors", { distinct: true }) }),
      ).toEqual({
        pages: 400,
        authors: 2,
      });
      expect(await Tag.objects.aggregate({ n: Count("books"), different: Count("books", { distinct: true }) })).toEqual({
        n: 3,
        different: 2,
      });
    });

    it("groups by the keys of joined tables, from which their other columns follow", async () => {
      const counted = Author.objects
        .selectRelated("publisher", "mentor")
        .annotate({ n: Count("books") })
        .orderBy("name");
      const { result, sql } = await record(async () => await counted);
      expect(result.map(({ name, publisher, mentor, n }) => [name, publisher?.name, mentor?.name, n])).toEqual([
        ["Ann", "Press", undefined, 2],
        ["Bob", undefined, "Ann", 1],
        ["Cleo", "Press", "Ann", 0],
      ]);
      expect(sql[0]?.split("GROUP BY")[1]?.split("ORDER BY")[0]?.split(",")).toHaveLength(3);
      const named = Book.objects
        .values("author__publisher__name")
        .annotate({ n: Count("id") })
        .orderBy("n");
      expect(await named).toEqual([
        { author__publisher__name: null, n: 1 },
        { author__publisher__name: "Press", n: 2 },
      ]);
    });

    it("orders groups by an expression with values of its own that is not selected", async () => {
      const groups = Author.objects
        .annotate({ kind: NullIf("name", Value("Bob")) })
        .values("kind")
        .annotate({ n: Count("books") })
        .filter({ n__gte: 1 })
        .orderBy("kind")
        .valuesList("n", { flat: true });
      expect([...(await groups)].sort()).toEqual([1, 2]);
      const newest = Book.objects
        .filter({ author: OuterRef("pk"), pages__gte: 100 })
        .orderBy("-pages")
        .values("title")
        .slice(0, 1);
      const bySubquery = Author.objects
        .annotate({ newest: Subquery(newest) })
        .values("newest")
        .annotate({ n: Count("books") })
        .filter({ n__gt: 0 })
        .orderBy("newest")
        .valuesList("n", { flat: true });
      expect(await bySubquery).toEqual([2, 1]);
    });

    it("orders groups by the relation that values() selects, not by the order of its model", async () => {
      const ann = await Author.objects.get({ name: "Ann" });
      const early = await Author.objects.create({ name: "Aaron", age: 1 });
      await Book.objects.create({ title: "Last", author: early });
      const groups = Book.objects
        .values("author")
        .annotate({ n: Count("pk") })
        .orderBy("author");
      expect((await groups).map(({ author }) => author)).toEqual([ann.pk, ann.pk + 1, early.pk]);
      expect(await sqlOf(() => groups.all())).not.toContain("JOIN");
      await early.delete();
    });

    it("StdDev and Variance without a name are named as in Django", async () => {
      expect(Object.keys(await Book.objects.aggregate(StdDev("pages") as never))).toEqual(["pages__stddev"]);
      expect(Object.keys(await Book.objects.aggregate(Variance("pages", { sample: true }) as never))).toEqual(["pages__variance"]);
    });

    it("HAVING groups by the columns of its conditions, as Django does, and not by the conditions", async () => {
      const rows = Author.objects.values("age").annotate({ n: Count("books") });
      const either = rows.filter(Q({ n__gte: 1 }).or(Q({ publisher__name__startswith: "P" })));
      expect(await sqlOf(() => either.all())).toMatch(/GROUP BY [^(]*"name"/);
      const among = rows.filter(
        Q({ n: 0 })
          .or(Q({ name__in: ["Ann", "Bob"] }))
          .or(Q({ bio__isnull: true })),
      );
      expect(await among.orderBy("age")).toEqual([
        { age: 20, n: 1 },
        { age: 30, n: 2 },
        { age: 60, n: 0 },
      ]);
    });

    it("groups by a condition that values() names", async () => {
      const groups = Author.objects
        .annotate({ silent: Q({ bio__isnull: true }) })
        .values("silent")
        .annotate({ n: Count("pk"), oldest: Max("age") });
      expect(await groups.orderBy("silent")).toEqual([
        { silent: false, n: 2, oldest: 60 },
        { silent: true, n: 1, oldest: 20 },
      ]);
    });

    it("refuses to select an alias, and to aggregate over one", async () => {
      const rows = Author.objects.alias({ n: Count("books") });
      expect(() => rows.values("n" as never)).toThrow(/"n" is an alias\(\).*annotate/);
      await expect(rows.aggregate({ total: Sum("n" as never) })).rejects.toThrow(FieldError);
      expect(
        await rows
          .annotate({ n: F("n" as never) })
          .orderBy("name")
          .valuesList("n" as never, { flat: true }),
      ).toEqual([2, 1, 0]);
    });

    it("counts without the annotations that no condition needs", async () => {
      const annotated = Author.objects.annotate({ twice: F("age").mul(2) });
      expect(await sqlOf(() => annotated.count())).toMatch(/^SELECT COUNT\(\*\) AS "?count"? FROM "query_author"$/i);
      expect(await Author.objects.annotate({ n: Count("books") }).count()).toBe(3);
      expect(
        await Author.objects
          .values("publisher")
          .annotate({ n: Count("id") })
          .count(),
      ).toBe(2);
    });
  });
});
