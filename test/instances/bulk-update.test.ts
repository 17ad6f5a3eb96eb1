import { beforeAll, expect, it } from "vitest";
import {
  CharField,
  createTables,
  DateTimeField,
  DecimalField,
  F,
  ForeignKey,
  IntegerField,
  JSONField,
  Model,
  SET_NULL,
} from "../../src/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { expectQueries } from "./support.js";

class Author extends Model<Author>("bulk_update.Author")({ name: CharField({ maxLength: 20 }) }) {}

class Draft extends Model<Draft>("bulk_update.Draft")({
  title: CharField({ maxLength: 20 }),
  author: ForeignKey(() => Author, { onDelete: SET_NULL, null: true }),
}) {}

class Order extends Model<Order>("bulk_update.Order")({
  price: DecimalField({ maxDigits: 8, decimalPlaces: 2 }),
  count: IntegerField({ default: 0 }),
  data: JSONField({ default: {}, blank: true }),
  changedAt: DateTimeField({ null: true }),
}) {}

describeEachBackend("bulkUpdate", { only: [...everyBackend, "mariadb", "mysql"] }, () => {
  beforeAll(() => createTables([Author, Draft, Order]));

  it("writes texts, numbers, nulls and keys with one statement", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const drafts = await Draft.objects.bulkCreate([new Draft({ title: "a", author: ann }), new Draft({ title: "b" })]);
    drafts[0]?.set({ author: null, title: "A" });
    drafts[1]?.set({ author: ann });
    await expectQueries(1, async () => expect(await Draft.objects.bulkUpdate(drafts, ["author", "title"])).toBe(2));
    expect(await Draft.objects.orderBy("id").valuesList("title", "authorId")).toEqual([
      ["A", null],
      ["b", ann.pk],
    ]);
  });

  it("writes decimals, dates, JSON and expressions", async () => {
    const orders = await Order.objects.bulkCreate([new Order({ price: "1.50" }), new Order({ price: "2.50" })]);
    const date = new Date("2020-02-03T04:05:06.789Z");
    for (const order of orders) order.set({ price: "10.25", changedAt: date, data: { a: [1] } });
    expect(await Order.objects.bulkUpdate(orders, ["price", "changedAt", "data"])).toBe(2);
    expect(await Order.objects.filter({ changedAt: date, price: "10.25" }).count()).toBe(2);
    expect((await Order.objects.first())?.data).toEqual({ a: [1] });
    for (const order of orders) order.set({ count: F("count").add(10) });
    expect(await Order.objects.bulkUpdate(orders, ["count"])).toBe(2);
    expect(await Order.objects.valuesList("count", { flat: true })).toEqual([10, 10]);
  });

  it("writes many rows with few statements, each its own value", async () => {
    const authors = await Author.objects.bulkCreate(Array.from({ length: 1200 }, (_, index) => new Author({ name: `a${index}` })));
    for (const [index, author] of authors.entries()) author.name = `n${index}`;
    await expectQueries(2, async () => expect(await Author.objects.bulkUpdate(authors, ["name"], { batchSize: 600 })).toBe(1200));
    const names = await Author.objects.filter({ name__startswith: "n" }).orderBy("id").valuesList("name", { flat: true });
    expect(names).toEqual(authors.map(({ name }) => name));
  });
});
