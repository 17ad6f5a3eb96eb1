import { expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  Count,
  FieldError,
  ForeignKey,
  Manager,
  Model,
  NotLoadedError,
  Prefetch,
  ProgrammingError,
  prefetchRelatedObjects,
  prefetchRelatedObjectsSync,
  QueryError,
  ReverseRelation,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Draft, Group, Membership, Person, Profile, Review, Tag } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

async function library() {
  const [ann, bob] = (await Author.objects.bulkCreate([
    new Author({ name: "Ann" }),
    new Author({ name: "Bob" }),
    new Author({ name: "Cleo" }),
  ])) as [Author, Author, Author];
  const [sql, art] = (await Tag.objects.bulkCreate([new Tag({ name: "sql" }), new Tag({ name: "art" })])) as [Tag, Tag];
  for (const [title, pages, author] of [
    ["a", 3, ann],
    ["b", 2, ann],
    ["c", 1, ann],
    ["d", 9, bob],
  ] as const) {
    const book = await Book.objects.create({ title, pages, author });
    await book.tags.add(...(title === "a" ? [sql, art] : title === "d" ? [] : [sql]));
    await book.reviews.bulkCreate([new Review({ text: `${title}1` } as never), new Review({ text: `${title}2` } as never)]);
  }
  await Profile.objects.create({ site: "ann.example", author: ann });
  return { ann, bob, sql, art };
}

/** A row of a prefetch whose type is not looked at here. */
interface Shelf {
  readonly name: string;
  readonly books: { all(): PromiseLike<readonly Book[]> & Iterable<Book>; count(): Promise<number> };
}

describeEachBackend("loading relations", () => {
  useTables();

  it("selects the column that tells the owner once, and where only() leaves it out", async () => {
    await library();
    const selected = async (queryset: PromiseLike<unknown>): Promise<string[]> => {
      const [, sql = ""] = await sqlOf(() => queryset);
      return [...sql.slice(0, sql.indexOf(" FROM ")).matchAll(/"(\w+)"(?=,|$)/g)].map(([, name = ""]) => name);
    };
    const plain = await selected(Author.objects.prefetchRelated("books"));
    expect(plain.filter((name) => name === "author_id")).toHaveLength(1);
    const titles = Prefetch("books", { queryset: Book.objects.only("title") });
    expect(await selected(Author.objects.prefetchRelated(titles))).toEqual(["id", "title", "author_id"]);
    const [ann] = await Author.objects.orderBy("name").prefetchRelated("books");
    expect((await ann?.books.all())?.map(({ title }) => title).sort()).toEqual(["a", "b", "c"]);
  });

  it("one query for each relation and level", async () => {
    await library();
    const authors = await expectQueries(4, () => Author.objects.prefetchRelated("books__tags", "books__reviews"));
    await expectQueries(0, async () => {
      const shown = [];
      for (const author of authors) {
        for (const book of await author.books.all()) {
          expect(book.author).toBe(author);
          shown.push([author.name, book.title, (await book.tags.all()).length, await book.reviews.count()]);
        }
      }
      expect(shown.sort()).toEqual([
        ["Ann", "a", 2, 2],
        ["Ann", "b", 1, 2],
        ["Ann", "c", 1, 2],
        ["Bob", "d", 0, 2],
      ]);
    });
  });

  it("loads relations to one too, in both directions", async () => {
    await library();
    const books = await expectQueries(3, () => Book.objects.prefetchRelated("author__profile").orderBy("title"));
    await expectQueries(0, () => {
      expect(books.map(({ author }) => (author as unknown as { profile: Profile | null }).profile?.site)).toEqual([
        "ann.example",
        "ann.example",
        "ann.example",
        undefined,
      ]);
    });
    await expectQueries(1, () => Author.objects.selectRelated("profile"));
  });

  it("what is there already is not loaded again", async () => {
    await library();
    await expectQueries(2, () => Book.objects.selectRelated("author").prefetchRelated("author__books"));
    const authors = await Author.objects.prefetchRelated("books");
    await expectQueries(1, () => prefetchRelatedObjects(authors as unknown as Author[], "books__reviews"));
  });

  it("without rows nothing is loaded, but wrong paths are still refused", async () => {
    await expectQueries(1, () => Author.objects.prefetchRelated("books__tags"));
    // @ts-expect-error no such relation
    await expect((async () => await Author.objects.prefetchRelated("boooks"))()).rejects.toThrow(/no relation "boooks".*books/);
  });

  it("G34: goes down any number of levels; a wrong name is refused, naming it", async () => {
    await library();
    // @ts-expect-error no such relation
    await expect((async () => await Author.objects.prefetchRelated("books__tagz"))()).rejects.toThrow(
      /"books__tagz".*inst\.Book has no relation "tagz".*tags/,
    );
    // @ts-expect-error a column is no relation
    await expect((async () => await Author.objects.prefetchRelated("name"))()).rejects.toThrow(FieldError);
  });

  it("toAttr gives a list under another name, and later lookups go on from it", async () => {
    await library();
    const authors = await expectQueries(3, () =>
      Author.objects.prefetchRelated(
        Prefetch("books", { queryset: Book.objects.filter({ pages__gte: 2 }).orderBy("pages"), toAttr: "thick" }),
        "thick__tags" as never,
      ),
    );
    const [ann] = authors as unknown as (Author & { thick: Book[] })[];
    expect(ann?.thick.map(({ title }) => title)).toEqual(["b", "a"]);
    await expectQueries(0, async () => expect(await ann?.thick[1]?.tags.count()).toBe(2));
    await expectQueries(1, async () => expect(await ann?.books.count()).toBe(3));
    const [profile] = (await Author.objects
      .filter({ name: "Ann" })
      .prefetchRelated(Prefetch("profile", { toAttr: "page" }))) as unknown as { page: Profile }[];
    expect(profile?.page.site).toBe("ann.example");
  });

  it("G35: toAttr must be a new name", async () => {
    await library();
    for (const toAttr of ["name", "books", "save", "pk"]) {
      const query = Author.objects.prefetchRelated(Prefetch("books", { toAttr }));
      await expect((async () => await query)()).rejects.toThrow(new RegExp(`toAttr "${toAttr}"`));
    }
  });

  it("G36: a slice is a slice for each object", async () => {
    await library();
    const titles = async (queryset: ReturnType<typeof Book.objects.all>) =>
      (
        (await Author.objects.orderBy("name").prefetchRelated(Prefetch("books", { queryset, toAttr: "some" }))) as unknown as {
          some: Book[];
        }[]
      ).map(({ some }) => some.map(({ title }) => title));
    const ordered = Book.objects.orderBy("-pages");
    expect(await titles(ordered.slice(0, 2))).toEqual([["a", "b"], ["d"], []]);
    expect(await titles(ordered.slice(1, 2))).toEqual([["b"], [], []]);
    expect(await titles(ordered.slice(1))).toEqual([["b", "c"], [], []]);
    const tags = (await Tag.objects
      .orderBy("name")
      .prefetchRelated(Prefetch("books", { queryset: Book.objects.orderBy("title").slice(0, 2), toAttr: "firsts" }))) as unknown as {
      firsts: Book[];
    }[];
    expect(tags.map(({ firsts }) => firsts.map(({ title }) => title))).toEqual([["a"], ["a", "b"]]);
  });

  it("G37: order, joins, annotations and columns of its queryset hold", async () => {
    await library();
    const queryset = Book.objects
      .annotate({ n: Count("reviews") })
      .selectRelated("author")
      .only("title", "author__name")
      .orderBy("-title");
    const tags = await expectQueries(2, () => Tag.objects.orderBy("name").prefetchRelated(Prefetch("books", { queryset })));
    await expectQueries(0, async () => {
      const books = (await tags[1]?.books.all()) ?? [];
      expect(books.map(({ title, n, author }) => [title, n, author.name])).toEqual([
        ["c", 2, "Ann"],
        ["b", 2, "Ann"],
        ["a", 2, "Ann"],
      ]);
    });
  });

  it("first, contains and slices of what was prefetched send nothing, as in Django", async () => {
    const { ann, sql } = await library();
    const [author] = await Author.objects
      .filter({ pk: ann.pk })
      .prefetchRelated(Prefetch("books", { queryset: Book.objects.orderBy("-title") }));
    const other = await Book.objects.get({ title: "d" });
    await expectQueries(0, async () => {
      expect((await author?.books.first())?.title).toBe("c");
      expect((await author?.books.all().first())?.title).toBe("c");
      expect((await author?.books.slice(1, 3))?.map(({ title }) => title)).toEqual(["b", "a"]);
      expect(await author?.books.contains(other)).toBe(false);
    });
    const [tag] = await Tag.objects.filter({ pk: sql.pk }).prefetchRelated("books");
    // without an order the first row is that of the smallest key, which only the database knows
    await expectQueries(1, () => tag?.books.first());
  });

  it("a to-one relation is null where the queryset of its prefetch has not the row, as in Django", async () => {
    const { ann, bob } = await library();
    const pupil = await Author.objects.create({ name: "Pupil", mentor: bob });
    const queryset = Author.objects.filter({ name: "Ann" });
    const authors = await Author.objects.filter({ pk: pupil.pk }).prefetchRelated(Prefetch("mentor", { queryset }));
    await expectQueries(0, async () => {
      expect(authors[0]?.mentor).toBeNull();
      expect(await authors[0]?.mentor).toBeNull();
      expect(authors[0]?.mentorId).toBe(bob.pk);
    });
    const author = authors[0] as unknown as Author;
    author.mentorId = ann.pk;
    expect((await author.mentor)?.name).toBe("Ann");
    author.mentorId = bob.pk;
    await author.refreshFromDb();
    expect((await author.mentor)?.name).toBe("Bob");
  });

  it("refuses rows of values() before anything is read, as Django does", async () => {
    await expectQueries(0, () => {
      const queryset = Book.objects.values("title");
      expect(() => Author.objects.prefetchRelated(Prefetch("books", { queryset } as never))).toThrow(/rows of values/);
    });
  });

  it("narrowing what a queryset prefetched goes on from that queryset, as in Django", async () => {
    await library();
    const queryset = Book.objects.filter({ pages__gte: 2 });
    const authors = (await Author.objects.orderBy("name").prefetchRelated(Prefetch("books", { queryset }))) as unknown as Author[];
    expect((await authors[0]?.books.all())?.length).toBe(2);
    expect(await authors[0]?.books.filter({ title__in: ["a", "c"] }).count()).toBe(1);
    await authors[0]?.books.add(await Book.objects.get({ title: "d" }));
    expect(await authors[0]?.books.count()).toBe(4);
  });

  it("G38: one relation by two querysets needs names for them", async () => {
    await library();
    const books = Book.objects.all();
    await expect(
      (async () => await Author.objects.prefetchRelated(Prefetch("books", { queryset: books }), Prefetch("books", { queryset: books })))(),
    ).rejects.toThrow(/two querysets/);
    await expect((async () => await Author.objects.prefetchRelated("books", Prefetch("books", { queryset: books })))()).rejects.toThrow(
      /was prefetched before/,
    );
    await expectQueries(3, () =>
      Author.objects.prefetchRelated(
        Prefetch("books", { queryset: books, toAttr: "one" }),
        Prefetch("books", { queryset: books, toAttr: "two" }),
      ),
    );
    await expectQueries(3, () => Author.objects.prefetchRelated(Prefetch("books", { queryset: books }), "books__tags"));
  });

  it("refuses querysets that cannot be narrowed to the objects at hand", async () => {
    await library();
    const wrong = (queryset: unknown) => (async () => await Author.objects.prefetchRelated(Prefetch("books", { queryset } as never)))();
    await expect(wrong(Tag.objects.all())).rejects.toThrow(/of inst\.Tag, but the relation leads to inst\.Book/);
    await expect(wrong(Book.objects.values("title"))).rejects.toThrow(/rows of values\(\) are no objects/);
    await expect(wrong(Book.objects.all().union(Book.objects.all()))).rejects.toThrow(/combination/);
    expect(() => Prefetch("books", { queryset: 5 } as never)).toThrow(QueryError);
    expect(() => Prefetch("")).toThrow(QueryError);
  });

  it("G39: a query that fails names its relation, and the others are waited for", async () => {
    await library();
    await expect((async () => await Author.objects.prefetchRelated("missing" as never, "books"))()).rejects.toThrow(/missing/);
    const parents = [new Parent({ id: 1, name: "p" })];
    await expect(prefetchRelatedObjects(parents, "children")).rejects.toThrow(ProgrammingError);
    await expect(prefetchRelatedObjects(parents, "children", "others")).rejects.toThrow(/while prefetching "children"/);
  });

  it("a key that was left out is loaded first, for all with one query", async () => {
    await library();
    const books = await expectQueries(3, () => Book.objects.only("title").orderBy("title").prefetchRelated("author"));
    expect(books[0]?.author).toMatchObject({ name: "Ann" });
  });

  it("G40: iterator loads for each portion", async () => {
    await library();
    const titles: unknown[] = [];
    await expectQueries(3, async () => {
      for await (const book of Book.objects
        .orderBy("title")
        .annotate({ n: Count("reviews") })
        .selectRelated("author")
        .prefetchRelated("tags")
        .iterator({ chunkSize: 2 })) {
        titles.push([book.title, book.n, book.author.name, (await book.tags.all()).length]);
      }
    });
    expect(titles).toEqual([
      ["a", 2, "Ann", 2],
      ["b", 2, "Ann", 1],
      ["c", 2, "Ann", 1],
      ["d", 2, "Bob", 0],
    ]);
  });

  it("G30: lookups add up, and null takes them back", async () => {
    await library();
    await expectQueries(3, () => Author.objects.prefetchRelated("books").prefetchRelated("drafts"));
    await expectQueries(1, () => Author.objects.prefetchRelated("books").prefetchRelated(null));
  });

  it("junctions of one's own, and relations to the model itself", async () => {
    const group = await Group.objects.create({ name: "g" });
    const [a, b] = (await Person.objects.bulkCreate([new Person({ name: "a" }), new Person({ name: "b" })])) as [Person, Person];
    await group.members.add(a, b);
    await a.friends.add(b);
    const [loaded] = await expectQueries(3, () => Group.objects.prefetchRelated("members__friends"));
    const members = (await loaded?.members.all()) ?? [];
    expect(members.map(({ name }) => name).sort()).toEqual(["a", "b"]);
    await expectQueries(0, async () => {
      for (const member of members) expect(await member.friends.count()).toBe(1);
    });
    expect(await Membership.objects.count()).toBe(2);
  });

  it("objects shared by several owners are on each of them", async () => {
    await library();
    const books = await Book.objects
      .filter({ title__in: ["a", "b"] })
      .orderBy("title")
      .prefetchRelated("tags");
    for (const book of books) expect((await book.tags.all()).map(({ name }) => name)).toContain("sql");
    const same = [await Author.objects.get({ name: "Ann" }), await Author.objects.get({ name: "Ann" })];
    await expectQueries(1, () => prefetchRelatedObjects(same, "books"));
    for (const author of same) expect(await author.books.count()).toBe(3);
  });

  it("prefetchRelatedObjects takes instances of one model", async () => {
    const { ann, sql } = await library();
    await expect(prefetchRelatedObjects([ann, sql] as never, "books" as never)).rejects.toThrow(/of one model/);
    await expect(prefetchRelatedObjects([1] as never, "books" as never)).rejects.toThrow(QueryError);
    await expectQueries(0, () => prefetchRelatedObjects([] as Author[], "books"));
  });

  it("peers load together, one by one, or not at all", async () => {
    await library();
    await expectQueries(2, async () => {
      for (const book of await Book.objects.all()) await book.author;
    });
    await expectQueries(5, async () => {
      for (const book of await Book.objects.all().fetchMode("one")) await book.author;
    });
    const [strict] = await Book.objects.all().fetchMode("raise");
    await expect((async () => await strict?.author)()).rejects.toThrow(NotLoadedError);
    await expectQueries(3, async () => {
      for (const author of await Author.objects.all()) await author.profile;
      await Draft.objects.all();
    });
  });

  it("B24: a manager that hides rows hides them from lists, not from foreign keys", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await Book.objects.create({ title: "hidden", author: ann });
    const [hiding] = await Shy.everything.all();
    expect(await Shy.objects.count()).toBe(0);
    const review = await Review.objects.create({ text: "r", book: await Book.objects.get() });
    const [found] = await ShyReview.objects.filter({ pk: review.pk });
    expect((await found?.book)?.title).toBe("hidden");
    const [selected] = await ShyReview.objects.selectRelated("book");
    expect(selected?.book.title).toBe("hidden");
    const [prefetched] = await ShyReview.objects.prefetchRelated("book");
    expect(prefetched?.book).toMatchObject({ title: "hidden" });
    expect(hiding?.title).toBe("hidden");
    const [author] = await ShyAuthor.objects.prefetchRelated("books");
    expect(await author?.books.count()).toBe(0);
    expect(await (await ShyAuthor.objects.get()).books.count()).toBe(0);
  });
});

describeEachBackend("loading relations, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does the same", async () => {
    await library();
    const authors = [...Author.objects.orderBy("name").prefetchRelated("books__tags", "drafts")] as unknown as Shelf[];
    expect(await sqlOf(() => expect([...(authors[0]?.books.all() ?? [])]).toHaveLength(3))).toEqual([]);
    const plain = [...Author.objects.all()];
    prefetchRelatedObjectsSync(plain, "books");
    expect(await sqlOf(() => plain[0]?.books.countSync())).toEqual([]);
    expect(() => prefetchRelatedObjectsSync([1] as never, "books" as never)).toThrow(QueryError);
  });
});

/** Tables that nobody made. */
class Parent extends Model<Parent>("inst.Parent")({
  name: CharField({ maxLength: 5 }),
  get children() {
    return ReverseRelation(() => Child, "parent");
  },
  get others() {
    return ReverseRelation(() => Other, "parent");
  },
}) {}
class Child extends Model<Child>("inst.Child")({ parent: ForeignKey(() => Parent, { onDelete: CASCADE }) }, { managed: false }) {}
class Other extends Model<Other>("inst.Other")({ parent: ForeignKey(() => Parent, { onDelete: CASCADE }) }, { managed: false }) {}

class ShyManager extends Manager<Shy> {
  override getQueryset() {
    return super.getQueryset().exclude({ title: "hidden" });
  }
}
class ShyAuthor extends Model<ShyAuthor>("inst.ShyAuthor")(
  {
    name: CharField({ maxLength: 100 }),
    get books() {
      return ReverseRelation(() => Shy, "author");
    },
  },
  { dbTable: "inst_author", managed: false },
) {}
class Shy extends Model<Shy>("inst.Shy")(
  { title: CharField({ maxLength: 200 }), author: ForeignKey(() => ShyAuthor, { onDelete: CASCADE }) },
  { dbTable: "inst_book", managed: false },
) {
  static override objects = new ShyManager(() => Shy);
  static everything = new Manager<Shy>(() => Shy);
}
class ShyReview extends Model<ShyReview>("inst.ShyReview")(
  { text: CharField({ maxLength: 20 }), book: ForeignKey(() => Shy, { onDelete: CASCADE }) },
  { dbTable: "inst_review", managed: false },
) {}
