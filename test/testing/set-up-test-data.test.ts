import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTables, QueryError } from "../../src/index.js";
import { assertNumQueries, setUpTestData } from "../../src/testing/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Tag } from "./models.js";

describeEachBackend("setUpTestData", () => {
  let calls = 0;
  beforeAll(() => createTables([Author, Book, Tag]));
  afterAll(async () => {
    expect(calls).toBe(1);
    expect(await Author.objects.count()).toBe(0);
  });

  describe("data of any names", () => {
    const data = setUpTestData(async () => ({ odd: JSON.parse('{"__proto__": {"a": 1}}') as unknown }));

    it("copies __proto__ as any other property", () => {
      expect(JSON.stringify(data.odd)).toBe('{"__proto__":{"a":1}}');
    });
  });

  describe("in a suite", () => {
    const data = setUpTestData(async () => {
      calls += 1;
      const alice = await Author.objects.create({ name: "Alice", age: 30, notes: { tags: ["a"] } });
      const book = await Book.objects.create({ title: "Looking Glass", author: alice });
      await book.tags.create({ name: "classic" });
      const partial = await Author.objects.only("name").get({ pk: alice.pk });
      return { alice, book, books: [book], partial, seen: new Date(0) };
    });

    it("is not there outside of tests", () => {
      expect(outside).toBeInstanceOf(QueryError);
    });
    let outside: unknown;
    try {
      outside = data.alice.name;
    } catch (error) {
      outside = error;
    }

    it.each([1, 2])("M12: gives each test the rows and objects as they were made (%i)", async () => {
      const { alice, book, books, seen } = data;
      expect([alice.age, alice.notes, alice.name]).toEqual([30, { tags: ["a"] }, "Alice"]);
      expect(alice).toBeInstanceOf(Author);
      expect(await Author.objects.get({ pk: alice.pk })).toHaveProperty("age", 30);
      expect(await book.tags.count()).toBe(1);
      alice.age = 99;
      alice.notes.tags.push("b");
      seen.setFullYear(2000);
      await alice.save();
      books.length = 0;
      await Book.objects.all().delete();
      await Author.objects.create({ name: "Bob" });
      expect(await Author.objects.count()).toBe(2);
    });

    it("copies what belongs together as such", async () => {
      await assertNumQueries(0, async () => {
        expect(data.books[0]).toBe(data.book);
        expect(await data.book.author).toBe(data.alice);
      });
    });

    it("keeps what an instance knows of its row", async () => {
      await assertNumQueries(1, () => data.alice.save({ updateFields: ["name"] }));
      expect(data.partial.getDeferredFields()).toContain("bio");
      expect(await data.partial.bio).toBe("");
    });

    it("can be looked at as a whole", () => {
      expect(Object.keys(data)).toEqual(["alice", "book", "books", "partial", "seen"]);
      expect("alice" in data).toBe(true);
    });
  });
});
