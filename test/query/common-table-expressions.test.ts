import { beforeAll, describe, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  Count,
  createTables,
  dropTables,
  Exists,
  F,
  FieldError,
  ForeignKey,
  Model,
  OuterRef,
  QueryError,
  RawSQL,
  ReverseRelation,
  SET_NULL,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book } from "./models.js";
import { expectQueries, prepare, sqlOf } from "./support.js";

class Folder extends Model<Folder>("cte.Folder")({
  name: CharField({ maxLength: 20 }),
  get parent() {
    return ForeignKey(() => Folder, { onDelete: CASCADE, null: true });
  },
  get children() {
    return ReverseRelation(() => Folder, "parent");
  },
  get shortcut() {
    return ForeignKey(() => Folder, { onDelete: SET_NULL, null: true, relatedName: "+" });
  },
  get files() {
    return ReverseRelation(() => File, "folder");
  },
}) {}
class File extends Model<File>("cte.File")({
  name: CharField({ maxLength: 20 }),
  folder: ForeignKey(() => Folder, { onDelete: CASCADE }),
}) {}

const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name).sort();

describeEachBackend("common table expressions", () => {
  let root: Folder;
  let docs: Folder;
  let old: Folder;
  beforeAll(async () => {
    await prepare();
    await dropTables([Folder, File]);
    await createTables([Folder, File]);
    // root: docs (old (older)), pictures; and another root, whose two folders lead round in a circle by shortcuts
    root = await Folder.objects.create({ name: "root" });
    docs = await Folder.objects.create({ name: "docs", parent: root });
    old = await Folder.objects.create({ name: "old", parent: docs });
    const older = await Folder.objects.create({ name: "older", parent: old });
    await Folder.objects.create({ name: "pictures", parent: root });
    await Folder.objects.create({ name: "elsewhere" });
    await Folder.objects.filter({ pk: docs.pk }).update({ shortcut: old });
    await Folder.objects.filter({ pk: old.pk }).update({ shortcut: docs });
    await File.objects.bulkCreate([new File({ name: "a.txt", folder: older }), new File({ name: "b.txt", folder: root })]);
  });

  describe("withCte", () => {
    it("names querysets for SQL inside the query", async () => {
      const long = Book.objects.filter({ pages__gte: 300 }).values("author");
      const authors = Author.objects.withCte({ long }).filter({ pk__in: RawSQL("SELECT author FROM long") });
      expect(names(await authors)).toEqual(["Ann", "Bob"]);
      expect(await sqlOf(() => authors.all())).toMatch(/^WITH "long" AS \(SELECT .* WHERE .*\) SELECT /);
      expect(await authors.count()).toBe(2);
      expect(await authors.exists()).toBe(true);
      expect(await authors.slice(0, 1).aggregate({ n: Count("*") })).toEqual({ n: 1 });
    });

    it("has parameters before those of the query, in both", async () => {
      const young = Author.objects.filter({ age__lt: 25 }).values("id");
      const found = Book.objects
        .filter({ pages__lt: 1000 })
        .withCte({ young })
        .filter({ author__in: RawSQL("SELECT id FROM young WHERE id > %s", [0]), pages: 500 });
      expect((await found).map((book) => book.title)).toEqual(["Gamma"]);
    });

    it("takes SQL, which is recursive where it speaks of its own name", async () => {
      const numbers = RawSQL("SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < %s", [4]);
      const counted = Author.objects.withCte({ numbers }).annotate({ how_many: RawSQL("(SELECT COUNT(*) FROM numbers)") });
      expect(Number((await counted.first())?.how_many)).toBe(4);
      expect(await sqlOf(() => counted.all())).toMatch(/^WITH RECURSIVE "numbers" AS \(SELECT 1/);
      expect(await sqlOf(() => Author.objects.withCte({ one: RawSQL("SELECT 1 AS n") }))).toMatch(/^WITH "one" AS \(SELECT 1/);
    });

    it("stays with the query where it becomes part of another", async () => {
      const long = Book.objects.filter({ pages__gte: 300 }).values("author");
      const inner = Author.objects
        .withCte({ long })
        .filter({ pk__in: RawSQL("SELECT author FROM long") })
        .exclude({ name: "Bob" });
      expect((await Book.objects.filter({ title__startswith: "A" }).filter({ author__in: inner })).map((book) => book.title)).toEqual([
        "Alpha",
      ]);
      expect(names(await Author.objects.filter({ age: 60 }).union(inner))).toEqual(["Ann", "Cleo"]);
    });

    it("several, in one step or in more", async () => {
      const a = Author.objects.filter({ age: 30 }).values("id");
      const b = Author.objects.filter({ age: 60 }).values("id");
      const found = Author.objects
        .withCte({ a })
        .withCte({ b })
        .filter({ pk__in: RawSQL("SELECT id FROM a UNION SELECT id FROM b") });
      expect(names(await found)).toEqual(["Ann", "Cleo"]);
    });

    it("refuses names that are none or taken, and what is no query", async () => {
      const a = Author.objects.values("id");
      await expectQueries(0, () => {
        expect(() => Author.objects.withCte({ "a b": a })).toThrow(/is not a name/);
        expect(() => Author.objects.withCte({ 'x" AS (SELECT 1); --': a })).toThrow(/is not a name/);
        expect(() => Author.objects.withCte({ a }).withCte({ a })).toThrow(/there is a "a" already/);
        expect(() => Author.objects.withCte({ query_author: a })).toThrow(/the table of query.Author/);
        expect(() => Author.objects.withCte({ a: F("id") })).toThrow(/RawSQL/);
        expect(() => Author.objects.withCte({ a: "SELECT 1" as never })).toThrow(QueryError);
        expect(() => Author.objects.withCte({ a: Author.objects.none() })).toThrow(/none\(\)/);
      });
    });
  });

  describe("trees", () => {
    const by = "parent";

    it("descendants and ancestors are found in one query", async () => {
      await expectQueries(1, async () =>
        expect(names(await Folder.objects.descendants(root, { by }))).toEqual(["docs", "old", "older", "pictures"]),
      );
      expect(names(await Folder.objects.descendants(docs.id, { by }))).toEqual(["old", "older"]);
      expect(names(await Folder.objects.ancestors(old, { by }))).toEqual(["docs", "root"]);
      expect(names(await Folder.objects.ancestors(Folder.ref(root.id), { by }))).toEqual([]);
      expect(names(await Folder.objects.descendants(-1, { by }))).toEqual([]);
    });

    it("with the row itself where it is wanted", async () => {
      expect(names(await Folder.objects.descendants(docs, { by, includeSelf: true }))).toEqual(["docs", "old", "older"]);
      expect(names(await Folder.objects.ancestors(docs, { by, includeSelf: true }))).toEqual(["docs", "root"]);
    });

    it("are querysets like others: filtered, ordered, counted, in other queries", async () => {
      const below = Folder.objects.descendants(root, { by });
      expect((await below.filter({ name__startswith: "o" }).orderBy("-name")).map((folder) => folder.name)).toEqual(["older", "old"]);
      expect(await below.count()).toBe(4);
      expect((await below.orderBy("name").slice(1, 2))[0]?.name).toBe("old");
      expect(names(await File.objects.filter({ folder__in: Folder.objects.descendants(docs, { by }) }))).toEqual(["a.txt"]);
      expect(names(await File.objects.filter({ name: "a.txt", folder__in: below.exclude({ name: "docs" }) }))).toEqual(["a.txt"]);
      expect(names(await Folder.objects.exclude({ pk__in: below }))).toEqual(["elsewhere", "root"]);
      const withFiles = Exists(File.objects.filter({ folder: OuterRef("pk") }));
      expect(names(await below.filter(withFiles))).toEqual(["older"]);
      expect(names(await Folder.objects.ancestors(old, { by }).and(Folder.objects.descendants(root, { by })))).toEqual(["docs"]);
      expect(await below.update({ name: F("name") })).toBe(4);
    });

    it("go by another foreign key, and round a circle once", async () => {
      expect(names(await Folder.objects.descendants(docs, { by: "shortcut" }))).toEqual(["old"]);
      expect(names(await Folder.objects.ancestors(docs, { by: "shortcut", includeSelf: true }))).toEqual(["docs", "old"]);
      expect(names(await Author.objects.descendants(await Author.objects.get({ name: "Ann" })))).toEqual(["Bob", "Cleo"]);
    });

    it("shares one plan for all rows that are asked about", async () => {
      const first = await sqlOf(() => Folder.objects.descendants(1, { by }));
      expect(await sqlOf(() => Folder.objects.descendants(2, { by }))).toBe(first);
    });

    it("refuse what has no tree, or several without saying which", async () => {
      await expectQueries(0, async () => {
        expect(() => File.objects.descendants(1)).toThrow(/no foreign key to itself/);
        expect(() => Folder.objects.descendants(1)).toThrow(/several foreign keys.*by: "parent"/);
        expect(() => Folder.objects.ancestors(1, { by: "parnt" as never })).toThrow(FieldError);
        expect(() => Folder.objects.ancestors(null as never, { by })).toThrow(/takes a cte.Folder/);
        expect(() => Folder.objects.ancestors(1, { by, depth: 2 } as never)).toThrow(/unknown option "depth"/);
        expect(() => Folder.objects.slice(0, 1).descendants(1, { by })).toThrow(/cannot follow a slice/);
        await expect(Promise.resolve(Folder.objects.descendants("x" as never, { by }))).rejects.toThrow();
        await expect(async () => await Folder.objects.descendants((await Author.objects.none().first()) as never, { by })).rejects.toThrow(
          QueryError,
        );
      });
    });
  });

  describe("lookup", () => {
    it("is one column of the first row, as a value of another query", async () => {
      const longest = Book.objects
        .filter({ author: OuterRef("pk") })
        .orderBy("-pages")
        .lookup("title");
      expect(await Author.objects.annotate({ longest }).valuesList("name", "longest")).toEqual([
        ["Ann", "Beta"],
        ["Bob", "Gamma"],
        ["Cleo", null],
      ]);
      expect(names(await Author.objects.filter({ age: Author.objects.orderBy("-age").lookup("age") }))).toEqual(["Cleo"]);
      expect(() => Book.objects.lookup("nope" as never)).toThrow(FieldError);
    });
  });
});
