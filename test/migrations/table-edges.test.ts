import { afterEach, beforeEach, expect, it } from "vitest";
import {
  AddConstraint,
  AddField,
  AlterField,
  CASCADE,
  CharField,
  CheckConstraint,
  CreateModel,
  DateTimeField,
  DeleteModel,
  ForeignKey,
  Index,
  IntegerField,
  inspectSchema,
  ManyToManyField,
  Q,
  RemoveField,
  RenameField,
  RenameModel,
  RunSQL,
  SlugField,
  UniqueConstraint,
  UUIDField,
} from "../../src/migrations/index.js";
import { describeEachBackend } from "../support/backends.js";
import { dropEverything, executorOf, rows } from "./support.js";

const author = { name: CharField({ maxLength: 50 }) };
const book = { title: CharField({ maxLength: 50 }), author: ForeignKey("blog.Author", { onDelete: CASCADE }) };
const initial = { operations: [CreateModel("Author", author), CreateModel("Book", book)] };
const after = (name: string): readonly [string, string][] => [["blog", name]];

async function seed(): Promise<void> {
  await rows("INSERT INTO blog_author (name) VALUES ('Ursula'), ('Iain')");
  await rows("INSERT INTO blog_book (title, author_id) VALUES ('The Dispossessed', 1), ('Excession', 2)");
}

describeEachBackend("changes of tables", ({ vendor, skipUnless }) => {
  beforeEach(() => dropEverything("default"));
  afterEach(() => dropEverything("default"));

  it("L01 keeps the rows that refer to a table that is changed", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": { dependencies: after("0001"), operations: [AlterField("Author", "name", CharField({ maxLength: 80, unique: true }))] },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    await seed();
    await executorOf(migrations).migrate();
    expect(await rows("SELECT title FROM blog_book ORDER BY id")).toEqual([{ title: "The Dispossessed" }, { title: "Excession" }]);
    await expect(rows("INSERT INTO blog_author (name) VALUES ('Iain')")).rejects.toThrow();
    await expect(rows("INSERT INTO blog_book (title, author_id) VALUES ('x', 99)")).rejects.toThrow();
  });

  skipUnless(vendor === "sqlite", "other databases change a table where it is")(
    "L02 keeps indexes, triggers, numbering and foreign keys of a table that is made anew",
    async () => {
      const migrations = {
        "blog.0001": {
          operations: [
            CreateModel(
              "Author",
              { ...author, age: IntegerField({ null: true }) },
              { indexes: [Index({ fields: ["-age"], name: "author_age" })] },
            ),
            CreateModel("Book", book),
          ],
        },
        "blog.0002": {
          dependencies: after("0001"),
          operations: [
            AlterField("Book", "title", CharField({ maxLength: 99, null: true })),
            AlterField("Author", "name", CharField({ maxLength: 99, null: true })),
          ],
        },
      };
      await executorOf(migrations).migrate({ app: "blog", name: "0001" });
      await seed();
      await rows("INSERT INTO blog_author (name) VALUES ('gone')");
      await rows("DELETE FROM blog_author WHERE name = 'gone'");
      await rows("CREATE TRIGGER shout AFTER INSERT ON blog_author BEGIN UPDATE blog_author SET age = 1 WHERE id = NEW.id; END");
      await rows("CREATE INDEX by_hand ON blog_author (name, age)");
      await executorOf(migrations).migrate();
      await rows("INSERT INTO blog_author (name) VALUES ('Octavia')");
      expect(await rows("SELECT id, age FROM blog_author WHERE name = 'Octavia'")).toEqual([{ id: 4, age: 1 }]);
      expect(
        (
          await rows("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'blog_author' AND sql IS NOT NULL ORDER BY name")
        ).map(({ name }) => name),
      ).toEqual(["author_age", "by_hand"]);
      expect(await rows("PRAGMA foreign_keys")).toEqual([{ foreign_keys: 1 }]);
      expect(await rows("SELECT \"table\" FROM pragma_foreign_key_list('blog_book')")).toEqual([{ table: "blog_author" }]);
    },
  );

  skipUnless(vendor === "sqlite", "other databases never stop enforcing")(
    "L02 undoes a migration after which a row refers to nothing",
    async () => {
      const migrations = {
        "blog.0001": initial,
        "blog.0002": { dependencies: after("0001"), operations: [RunSQL("DELETE FROM blog_author", { reverseSql: "" })] },
      };
      await executorOf(migrations).migrate({ app: "blog", name: "0001" });
      await seed();
      await expect(executorOf(migrations).migrate()).rejects.toThrow(/2 rows refer to nothing.*"blog_book".*"blog_author"/);
      expect(await rows("SELECT COUNT(*) AS n FROM blog_author")).toEqual([{ n: vendor === "sqlite" ? 2 : 2n }]);
    },
  );

  it("L03 refuses NOT NULL over rows without a value, and takes a value for them", async () => {
    const nullable = { operations: [CreateModel("Author", { name: CharField({ maxLength: 50, null: true }) })] };
    const strict = (field: ReturnType<typeof CharField>, options?: { preserveDefault: boolean }) => ({
      "blog.0001": nullable,
      "blog.0002": { dependencies: after("0001"), operations: [AlterField("Author", "name", field, options)] },
    });
    await executorOf({ "blog.0001": nullable }).migrate();
    await rows("INSERT INTO blog_author (name) VALUES (NULL)");
    await expect(executorOf(strict(CharField({ maxLength: 50 }) as never)).migrate()).rejects.toThrow(
      /blog.Author.name: 1 rows have no value/,
    );
    await executorOf(strict(CharField({ maxLength: 50, default: "unknown" }) as never, { preserveDefault: false })).migrate();
    expect(await rows("SELECT name FROM blog_author")).toEqual([{ name: "unknown" }]);
    await expect(rows("INSERT INTO blog_author (name) VALUES (NULL)")).rejects.toThrow();
  });

  it("L04 gives the old column back when a change is undone", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": { dependencies: after("0001"), operations: [AlterField("Author", "name", CharField({ maxLength: 50, null: true }))] },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    const before = await inspectSchema();
    await executorOf(migrations).migrate();
    expect(await inspectSchema()).not.toEqual(before);
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    expect((await inspectSchema()).map(({ name, columns }) => [name, columns])).toEqual(before.map(({ name, columns }) => [name, columns]));
  });

  it("L05 works a default out once for the rows that are there, and adds unique columns", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": {
        dependencies: after("0001"),
        operations: [
          AddField("Author", "joined", DateTimeField({ autoNowAdd: true })),
          AddField("Author", "code", UUIDField({ unique: true, null: true })),
          AddField("Author", "rank", IntegerField({ default: 5 }), { preserveDefault: false }),
        ],
      },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    await seed();
    await executorOf(migrations).migrate();
    expect(await rows("SELECT COUNT(DISTINCT joined) AS n, MIN(rank) AS rank FROM blog_author")).toMatchObject([{ rank: 5 }]);
    await expect(rows("INSERT INTO blog_author (name, joined) VALUES ('x', '2026-01-01')")).rejects.toThrow();
  });

  it("L06 L36 makes and drops the junction of a many-to-many field, with the types and names of its keys", async () => {
    const migrations = {
      "blog.0001": {
        operations: [
          CreateModel("Tag", { word: CharField({ maxLength: 30, primaryKey: true }) }),
          CreateModel("Book", { title: CharField({ maxLength: 50 }) }),
        ],
      },
      "blog.0002": { dependencies: after("0001"), operations: [AddField("Book", "tags", ManyToManyField("blog.Tag"))] },
      "blog.0003": { dependencies: after("0002"), operations: [DeleteModel("Book")] },
    };
    const junction = async (): Promise<unknown> =>
      (await inspectSchema()).find(({ name }) => name === "blog_book_tags")?.columns.map(({ name, type }) => [name, type.toLowerCase()]);
    await executorOf(migrations).migrate({ app: "blog", name: "0002" });
    expect(await junction()).toEqual([
      ["id", vendor === "sqlite" ? "integer" : "bigint"],
      ["book_id", "bigint"],
      ["tag_id", vendor === "sqlite" ? "varchar(30)" : "character varying(30)"],
    ]);
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    expect(await junction()).toBeUndefined();
    await executorOf(migrations).migrate();
    expect((await inspectSchema()).map(({ name }) => name)).toEqual(["blog_tag", "dorm_migrations"]);
    await executorOf(migrations).migrate({ app: "blog", name: "0002" });
    expect(await junction()).toHaveLength(3);
  });

  it("L07 uses the real column of relations and of named columns", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": {
        dependencies: after("0001"),
        operations: [
          RenameField("Book", "author", "writer"),
          AddField("Book", "pages", IntegerField({ null: true, dbColumn: "page_count" })),
          RenameField("Book", "pages", "length"),
        ],
      },
      "blog.0003": { dependencies: after("0002"), operations: [RemoveField("Book", "writer"), RemoveField("Book", "length")] },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    await seed();
    await executorOf(migrations).migrate({ app: "blog", name: "0002" });
    expect(await rows("SELECT writer_id, page_count FROM blog_book ORDER BY id")).toEqual([
      { writer_id: 1, page_count: null },
      { writer_id: 2, page_count: null },
    ]);
    await executorOf(migrations).migrate();
    expect((await inspectSchema()).find(({ name }) => name === "blog_book")?.columns.map(({ name }) => name)).toEqual(["id", "title"]);
  });

  it("L08 takes junctions and relations along when a model is renamed, and leaves a named table alone", async () => {
    const migrations = {
      "blog.0001": {
        operations: [
          CreateModel("Tag", { word: CharField({ maxLength: 9 }) }, { dbTable: "words" }),
          CreateModel("Writer", author),
          CreateModel("Book", {
            title: CharField({ maxLength: 9 }),
            writer: ForeignKey("blog.Writer", { onDelete: CASCADE }),
            tags: ManyToManyField("blog.Tag"),
            fans: ManyToManyField("blog.Writer"),
          }),
        ],
      },
      "blog.0002": {
        dependencies: after("0001"),
        operations: [RenameModel("Writer", "Author"), RenameModel("Tag", "Word"), AddField("Author", "age", IntegerField({ null: true }))],
      },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    const before = await inspectSchema();
    await rows("INSERT INTO blog_writer (name) VALUES ('Ursula')");
    await rows("INSERT INTO blog_book (title, writer_id) VALUES ('x', 1)");
    await rows("INSERT INTO blog_book_fans (book_id, writer_id) VALUES (1, 1)");
    await executorOf(migrations).migrate();
    const tables = await inspectSchema();
    expect(tables.map(({ name }) => name)).toEqual([
      "blog_author",
      "blog_book",
      "blog_book_fans",
      "blog_book_tags",
      "dorm_migrations",
      "words",
    ]);
    expect(tables.find(({ name }) => name === "blog_book_tags")?.columns.map(({ name }) => name)).toEqual(["id", "book_id", "word_id"]);
    expect(await rows("SELECT book_id, author_id FROM blog_book_fans")).toMatchObject([{}]);
    expect(tables.find(({ name }) => name === "blog_book")?.foreignKeys.map(({ table }) => table)).toEqual(["blog_author"]);
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    expect((await inspectSchema()).map(({ name, columns, foreignKeys }) => [name, columns, foreignKeys])).toEqual(
      before.map(({ name, columns, foreignKeys }) => [name, columns, foreignKeys]),
    );
  });

  it("L09 L10 adds checks and unique constraints to a table that is there, over the columns of relations", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": {
        dependencies: after("0001"),
        operations: [
          AddConstraint("Book", CheckConstraint({ check: Q({ author__gt: 0 }).and(Q({ title: "x" }).not()), name: "author_given" })),
          AddConstraint("Book", UniqueConstraint({ fields: ["author", "title"], name: "one_title" })),
        ],
      },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    await seed();
    await executorOf(migrations).migrate();
    await expect(rows("INSERT INTO blog_book (title, author_id) VALUES ('Excession', 2)")).rejects.toThrow();
    await expect(rows("INSERT INTO blog_book (title, author_id) VALUES ('x', 2)")).rejects.toThrow();
    await rows("INSERT INTO blog_book (title, author_id) VALUES ('Excession', 1)");
  });

  it("L11 L12 makes the indexes of keys and slugs, and what has to be unique together", async () => {
    await executorOf({
      "blog.0001": {
        operations: [
          CreateModel("Author", author),
          CreateModel(
            "Book",
            { ...book, slug: SlugField(), rank: IntegerField({ dbIndex: true }) },
            { uniqueTogether: [["title", "author"]] },
          ),
        ],
      },
    }).migrate();
    const found = (await inspectSchema()).find(({ name }) => name === "blog_book");
    expect(found?.indexes.map(({ columns }) => columns)).toEqual(expect.arrayContaining([["author_id"], ["slug"], ["rank"]]));
    expect(found?.uniques.map(({ columns }) => columns)).toEqual([["title", "author_id"]]);
  });

  it("L19 escapes quotes in defaults", async () => {
    const migrations = {
      "blog.0001": initial,
      "blog.0002": {
        dependencies: after("0001"),
        operations: [
          AddField("Author", "motto", CharField({ maxLength: 40, default: 'it\'s "so"' })),
          AddField("Author", "note", CharField({ maxLength: 40, dbDefault: "a'b" })),
        ],
      },
    };
    await executorOf(migrations).migrate({ app: "blog", name: "0001" });
    await seed();
    await executorOf(migrations).migrate();
    expect(await rows("SELECT motto, note FROM blog_author WHERE id = 1")).toEqual([{ motto: 'it\'s "so"', note: "a'b" }]);
  });

  it("L34 drops an index without a name by the name that it was made with", async () => {
    const plain = Index({ fields: ["name"] });
    const { AddIndex, RemoveIndex } = await import("../../src/migrations/index.js");
    const migrations = {
      "blog.0001": initial,
      "blog.0002": { dependencies: after("0001"), operations: [AddIndex("Author", plain)] },
      "blog.0003": { dependencies: after("0002"), operations: [RemoveIndex("Author", plain)] },
    };
    const indexes = async (): Promise<unknown> =>
      (await inspectSchema()).find(({ name }) => name === "blog_author")?.indexes.map(({ name }) => name);
    await executorOf(migrations).migrate({ app: "blog", name: "0002" });
    expect(await indexes()).toEqual(["idx_blog_author_name"]);
    await executorOf(migrations).migrate();
    expect(await indexes()).toEqual([]);
  });
});
