import { beforeAll, expect, it } from "vitest";
import { F, Q, type QuerySet } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book } from "./models.js";
import { expectQueries, prepare } from "./support.js";

/* Which related row the parts of one filter() speak of, in the cases that Django's own tests leave to the documentation:
 * "Spanning multi-valued relationships", and the comment in Query.split_exclude(). */
describeEachBackend("conditions on one related row", () => {
  beforeAll(async () => {
    await prepare();
    const ann = await Author.objects.get({ name: "Ann" });
    // the pages of Zeta lie between those of Ann's other books
    await Book.objects.create({ title: "Zeta", pages: 200, price: "1.00", author: ann });
  });

  const named = async (rows: QuerySet<Author>): Promise<string[]> =>
    await expectQueries(1, async () => [...(await rows.orderBy("name", "pk").valuesList("name", { flat: true }))]);

  it("F on a relation to many is of the row that its own lookup is of", async () => {
    expect(await named(Author.objects.filter({ books__pages__gt: F("books__pages") }))).toEqual([]);
    expect(await named(Author.objects.filter({ books__pages: F("books__pages") }))).toEqual(["Ann", "Ann", "Ann", "Bob"]);
    expect(await named(Author.objects.filter({ books__author__pk__lt: F("books__author__pk") }))).toEqual([]);
  });

  it("F shares the row of another condition of the same filter, and not of another filter", async () => {
    expect(await named(Author.objects.filter({ books__title: "Zeta", books__pages__lt: F("books__pages") }))).toEqual([]);
    const apart = Author.objects.filter({ books__title: "Zeta" }).filter({ books__pages__lt: F("books__pages") });
    expect(await apart.count()).toBe(0);
  });

  it("a negated condition speaks of the row that the same filter has joined", async () => {
    // Beta and Zeta are not tagged "art"; of all of Ann's books one is
    expect(await named(Author.objects.filter(Q({ books__pages__gt: 150 }), Q({ books__tags__name: "art" }).not()))).toEqual([
      "Ann",
      "Ann",
      "Bob",
    ]);
    expect(await named(Author.objects.filter(Q({ books__title: "Alpha" }), Q({ books__tags__name: "art" }).not()))).toEqual([]);
  });

  it("a negated condition before the join, or in a filter of its own, speaks of all rows", async () => {
    expect(await named(Author.objects.filter(Q({ books__tags__name: "art" }).not(), Q({ books__pages__gt: 150 })))).toEqual(["Bob"]);
    const apart = Author.objects.filter({ books__pages__gt: 150 }).exclude({ books__tags__name: "art" });
    expect(await apart.orderBy("name").valuesList("name", { flat: true })).toEqual(["Bob"]);
  });

  it("exclude of F on a relation to many compares the columns of one row", async () => {
    const rows = Author.objects.exclude({ books__pages__lt: F("books__pages") }).distinct();
    expect(await rows.orderBy("name").valuesList("name", { flat: true })).toEqual(["Ann", "Bob", "Cleo"]);
  });
});
