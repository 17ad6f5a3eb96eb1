import { beforeAll, describe, expect, it } from "vitest";
import {
  CharField,
  Count,
  createTables,
  DateTimeField,
  DecimalField,
  dropTables,
  F,
  IntegerField,
  Model,
  QueryError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book } from "./models.js";
import { expectQueries, prepare, record } from "./support.js";

class Event extends Model<Event>("paging.Event")({
  name: CharField({ maxLength: 20 }),
  weight: IntegerField({ null: true }),
  at: DateTimeField(),
  cost: DecimalField({ maxDigits: 6, decimalPlaces: 2 }),
}) {}

/** Untyped, for orders that the types refuse. */
interface Pages {
  cursorPaginate(options: object): Promise<{ items: unknown[]; nextCursor: string | null; hasNext: boolean }>;
}

describeEachBackend("cursorPaginate", () => {
  beforeAll(async () => {
    await prepare();
    await dropTables([Event]);
    await createTables([Event]);
    // weights 0, 1, 2, null, again and again; three moments and three costs
    await Event.objects.bulkCreate(
      Array.from(
        { length: 11 },
        (_, index) =>
          new Event({
            name: `event ${index}`,
            weight: index % 4 === 3 ? null : index % 4,
            at: new Date(Date.UTC(2026, 0, 1 + (index % 3), 12, 0, 0, 5)),
            cost: `${index % 3}.50`,
          }),
      ),
    );
  });

  async function readAll(queryset: Pages, options: object): Promise<unknown[][]> {
    const pages: unknown[][] = [];
    let after: string | null = null;
    do {
      const page = await queryset.cursorPaginate({ ...options, after });
      expect(page.hasNext).toBe(page.nextCursor !== null);
      pages.push(page.items);
      after = page.nextCursor;
    } while (after !== null && pages.length < 20);
    return pages;
  }
  const ids = (pages: unknown[][]): number[] => pages.flat().map((event) => (event as Event).id);

  it.each(["pk", "-pk", "id", "weight", "-weight", "at", "-at", "cost", "-cost", "name"])(
    "G60: reads every row once by %s, in pages of any size",
    async (orderBy) => {
      // the types know these names; the list is of strings
      const events = Event.objects as unknown as Pages;
      const [whole] = await readAll(events, { orderBy, pageSize: 100 });
      const expected = ids([whole ?? []]);
      expect(new Set(expected).size).toBe(11);
      for (const pageSize of [1, 2, 3, 11]) {
        const pages = await readAll(events, { orderBy, pageSize });
        expect(ids(pages), `pages of ${pageSize}`).toEqual(expected);
        expect(pages).toHaveLength(Math.ceil(11 / pageSize));
      }
    },
  );

  it("orders by the name, then by the key, null last in both directions", async () => {
    const up = await Event.objects.cursorPaginate({ orderBy: "weight" });
    expect(up.items.map((event) => event.weight)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, null, null]);
    const down = await Event.objects.cursorPaginate({ orderBy: "-weight" });
    expect(down.items.map((event) => event.weight)).toEqual([2, 2, 2, 1, 1, 1, 0, 0, 0, null, null]);
    expect(up.items.map((event) => event.id).slice(0, 3)).toEqual([1, 5, 9]);
    expect(down.items.map((event) => event.id).slice(0, 3)).toEqual([11, 7, 3]);
  });

  it("sends one query for a page, and finds the next by its values", async () => {
    const first = await Event.objects.cursorPaginate({ orderBy: "cost", pageSize: 4 });
    const { sql } = await record(() => Event.objects.cursorPaginate({ orderBy: "cost", pageSize: 4, after: first.nextCursor }));
    expect(sql).toHaveLength(1);
    expect(sql[0]).toMatch(/"cost" >= /);
    expect(sql[0]).not.toContain("OFFSET");
  });

  it("keeps its place when rows come and go", async () => {
    const first = await Event.objects.cursorPaginate({ orderBy: "name", pageSize: 3 });
    const extra = await Event.objects.create({ name: "early event", at: new Date(), cost: 1 });
    const second = await Event.objects.cursorPaginate({ orderBy: "name", pageSize: 3, after: first.nextCursor });
    await extra.delete();
    expect(second.items.map((event) => event.name)).not.toContain(first.items[2]?.name);
    expect(second.items[0]?.name).toBe("event 2");
  });

  it("keeps filters, annotations, values and what is loaded beside", async () => {
    const page = await Book.objects
      .filter({ pages__gte: 100 })
      .selectRelated("author")
      .prefetchRelated("tags")
      .cursorPaginate({ orderBy: "author__name", pageSize: 2 });
    await expectQueries(0, async () => {
      expect(page.items.map((book) => [book.title, book.author.name])).toEqual([
        ["Alpha", "Ann"],
        ["Beta", "Ann"],
      ]);
      expect(await page.items[0]?.tags.all()).toHaveLength(2);
    });
    expect(await Event.objects.values("name").cursorPaginate({ orderBy: "-pk", pageSize: 1 })).toMatchObject({
      items: [{ name: "event 10" }],
    });
    const lists = await Event.objects.valuesList("name").cursorPaginate({ orderBy: "cost", pageSize: 2 });
    expect(lists.items).toEqual([["event 0"], ["event 3"]]);
  });

  it("goes by annotations", async () => {
    const counted = Author.objects.annotate({ n: Count("books") }) as unknown as Pages;
    const names = (await readAll(counted, { orderBy: "-n", pageSize: 1 })).flat().map((author) => (author as Author).name);
    expect(names).toEqual(["Ann", "Bob", "Cleo"]);
    const twice = Author.objects.annotate({ twice: F("age").mul(2) }) as unknown as Pages;
    expect((await readAll(twice, { orderBy: "twice", pageSize: 2 })).flat().map((author) => (author as Author).name)).toEqual([
      "Bob",
      "Ann",
      "Cleo",
    ]);
  });

  it("is empty where there is nothing", async () => {
    const nothing = { items: [], nextCursor: null, hasNext: false };
    expect(await Event.objects.filter({ name: "none" }).cursorPaginate()).toEqual(nothing);
    await expectQueries(0, async () => expect(await Event.objects.none().cursorPaginate()).toEqual(nothing));
  });

  describe("refuses", () => {
    const events = Event.objects as unknown as Pages;

    it("what is no cursor, and a cursor of another order or model", async () => {
      const { nextCursor } = await Event.objects.cursorPaginate({ orderBy: "name", pageSize: 1 });
      await expectQueries(0, async () => {
        for (const after of [
          "",
          "x",
          "e30",
          Buffer.from("[1,2,3,4]").toString("base64url"),
          Buffer.from(`["paging.Event:name",{},1]`).toString("base64url"),
        ])
          await expect(events.cursorPaginate({ orderBy: "name", after }), after).rejects.toThrow(/cursor/);
        await expect(events.cursorPaginate({ orderBy: "-name", after: nextCursor })).rejects.toThrow(
          /paging.Event:name, not to paging.Event:-name/,
        );
        await expect((Author.objects as unknown as Pages).cursorPaginate({ orderBy: "name", after: nextCursor })).rejects.toThrow(
          QueryError,
        );
      });
    });

    it("a cursor whose values do not fit, before anything is sent", async () => {
      const forged = Buffer.from(`["paging.Event:weight","heavy",1]`).toString("base64url");
      await expectQueries(0, () => expect(events.cursorPaginate({ orderBy: "weight", after: forged })).rejects.toThrow(/weight/));
    });

    it("orders that repeat rows, names that do not exist, sizes that are none", async () => {
      await expectQueries(0, async () => {
        await expect((Author.objects as unknown as Pages).cursorPaginate({ orderBy: "books__title" })).rejects.toThrow(/many rows/);
        await expect(events.cursorPaginate({ orderBy: "nope" })).rejects.toThrow(/no field "nope"/);
        for (const pageSize of [0, -1, 1.5, Number.NaN]) await expect(events.cursorPaginate({ pageSize })).rejects.toThrow(/pageSize/);
        await expect(events.cursorPaginate({ page_size: 3 })).rejects.toThrow(/unknown option "page_size".*pageSize/);
      });
    });

    it("slices, combinations, groups and distinct values, saying what to do instead", async () => {
      const all = Event.objects.all();
      await expectQueries(0, async () => {
        await expect(all.slice(0, 5).cursorPaginate()).rejects.toThrow(/pageSize is the slice/);
        await expect(all.union(all).cursorPaginate()).rejects.toThrow(/slice\(\)/);
        await expect(
          all
            .values("cost")
            .annotate({ n: Count("id") })
            .cursorPaginate(),
        ).rejects.toThrow(/groups/);
        await expect(all.values("cost").distinct().cursorPaginate()).rejects.toThrow(/distinct/);
      });
    });
  });
});
