import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { closeAll, configure, createTables, transaction } from "../../../src/index.ts";
import { assertNumQueries, captureOnCommitCallbacks, setUpTestData, transactionalDb } from "../../../src/testing/index.ts";
import { Author, Book, Tag } from "../models.ts";

configure({ databases: { default: process.argv[2] ?? "sqlite::memory:" } });

before(() => createTables([Author, Book, Tag]));
after(async () => {
  assert.equal(await Author.objects.count(), 0);
  await closeAll();
});

describe("transactionalDb under node:test", () => {
  transactionalDb();
  for (const round of [1, 2]) {
    it(`undoes what a test did (${round})`, async () => {
      assert.equal(await Author.objects.count(), 0);
      await Author.objects.create({ name: "Mallory" });
      await transaction.atomic(() => Author.objects.create({ name: "Eve" }));
    });
  }
  it("counts queries", async () => {
    await assertNumQueries(1, () => Author.objects.count());
  });
  it("captures callbacks", async () => {
    const called: string[] = [];
    await captureOnCommitCallbacks(async () => transaction.onCommit(() => called.push("yes")), { execute: true });
    assert.deepEqual(called, ["yes"]);
  });
  it("fails where a commit would", async () => {
    await Book.objects.create({ title: "Lost", authorId: 4711 });
  });
});

describe("setUpTestData under node:test", () => {
  const data = setUpTestData(async () => ({ alice: await Author.objects.create({ name: "Alice", age: 30 }) }));
  afterEach(() => {
    assert.equal(transaction.isOpen(), true);
  });
  for (const round of [1, 2]) {
    it(`gives fresh objects (${round})`, async () => {
      assert.equal(data.alice.age, 30);
      data.alice.age = 99;
      await data.alice.save();
    });
  }
});
