import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configure, createTables } from "../../../src/index.js";
import { transactionalDb } from "../../../src/testing/index.js";
import { Author, Book, Tag } from "../models.js";

configure({ databases: { default: "sqlite::memory:" } });
beforeAll(() => createTables([Author, Book, Tag]));
afterAll(async () => {
  expect(await Author.objects.count()).toBe(0);
  expect(await Book.objects.count()).toBe(0);
});

describe("one after the other", () => {
  transactionalDb();
  it("passes", async () => {
    await Author.objects.create({ name: "Mallory" });
  });
  it("fails where a commit would", async () => {
    await Book.objects.create({ title: "Lost", authorId: 4711 });
  });
  it("fails by itself", async () => {
    await Author.objects.create({ name: "Mallory" });
    expect("what came").toBe("what was expected");
  });
  it("passes after that", async () => {
    await Author.objects.create({ name: "Mallory" });
  });
});

describe("at the same time", () => {
  transactionalDb();
  it.concurrent("is the first", async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  it.concurrent("is refused", async () => {});
});
