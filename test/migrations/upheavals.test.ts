import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "../../src/engine/run.js";
import {
  AlterField,
  AlterModelTable,
  BigIntegerField,
  CASCADE,
  CharField,
  CheckConstraint,
  type DetectionOptions,
  F,
  ForeignKey,
  Index,
  IntegerField,
  Lower,
  ManyToManyField,
  type MigrationQuestioner,
  OneToOneField,
  optimize,
  PROTECT,
  Q,
  SET_NULL,
  TextField,
  UniqueConstraint,
} from "../../src/migrations/index.js";
import { differencesFlow } from "../../src/migrations/introspection/differences.js";
import { movingName } from "../../src/migrations/operations/moving-names.js";
import { StatementRunner } from "../../src/migrations/schema/statement-runner.js";
import { describeEachBackend } from "../support/backends.js";
import { type Models, Project, rows, stateOf } from "./support.js";

const text = (options: object = {}) => CharField({ maxLength: 20, ...options });
const number = (options: object = {}) => IntegerField(options);

/** Values for rows that are there. */
const giving = (values: Readonly<Record<string, unknown>>): MigrationQuestioner => ({
  isModelRenamed: () => false,
  isFieldRenamed: () => false,
  defaultFor: (label, name) => ({ kind: "value", value: values[`${label}.${name}`] }),
});

interface Upheaval {
  readonly before: Models;
  readonly after: Models;
  /** SQL that fills the tables of `before`. */
  readonly rows: readonly string[];
  readonly options?: Partial<DetectionOptions>;
  /** Queries and what they give after the change. */
  readonly then: Readonly<Record<string, readonly unknown[]>>;
  /** Queries and what they give after it is undone; default: nothing is asked. */
  readonly back?: Readonly<Record<string, readonly unknown[]>>;
}

const UPHEAVALS: Readonly<Record<string, Upheaval>> = {
  "a model with relations of every kind gets another name": {
    before: {
      "blog.Writer": [{ name: text(), friends: ManyToManyField("self"), boss: ForeignKey("self", { onDelete: SET_NULL, null: true }) }],
      "blog.Book": [
        {
          title: text(),
          writer: ForeignKey("blog.Writer", { onDelete: CASCADE }),
          readers: ManyToManyField("blog.Writer", { relatedName: "reads" }),
        },
      ],
      "blog.Card": [{ writer: OneToOneField("blog.Writer", { onDelete: CASCADE, primaryKey: true }), code: text() }],
    },
    after: {
      "blog.Author": [{ name: text(), friends: ManyToManyField("self"), boss: ForeignKey("self", { onDelete: SET_NULL, null: true }) }],
      "blog.Book": [
        {
          title: text(),
          writer: ForeignKey("blog.Author", { onDelete: CASCADE }),
          readers: ManyToManyField("blog.Author", { relatedName: "reads" }),
        },
      ],
      "blog.Card": [{ writer: OneToOneField("blog.Author", { onDelete: CASCADE, primaryKey: true }), code: text() }],
    },
    options: { renames: { models: { blog: { Writer: "Author" } } } },
    rows: [
      "INSERT INTO blog_writer (name, boss_id) VALUES ('a', NULL), ('b', 1)",
      "INSERT INTO blog_book (title, writer_id) VALUES ('t', 2)",
      "INSERT INTO blog_book_readers (book_id, writer_id) VALUES (1, 1)",
      "INSERT INTO blog_writer_friends (from_writer_id, to_writer_id) VALUES (1, 2), (2, 1)",
      "INSERT INTO blog_card (writer_id, code) VALUES (2, 'x')",
    ],
    then: {
      "SELECT name, boss_id FROM blog_author ORDER BY id": [
        { name: "a", boss_id: null },
        { name: "b", boss_id: 1 },
      ],
      "SELECT book_id, author_id FROM blog_book_readers": [{ book_id: 1, author_id: 1 }],
      "SELECT from_author_id, to_author_id FROM blog_author_friends ORDER BY from_author_id": [
        { from_author_id: 1, to_author_id: 2 },
        { from_author_id: 2, to_author_id: 1 },
      ],
    },
    back: {
      "SELECT book_id, writer_id FROM blog_book_readers": [{ book_id: 1, writer_id: 1 }],
      "SELECT writer_id, code FROM blog_card": [{ writer_id: 2, code: "x" }],
    },
  },
  "a key gets another type, with rows that refer to it": {
    before: {
      "blog.Author": [{ id: IntegerField({ primaryKey: true }), name: text(), tags: ManyToManyField("blog.Tag") }],
      "blog.Tag": [{ name: text() }],
      "blog.Book": [{ author: ForeignKey("blog.Author", { onDelete: CASCADE }) }],
      "blog.Page": [
        { book: ForeignKey("blog.Book", { onDelete: CASCADE }), by: ForeignKey("blog.Author", { onDelete: PROTECT, null: true }) },
      ],
    },
    after: {
      "blog.Author": [{ id: CharField({ maxLength: 9, primaryKey: true }), name: text(), tags: ManyToManyField("blog.Tag") }],
      "blog.Tag": [{ name: text() }],
      "blog.Book": [{ author: ForeignKey("blog.Author", { onDelete: CASCADE }) }],
      "blog.Page": [
        { book: ForeignKey("blog.Book", { onDelete: CASCADE }), by: ForeignKey("blog.Author", { onDelete: PROTECT, null: true }) },
      ],
    },
    rows: [
      "INSERT INTO blog_author (id, name) VALUES (7, 'a')",
      "INSERT INTO blog_tag (name) VALUES ('t')",
      "INSERT INTO blog_author_tags (author_id, tag_id) VALUES (7, 1)",
      "INSERT INTO blog_book (author_id) VALUES (7)",
      "INSERT INTO blog_page (book_id, by_id) VALUES (1, 7), (1, NULL)",
    ],
    then: {
      "SELECT id FROM blog_author": [{ id: "7" }],
      "SELECT author_id FROM blog_book": [{ author_id: "7" }],
      "SELECT author_id, tag_id FROM blog_author_tags": [{ author_id: "7", tag_id: 1 }],
      "SELECT by_id FROM blog_page ORDER BY id": [{ by_id: "7" }, { by_id: null }],
    },
    back: { "SELECT author_id FROM blog_book": [{ author_id: 7 }] },
  },
  "two fields swap their names": {
    before: {
      "blog.Author": [{ first: text(), last: text(), age: number() }, { indexes: [Index({ fields: ["first", "-last"], name: "names" })] }],
    },
    after: {
      "blog.Author": [
        { first: text({ dbColumn: "last" }), last: text({ dbColumn: "first" }), age: number() },
        { indexes: [Index({ fields: ["first", "-last"], name: "names" })] },
      ],
    },
    rows: ["INSERT INTO blog_author (first, last, age) VALUES ('f', 'l', 3)"],
    then: { "SELECT first, last FROM blog_author": [{ first: "l", last: "f" }] },
    back: { "SELECT first, last FROM blog_author": [{ first: "f", last: "l" }] },
  },
  "columns go round in a circle of three": {
    before: {
      "blog.Author": [{ a: text({ dbColumn: "x" }), b: text({ dbColumn: "y", unique: true }), c: text({ dbColumn: "z", dbIndex: true }) }],
    },
    after: {
      "blog.Author": [{ a: text({ dbColumn: "y" }), b: text({ dbColumn: "z", unique: true }), c: text({ dbColumn: "x", dbIndex: true }) }],
    },
    rows: ["INSERT INTO blog_author (x, y, z) VALUES ('a', 'b', 'c')"],
    then: { "SELECT x, y, z FROM blog_author": [{ x: "c", y: "a", z: "b" }] },
    back: { "SELECT x, y, z FROM blog_author": [{ x: "a", y: "b", z: "c" }] },
  },
  "a foreign key leads to another model": {
    before: {
      "blog.Author": [{ name: text() }],
      "shop.Firm": [{ name: text() }],
      "blog.Book": [{ title: text(), by: ForeignKey("blog.Author", { onDelete: CASCADE, null: true }) }],
    },
    after: {
      "blog.Author": [{ name: text() }],
      "shop.Firm": [{ name: text() }],
      "blog.Book": [{ title: text(), by: ForeignKey("shop.Firm", { onDelete: PROTECT, null: true }) }],
    },
    rows: [
      "INSERT INTO blog_author (name) VALUES ('a')",
      "INSERT INTO shop_firm (name) VALUES ('f')",
      "INSERT INTO blog_book (title, by_id) VALUES ('t', 1)",
    ],
    then: { "SELECT by_id FROM blog_book": [{ by_id: 1 }] },
  },
  "a foreign key becomes a number, and a number a foreign key": {
    before: {
      "blog.Author": [{ name: text() }],
      "blog.Book": [{ by: ForeignKey("blog.Author", { onDelete: CASCADE }), editorId: BigIntegerField() }],
    },
    after: {
      "blog.Author": [{ name: text() }],
      "blog.Book": [{ byId: BigIntegerField(), editor: ForeignKey("blog.Author", { onDelete: CASCADE }) }],
    },
    options: { renames: { fields: { "blog.Book": { by: "byId", editorId: "editor" } } } },
    rows: ["INSERT INTO blog_author (name) VALUES ('a'), ('b')", "INSERT INTO blog_book (by_id, editor_id) VALUES (1, 2)"],
    then: { "SELECT by_id, editor_id FROM blog_book": [{ by_id: 1, editor_id: 2 }] },
    back: { "SELECT by_id, editor_id FROM blog_book": [{ by_id: 1, editor_id: 2 }] },
  },
  "a table gets a name and a column at once": {
    before: { "blog.Author": [{ name: text({ unique: true }) }, { indexes: [Index({ fields: ["name"], name: "by_name" })] }] },
    after: {
      "blog.Author": [
        { name: text({ unique: true }), age: number({ default: 3 }) },
        { dbTable: "people", indexes: [Index({ fields: ["name", "age"], name: "by_name" })] },
      ],
    },
    rows: ["INSERT INTO blog_author (name) VALUES ('a')"],
    then: { "SELECT name, age FROM people": [{ name: "a", age: 3 }] },
    back: { "SELECT name FROM blog_author": [{ name: "a" }] },
  },
  "two tables swap their names": {
    before: {
      "blog.Author": [{ name: text() }, { dbTable: "one" }],
      "blog.Book": [{ title: text(), author: ForeignKey("blog.Author", { onDelete: CASCADE }) }, { dbTable: "two" }],
    },
    after: {
      "blog.Author": [{ name: text() }, { dbTable: "two" }],
      "blog.Book": [{ title: text(), author: ForeignKey("blog.Author", { onDelete: CASCADE }) }, { dbTable: "one" }],
    },
    rows: ["INSERT INTO one (name) VALUES ('a')", "INSERT INTO two (title, author_id) VALUES ('t', 1)"],
    then: { "SELECT name FROM two": [{ name: "a" }], "SELECT title, author_id FROM one": [{ title: "t", author_id: 1 }] },
    back: { "SELECT name FROM one": [{ name: "a" }] },
  },
  "names differ in case only": {
    before: { "blog.Author": [{ fullname: text(), age: number() }, { indexes: [Index({ fields: ["fullname"], name: "full_idx" })] }] },
    after: {
      "blog.Author": [
        { fullname: text({ dbColumn: "FullName" }), age: number() },
        { dbTable: "Blog_Author", indexes: [Index({ fields: ["fullname"], name: "full_idx" })] },
      ],
    },
    rows: ["INSERT INTO blog_author (fullname, age) VALUES ('a', 1)"],
    then: { 'SELECT "FullName" AS n FROM "Blog_Author"': [{ n: "a" }] },
    back: { "SELECT fullname FROM blog_author": [{ fullname: "a" }] },
  },
  "a model's name differs in case only": {
    before: { "blog.Webpage": [{ url: text(), links: ManyToManyField("self", { symmetrical: false, relatedName: "linked" }) }] },
    after: { "blog.WebPage": [{ url: text(), links: ManyToManyField("self", { symmetrical: false, relatedName: "linked" }) }] },
    options: { renames: { models: { blog: { Webpage: "WebPage" } } } },
    rows: ["INSERT INTO blog_webpage (url) VALUES ('a')", "INSERT INTO blog_webpage_links (from_webpage_id, to_webpage_id) VALUES (1, 1)"],
    then: { "SELECT url FROM blog_webpage": [{ url: "a" }], "SELECT from_web_page_id FROM blog_webpage_links": [{ from_web_page_id: 1 }] },
  },
  "names are words of SQL": {
    before: { "blog.Order": [{ select: text(), group: number() }, { dbTable: "order" }] },
    after: {
      "blog.Order": [
        {
          from: text({ unique: true }),
          group: number(),
          where: ForeignKey("self", { onDelete: SET_NULL, null: true }),
          table: ManyToManyField("self"),
        },
        {
          dbTable: "user",
          constraints: [CheckConstraint({ check: Q({ group__gte: 0 }), name: "check" })],
          indexes: [Index({ fields: ["group"], name: "index" })],
        },
      ],
    },
    options: { renames: { fields: { "blog.Order": { select: "from" } } } },
    rows: [`INSERT INTO "order" ("select", "group") VALUES ('a', 1)`],
    then: { 'SELECT "from", "group", "where_id" FROM "user"': [{ from: "a", group: 1, where_id: null }] },
    back: { 'SELECT "select" AS s FROM "order"': [{ s: "a" }] },
  },
  "fields of indexes, constraints and computed columns get other names": {
    before: {
      "blog.Line": [
        { price: number(), count: number(), name: text() },
        {
          ordering: ["-price"],
          uniqueTogether: [["price", "name"]],
          indexes: [
            Index({ fields: ["-price"], name: "line_price", condition: Q({ price__gt: 5 }) }),
            Index({ expressions: [Lower("name")], name: "line_lower" }),
          ],
          constraints: [
            CheckConstraint({ check: Q({ price__gte: F("count") }), name: "line_check" }),
            UniqueConstraint({ fields: ["name"], condition: Q({ count: 0 }), name: "line_once" }),
          ],
        },
      ],
    },
    after: {
      "blog.Line": [
        { cost: number(), count: number(), title: text() },
        {
          ordering: ["-cost"],
          uniqueTogether: [["cost", "title"]],
          indexes: [
            Index({ fields: ["-cost"], name: "line_price", condition: Q({ cost__gt: 5 }) }),
            Index({ expressions: [Lower("title")], name: "line_lower" }),
          ],
          constraints: [
            CheckConstraint({ check: Q({ cost__gte: F("count") }), name: "line_check" }),
            UniqueConstraint({ fields: ["title"], condition: Q({ count: 0 }), name: "line_once" }),
          ],
        },
      ],
    },
    options: { renames: { fields: { "blog.Line": { price: "cost", name: "title" } } } },
    rows: ["INSERT INTO blog_line (price, count, name) VALUES (4, 2, 'x')"],
    then: { "SELECT cost, title FROM blog_line": [{ cost: 4, title: "x" }] },
    back: { "SELECT price, name FROM blog_line": [{ price: 4, name: "x" }] },
  },
  "columns that may be null may be so no more": {
    before: {
      "blog.Author": [
        { name: text({ null: true }), age: number({ null: true }), boss: ForeignKey("self", { onDelete: CASCADE, null: true }) },
      ],
    },
    after: { "blog.Author": [{ name: text(), age: number({ default: 9 }), boss: ForeignKey("self", { onDelete: CASCADE }) }] },
    options: { questioner: giving({ "blog.Author.name": "nobody", "blog.Author.boss": 1, "blog.Author.age": 4 }) },
    rows: ["INSERT INTO blog_author (name, age, boss_id) VALUES (NULL, NULL, NULL), ('b', 2, 1)"],
    then: {
      "SELECT name, age, boss_id FROM blog_author ORDER BY id": [
        { name: "nobody", age: 9, boss_id: 1 },
        { name: "b", age: 2, boss_id: 1 },
      ],
    },
  },
  "a key of its own takes the place of the numbered one": {
    before: { "blog.Tag": [{ slug: text(), label: text() }] },
    after: { "blog.Tag": [{ slug: text({ primaryKey: true }), label: text() }] },
    rows: ["INSERT INTO blog_tag (slug, label) VALUES ('a', 'A'), ('b', 'B')"],
    options: { questioner: giving({ "blog.Tag.id": 1 }) },
    then: {
      "SELECT slug, label FROM blog_tag ORDER BY slug": [
        { slug: "a", label: "A" },
        { slug: "b", label: "B" },
      ],
    },
  },
  "a many-to-many field leads to another model and back": {
    before: {
      "blog.Tag": [{ name: text() }],
      "blog.Mark": [{ name: text() }],
      "blog.Post": [{ title: text(), tags: ManyToManyField("blog.Tag") }],
    },
    after: {
      "blog.Tag": [{ name: text() }],
      "blog.Mark": [{ name: text() }],
      "blog.Post": [{ title: text(), marks: ManyToManyField("blog.Mark") }],
    },
    rows: [
      "INSERT INTO blog_tag (name) VALUES ('t')",
      "INSERT INTO blog_post (title) VALUES ('p')",
      "INSERT INTO blog_post_tags (post_id, tag_id) VALUES (1, 1)",
    ],
    then: { "SELECT title FROM blog_post": [{ title: "p" }], "SELECT post_id, mark_id FROM blog_post_marks": [] },
  },
  "a self-relation of many gets another name": {
    before: { "blog.User": [{ name: text(), follows: ManyToManyField("self", { symmetrical: false, relatedName: "followers" }) }] },
    after: { "blog.User": [{ name: text(), watches: ManyToManyField("self", { symmetrical: false, relatedName: "watchers" }) }] },
    options: { renames: { fields: { "blog.User": { follows: "watches" } } } },
    rows: ["INSERT INTO blog_user (name) VALUES ('a'), ('b')", "INSERT INTO blog_user_follows (from_user_id, to_user_id) VALUES (1, 2)"],
    then: { "SELECT from_user_id, to_user_id FROM blog_user_watches": [{ from_user_id: 1, to_user_id: 2 }] },
    back: { "SELECT from_user_id, to_user_id FROM blog_user_follows": [{ from_user_id: 1, to_user_id: 2 }] },
  },
  "a model goes and one of the same table comes": {
    before: { "blog.Old": [{ name: text() }, { dbTable: "things" }] },
    after: { "blog.New": [{ label: text(), size: number() }, { dbTable: "things" }] },
    rows: ["INSERT INTO things (name) VALUES ('a')"],
    then: { "SELECT label FROM things": [] },
  },
  "a field with a key to it changes places with another model's": {
    before: {
      "blog.Team": [{ code: text({ unique: true }) }],
      "blog.Player": [{ team: ForeignKey("blog.Team", { onDelete: CASCADE, toField: "code" }) }],
    },
    after: {
      "blog.Team": [{ token: text({ unique: true }) }],
      "blog.Player": [{ squad: ForeignKey("blog.Team", { onDelete: CASCADE, toField: "token" }) }],
    },
    options: { renames: { fields: { "blog.Team": { code: "token" }, "blog.Player": { team: "squad" } } } },
    rows: ["INSERT INTO blog_team (code) VALUES ('x')", "INSERT INTO blog_player (team_id) VALUES ('x')"],
    then: { "SELECT squad_id FROM blog_player": [{ squad_id: "x" }] },
    back: { "SELECT team_id FROM blog_player": [{ team_id: "x" }] },
  },
  "a model and its fields get other names, and a relation to it changes, at once": {
    before: {
      "blog.Person": [{ name: text() }],
      "blog.Pet": [{ owner: ForeignKey("blog.Person", { onDelete: CASCADE }), name: text() }, { uniqueTogether: [["owner", "name"]] }],
    },
    after: {
      "blog.Human": [{ fullName: text({ dbIndex: true }) }],
      "blog.Pet": [
        { keeper: ForeignKey("blog.Human", { onDelete: SET_NULL, null: true }), name: text() },
        { uniqueTogether: [["keeper", "name"]] },
      ],
    },
    options: {
      renames: { models: { blog: { Person: "Human" } }, fields: { "blog.Human": { name: "fullName" }, "blog.Pet": { owner: "keeper" } } },
    },
    rows: ["INSERT INTO blog_person (name) VALUES ('a')", "INSERT INTO blog_pet (owner_id, name) VALUES (1, 'p')"],
    then: { "SELECT full_name FROM blog_human": [{ full_name: "a" }], "SELECT keeper_id FROM blog_pet": [{ keeper_id: 1 }] },
    back: { "SELECT name FROM blog_person": [{ name: "a" }], "SELECT owner_id FROM blog_pet": [{ owner_id: 1 }] },
  },
  "an index moves to another table": {
    before: { "blog.A": [{ x: number() }], "blog.B": [{ x: number() }, { indexes: [Index({ fields: ["x"], name: "moved" })] }] },
    after: { "blog.A": [{ x: number() }, { indexes: [Index({ fields: ["x"], name: "moved" })] }], "blog.B": [{ x: number() }] },
    rows: ["INSERT INTO blog_a (x) VALUES (1)"],
    then: { "SELECT x FROM blog_a": [{ x: 1 }] },
  },
  "text becomes a number and a number text": {
    before: { "blog.Row": [{ a: text(), b: number(), c: TextField() }] },
    after: { "blog.Row": [{ a: number(), b: text({ unique: true }), c: CharField({ maxLength: 5, default: "x", dbIndex: true }) }] },
    rows: ["INSERT INTO blog_row (a, b, c) VALUES ('12', 34, 'ok')"],
    then: { "SELECT a, b, c FROM blog_row": [{ a: 12, b: "34", c: "ok" }] },
    back: { "SELECT a, b, c FROM blog_row": [{ a: "12", b: 34, c: "ok" }] },
  },
};

describeEachBackend("upheavals", { only: ["sqlite-file", "postgresql"] }, () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => project.remove());

  const expectTables = async (models: Models): Promise<void> => {
    const state = stateOf(models);
    const metas = [...state.models.keys()].map((label) => state.historical.meta(label));
    expect(await run(differencesFlow(new StatementRunner("default"), metas))).toEqual([]);
  };
  const expectRows = async (queries: Readonly<Record<string, readonly unknown[]>>): Promise<void> => {
    for (const [sql, expected] of Object.entries(queries)) {
      const found = (await rows(sql)).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "bigint" ||
            (typeof value === "string" && /^\d+$/.test(value) && typeof (expected[0] as Record<string, unknown>)?.[name] === "number")
              ? Number(value)
              : value,
          ]),
        ),
      );
      expect({ [sql]: found }).toEqual({ [sql]: expected });
    }
  };

  it.each(Object.entries(UPHEAVALS))("%s", async (_, { before, after, options, then, back, ...given }) => {
    await project.evolve(before);
    for (const sql of given.rows) await rows(sql);
    await project.evolve(after, options);
    await expectTables(after);
    await expectRows(then);
    for (const [app] of new Set(Object.keys(before).map((label) => label.split(".")))) {
      await project.migrate({ app: app ?? "", name: "0001" });
    }
    await expectTables(before);
    await expectRows(back ?? {});
    await project.migrate();
    await expectTables(after);
    for (const app of ["blog", "shop"])
      await project.migrate({ app, name: "zero" }).catch((error: Error) => expect(error.message).toMatch(/no app|no migration/i));
  });
});

it("a column that is out of the way for a moment stays so when migrations are squashed", () => {
  const alter = (name: string, dbColumn?: string) => AlterField("Author", name, text(dbColumn === undefined ? {} : { dbColumn }));
  const circle = [alter("first", movingName(1)), alter("last", "first"), alter("first", "last")];
  expect(optimize(circle, "blog").map((operation) => operation.deconstruct().args[1])).toEqual(["first", "last", "first"]);
  const tables = [AlterModelTable("A", movingName(1)), AlterModelTable("B", "one"), AlterModelTable("A", "two")];
  expect(optimize(tables, "blog")).toHaveLength(3);
});
