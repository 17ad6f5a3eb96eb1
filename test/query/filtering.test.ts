import { beforeAll, describe, expect, it } from "vitest";
import { Case, Count, Exists, F, FieldError, OuterRef, Q, QueryError, Sum, Value, When } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Profile, Publisher, Tag } from "./models.js";
import { expectQueries, prepare, sqlOf } from "./support.js";

const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name).sort();
const titles = (books: readonly { readonly title: string }[]): string[] => books.map((book) => book.title).sort();

describeEachBackend("filters", () => {
  let ann: Author;
  let bob: Author;
  beforeAll(async () => {
    ({ ann, bob } = await prepare());
  });

  describe("names", () => {
    it("G11: a field that does not exist is refused where it is written, with the nearest", async () => {
      await expectQueries(0, async () => {
        expect(() => Author.objects.filter(Q.untyped({ nmae: "x" }))).toThrow(/query.Author has no field "nmae".*"name"/);
        expect(() => Author.objects.exclude(Q.untyped({ publisher__nope: 1 }))).toThrow(FieldError);
        expect(() => Author.objects.annotate({ x: F("nope") as never })).toThrow(FieldError);
        await expect(Author.objects.update({ age: F("nope") } as never)).rejects.toThrow(FieldError);
        await expect(Author.objects.update({ nope: 1 } as never)).rejects.toThrow(FieldError);
        await expect(Author.objects.aggregate({ x: Sum("nope") as never })).rejects.toThrow(FieldError);
      });
    });

    it("G12: an update cannot take values through relations", async () => {
      await expectQueries(0, async () => {
        await expect(Book.objects.update({ pages: F("author__age") as never })).rejects.toThrow(/relation.*Subquery/);
        await expect(Book.objects.update({ author__age: 1 } as never)).rejects.toThrow(FieldError);
      });
    });

    it("G14: a lookup that does not exist is refused with those that do", () => {
      expect(() => Author.objects.filter(Q.untyped({ name__icontain: "x" }))).toThrow(/icontains/);
      expect(() => Author.objects.filter(Q.untyped({ age__gte__lt: 1 }))).toThrow(FieldError);
      expect(() => Author.objects.filter(Q.untyped({ publisher__icontains: "x" }))).toThrow(/name one of its fields/);
      expect(() => Author.objects.filter(Q.untyped({ name__in__nope: "x" }))).toThrow(FieldError);
    });

    it("pk, the attribute and the relation are the same column", async () => {
      for (const condition of [{ author: ann }, { author: ann.id }, { authorId: ann.id }, { author__pk: ann.pk }, { author__id: ann.id }]) {
        const books = Book.objects.filter(Q.untyped(condition));
        expect(titles(await books)).toEqual(["Alpha", "Beta"]);
        expect(await sqlOf(() => books.all())).not.toContain("JOIN");
      }
    });

    it("values that do not fit are refused before anything is sent", async () => {
      await expectQueries(0, async () => {
        await expect(Promise.resolve(Author.objects.filter(Q.untyped({ age: "old" })))).rejects.toThrow();
        expect(() => Author.objects.filter(Q.untyped({ publisher: {} }))).toThrow(/takes a query.Publisher/);
        expect(() => Author.objects.filter(Q.untyped({ age__gt: null }))).toThrow(/isnull/);
        expect(() => Author.objects.filter(Q.untyped({ name: () => "x" }))).toThrow(QueryError);
      });
    });

    it("a promise is refused as one", async () => {
      const given = Publisher.objects.first();
      await expect(async () => await Author.objects.filter(Q.untyped({ mentor: given }))).rejects.toThrow(
        /a promise, which has to be awaited first, is not/,
      );
      expect(() => new Author({ name: "x", age: 1, publisher: given as never })).toThrow(
        /a promise, which has to be awaited first, is not a key/,
      );
      await given;
    });

    it("an object of another model is refused", async () => {
      const publisher = await Publisher.objects.get();
      await expect(async () => await Book.objects.filter(Q.untyped({ author: publisher }))).rejects.toThrow(/query\.Author/);
    });
  });

  describe("null", () => {
    it("G15: null is IS NULL, its exclusion IS NOT NULL", async () => {
      expect(names(await Author.objects.filter({ bio: null }))).toEqual(["Bob"]);
      expect(names(await Author.objects.exclude({ bio: null }))).toEqual(["Ann", "Cleo"]);
      expect(names(await Author.objects.filter({ bio__isnull: false }))).toEqual(["Ann", "Cleo"]);
      expect(names(await Author.objects.filter({ mentor: null }))).toEqual(["Ann"]);
      expect(names(await Author.objects.filter({ bio: "" }))).toEqual(["Cleo"]);
    });

    it("G15: also in When and in the filter of an aggregate", async () => {
      const kind = Case(When({ bio: null }, { then: Value("none") }), { default: Value("some") });
      expect(await Author.objects.annotate({ kind }).valuesList("name", "kind")).toEqual([
        ["Ann", "some"],
        ["Bob", "none"],
        ["Cleo", "some"],
      ]);
      expect(await Author.objects.aggregate({ none: Count("id", { filter: Q({ bio: null }) }) })).toEqual({ none: 1 });
    });

    it("G16: exclude keeps the rows whose column is NULL", async () => {
      expect(names(await Author.objects.exclude({ bio: "writes" }))).toEqual(["Bob", "Cleo"]);
      expect(names(await Author.objects.exclude({ publisher__name: "Press" }))).toEqual(["Bob"]);
      expect(names(await Author.objects.exclude({ mentor__bio: "writes" }))).toEqual(["Ann"]);
      expect(names(await Author.objects.filter(Q({ bio__gt: "a" }).not()))).toEqual(["Bob", "Cleo"]);
    });

    it("in with null among the values looks for the others", async () => {
      expect(names(await Author.objects.filter(Q.untyped({ bio__in: ["writes", null] })))).toEqual(["Ann"]);
      expect(names(await Author.objects.exclude(Q.untyped({ bio__in: ["writes", null] })))).toEqual(["Bob", "Cleo"]);
      await expectQueries(0, async () => expect(await Author.objects.filter({ bio__in: [] })).toEqual([]));
      expect(await Author.objects.exclude({ bio__in: [] })).toHaveLength(3);
    });
  });

  describe("relations to many", () => {
    it("G17: exclude means that there is no such row, and gives each row once", async () => {
      expect(names(await Author.objects.exclude({ books__title: "Alpha" }))).toEqual(["Bob", "Cleo"]);
      expect(names(await Author.objects.exclude({ books__pages__gte: 100 }))).toEqual(["Cleo"]);
      expect(titles(await Book.objects.exclude({ tags__name: "art" }))).toEqual(["Beta", "Gamma"]);
      expect(await sqlOf(() => Author.objects.exclude({ books__title: "Alpha" }))).toContain("NOT (EXISTS");
    });

    it("G17: exclude with two conditions means each of them by a row of its own, as in Django", async () => {
      // Ann has Alpha and another book of 300 pages
      expect(names(await Author.objects.exclude({ books__title: "Alpha", books__pages: 300 }))).toEqual(["Bob", "Cleo"]);
    });

    it("G18: one filter is about one row, two filters about two", async () => {
      expect(await Author.objects.filter({ books__title: "Alpha", books__pages: 300 })).toEqual([]);
      expect(names(await Author.objects.filter({ books__title: "Alpha" }).filter({ books__pages: 300 }))).toEqual(["Ann"]);
      expect(names(await Author.objects.filter(Q({ books__title: "Alpha" }), Q({ books__pages: 100 })))).toEqual(["Ann"]);
      const sql = await sqlOf(() => Author.objects.filter({ books__title: "Alpha" }).filter({ books__pages: 300 }));
      expect(sql.match(/JOIN/g)).toHaveLength(2);
    });

    it("a filter multiplies rows, as a join does", async () => {
      expect(names(await Author.objects.filter({ books__pages__gte: 1 }))).toEqual(["Ann", "Ann", "Bob"]);
      expect(names(await Tag.objects.filter({ books__author: ann }))).toEqual(["art", "sql", "sql"]);
    });

    it("D02: through many-to-many relations, from both sides", async () => {
      expect(titles(await Book.objects.filter({ tags__name: "sql" }))).toEqual(["Alpha", "Beta"]);
      expect(names(await Tag.objects.filter({ books__title: "Beta" }))).toEqual(["sql"]);
      expect(titles(await Book.objects.filter({ tags: null }))).toEqual(["Gamma"]);
      expect(titles(await Book.objects.filter({ tags__isnull: false }).distinct())).toEqual(["Alpha", "Beta"]);
    });

    it("the reverse side of a one-to-one is a path to one", async () => {
      expect(names(await Author.objects.filter({ profile__site: "ann.example" }))).toEqual(["Ann"]);
      expect(names(await Author.objects.exclude({ profile__site: "ann.example" }))).toEqual(["Bob", "Cleo"]);
      expect(names(await Author.objects.filter({ profile: null }))).toEqual(["Bob", "Cleo"]);
      expect(await Profile.objects.filter({ author__books__title: "Beta" }).count()).toBe(1);
    });
  });

  describe("joins", () => {
    it("G19: a missing row is found by isnull, and by OR beside another condition", async () => {
      expect(names(await Author.objects.filter({ publisher__name__isnull: true }))).toEqual(["Bob"]);
      expect(names(await Author.objects.filter(Q({ publisher__name: "Press" }).or(Q({ age: 20 }))))).toEqual(["Ann", "Bob", "Cleo"]);
    });

    it("G19: a join behind an outer one stays outer", async () => {
      const sql = await sqlOf(() => Author.objects.filter(Q({ mentor__publisher__name: "Press" }).or(Q({ age__gt: 25 }))));
      expect(sql).not.toContain("INNER JOIN");
      expect(names(await Author.objects.filter(Q({ mentor__publisher__name: "Press" }).or(Q({ age__gt: 25 }))))).toEqual([
        "Ann",
        "Bob",
        "Cleo",
      ]);
    });

    it("an inner join is used where the row is needed", async () => {
      expect(await sqlOf(() => Author.objects.filter({ publisher__name: "Press" }))).toContain("INNER JOIN");
      expect(await sqlOf(() => Author.objects.filter({ mentor__publisher__name: "Press" }))).not.toContain("OUTER");
    });

    it("G20: count, exists, aggregate, update and delete have the joins of a filter", async () => {
      const press = Author.objects.filter({ publisher__name: "Press" });
      expect(await press.count()).toBe(2);
      expect(await press.exists()).toBe(true);
      expect(await press.aggregate({ total: Sum("age") })).toEqual({ total: 90 });
      expect(await press.update({ bio: F("bio") })).toBe(2);
      const tagged = Book.objects.filter({ tags__name__in: ["sql", "art"] });
      // Alpha is joined twice and updated once
      expect(await tagged.update({ pages: F("pages").add(0) })).toBe(2);
      expect(await Profile.objects.filter({ author__name: "Nobody" }).delete()).toEqual([0, expect.anything()]);
    });

    it("a condition of a value takes no rows away", async () => {
      const fromPress = Case(When({ publisher__name: "Press" }, { then: Value(1) }), { default: Value(0) });
      expect(await Author.objects.annotate({ fromPress }).valuesList("name", "fromPress")).toEqual([
        ["Ann", 1],
        ["Bob", 0],
        ["Cleo", 1],
      ]);
    });
  });

  describe("Q", () => {
    it("joins conditions by and, or, xor and not", async () => {
      const old = Q({ age__gte: 30 });
      const press = Q({ publisher__isnull: false });
      expect(names(await Author.objects.filter(old.and(press)))).toEqual(["Ann", "Cleo"]);
      expect(names(await Author.objects.filter(old.or(Q({ name: "Bob" }))))).toEqual(["Ann", "Bob", "Cleo"]);
      expect(names(await Author.objects.filter(old.not()))).toEqual(["Bob"]);
      expect(names(await Author.objects.filter(old.xor(Q({ name: "Ann" }))))).toEqual(["Cleo"]);
      expect(names(await Author.objects.filter(Q.xor(Q({ age: 30 }), Q({ name: "Ann" }), Q({ bio: "writes" }))))).toEqual(["Ann"]);
      expect(names(await Author.objects.exclude(Q.or(Q({ age: 30 }), Q({ age: 20 }))))).toEqual(["Cleo"]);
    });

    it("an empty Q is no condition, negated or not, alone and beside others", async () => {
      expect(await Author.objects.filter(Q())).toHaveLength(3);
      expect(await Author.objects.filter(Q().not())).toHaveLength(3);
      expect(await Author.objects.exclude(Q())).toHaveLength(3);
      expect(names(await Author.objects.filter(Q().or(Q({ age: 30 }))))).toEqual(["Ann"]);
    });

    it("xor takes unknown for false, also where another of its conditions cannot hold", async () => {
      const unknown = Q({ bio__gt: "a" });
      // Bob has no bio: neither condition holds for him, nor its contrary
      expect(names(await Author.objects.filter(Q.xor(Q({ age__in: [] }), unknown)))).toEqual(["Ann"]);
      expect(names(await Author.objects.exclude(Q.xor(Q({ age__in: [] }), unknown.not())))).toEqual(["Ann", "Bob"]);
    });

    it("takes expressions that are true or false, and refuses others", async () => {
      const hasBooks = Exists(Book.objects.filter({ author: OuterRef("pk") }));
      expect(names(await Author.objects.filter(hasBooks))).toEqual(["Ann", "Bob"]);
      expect(names(await Author.objects.filter(hasBooks.not(), { age: 60 }))).toEqual(["Cleo"]);
      expect(() => Author.objects.filter(F("age") as never)).toThrow(/not true or false/);
    });
  });

  describe("querysets as values", () => {
    it("in takes a queryset of the relation's model, or of one column", async () => {
      expect(titles(await Book.objects.filter({ author__in: Author.objects.filter({ age__gte: 30 }) }))).toEqual(["Alpha", "Beta"]);
      expect(titles(await Book.objects.filter({ author__name__in: Author.objects.filter({ age: 20 }).values("name") }))).toEqual(["Gamma"]);
      expect(titles(await Book.objects.filter({ author__in: [bob, ann.id] }))).toEqual(["Alpha", "Beta", "Gamma"]);
      await expectQueries(1, () => Book.objects.filter({ author__in: Author.objects.filter({ age: 20 }) }));
    });

    it("one that can find nothing is not sent", async () => {
      await expectQueries(0, async () => {
        expect(await Book.objects.filter({ author__in: Author.objects.none() })).toEqual([]);
        expect(await Book.objects.filter({ author__in: Author.objects.filter({ id__in: [] }) }).count()).toBe(0);
      });
      expect(await Book.objects.exclude({ author__in: Author.objects.none() })).toHaveLength(3);
    });

    it("several columns are refused", () => {
      expect(() => Book.objects.filter(Q.untyped({ author__in: Author.objects.values("id", "name") }))).toThrow(/one column/);
    });

    it("querysets of another model are refused, and their columns are not", async () => {
      const refused = [{ author__in: Tag.objects.all() }, { author: Tag.objects.all().slice(0, 1) }, { tags__in: Author.objects.all() }];
      for (const condition of refused)
        expect(() => Book.objects.filter(Q.untyped(condition)), Object.keys(condition)[0]).toThrow(
          /^(author|author__in|tags__in): the queryset must be of query\.(Author|Tag), not of query\.(Tag|Author)\. .*values/,
        );
      expect(titles(await Book.objects.filter({ author__in: Profile.objects.values("author") }))).toEqual(["Alpha", "Beta"]);
      expect(
        await Book.objects.filter({ author__in: Author.objects.filter({ age: 20 }).union(Author.objects.filter({ age: 30 })) }).count(),
      ).toBe(3);
    });

    it("OuterRef speaks of the row outside, also from two levels", async () => {
      const longest = Book.objects.filter({ author: OuterRef("pk") }).filter({
        pages__gt: 400,
        tags__isnull: true,
      });
      expect(names(await Author.objects.filter(Exists(longest)))).toEqual(["Bob"]);
      const inner = Book.objects.filter({ author: OuterRef(OuterRef("pk")), pages: OuterRef("pages") }).values("pages");
      const outer = Book.objects.filter({ pages__in: inner, title: "Beta" });
      expect(names(await Author.objects.filter(Exists(outer)))).toEqual(["Ann"]);
    });

    it("OuterRef outside a subquery is refused with a sentence", async () => {
      await expect(async () => await Author.objects.filter({ age: OuterRef("pk") })).rejects.toThrow(/OuterRef/);
    });
  });
});
