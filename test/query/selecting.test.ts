import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  CASCADE,
  CharField,
  Count,
  createTables,
  Decimal,
  dropTables,
  F,
  FieldError,
  ForeignKey,
  IntegerField,
  Model,
  Q,
  QueryError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, BookQuerySet, Publisher, Tag } from "./models.js";
import { expectQueries, prepare, record, sqlOf } from "./support.js";

/* G33: the columns of `a` + `b_c` and of `a_b` + `c` have the same names when they are joined by underscores. */
class Leaf extends Model<Leaf>("selecting.Leaf")({ b_c: CharField({ maxLength: 9 }), c: CharField({ maxLength: 9 }) }) {}
class Branch extends Model<Branch>("selecting.Branch")({
  a: ForeignKey(() => Leaf, { onDelete: CASCADE, relatedName: "+" }),
  a_b: ForeignKey(() => Leaf, { onDelete: CASCADE, relatedName: "+" }),
  size: IntegerField({ dbColumn: "how_big" }),
}) {}

describeEachBackend("what is selected", () => {
  beforeAll(async () => {
    await prepare();
    await dropTables([Leaf, Branch]);
    await createTables([Leaf, Branch]);
    const [one, two] = await Leaf.objects.bulkCreate([new Leaf({ b_c: "b_c", c: "x" }), new Leaf({ b_c: "y", c: "c" })]);
    await Branch.objects.create({ a: one as Leaf, a_b: two as Leaf, size: 7 });
  });

  describe("values and valuesList", () => {
    it("gives records, lists, single values and named lists", async () => {
      const alpha = Book.objects.filter({ title: "Alpha" });
      expect(await alpha.values("title", "pages")).toEqual([{ title: "Alpha", pages: 100 }]);
      expect(await alpha.valuesList("title", "pages")).toEqual([["Alpha", 100]]);
      expect(await alpha.valuesList("title", { flat: true })).toEqual(["Alpha"]);
      const [named] = await alpha.valuesList("title", "pages", { named: true });
      expect([named?.title, named?.pages, named?.[0], named?.length]).toEqual(["Alpha", 100, "Alpha", 2]);
    });

    it("a named list refuses the names that every list has", async () => {
      const measured = Branch.objects.annotate({ length: F("size") });
      await expect(async () => await measured.valuesList("pk", "length", { named: true })).rejects.toThrow(
        /"length" is a property of every list/,
      );
      expect(await measured.valuesList("length", { flat: true })).toEqual([7]);
    });

    it("a list has a value for each name, also where one is named twice", async () => {
      const rows = Book.objects.filter({ pages__lte: 300 }).orderBy("pages");
      expect(await rows.valuesList("pages", "title", "pages")).toEqual([
        [100, "Alpha", 100],
        [300, "Beta", 300],
      ]);
      expect(await rows.valuesList("pages", "pages").annotate({ twice: F("pages").mul(2) })).toEqual([
        [100, 100, 200],
        [300, 300, 600],
      ]);
    });

    it("without items gives every column, under the name of its attribute, and what is annotated", async () => {
      const [row] = await Author.objects.annotate({ twice: F("age").mul(2) }).values();
      expect(Object.keys(row ?? {})).toEqual(["id", "name", "age", "bio", "publisherId", "mentorId", "twice"]);
      const [list] = await Author.objects.filter({ name: "Bob" }).valuesList();
      expect(list?.slice(1, 4)).toEqual(["Bob", 20, null]);
    });

    it("C01: decodes as instances do", async () => {
      expect(await Book.objects.filter({ title: "Alpha" }).values("price")).toEqual([{ price: new Decimal("9.99") }]);
      expect(await Book.objects.filter({ title: "Gamma" }).valuesList("price", { flat: true })).toEqual([null]);
    });

    it("follows relations, keys of a record are paths", async () => {
      expect(await Book.objects.orderBy("title").values("author__name", "author__publisher__name")).toEqual([
        { author__name: "Ann", author__publisher__name: "Press" },
        { author__name: "Ann", author__publisher__name: "Press" },
        { author__name: "Bob", author__publisher__name: null },
      ]);
      expect(await Book.objects.filter({ title: "Alpha" }).orderBy("tags__name").valuesList("tags__name", { flat: true })).toEqual([
        "art",
        "sql",
      ]);
    });

    it("a relation is its key, without a join", async () => {
      const sql = await sqlOf(() => Book.objects.values("author", "authorId"));
      expect(sql).not.toContain("JOIN");
      const [row] = await Book.objects.filter({ title: "Alpha" }).values("author", "authorId", "pk");
      expect(row?.author).toBe(row?.authorId);
      expectTypeOf(row?.author).toEqualTypeOf<number | undefined>();
    });

    it("takes named expressions, and transforms in names", async () => {
      expect(await Book.objects.filter({ title: "Beta" }).values("title", { half: F("pages").div(2) })).toEqual([
        { title: "Beta", half: 150 },
      ]);
      expect(await Tag.objects.orderBy("name").valuesList("name", Count("books"))).toEqual([
        ["art", 1],
        ["sql", 2],
      ]);
    });

    it("G58: a name that does not exist is refused where it is written", () => {
      expect(() => Author.objects.values("nope" as never)).toThrow(FieldError);
      expect(() => Author.objects.valuesList("name", "publisher__nope" as never)).toThrow(FieldError);
      expect(() => Author.objects.values("name__upperx" as never)).toThrow(FieldError);
    });

    it("flat takes one item, and excludes named", () => {
      expect(() => Author.objects.valuesList("name", "age", { flat: true } as never)).toThrow(/exactly one/);
      expect(() => Author.objects.valuesList({ flat: true } as never)).toThrow(/exactly one/);
      expect(() => Author.objects.valuesList("name", { flat: true, named: true } as never)).toThrow(QueryError);
    });

    it("what needs instances is refused behind them", async () => {
      const rows = Author.objects.values("name");
      expect(() => rows.only("name")).toThrow(/after values/);
      expect(() => rows.selectRelated("publisher")).toThrow(/name the columns/);
      expect(() => rows.prefetchRelated("books")).toThrow(/after values/);
      await expect(rows.inBulk([1])).rejects.toThrow(/after values|cannot follow values/);
    });

    it("B21: the class of the queryset stays", () => {
      expect(Book.objects.values("title")).toBeInstanceOf(BookQuerySet);
    });

    it("is filtered, ordered and sliced as before", async () => {
      expect(await Author.objects.values("name").filter({ age__gt: 20 }).orderBy("-age").slice(0, 1)).toEqual([{ name: "Cleo" }]);
      expect(await Author.objects.valuesList("name", { flat: true }).get({ age: 20 })).toBe("Bob");
      expect(await Author.objects.valuesList("name", { flat: true }).first()).toBe("Ann");
    });
  });

  describe("selectRelated", () => {
    it("loads what relations to one object lead to in the same query", async () => {
      const books = await expectQueries(1, async () => {
        const found = await Book.objects.selectRelated("author__publisher").orderBy("title");
        expect(found.map((book) => [book.title, book.author.name, book.author.publisher?.name])).toEqual([
          ["Alpha", "Ann", "Press"],
          ["Beta", "Ann", "Press"],
          ["Gamma", "Bob", undefined],
        ]);
        return found;
      });
      expect(books[2]?.author.publisher).toBe(null);
    });

    it("also the reverse side of a one-to-one, and null where there is none", async () => {
      await expectQueries(1, async () => {
        const [ann, bob] = await Author.objects.selectRelated("profile");
        expect(ann?.profile?.site).toBe("ann.example");
        expect(bob?.profile).toBe(null);
      });
    });

    it("G29: names of no relation, and of relations to many, are refused", () => {
      expect(() => Book.objects.selectRelated("autor" as never)).toThrow(/no field "autor".*author/);
      expect(() => Book.objects.selectRelated("title" as never)).toThrow(/no relation/);
      expect(() => Book.objects.selectRelated("tags" as never)).toThrow(/prefetchRelated/);
      expect(() => Author.objects.selectRelated("books" as never)).toThrow(/prefetchRelated/);
      expect(() => Book.objects.selectRelated("author__books" as never)).toThrow(FieldError);
    });

    it("G30: adds to what was asked for, and null takes it back", async () => {
      const both = Author.objects.selectRelated("publisher").selectRelated("mentor");
      expect((await sqlOf(() => both.all())).match(/JOIN/g)).toHaveLength(2);
      expect(await sqlOf(() => both.selectRelated(null))).not.toContain("JOIN");
      // without names: the foreign keys that are never null
      expect((await sqlOf(() => Author.objects.selectRelated())).match(/JOIN/g)).toBe(null);
      expect((await sqlOf(() => Book.objects.selectRelated())).match(/JOIN/g)).toHaveLength(1);
    });

    it("G33: columns of different relations do not clash", async () => {
      const branch = await Branch.objects.selectRelated("a", "a_b").get();
      expect([branch.a.b_c, branch.a.c, branch.a_b.b_c, branch.a_b.c, branch.size]).toEqual(["b_c", "x", "y", "c", 7]);
    });

    it("keeps an inner join that a filter made, and its condition", async () => {
      const authors = await Author.objects.filter({ publisher__name: "Press" }).selectRelated("publisher");
      expect(authors.map((author) => author.publisher?.name)).toEqual(["Press", "Press"]);
      const sql = await sqlOf(() => Author.objects.filter({ publisher__name: "Press" }).selectRelated("publisher"));
      expect(sql.match(/JOIN/g)).toHaveLength(1);
    });

    it("does not count", async () => {
      expect(await sqlOf(() => Book.objects.selectRelated("author").count())).not.toContain("JOIN");
    });
  });

  describe("only and defer", () => {
    it("G31: narrows the model and what it is selected with, keys stay", async () => {
      const { result, sql } = await record(() => Book.objects.selectRelated("author").only("title", "author__name").orderBy("title"));
      expect(sql[0]?.replace(/ FROM.*/, "")).toBe(
        `SELECT "query_book"."id", "query_book"."title", "query_book"."author_id", "query_author"."id", "query_author"."name"`,
      );
      expect(result[0]?.author.name).toBe("Ann");
    });

    it("a relation that selectRelated names has its key loaded, as in Django", async () => {
      const refused = [
        Book.objects.selectRelated("author").only("title"),
        Book.objects.defer("author").selectRelated("author"),
        Book.objects.selectRelated("author__publisher").only("title", "author__name"),
      ];
      await expectQueries(0, async () => {
        for (const query of refused) await expect(Promise.resolve(query)).rejects.toThrow(FieldError);
        await expect(Promise.resolve(refused[0])).rejects.toThrow(/leaves out the key query.Book.author/);
      });
      const books = await expectQueries(1, () => Book.objects.only("title", "author").selectRelated("author").orderBy("title"));
      expect(books[0]?.author.name).toBe("Ann");
      await expectQueries(1, () => Book.objects.only("title").selectRelated());
    });

    it("G31: only then defer keeps the restriction, and dbColumn is respected", async () => {
      const columns = async (books: PromiseLike<unknown>) => (await sqlOf(() => books)).match(/"(\w+)"(?=,| FROM)/g);
      expect(await columns(Author.objects.only("name", "age").defer("age"))).toEqual([`"id"`, `"name"`]);
      expect(await columns(Author.objects.defer("bio").only("name", "bio"))).toEqual([`"id"`, `"name"`]);
      expect(await columns(Author.objects.defer("bio").defer("age"))).toEqual([`"id"`, `"name"`, `"publisher_id"`, `"mentor_id"`]);
      expect(await columns(Author.objects.only("name").only("age"))).toEqual([`"id"`, `"age"`]);
      expect(await columns(Branch.objects.only("size"))).toEqual([`"id"`, `"how_big"`]);
      expect(await columns(Author.objects.only("name").defer(null))).toHaveLength(6);
    });

    it("G32: a column that is left out is loaded when it is awaited, for all of the result at once", async () => {
      await expectQueries(2, async () => {
        const books = await Book.objects.only("title").orderBy("title");
        expect(await books[0]?.pages).toBe(100);
        expect(await books[1]?.pages).toBe(300);
      });
    });

    it("G32: a relation whose column is left out is no null", async () => {
      const [book] = await Book.objects.only("title").orderBy("title");
      // the type says that the relation has to be awaited
      expect(((await book?.author) as Author | undefined)?.name).toBe("Ann");
    });

    it("G11: refuses names that do not exist, and relations to many", () => {
      expect(() => Author.objects.only("nope" as never)).toThrow(FieldError);
      expect(() => Author.objects.defer("publisher__nope" as never)).toThrow(FieldError);
      expect(() => Author.objects.only("books" as never)).toThrow();
    });

    it("does not change conditions or the order", async () => {
      const authors = await Author.objects
        .only("name")
        .filter(Q({ age__gt: 20 }), { publisher__name: "Press" })
        .orderBy("-age");
      expect(authors.map((author) => author.name)).toEqual(["Cleo", "Ann"]);
      expect(await Publisher.objects.only("name").count()).toBe(1);
    });
  });
});
