import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CharField,
  CheckViolation,
  CITextField,
  createTables,
  createTablesSync,
  DatabaseError,
  dropTables,
  dropTablesSync,
  EnumField,
  ForeignKeyViolation,
  GeneratedField,
  getConnection,
  HStoreField,
  ImproperlyConfigured,
  IntegerField,
  IntegrityError,
  Model,
  NotNullViolation,
  NotSupportedError,
  ProgrammingError,
  QueryError,
  transaction,
  UniqueConstraint,
  UniqueViolation,
} from "../../src/index.js";
import { captureQueries } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";
import { City, Country, Entry, Item, Ledger, Line, Note, Publisher, Shelf } from "./models.js";

const all = [Note, Line, Item, Shelf, Publisher];

describeEachBackend("createTables", { aliases: ["default", "other"] }, (backend) => {
  const execute = (sql: string) => getConnection().execute(sql);
  const tables = async (using = "default"): Promise<unknown[]> => {
    const sql =
      backend.vendor === "sqlite"
        ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    return (await getConnection(using).execute(sql)).rows.map(({ name }) => name);
  };
  const onPostgresql = backend.skipUnless(backend.vendor === "postgresql", "it has no types of the user's own, and no comments");
  const sync = backend.skipUnless(backend.vendor === "sqlite", "it has no synchronous form yet");

  afterEach(async () => {
    await dropTables([...all, Country, City, Entry]);
    expect(await tables()).toEqual([]);
  });

  describe("makes", () => {
    let publisher: Publisher;
    const newItem = (title: string, more: object = {}) =>
      Item.objects.create({ title, unitPrice: "2.50", publisher, motto: `motto of ${title}`, ...more });
    beforeEach(async () => {
      await createTables(all);
      publisher = await Publisher.objects.create({ code: "P" });
    });

    it("the tables of models in any order, with their junctions", async () => {
      expect(await tables()).toEqual([
        "stock_item",
        "stock_item_shelves",
        "stock_item_similar",
        "stock_line",
        "stock_note",
        "stock_publisher",
        "stock_shelf",
      ]);
    });

    it("keys that number the rows and never come back", async () => {
      const second = await Publisher.objects.create({ code: "Q" });
      expect(second.id).toBe(publisher.id + 1);
      await second.delete();
      expect((await Publisher.objects.create({ code: "R" })).id).toBe(publisher.id + 2);
    });

    it("defaults of the database, literal and computed", async () => {
      const before = Date.now() - 1000;
      await execute(`INSERT INTO stock_item (title, unit_price, publisher_id) VALUES ('x', 2.5, ${publisher.id})`);
      const item = await Item.objects.get({ title: "x" });
      expect([item.amount, item.active, item.day, item.motto, item.extra]).toEqual([
        1,
        true,
        "2026-11-20",
        "it's; -- fine\\",
        { a: [1, null] },
      ]);
      expect(item.madeAt.getTime()).toBeGreaterThan(before);
      expect(item.madeAt.getTime()).toBeLessThan(Date.now() + 1000);
    });

    it("columns that the database computes", async () => {
      const { pk } = await newItem("x", { amount: 3 });
      expect(String((await Item.objects.get({ pk })).total)).toBe("7.5");
    });

    it("NOT NULL where a field is not null", async () => {
      await expect(execute("INSERT INTO stock_publisher (code) VALUES (NULL)")).rejects.toThrow(NotNullViolation);
    });

    it("unique fields, pairs, and unique indexes with a condition or an expression", async () => {
      await expect(Publisher.objects.create({ code: "P" })).rejects.toThrow(UniqueViolation);
      await newItem("x");
      await expect(newItem("x", { motto: "another" })).rejects.toThrow(UniqueViolation);
      await expect(newItem("y", { motto: "MOTTO OF X" })).rejects.toThrow(UniqueViolation);
      await newItem("sold", { soldBy: publisher });
      await newItem("inactive", { soldBy: publisher, active: false });
      await expect(newItem("sold again", { soldBy: publisher })).rejects.toThrow(UniqueViolation);
    });

    it("the checks of fields and of constraints", async () => {
      await expect(
        execute(`INSERT INTO stock_item (title, unit_price, amount, publisher_id) VALUES ('x', 1, -1, ${publisher.id})`),
      ).rejects.toThrow(CheckViolation);
      await newItem("dear and inactive", { unitPrice: "5000", active: false });
      await expect(newItem("dear", { unitPrice: "5000" })).rejects.toThrow(CheckViolation);
      const error = await newItem("cheap", { unitPrice: "-1" }).catch((caught: unknown) => caught);
      expect(error).toHaveProperty("constraint", "price_in_bounds");
    });

    it("foreign keys that are checked at the end of a transaction", async () => {
      await expect(Note.objects.create({ itemId: 4711, text: "" })).rejects.toThrow(ForeignKeyViolation);
      await transaction.atomic(async () => {
        await Note.objects.create({ itemId: 1, text: "before its item" });
        await newItem("x", { id: 1 });
      });
      await expect(execute("DELETE FROM stock_item")).rejects.toThrow(ForeignKeyViolation);
    });

    it("a foreign key to a column that is not the primary key", async () => {
      const item = await newItem("x", { soldBy: publisher });
      expect(item.soldById).toBe("P");
      await expect(newItem("y", { soldById: "nobody" })).rejects.toThrow(ForeignKeyViolation);
    });

    it("primary keys of several columns, and of another model's key", async () => {
      const item = await newItem("x");
      await Line.objects.create({ item, position: 1 });
      await expect(Line.objects.create({ item, position: 1 })).rejects.toThrow(IntegrityError);
      await Note.objects.create({ item, text: "one" });
      await expect(Note.objects.bulkCreate([new Note({ item, text: "two" })])).rejects.toThrow(IntegrityError);
    });

    it("junctions of the types of both sides, with unique pairs", async () => {
      const shelf = await Shelf.objects.create({ label: "top" });
      const item = await newItem("x");
      const other = await newItem("y");
      await item.shelves.add(shelf);
      await item.similar.add(other);
      expect(await item.shelves.count()).toBe(1);
      expect(await other.similar.count()).toBe(1);
      await expect(
        execute(`INSERT INTO stock_item_shelves (item_id, shelf_id) SELECT item_id, shelf_id FROM stock_item_shelves`),
      ).rejects.toThrow(UniqueViolation);
    });

    onPostgresql("comments of tables and columns", async () => {
      const sql = "SELECT obj_description('stock_item'::regclass) AS the_table, col_description('stock_item'::regclass, 9) AS the_column";
      expect((await execute(sql)).rows).toEqual([{ the_table: "All that is for sale", the_column: "What it's for" }]);
    });

    it("indexes under names that stay the same", async () => {
      const sql =
        backend.vendor === "sqlite"
          ? "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'stock_item' AND sql IS NOT NULL ORDER BY 1"
          : "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'stock_item' AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE 'uniq_%' ORDER BY 1";
      expect((await execute(sql)).rows.map(({ name }) => name)).toEqual([
        "active_titles",
        "idx_stock_item_made_at_desc_publisher_id",
        "idx_stock_item_publisher_id",
        "idx_stock_item_seller",
        "lower_title",
        "one_lower_motto",
        "one_seller_per_day",
      ]);
    });
  });

  it("makes models that refer to each other and to themselves, and drops them with their rows", async () => {
    await createTables([City, Country]);
    await transaction.atomic(async () => {
      const country = await Country.objects.create({ name: "France", capitalId: 100 });
      const paris = await City.objects.create({ id: 100, name: "Paris", country });
      await City.objects.create({ name: "Kyoto", country, twin: paris });
    });
    await expect(Country.objects.create({ name: "Nowhere", capitalId: 4711 })).rejects.toThrow(ForeignKeyViolation);
    await dropTables([Country, City]);
    expect(await tables()).toEqual([]);
  });

  it("refuses tables that are there, before anything changed", async () => {
    await createTables([Shelf]);
    await Shelf.objects.create({ label: "kept" });
    const error = await createTables([Publisher, Shelf]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProgrammingError);
    expect(String(error)).toContain(
      'The table "stock_shelf" of stock.Shelf is there already. Drop it first, or pass { ifNotExists: true }',
    );
    expect(error).toMatchObject({ code: "duplicate_table", alias: "default", table: "stock_shelf" });
    expect(await tables()).toEqual(["stock_shelf"]);
    await createTables([Publisher, Shelf], { ifNotExists: true });
    expect(await tables()).toEqual(["stock_publisher", "stock_shelf"]);
    expect(await Shelf.objects.count()).toBe(1);
  });

  it("changes nothing when a later statement fails", async () => {
    class Clash extends Model<Clash>("stock.Clash")(
      { code: CharField({ maxLength: 5 }) },
      { constraints: [UniqueConstraint({ fields: ["code"], name: "taken_name" })] },
    ) {}
    await createTables([Shelf]);
    await execute("CREATE INDEX idx_stock_item_publisher_id ON stock_shelf (label)");
    await expect(createTables([Publisher, Item, Clash])).rejects.toThrow(DatabaseError);
    expect(await tables()).toEqual(["stock_shelf"]);
    await createTables([Clash]);
    await dropTables([Clash]);
  });

  it("wants the tables that foreign keys name", async () => {
    const error = await createTables([Note]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProgrammingError);
    expect(String(error)).toContain(
      'stock.Note.item refers to stock.Item, whose table "stock_item" is not there: create it too, or before.',
    );
    await createTables([Shelf, Publisher]);
    await createTables([Item]);
    await createTables([Note]);
    expect(await tables()).toContain("stock_note");
  });

  it("leaves the tables of unmanaged models alone", async () => {
    await expect(createTables([Ledger, Entry])).rejects.toThrow(/"stock_ledger" is not there/);
    await execute("CREATE TABLE stock_ledger (id BIGINT PRIMARY KEY, total INTEGER)");
    await createTables([Ledger, Entry]);
    await execute("INSERT INTO stock_ledger VALUES (1, 10)");
    await Entry.objects.create({ ledgerId: 1, freeId: 4711 });
    await expect(Entry.objects.create({ ledgerId: 2, freeId: 1 })).rejects.toThrow(ForeignKeyViolation);
    await dropTables([Ledger, Entry]);
    expect(await tables()).toEqual(["stock_ledger"]);
    await execute("DROP TABLE stock_ledger");
  });

  it("drops no table that another one refers to, and passes over those that are not there", async () => {
    await createTables(all);
    const error = await dropTables([Shelf]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProgrammingError);
    expect(String(error)).toMatch(/The table "stock_shelf" cannot be dropped: "stock_item(_shelves)?" refers to it/);
    expect(await tables()).toHaveLength(7);
    await dropTables([Country, Note]);
    expect(await tables()).toHaveLength(6);
  });

  it("works on the alias that it is told", async () => {
    await createTables([Shelf], { using: "other" });
    expect([await tables(), await tables("other")]).toEqual([[], ["stock_shelf"]]);
    await dropTables([Shelf], { using: "other" });
    expect(await tables("other")).toEqual([]);
    await expect(createTables([Shelf], { using: "nowhere" })).rejects.toThrow(ImproperlyConfigured);
  });

  it("is part of the transaction around it", async () => {
    await transaction
      .atomic(async () => {
        await createTables([Shelf]);
        await Shelf.objects.create({ label: "gone" });
        throw new Error("undo");
      })
      .catch(() => undefined);
    expect(await tables()).toEqual([]);
  });

  sync("works without waiting", async () => {
    createTablesSync(all);
    expect(() => createTablesSync(all)).toThrow(ProgrammingError);
    createTablesSync(all, { ifNotExists: true });
    dropTablesSync(all);
    expect(await tables()).toEqual([]);
  });

  it("takes models only", async () => {
    // @ts-expect-error a class that is no model
    await expect(createTables([Date])).rejects.toThrow(/Date is not a model/);
    // @ts-expect-error not in a list
    await expect(createTables(Shelf)).rejects.toThrow(QueryError);
    // @ts-expect-error not in a list
    await expect(dropTables("stock.Shelf")).rejects.toThrow(/dropTables takes a list of models/);
  });

  it("tells the listeners of its statements", async () => {
    const queries = await captureQueries(() => createTables([Publisher]));
    expect(queries.map(({ kind, sql }) => [kind, sql.split(" (")[0]])).toEqual([["ddl", 'CREATE TABLE "stock_publisher"']]);
  });

  it("computes columns when they are read, where the server can", async () => {
    class Square extends Model<Square>("stock.Square")({
      side: IntegerField(),
      area: GeneratedField({ expression: "side * side", outputField: IntegerField(), stored: false }),
    }) {}
    const { rows } =
      backend.vendor === "sqlite"
        ? { rows: [{ virtual: 1 }] }
        : await execute("SELECT current_setting('server_version_num')::integer / 180000 AS virtual");
    if (rows[0]?.virtual === 0) {
      await expect(createTables([Square])).rejects.toThrow(/stock\.Square\.area: this server cannot compute a column when it is read/);
      return;
    }
    await createTables([Square]);
    const { pk } = await Square.objects.create({ side: 3 });
    expect((await Square.objects.get({ pk })).area).toBe(9);
    await dropTables([Square]);
  });

  onPostgresql("says which extension a column needs", async () => {
    class Word extends Model<Word>("stock.Word")({ text: CITextField({ unique: true }), forms: HStoreField({ null: true }) }) {}
    const error = await createTables([Word]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotSupportedError);
    expect(String(error)).toContain(
      'stock.Word.text needs the type citext, which the database "default" does not have. Run first: CREATE EXTENSION IF NOT EXISTS citext',
    );
    await execute("CREATE EXTENSION citext");
    await expect(createTables([Word])).rejects.toThrow(/stock\.Word\.forms needs .* CREATE EXTENSION IF NOT EXISTS hstore/);
    await execute("CREATE EXTENSION hstore");
    await createTables([Word]);
    await Word.objects.create({ text: "Word" });
    await expect(Word.objects.create({ text: "wORD" })).rejects.toThrow(UniqueViolation);
    await dropTables([Word]);
  });

  onPostgresql("says how to make the type of an enum", async () => {
    class Mood extends Model<Mood>("stock.Mood")({ mood: EnumField({ choices: ["so-so", "it's fine"], typeName: "Feeling" }) }) {}
    await expect(createTables([Mood])).rejects.toThrow(
      `needs the type "Feeling", which the database "default" does not have. Run first: CREATE TYPE "Feeling" AS ENUM ('so-so', 'it''s fine')`,
    );
    await execute(`CREATE TYPE "Feeling" AS ENUM ('so-so', 'it''s fine')`);
    await createTables([Mood]);
    await Mood.objects.create({ mood: "it's fine" });
    await dropTables([Mood]);
  });
});
