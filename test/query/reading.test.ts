import { beforeAll, describe, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  CompositePrimaryKey,
  Count,
  createTables,
  DateField,
  dropTables,
  F,
  ForeignKey,
  getConnection,
  IntegerField,
  Model,
  MultipleObjectsReturned,
  NotSupportedError,
  ObjectDoesNotExist,
  QueryError,
  ReverseRelation,
  sql,
  TransactionManagementError,
  transaction,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Publisher, Tag } from "./models.js";
import { expectQueries, prepare, record, sqlOf } from "./support.js";

class Order extends Model<Order>("reading.Order")(
  {
    placed: DateField({ null: true }),
    get lines() {
      return ReverseRelation(() => Line, "order");
    },
  },
  { getLatestBy: "placed" },
) {}
class Line extends Model<Line>("reading.Line")({
  order: ForeignKey(() => Order, { onDelete: CASCADE }),
  number: IntegerField(),
  pk: CompositePrimaryKey("order", "number"),
  what: CharField({ maxLength: 9 }),
}) {}

const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name).sort();

describeEachBackend("reading", (backend) => {
  let ann: Author;
  let bob: Author;
  beforeAll(async () => {
    ({ ann, bob } = await prepare());
    await dropTables([Order, Line]);
    await createTables([Order, Line]);
    const [first, second] = await Order.objects.bulkCreate([
      new Order({ placed: "2026-02-03" }),
      new Order({ placed: "2026-02-20" }),
      new Order({ placed: "2025-12-31" }),
      new Order({ placed: null }),
    ]);
    await Line.objects.bulkCreate([
      new Line({ order: first as Order, number: 1, what: "pen" }),
      new Line({ order: first as Order, number: 2, what: "ink" }),
      new Line({ order: second as Order, number: 1, what: "pad" }),
    ]);
  });

  describe("get", () => {
    it("G48: throws the model's own errors, which are the common ones too", async () => {
      const missing = await Author.objects.get({ name: "Nobody" }).catch((error: unknown) => error);
      expect(missing).toBeInstanceOf(Author.DoesNotExist);
      expect(missing).toBeInstanceOf(ObjectDoesNotExist);
      expect(missing).not.toBeInstanceOf(Book.DoesNotExist);
      expect(String(missing)).toContain("query.Author");
      await expect(Author.objects.get({ age__gt: 1 })).rejects.toBeInstanceOf(Author.MultipleObjectsReturned);
      await expect(Author.objects.get({ age__gt: 1 })).rejects.toBeInstanceOf(MultipleObjectsReturned);
    });

    it("G48: asks for two rows at most, without an order", async () => {
      const text = await sqlOf(() => Author.objects.get({ age__gt: 1 }).catch(() => null));
      expect(text).toMatch(/LIMIT 2$/);
      expect(text).not.toContain("ORDER BY");
    });

    it("G48: getOrNone is null for none, and throws for several", async () => {
      expect(await expectQueries(1, () => Author.objects.getOrNone({ name: "Nobody" }))).toBe(null);
      expect((await expectQueries(1, () => Author.objects.getOrNone({ name: "Ann" })))?.age).toBe(30);
      await expectQueries(1, () => expect(Author.objects.getOrNone({ age__gt: 1 })).rejects.toBeInstanceOf(Author.MultipleObjectsReturned));
    });
  });

  describe("inBulk", () => {
    it("gives rows by their key, or by a unique field", async () => {
      const found = await Author.objects.inBulk([ann.id, bob.id, -1]);
      expect([...found].map(([key, author]) => [key, author.name])).toEqual(
        expect.arrayContaining([
          [ann.id, "Ann"],
          [bob.id, "Bob"],
        ]),
      );
      expect(found.size).toBe(2);
      const byName = await Tag.objects.inBulk(["sql"], { fieldName: "name" });
      expect(byName.get("sql")?.name).toBe("sql");
    });

    it("G49: all rows without keys, none for no keys, an error for a field that is not unique", async () => {
      expect((await Author.objects.inBulk()).size).toBe(3);
      await expectQueries(0, async () => {
        expect(await Author.objects.inBulk([])).toEqual(new Map());
        await expect(Author.objects.inBulk([1], { fieldName: "age" })).rejects.toThrow(/not unique/);
        await expect(Author.objects.inBulk(["x"] as never, { fieldName: "nope" as never })).rejects.toThrow(/no field "nope"/);
      });
    });

    it("J08: as many keys as there may be, in one parameter or in several statements", async () => {
      const keys = Array.from({ length: 40_000 }, (_, index) => index + 1);
      expect((await Author.objects.inBulk(keys)).size).toBe(3);
      expect(await Author.objects.filter({ pk__in: keys }).count()).toBe(3);
    });
  });

  describe("dates", () => {
    it("are the different ones, cut to a unit, in order, without null; a queryset of them", async () => {
      expect(await Order.objects.dates("placed", "month")).toEqual(["2025-12-01", "2026-02-01"]);
      expect(await Order.objects.dates("placed", "year", { order: "DESC" })).toEqual(["2026-01-01", "2025-01-01"]);
      expect(await Order.objects.dates("placed", "week")).toEqual(["2025-12-29", "2026-02-02", "2026-02-16"]);
      expect(await Order.objects.dates("placed", "day").count()).toBe(3);
      expect(await Order.objects.filter({ lines__what: "pad" }).dates("placed", "day")).toEqual(["2026-02-20"]);
      expect(await Order.objects.dates("placed", "month").slice(0, 1)).toEqual(["2025-12-01"]);
      expect(await Line.objects.dates("order__placed", "year")).toEqual(["2026-01-01"]);
    });

    it("datetimes are instants, cut in the settings' time zone or another", async () => {
      await Book.objects.filter({ title: "Alpha" }).update({ published: "2026-03-28T23:30:45Z" });
      await Book.objects.filter({ title: "Beta" }).update({ published: "2026-03-29T01:10:00Z" });
      const at = (...texts: string[]): Date[] => texts.map((text) => new Date(text));
      expect(await Book.objects.datetimes("published", "day")).toEqual(at("2026-03-28T00:00Z", "2026-03-29T00:00Z"));
      expect(await Book.objects.datetimes("published", "hour", { order: "DESC" })).toEqual(at("2026-03-29T01:00Z", "2026-03-28T23:00Z"));
      expect(await Book.objects.datetimes("published", "month").count()).toBe(1);
      // in Madrid both are of the 29th, which begins an hour before midnight in UTC
      expect(await Book.objects.datetimes("published", "day", { timeZone: "Europe/Madrid" })).toEqual(at("2026-03-28T23:00Z"));
      expect(() => Book.objects.datetimes("published", "day", { timeZone: "Mars/Base" })).toThrow(/not a time zone/);
      await Book.objects.update({ published: null });
      expect(await Book.objects.datetimes("published", "day")).toEqual([]);
    });

    it("refuse units, orders and options that there are not", () => {
      expect(() => Order.objects.dates("placed", "hour" as never)).toThrow(/one of year/);
      expect(() => Order.objects.dates("placed", "day", { order: "down" as never })).toThrow(/"ASC" or "DESC"/);
      expect(() => Order.objects.dates("placed", "day", { timeZone: "UTC" } as never)).toThrow(/unknown option/);
      expect(() => Order.objects.dates("nope" as never, "day")).toThrow(/no field "nope"/);
    });

    it("getLatestBy says what latest and earliest go by", async () => {
      expect((await Order.objects.exclude({ placed: null }).latest()).placed).toBe("2026-02-20");
      expect((await Order.objects.exclude({ placed: null }).earliest()).placed).toBe("2025-12-31");
    });
  });

  describe("composite keys", () => {
    it("C38: are filtered, ordered and found by", async () => {
      const [line] = await Line.objects.orderBy("pk");
      expect(line?.pk).toEqual([line?.orderId, 1]);
      expect((await Line.objects.get({ pk: line?.pk as never })).what).toBe("pen");
      expect((await Line.objects.first())?.what).toBe("pen");
      expect((await Line.objects.last())?.what).toBe("pad");
      const keys = [
        [line?.orderId, 2],
        [line?.orderId, 9],
      ];
      expect((await Line.objects.filter({ pk__in: keys as never })).map((each) => each.what)).toEqual(["ink"]);
      expect((await Line.objects.exclude({ pk: line?.pk as never })).map((each) => each.what).sort()).toEqual(["ink", "pad"]);
      expect(await Line.objects.filter({ pk__in: [] }).count()).toBe(0);
      expect(await Line.objects.count()).toBe(3);
      expect(await Line.objects.contains(line as Line)).toBe(true);
    });

    it("C38: are counted, grouped and paged", async () => {
      expect(
        await Order.objects
          .annotate({ n: Count("lines") })
          .filter({ n__gt: 0 })
          .orderBy("-n")
          .valuesList("n", { flat: true }),
      ).toEqual([2, 1]);
      const page = await Line.objects.cursorPaginate({ pageSize: 2 });
      const rest = await Line.objects.cursorPaginate({ pageSize: 2, after: page.nextCursor });
      expect([...page.items, ...rest.items].map((each) => each.what)).toEqual(["pen", "ink", "pad"]);
    });

    it("C38: what needs one column is refused with a sentence", async () => {
      await expect(async () => await Line.objects.filter({ pk: 3 as never })).rejects.toThrow(/list of 2 values/);
      await expect(async () => await Line.objects.filter({ pk__in: [[1]] as never })).rejects.toThrow(/list of 2 values/);
      expect(() => Line.objects.annotate({ x: F("pk") as never })).toThrow(/composite key/);
    });
  });

  describe("update", () => {
    it("G52: without values is nothing, without a query; names that do not exist are refused", async () => {
      await expectQueries(0, async () => {
        expect(await Author.objects.update({})).toBe(0);
        await expect(Author.objects.update({ nope: 1 } as never)).rejects.toThrow(/no field "nope"/);
        await expect(Author.objects.update({ publisher__name: "x" } as never)).rejects.toThrow();
        await expect(Author.objects.update({ books: 1 } as never)).rejects.toThrow();
        await expect(Author.objects.update({ name: undefined } as never)).rejects.toThrow(/undefined/);
      });
    });

    it("G07: of a slice changes its rows only, and so does delete", async () => {
      await transaction.atomic(async () => {
        expect(await Author.objects.orderBy("-age").slice(0, 1).update({ bio: "oldest" })).toBe(1);
        expect(names(await Author.objects.filter({ bio: "oldest" }))).toEqual(["Cleo"]);
        const [count] = await Book.objects.orderBy("pages").slice(0, 2).delete();
        expect(count).toBeGreaterThanOrEqual(2);
        expect((await Book.objects.all()).map((book) => book.title)).toEqual(["Gamma"]);
        transaction.setRollback(true);
      });
      expect(await Book.objects.count()).toBe(3);
    });
  });

  describe("raw", () => {
    it("takes __proto__ for a column as any other", async () => {
      const { rows } = await getConnection().execute('SELECT 5 AS "__proto__", 6 AS constructor');
      expect(Object.entries(rows[0] ?? {})).toEqual([
        ["__proto__", 5],
        ["constructor", 6],
      ]);
      const [author] = await Author.objects.raw<{ __proto__: number }>(`SELECT id, name, 5 AS "__proto__" FROM query_author`);
      expect(author).toBeInstanceOf(Author);
      expect(Object.getOwnPropertyDescriptor(author, "__proto__")?.value).toBe(5);
    });

    it("gives instances, with other columns as attributes", async () => {
      const rows = await Author.objects.raw<{ twice: number }>(
        "SELECT id, name, age * 2 AS twice FROM query_author WHERE age < %s ORDER BY age",
        [50],
      );
      expect(rows.map((row) => [row.name, row.twice])).toEqual([
        ["Bob", 40],
        ["Ann", 60],
      ]);
      expect(await rows[0]?.age).toBe(20);
    });

    it("takes values of a template as parameters", async () => {
      const name = "Ann' OR '1' = '1";
      expect(await Author.objects.raw(sql`SELECT * FROM query_author WHERE name = ${name}`)).toEqual([]);
    });

    it("G59: refuses another number of parameters, and does not count what is quoted", async () => {
      await expectQueries(0, async () => {
        await expect(async () => await Author.objects.raw("SELECT * FROM query_author WHERE age = %s", [])).rejects.toThrow(QueryError);
        await expect(async () => await Author.objects.raw("SELECT * FROM query_author", [1])).rejects.toThrow(QueryError);
      });
      const rows = await Author.objects.raw<{ text: string }>("SELECT id, name, '%s ? $1' AS text FROM query_author WHERE age = %s", [20]);
      expect(rows[0]?.text).toBe("%s ? $1");
    });
  });

  describe("selectForUpdate", () => {
    it("G61: outside a transaction is refused where there are locks", async () => {
      if (backend.vendor === "postgresql")
        await expectQueries(0, () => expect(Promise.resolve(Author.objects.selectForUpdate())).rejects.toThrow(TransactionManagementError));
      else expect(await Author.objects.selectForUpdate()).toHaveLength(3);
    });

    backend.skipUnless(backend.vendor === "postgresql", "SQLite has no row locks")("G62: locks this model, or what of names", async () => {
      await transaction.atomic(async () => {
        const { sql: texts } = await record(async () => {
          await Author.objects.selectRelated("publisher").selectForUpdate({ of: ["self"] });
          await Author.objects
            .selectRelated("publisher")
            .filter({ publisher__isnull: false })
            .selectForUpdate({ of: ["self"], skipLocked: true });
          await Author.objects.selectForUpdate({ noWait: true, noKey: true });
          await Book.objects.selectRelated("author").selectForUpdate({ of: ["self", "author"] });
        });
        expect(texts.map((text) => text.replace(/.*? FOR /, "FOR "))).toEqual([
          `FOR UPDATE OF "query_author"`,
          `FOR UPDATE OF "query_author" SKIP LOCKED`,
          "FOR NO KEY UPDATE NOWAIT",
          `FOR UPDATE OF "query_book", "query_author"`,
        ]);
      });
    });

    it("refuses options that exclude each other, and locks that a database lacks", async () => {
      expect(() => Author.objects.selectForUpdate({ skipLocked: true, noWait: true })).toThrow(/exclude each other/);
      if (backend.vendor === "sqlite")
        await expectQueries(0, () =>
          expect(Promise.resolve(Author.objects.selectForUpdate({ skipLocked: true }))).rejects.toThrow(NotSupportedError),
        );
    });
  });

  describe("explain", () => {
    it("G63: is text, and refuses formats that there are not", async () => {
      expect(await Author.objects.filter({ age: 3 }).explain()).toMatch(/scan/i);
      await expectQueries(0, () => expect(Author.objects.explain({ format: "xx" as never })).rejects.toThrow(/format/));
    });

    backend.skipUnless(backend.vendor === "sqlite", "the others know more")("refuses what the database cannot say", async () => {
      await expectQueries(0, () =>
        expect(Author.objects.explain({ format: "json" })).rejects.toThrow("explain(): SQLite has text only, without verbose and buffers."),
      );
      await expectQueries(0, () => expect(Author.objects.explain({ analyze: true })).rejects.toThrow(NotSupportedError));
    });

    backend.skipUnless(backend.vendor === "postgresql", "the options are PostgreSQL's")("tells more where it is asked to", async () => {
      expect(await Author.objects.explain({ analyze: true, buffers: true, verbose: true })).toMatch(/Output:(.|\n)*(Buffers|Planning)/);
    });
  });

  it("counts related rows of unsaved objects never", () => {
    expect(() => new Publisher({ name: "new" }).authors.all()).toThrow(/save/i);
  });
});
