import { expect, it } from "vitest";
import { Concat, F, FieldError, IntegrityError, Lower, postSave, Q, QueryError, Value } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Draft, Filled, Line, Review, Tag } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

const named = (...names: string[]) => names.map((name) => new Tag({ name }));

describeEachBackend("bulk methods", () => {
  useTables();

  it("J05: keeps the keys that are given, and fills in the others", async () => {
    const [a, b, c] = await Tag.objects.bulkCreate([new Tag({ name: "a" }), new Tag({ id: 900, name: "b" }), new Tag({ name: "c" })]);
    expect(b?.pk).toBe(900);
    for (const tag of [a, b, c]) expect((await Tag.objects.get({ pk: tag?.pk ?? null })).name).toBe(tag?.name);
  });

  it("J06: takes any iterable, once", async () => {
    function* tags() {
      yield new Tag({ name: "a" });
      yield new Tag({ name: "b" });
    }
    expect(await Tag.objects.bulkCreate(tags())).toHaveLength(2);
    expect(await Tag.objects.bulkCreate(new Set(named("c")))).toHaveLength(1);
    await expectQueries(0, async () => expect(await Tag.objects.bulkCreate([])).toEqual([]));
  });

  it("J07: fields that fill themselves are filled", async () => {
    const [filled] = await Filled.objects.bulkCreate([new Filled({ price: 1 })]);
    expect(filled?.createdAt).toBeInstanceOf(Date);
    expect((await Filled.objects.get()).changedAt).toEqual(filled?.changedAt);
  });

  it("J08: more values than a statement takes are split", async () => {
    const tags = Array.from({ length: 20_000 }, (_, index) => new Author({ name: `a${index}`, bio: "x" }));
    await Author.objects.bulkCreate(tags, { batchSize: 20_000 });
    expect(await Author.objects.count()).toBe(20_000);
    for (const author of tags) author.age = 5;
    expect(await Author.objects.bulkUpdate(tags, ["age", "bio"], { batchSize: 20_000 })).toBe(20_000);
    expect(await Author.objects.filter({ age: 5, pk__in: tags.map(({ pk }) => pk) }).count()).toBe(20_000);
  }, 60_000);

  it("batches as it is told, in one transaction", async () => {
    await expectQueries(3, () => Tag.objects.bulkCreate(named("a", "b", "c", "d", "e"), { batchSize: 2 }));
    await expect(Tag.objects.bulkCreate(named("x", "y", "a"), { batchSize: 1 })).rejects.toThrow(IntegrityError);
    expect(await Tag.objects.count()).toBe(5);
    for (const batchSize of [0, -1, 1.5]) await expect(Tag.objects.bulkCreate(named("z"), { batchSize })).rejects.toThrow(/batchSize/);
  });

  it("J09: ignored conflicts leave no false keys", async () => {
    await Tag.objects.create({ name: "a" });
    const tags = await Tag.objects.bulkCreate(named("a", "b"), { ignoreConflicts: true });
    expect(tags.map(({ pk }) => pk)).toEqual([null, null]);
    expect(await Tag.objects.count()).toBe(2);
  });

  it("J10: updates rows that conflict in the columns that are named", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await Line.objects.create({ order: 1, lineNo: 1, text: "old" });
    await Line.objects.bulkCreate([new Line({ order: 1, lineNo: 1, text: "new" }), new Line({ order: 1, lineNo: 2, text: "two" })], {
      updateConflicts: true,
      uniqueFields: ["order", "lineNo"],
      updateFields: ["text"],
    });
    expect(await Line.objects.orderBy("lineNo").valuesList("text", { flat: true })).toEqual(["new", "two"]);
    const book = await Book.objects.create({ id: 4, title: "old", author: ann });
    await Book.objects.bulkCreate([new Book({ id: 4, title: "new", authorId: ann.id })], { updateConflicts: true, uniqueFields: ["id"] });
    await book.refreshFromDb();
    expect(book.title).toBe("new");
    // no columns are left to update: the rows are left alone
    await Tag.objects.create({ name: "a" });
    await Tag.objects.bulkCreate(named("a"), { updateConflicts: true, uniqueFields: ["name"] });
    expect(await Tag.objects.count()).toBe(1);
  });

  it("J10, J11: refuses options that contradict each other, before SQL", async () => {
    await expectQueries(0, async () => {
      const refused = (options: object, message: RegExp) => expect(Tag.objects.bulkCreate(named("a"), options)).rejects.toThrow(message);
      await refused({ updateConflicts: true }, /uniqueFields/);
      await refused({ ignoreConflicts: true, updateConflicts: true, uniqueFields: ["name"] }, /exclude each other/);
      await refused({ updateFields: ["name"] }, /needs updateConflicts/);
      await refused({ updateConflicts: true, uniqueFields: ["nmae"] }, /no field "nmae"/);
      await refused({ updateConflicts: true, uniqueFields: ["name"], updateFields: ["id"] }, /primary key/);
      await refused({ returning: ["nmae"] }, /no field "nmae"/);
      await refused({ returning: true, ignoreConflicts: true }, /returning excludes/);
      await expect(Tag.objects.bulkCreate([new Author({ name: "x" })] as never)).rejects.toThrow(/inst\.Author among objects of inst\.Tag/);
    });
  });

  it("J11: returning reads columns back, upsert too", async () => {
    const [filled] = await Filled.objects.bulkCreate([new Filled({ price: 4 })], { returning: true });
    expect([filled?.amount, filled?.total]).toEqual([3, 12]);
    const [first] = await Tag.objects.bulkCreate(named("a"));
    const tags = await Tag.objects.upsert(named("a", "b"), { uniqueFields: ["name"], updateFields: ["name"], returning: true });
    expect(tags[0]?.pk).toBe(first?.pk);
    expect((await Tag.objects.get({ name: "b" })).pk).toBe(tags[1]?.pk);
    const texts = await sqlOf(() =>
      Line.objects.upsert([new Line({ order: 1, lineNo: 1, text: "x" })], { uniqueFields: ["order", "lineNo"] }),
    );
    expect(texts).toHaveLength(1);
  });

  it("J15: tells no signals", async () => {
    const heard: unknown[] = [];
    const connection = postSave.connect((event) => heard.push(event));
    await Tag.objects.bulkCreate([new Tag({ id: 70, name: "kept" })]);
    connection[Symbol.dispose]();
    expect((await Tag.objects.get()).pk).toBe(70);
    expect(heard).toEqual([]);
  });

  it("values that the database computes are inserted too", async () => {
    const [tag] = await Tag.objects.bulkCreate([new Tag({ name: Lower(Value("LOUD")) } as never), new Tag({ name: "plain" })]);
    expect(tag?.name).toBe("loud");
    expect(await Tag.objects.orderBy("name").valuesList("name", { flat: true })).toEqual(["loud", "plain"]);
  });

  it("J13: bulkUpdate refuses what it cannot do, before SQL", async () => {
    const [tag] = await Tag.objects.bulkCreate(named("a"));
    const [partial] = await Author.objects.bulkCreate([new Author({ name: "Ann" })]).then(() => Author.objects.only("name"));
    await expectQueries(0, async () => {
      expect(await Tag.objects.bulkUpdate([], ["name"])).toBe(0);
      await expect(Tag.objects.bulkUpdate([tag as Tag], [])).rejects.toThrow(QueryError);
      await expect(Tag.objects.bulkUpdate([tag as Tag], ["id"])).rejects.toThrow(/primary key/);
      await expect(Tag.objects.bulkUpdate([tag as Tag], ["nmae" as "name"])).rejects.toThrow(/no column "nmae".*name/);
      await expect(Tag.objects.bulkUpdate(named("new"), ["name"])).rejects.toThrow(/not saved/);
      await expect(Filled.objects.bulkUpdate([], ["total"])).rejects.toThrow(/computed by the database/);
      await expect(Author.objects.bulkUpdate([partial as unknown as Author], ["age"])).rejects.toThrow(/not loaded/);
    });
  });

  it("J13, J14: bulkUpdate writes nulls, dates, keys and expressions", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const drafts = await Draft.objects.bulkCreate([new Draft({ title: "a", author: ann }), new Draft({ title: "b" })]);
    drafts[0]?.set({ author: null, title: "A" });
    drafts[1]?.set({ author: ann });
    await expectQueries(1, async () => expect(await Draft.objects.bulkUpdate(drafts, ["author", "title"])).toBe(2));
    expect(await Draft.objects.orderBy("id").valuesList("title", "authorId")).toEqual([
      ["A", null],
      ["b", ann.pk],
    ]);
    const filled = await Filled.objects.bulkCreate([new Filled({ price: 1 }), new Filled({ price: 2 })]);
    const date = new Date("2020-02-03T04:05:06.789Z");
    for (const each of filled) each.set({ changedAt: date, data: { a: [1] } });
    await Filled.objects.bulkUpdate(filled, ["changedAt", "data"]);
    expect(await Filled.objects.filter({ changedAt: date }).count()).toBe(2);
    expect((await Filled.objects.first())?.data).toEqual({ a: [1] });
    for (const each of filled) each.set({ price: F("price").add(10) });
    expect(await Filled.objects.bulkUpdate(filled, ["price"])).toBe(2);
    expect(await Filled.objects.orderBy("price").valuesList("price", { flat: true })).toEqual([11, 12]);
  });

  it("bulkUpdate of a narrowed queryset stays within it", async () => {
    const tags = await Tag.objects.bulkCreate(named("a", "b"));
    for (const tag of tags) tag.name += "!";
    expect(await Tag.objects.filter({ name: "a" }).bulkUpdate(tags, ["name"])).toBe(1);
    expect(await Tag.objects.orderBy("name").valuesList("name", { flat: true })).toEqual(["a!", "b"]);
  });

  it("bulkUpdateWhen writes by the first condition that holds, in one statement", async () => {
    await Author.objects.bulkCreate([1, 2, 3, 4].map((age) => new Author({ name: `a${age}`, age, bio: "old" })));
    const count = await expectQueries(1, () =>
      Author.objects.all().bulkUpdateWhen([
        [Q({ age: 1 }), { name: "one" }],
        [Q({ age__lte: 2 }), { name: "two", bio: "young" }],
        [Q({ age: 3 }), { bio: null }],
      ]),
    );
    expect(count).toBe(3);
    expect(await Author.objects.orderBy("age").valuesList("name", "bio")).toEqual([
      ["one", "old"],
      ["two", "young"],
      ["a3", null],
      ["a4", "old"],
    ]);
    expect(await Author.objects.all().bulkUpdateWhen([[Q({ age: 1 }), { age: F("age").add(10) }]], { default: { age: 0 } })).toBe(4);
    expect(await Author.objects.orderBy("age").valuesList("age", { flat: true })).toEqual([0, 0, 0, 11]);
    await expect(Author.objects.all().bulkUpdateWhen([])).rejects.toThrow(QueryError);
    await expect(Author.objects.all().bulkUpdateWhen([[Q({}), { age: 1 }]])).rejects.toThrow(/empty condition/);
    await expect(Author.objects.all().bulkUpdateWhen([[Q({ age: 1 }), { nmae: 1 }]] as never)).rejects.toThrow(FieldError);
  });

  it("updateBatched and deleteBatched go through the rows by their key", async () => {
    await Tag.objects.bulkCreate(named("a", "b", "c", "d", "e"));
    // two statements for each batch
    await expectQueries(6, async () =>
      expect(await Tag.objects.filter({ name__lt: "z" }).updateBatched({ name: Concat("name", Value("!")) }, { batchSize: 2 })).toBe(5),
    );
    expect(await Tag.objects.filter({ name__endswith: "!" }).count()).toBe(5);
    const ann = await Author.objects.create({ name: "Ann" });
    for (const title of ["a", "b", "c"]) await ann.books.create({ title });
    for (const book of await Book.objects.all()) await book.reviews.create({ text: "r" });
    expect(await Book.objects.filter({ title__lte: "c" }).updateBatched({ title: "z" }, { batchSize: 2 })).toBe(3);
    expect(await Book.objects.filter({ title: "z" }).count()).toBe(3);
    expect(await Book.objects.filter({ reviews__text: "r" }).deleteBatched({ batchSize: 2 })).toBe(6);
    expect([await Book.objects.count(), await Review.objects.count()]).toEqual([0, 0]);
    await expect(Tag.objects.all().deleteBatched({ batchSize: 0 })).rejects.toThrow(/batchSize/);
    await expect(Tag.objects.orderBy("name").slice(0, 2).deleteBatched()).rejects.toThrow(/slice/);
  });

  it("G52: update without values does nothing; unknown names are refused", async () => {
    await expectQueries(0, async () => expect(await Tag.objects.all().update({})).toBe(0));
    // @ts-expect-error no such field
    await expect(Tag.objects.all().update({ nmae: "x" })).rejects.toThrow(/no field "nmae".*name/);
    // @ts-expect-error a field of another model
    await expect(Book.objects.all().update({ author__name: "x" })).rejects.toThrow(FieldError);
  });

  it("a queryset may be the value of update", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const book = await ann.books.create({ title: "b" });
    await Book.objects.all().update({ title: Author.objects.filter({ pk: ann.pk }).values("name").slice(0, 1) });
    await book.refreshFromDb();
    expect(book.title).toBe("Ann");
  });
});

describeEachBackend("bulk methods, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does the same", () => {
    const tags = Tag.objects.bulkCreateSync(named("a", "b"));
    for (const tag of tags) tag.name += "!";
    expect(Tag.objects.bulkUpdateSync(tags, ["name"])).toBe(2);
    expect(Tag.objects.upsertSync(named("a!"), { uniqueFields: ["name"] })).toHaveLength(1);
    expect(Tag.objects.all().bulkUpdateWhenSync([[Q({ name: "a!" }), { name: "c" }]])).toBe(1);
    expect(Tag.objects.filter({ name: "c" }).updateBatchedSync({ name: "d" })).toBe(1);
    expect(Tag.objects.all().deleteBatchedSync({ batchSize: 1 })).toBe(2);
  });
});
