import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  AbstractModel,
  BooleanField,
  CharField,
  Count,
  createTables,
  dropTables,
  F,
  Q,
  QueryError,
  QuerySet,
  RawSQL,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, BookQuerySet, Tag } from "./models.js";
import { expectQueries, prepare, record, sqlOf } from "./support.js";

class ShownQuerySet extends QuerySet<Film> {
  shown() {
    return this.filter({ hidden: false });
  }
  startingWith(letter: string) {
    return this.shown().filter({ title__startswith: letter });
  }
}

class Titled extends AbstractModel<Titled>()(
  { title: CharField({ maxLength: 50 }), hidden: BooleanField({ default: false }) },
  { ordering: ["-title"], managers: { shownOnes: ShownQuerySet } },
) {
  get loud(): string {
    return this.title.toUpperCase();
  }
}
class Film extends Titled.extend<Film>("querysets.Film")({ country: CharField({ maxLength: 20 }) }) {}

const titles = (books: Iterable<{ readonly title: string }>): string[] => [...books].map((book) => book.title).sort();

describeEachBackend("querysets", (backend) => {
  beforeAll(async () => {
    await prepare();
    await dropTables([Film]);
    await createTables([Film]);
    await Film.objects.bulkCreate(
      [
        { title: "Alien", country: "UK" },
        { title: "Brazil", country: "UK" },
        { title: "Amélie", country: "FR" },
        { title: "Aura", country: "FR", hidden: true },
      ].map((values) => new Film(values)),
    );
  });
  afterAll(() => dropTables([Film]));

  describe("run when they are read, and keep their rows", () => {
    it("sends nothing while it is built", async () => {
      await expectQueries(0, () => {
        Book.objects.filter({ pages__gte: 1 }).exclude({ title: "x" }).orderBy("pages").slice(0, 2).values("title");
      });
    });

    it("gives the cached rows the second time", async () => {
      const books = Book.objects.filter({ pages__gte: 300 });
      await expectQueries(1, async () => {
        const first = await books;
        const second = await books;
        expect(second).toBe(first);
        for await (const book of books) expect(first).toContain(book);
        expect(await books.count()).toBe(2);
        expect(await books.exists()).toBe(true);
      });
    });

    it("answers from the rows that were read, as Django does", async () => {
      const books = Book.objects.filter({ pages__gte: 100 }).orderBy("pages");
      const rows = await books;
      await expectQueries(0, async () => {
        expect(await books.first()).toBe(rows[0]);
        expect((await books.slice(1, 3)).map((book) => book.pk)).toEqual(rows.slice(1, 3).map((book) => book.pk));
        expect((await books.limit(1))[0]).toBe(rows[0]);
        expect(await books.slice(1).count()).toBe(rows.length - 1);
        expect(await books.contains(rows[1] as Book)).toBe(true);
        expect(await books.contains(new Book({ id: 0, title: "none" } as never))).toBe(false);
        expect([...books.slice(0, 1)]).toEqual([rows[0]]);
      });
      await expectQueries(1, () => books.last());
      const unordered = Book.objects.filter({ pages__gte: 100 });
      await unordered;
      await expectQueries(1, () => unordered.first());
      await expect(unordered.contains(new Book({ title: "unsaved" } as never))).rejects.toThrow(/not saved/);
      const none = Book.objects.filter({ pages__gte: 100_000 }).orderBy("pages");
      await none;
      expect(await expectQueries(0, () => none.first())).toBeNull();
    });

    it("starts afresh with all(), with each chained call, and with an empty filter", async () => {
      const books = Book.objects.all();
      const rows = await books;
      for (const again of [books.all(), books.filter(), books.filter({}), books.orderBy("title")]) {
        const other = await expectQueries(1, () => again);
        expect(other[0]).not.toBe(rows[0]);
      }
    });

    it("sends one query for each use of a manager", async () => {
      await expectQueries(2, async () => {
        await Book.objects.count();
        await Book.objects.count();
      });
    });

    it("leaves the queryset that a step was called on as it is", async () => {
      const all = Book.objects.orderBy("title");
      all.filter({ title: "Alpha" });
      all.slice(0, 1);
      expect(titles(await all)).toEqual(["Alpha", "Beta", "Gamma"]);
    });

    it("does not keep rows after an error", async () => {
      const controller = new AbortController();
      const books = Book.objects.signal(controller.signal);
      controller.abort();
      await expect(Promise.resolve(books)).rejects.toThrow();
      await expect(Promise.resolve(books)).rejects.toThrow();
      expect(await books.signal(new AbortController().signal)).toHaveLength(3);
    });
  });

  describe("signal", () => {
    it("stops a query before it is sent, with its reason", async () => {
      const reason = new Error("changed my mind");
      const books = Book.objects.signal(AbortSignal.abort(reason));
      await expectQueries(0, async () => {
        await expect(books.count()).rejects.toBe(reason);
        await expect(Promise.resolve(books)).rejects.toBe(reason);
        await expect(books.aggregate({ n: Count("*") })).rejects.toBe(reason);
        await expect(books.iterator()[Symbol.asyncIterator]().next()).rejects.toBe(reason);
      });
    });
  });

  describe("are read in every way", () => {
    const expected = ["Alpha", "Beta", "Gamma"];

    it("await, for await and iterator", async () => {
      expect(titles(await Book.objects.all())).toEqual(expected);
      const seen: Book[] = [];
      for await (const book of Book.objects.all()) seen.push(book);
      expect(titles(seen)).toEqual(expected);
      const streamed: Book[] = [];
      for await (const book of Book.objects.iterator({ chunkSize: 2 })) streamed.push(book);
      expect(titles(streamed)).toEqual(expected);
    });

    backend.skipUnless(backend.vendor === "sqlite", "PostgreSQL has no synchronous connection here")(
      "for of, spread and the Sync twins",
      () => {
        const seen: Book[] = [];
        for (const book of Book.objects.all()) seen.push(book);
        expect(titles(seen)).toEqual(expected);
        expect(titles([...Book.objects.all()])).toEqual(expected);
        expect(titles([...Book.objects.iterator({ chunkSize: 1 })])).toEqual(expected);
        expect(Book.objects.countSync()).toBe(3);
        expect(Book.objects.filter({ title: "Nope" }).existsSync()).toBe(false);
        expect(Book.objects.getSync({ title: "Beta" }).pages).toBe(300);
        expect(Book.objects.orderBy("pages").lastSync()?.title).toBe("Gamma");
      },
    );

    it("is no list where it is a manager", async () => {
      expect("then" in Book.objects && Book.objects.then).toBe(undefined);
      // at run time a manager has no iterator; the types say so too
      expect(() => [...(Book.objects as unknown as Iterable<unknown>)]).toThrow(TypeError);
    });

    it("iterates in portions, and stops early without reading the rest", async () => {
      const seen: string[] = [];
      const { events } = await record(async () => {
        for await (const book of Book.objects.orderBy("title").iterator({ chunkSize: 1 })) {
          seen.push(book.title);
          if (seen.length === 2) break;
        }
      });
      expect(seen).toEqual(["Alpha", "Beta"]);
      expect(events.length).toBeGreaterThan(0);
      // the connection is free again
      expect(await Book.objects.count()).toBe(3);
    });

    backend.skipUnless(
      backend.name === "sqlite-file" || backend.vendor === "postgresql",
      "a database in memory has no second connection to read from",
    )("G41: reads no more than the loop asks for, so that memory stays flat", async () => {
      let many = Tag.objects.filter({ name: "sql" });
      // more rows than anybody can keep: a hundred million, or four as each filter joins the tag's two books again
      if (backend.vendor === "postgresql") many = many.annotate({ n: RawSQL("generate_series(1, 100000000)") });
      else for (let times = 0; times < 22; times++) many = many.filter({ books__pages__gte: 0 });
      let seen = 0;
      for await (const tag of many.iterator({ chunkSize: 2 })) {
        expect(tag.name).toBe("sql");
        if (++seen === 7) break;
      }
      expect(seen).toBe(7);
    });

    it.each([0, -1, 1.5, Number.NaN])("refuses a chunkSize of %s", async (chunkSize) => {
      const read = async () => {
        for await (const _ of Book.objects.iterator({ chunkSize })) break;
      };
      await expect(read()).rejects.toThrow(QueryError);
    });

    it("G40: streams with annotations, selectRelated and prefetches", async () => {
      const rows = Book.objects
        .annotate({ double: F("pages").mul(2) })
        .selectRelated("author")
        .prefetchRelated("tags")
        .orderBy("title")
        .iterator({ chunkSize: 2 });
      const seen: unknown[] = [];
      for await (const book of rows) seen.push([book.title, book.double, book.author.name, (await book.tags.all()).length]);
      expect(seen).toEqual([
        ["Alpha", 200, "Ann", 2],
        ["Beta", 600, "Ann", 1],
        ["Gamma", 1000, "Bob", 0],
      ]);
    });
  });

  describe("refuse undefined", () => {
    // the types refuse these too: the tests are of code without types
    const nothing = undefined as unknown as string;

    it("as a value, in a list, and behind null's place", () => {
      expect(() => Author.objects.filter({ name: nothing })).toThrow(/name is undefined/);
      expect(() => Author.objects.exclude({ name__in: ["a", nothing] })).toThrow(/name__in: the list has an undefined item/);
      expect(() => Author.objects.filter(Q({ name: nothing }).not())).toThrow(QueryError);
      expect(() => Author.objects.filter({ bio__isnull: nothing as unknown as boolean })).toThrow(QueryError);
    });

    it("in get, and before anything is sent", async () => {
      await expectQueries(0, async () => {
        await expect(Author.objects.get({ name: nothing })).rejects.toThrow(QueryError);
        await expect(Author.objects.getOrNone({ id: nothing as unknown as number })).rejects.toThrow(QueryError);
      });
    });

    it("G13: and conditions that are none", () => {
      for (const wrong of ["x", 3, null, [], new Date(), F("age")])
        expect(() => Author.objects.filter(wrong as never), String(wrong)).toThrow(QueryError);
    });
  });

  describe("with methods of one's own", () => {
    it("B19, B20: keep them through filters, orders and slices, from a manager on", async () => {
      expect(Book.objects.filter({ pages__lt: 1000 })).toBeInstanceOf(BookQuerySet);
      expect(titles(await Book.objects.filter({ pages__lt: 400 }).long())).toEqual(["Beta"]);
      expect(titles(await Book.objects.long().orderBy("-pages").slice(0, 1).all())).toEqual(["Gamma"]);
      expectTypeOf(Book.objects.long().filter({ pages: 1 }).long()).toEqualTypeOf<BookQuerySet>();
    });

    it("B21: keep them at run time behind values()", async () => {
      expect(Book.objects.long().values("title")).toBeInstanceOf(BookQuerySet);
    });

    it("are on related managers too", async () => {
      const ann = await Author.objects.get({ name: "Ann" });
      const tag = await Tag.objects.get({ name: "sql" });
      // related managers have the methods of the default manager; their type has those of every queryset
      const long = (manager: unknown): PromiseLike<Book[]> => (manager as BookQuerySet).long();
      expect(titles(await long(ann.books))).toEqual(["Beta"]);
      expect(titles(await long(tag.books))).toEqual(["Beta"]);
    });
  });

  describe("of abstract bases", () => {
    it("inherit the managers, the order and the methods", async () => {
      expect(titles(await Film.objects.all())).toHaveLength(4);
      const shown = await Film.shownOnes.startingWith("A");
      expect(shown.map((film) => film.loud)).toEqual(["AMÉLIE", "ALIEN"]);
      expect(await sqlOf(() => Film.shownOnes.all())).toMatch(/ORDER BY .*"title" DESC$/);
    });

    it("have columns of their own beside the inherited ones", async () => {
      expect(await Film.objects.filter({ country: "FR", hidden: true }).valuesList("title", "country")).toEqual([["Aura", "FR"]]);
    });
  });

  describe("equality of what is written and read", () => {
    it("reads one row as equal instances from different querysets", async () => {
      const [first] = await Book.objects.filter({ title: "Alpha" });
      const second = await Book.objects.get({ title: "Alpha" });
      expect(first).not.toBe(second);
      expect(first?.equals(second)).toBe(true);
      expect(await Book.objects.contains(second)).toBe(true);
      expect(await Book.objects.exclude({ title: "Alpha" }).contains(second)).toBe(false);
      await expect(Book.objects.contains(new Book({ title: "unsaved", author: 1 }))).rejects.toThrow(QueryError);
    });
  });
});
