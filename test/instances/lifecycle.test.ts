import { expect, it } from "vitest";
import {
  AsyncOnlyError,
  awaitSync,
  CharField,
  DatabaseError,
  F,
  FieldError,
  IntegrityError,
  Model,
  NotLoadedError,
  QueryError,
  ReadOnlyModelError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Account, Author, Book, Draft, Filled, Line, Profile, Tag } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

describeEachBackend("saving and refreshing", () => {
  useTables();

  it("E01: a partial object loads what is missing, and saves only what it has", async () => {
    await Author.objects.create({ name: "Ann", age: 40, bio: "long" });
    const [partial] = await Author.objects.only("name");
    if (!partial) throw new Error("no row");
    expect([...partial.getDeferredFields()].sort()).toEqual(["age", "bio", "mentorId"]);
    expect(await expectQueries(1, async () => await partial.age)).toBe(40);
    partial.name = "Anna";
    const [sql = ""] = await sqlOf(() => partial.save());
    expect(sql).toContain("name");
    expect(sql).not.toContain("bio");
    const whole = await Author.objects.get();
    expect([whole.name, whole.age, whole.bio]).toEqual(["Anna", 40, "long"]);
  });

  it("E01: one query loads a column for all objects of a result", async () => {
    await Author.objects.bulkCreate(["a", "b", "c"].map((name) => new Author({ name, bio: `${name} bio` })));
    const authors = await Author.objects.defer("bio");
    await expectQueries(1, async () => {
      for (const author of authors) expect(await author.bio).toBe(`${author.name} bio`);
    });
  });

  it("E02: objects of raw() are partial in the same way", async () => {
    await Author.objects.create({ name: "Ann", age: 40, bio: "long" });
    const [author] = await Author.objects.raw("SELECT id, name FROM inst_author");
    if (!author) throw new Error("no row");
    author.name = "Anna";
    await author.save();
    expect(await Author.objects.valuesList("name", "age", "bio")).toEqual([["Anna", 40, "long"]]);
  });

  it("a partial object whose row is gone is not inserted", async () => {
    await Author.objects.create({ name: "Ann", bio: "long" });
    const [partial] = await Author.objects.only("name");
    await Author.objects.all().delete();
    await expect(partial?.save()).rejects.toThrow(DatabaseError);
    expect(await Author.objects.count()).toBe(0);
  });

  it("E03: updateFields: [] does nothing", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    ann.name = "Anna";
    await expectQueries(0, () => ann.save({ updateFields: [] }));
  });

  it("E04: updateFields names columns", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await expectQueries(0, async () => {
      // @ts-expect-error no such field
      await expect(ann.save({ updateFields: ["nmae"] })).rejects.toThrow(/no column "nmae".*name/);
      // @ts-expect-error a relation to many is no column
      await expect(ann.save({ updateFields: ["books"] })).rejects.toThrow(FieldError);
      await expect(ann.save({ updateFields: ["id"] })).rejects.toThrow(QueryError);
    });
  });

  it("E05: updateFields writes those columns only, also not those that fill themselves", async () => {
    const filled = await Filled.objects.create({ price: 2 });
    const before = filled.changedAt;
    filled.price = 4;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await filled.save({ updateFields: ["price"] });
    expect((await Filled.objects.get()).changedAt).toEqual(before);
    await filled.save();
    expect((await Filled.objects.get()).changedAt.getTime()).toBeGreaterThan(before.getTime());
    expect((await Filled.objects.get()).createdAt).toEqual(filled.createdAt);
  });

  it("E06: forceInsert and forceUpdate mean what they say", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await expect(ann.save({ forceInsert: true, forceUpdate: true })).rejects.toThrow(QueryError);
    await expect(ann.save({ forceInsert: true })).rejects.toThrow(IntegrityError);
    await expect(new Author({ id: 999, name: "x" }).save({ forceUpdate: true })).rejects.toThrow(/no row of inst\.Author has the key 999/);
    await expect(new Author({ name: "x" }).save({ forceUpdate: true })).rejects.toThrow(QueryError);
    expect(await Author.objects.count()).toBe(1);
  });

  it("E07: an object whose row is gone is inserted, as in Django", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await Author.objects.all().delete();
    const key = ann.pk;
    await ann.save();
    expect((await Author.objects.get()).pk).toBe(key);
  });

  it("E08: a key of one's own updates the row, or inserts it", async () => {
    await expectQueries(2, () => new Author({ id: 7, name: "Ann" }).save());
    await expectQueries(1, () => new Author({ id: 7, name: "Anna" }).save());
    expect(await Author.objects.valuesList("id", "name")).toEqual([[7, "Anna"]]);
    await new Author({ pk: 0, name: "Zero" }).save();
    expect((await Author.objects.get({ pk: 0 })).name).toBe("Zero");
  });

  it("E09: what bulkCreate made is updated by save", async () => {
    const [ann] = await Author.objects.bulkCreate([new Author({ name: "Ann" })]);
    if (!ann) throw new Error("no object");
    ann.name = "Anna";
    await expectQueries(1, () => ann.save());
    expect(await Author.objects.count()).toBe(1);
  });

  it("E10: an expression is computed once, and the attribute has its value", async () => {
    const ann = await Author.objects.create({ name: "Ann", age: 30 });
    ann.set({ age: F("age").add(1) });
    await expectQueries(1, () => ann.save());
    expect(ann.age).toBe(31);
    await ann.save();
    expect((await Author.objects.get()).age).toBe(31);
  });

  it("C22, C35: reads back what the database fills in, with the statement that writes", async () => {
    const filled = await expectQueries(1, () => Filled.objects.create({ price: 2 }));
    expect([filled.amount, filled.total]).toEqual([3, 6]);
    filled.price = 5;
    await expectQueries(1, () => filled.save());
    expect(filled.total).toBe(15);
    const [bulk] = await Filled.objects.bulkCreate([new Filled({ price: 7 })]);
    expect([bulk?.amount, bulk?.total]).toEqual([3, 21]);
    await filled.refreshFromDb();
    expect(filled.total).toBe(15);
  });

  it("C34: no two objects share a default", () => {
    const [one, two] = [new Filled({ price: 1 }), new Filled({ price: 1 })];
    Object.assign(one.data as object, { x: 1 });
    expect(two.data).toEqual({});
  });

  it("E11: save does not look for duplicates: the database refuses them", async () => {
    await Tag.objects.create({ name: "a" });
    await expectQueries(1, () => expect(new Tag({ name: "a" }).save()).rejects.toThrow(IntegrityError));
  });

  it("E15: equality is the model and the key", async () => {
    const [one, two] = [new Author({ name: "a" }), new Author({ name: "a" })];
    expect(one.equals(two)).toBe(false);
    expect(one.equals(one)).toBe(true);
    await one.save();
    expect(one.equals(await Author.objects.get())).toBe(true);
    expect(one.equals(new Tag({ id: one.id, name: "t" }))).toBe(false);
    expect(one.equals(null)).toBe(false);
  });

  it("E16: refreshFromDb reads the row again, or some fields of it", async () => {
    const ann = await Author.objects.create({ name: "Ann", age: 1 });
    await Author.objects.all().update({ name: "Anna", age: 2 });
    await ann.refreshFromDb({ fields: ["age"] });
    expect([ann.name, ann.age]).toEqual(["Ann", 2]);
    await ann.refreshFromDb();
    expect(ann.name).toBe("Anna");
    // @ts-expect-error no such field
    await expectQueries(0, () => expect(ann.refreshFromDb({ fields: ["nmae"] })).rejects.toThrow(/no field "nmae".*name/));
    await Author.objects.all().delete();
    await expect(ann.refreshFromDb()).rejects.toThrow(Author.DoesNotExist);
    await expect(new Author({ name: "x" }).refreshFromDb()).rejects.toThrow(QueryError);
  });

  it("D26: a relation takes objects of its model only", async () => {
    const tag = await Tag.objects.create({ name: "t" });
    const ann = await Author.objects.create({ name: "Ann" });
    const book = new Book({ title: "b", author: ann });
    // @ts-expect-error another model
    expect(() => (book.author = tag)).toThrow(/takes a inst\.Author, not a inst\.Tag/);
    // @ts-expect-error another model
    expect(() => new Book({ title: "b", author: tag })).toThrow(QueryError);
  });

  it("D27: an unsaved object of a relation is named when saving, and its later key is taken", async () => {
    const ann = new Author({ name: "Ann" });
    const book = new Book({ title: "b", author: ann });
    await expectQueries(0, () => expect(book.save()).rejects.toThrow(/inst\.Book\.author holds an unsaved inst\.Author/));
    const draft = new Draft({ title: "d", author: ann });
    await expectQueries(0, () => expect(draft.save()).rejects.toThrow(/unsaved/));
    await ann.save();
    await book.save();
    expect(book.authorId).toBe(ann.pk);
  });

  it("D28: a new key forgets the old object", async () => {
    const [ann, bob] = (await Author.objects.bulkCreate([new Author({ name: "Ann" }), new Author({ name: "Bob" })])) as [Author, Author];
    const book = await Book.objects.create({ title: "b", author: ann });
    expect(book.author).toBe(ann);
    book.authorId = bob.id;
    expect((await book.author).name).toBe("Bob");
  });

  it("D29: refreshFromDb forgets relations", async () => {
    const [ann, bob] = (await Author.objects.bulkCreate([new Author({ name: "Ann" }), new Author({ name: "Bob" })])) as [Author, Author];
    const book = await Book.objects.create({ title: "b", author: ann });
    await Book.objects.all().update({ author: bob });
    await book.refreshFromDb();
    expect((await book.author).name).toBe("Bob");
    const loaded = (await Author.objects.prefetchRelated("books").get({ name: "Bob" })) as unknown as Author;
    await Book.objects.create({ title: "c", author: bob });
    expect(await loaded.books.count()).toBe(1);
    await loaded.refreshFromDb({ fields: ["books"] } as never);
    expect(await loaded.books.count()).toBe(2);
  });

  it("D12, D13: the other side of a one-to-one is awaited for the object or null, and assigned without saving", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    expect(await ann.profile).toBeNull();
    const profile = new Profile({ site: "x", author: ann });
    expect(ann.profile).toBe(profile);
    expect(await Profile.objects.count()).toBe(0);
    await profile.save();
    const again = await Author.objects.get();
    const found = await expectQueries(1, async () => await again.profile);
    expect(profile.equals(found)).toBe(true);
    await expectQueries(0, async () => await again.profile);
  });

  it("copies an object without its key, and shares nothing that can change", async () => {
    const filled = await Filled.objects.create({ price: 2, data: { list: [1] } });
    const copy = filled.copy();
    expect([copy.pk, copy.price, copy.total]).toEqual([null, 2, null]);
    (copy.data as { list: number[] }).list.push(2);
    expect(filled.data).toEqual({ list: [1] });
    await copy.save();
    expect(await Filled.objects.count()).toBe(2);
    expect(copy.total).toBe(6);
    const [partial] = await Filled.objects.only("price");
    expect(() => partial?.copy()).toThrow(NotLoadedError);
  });

  it("sets values with the rules of the constructor", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const book = new Book({ title: "b", author: ann });
    expect(book.set({ title: "c", pages: undefined, authorId: ann.id })).toBe(book);
    expect([book.title, book.pages]).toEqual(["c", 0]);
    // @ts-expect-error no such field
    expect(() => book.set({ ttile: "x" })).toThrow(/no field "ttile".*title/);
    // @ts-expect-error a relation to many
    expect(() => book.set({ tags: [] })).toThrow(/use tags\.set/);
  });

  it("refuses wrong values of attributes when it saves, naming the field", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    Object.assign(ann, { age: "old" });
    await expectQueries(0, () => expect(ann.save()).rejects.toThrow(/inst\.Author\.age/));
  });

  it("uses one statement for each set of columns, whatever the values are", async () => {
    const ann = await Author.objects.create({ name: "Ann", bio: "x" });
    const texts = new Set<string>();
    for (const bio of ["a", null, "b"]) {
      ann.bio = bio;
      for (const sql of await sqlOf(() => ann.save())) texts.add(sql);
    }
    expect(texts.size).toBe(1);
  });

  it("C38: objects with composite keys are saved, refreshed and found", async () => {
    const line = await Line.objects.create({ order: 1, lineNo: 2, text: "a" });
    expect(line.pk).toEqual([1, 2]);
    line.text = "b";
    await expectQueries(1, () => line.save());
    await line.refreshFromDb();
    expect(line.text).toBe("b");
    const [partial] = await Line.objects.only("order");
    expect(await partial?.text).toBe("b");
  });

  it("calls the save of the class, where it has one", async () => {
    await Shouting.objects.all().delete();
    const made = await Shouting.objects.create({ name: "quiet" });
    expect(made.name).toBe("QUIET");
    const [again] = await Shouting.objects.updateOrCreate({ name: "QUIET" }, { defaults: { name: "loud" } });
    expect(again.name).toBe("LOUD");
  });

  it("B22: a read-only model refuses every write before SQL", async () => {
    await expectQueries(0, async () => {
      const object = new Fixed({ id: 1, name: "x" });
      const writes = [
        () => object.save(),
        () => object.delete(),
        () => Fixed.objects.create({ name: "x" }),
        () => Fixed.objects.all().update({ name: "x" }),
        () => Fixed.objects.all().delete(),
        () => Fixed.objects.bulkCreate([object]),
        () => Fixed.objects.bulkUpdate([object], ["name"]),
        () => Fixed.objects.getOrCreate({ name: "x" }),
        () => Fixed.objects.updateOrCreate({ name: "x" }),
        () => Fixed.objects.upsert([object], { uniqueFields: ["name"] }),
        () => Fixed.objects.all().updateBatched({ name: "x" }),
        () => Fixed.objects.all().deleteBatched(),
      ];
      for (const write of writes) await expect(write()).rejects.toThrow(ReadOnlyModelError);
    });
  });

  it("B15: unknown names in the constructor are refused", () => {
    // @ts-expect-error no such field
    expect(() => new Account({ emial: "x" })).toThrow(/no field "emial".*email/);
  });
});

describeEachBackend("saving and refreshing, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does the same", () => {
    const ann = new Author({ name: "Ann" });
    ann.saveSync();
    ann.name = "Anna";
    ann.saveSync({ updateFields: ["name"] });
    ann.refreshFromDbSync();
    expect(ann.name).toBe("Anna");
    const [partial] = [...Author.objects.only("name")];
    expect(partial?.age.getSync()).toBe(30);
    expect(ann.deleteSync()).toEqual([1, { "inst.Author": 1 }]);
  });

  it("awaitSync gives what is loaded, and loads what is not for all rows of a result", async () => {
    for (const name of ["a", "b"]) Book.objects.createSync({ title: name, author: Author.objects.createSync({ name }) });
    const books = [...Book.objects.orderBy("title")];
    await expectQueries(1, () => expect(books.map((book) => awaitSync(book.author).name)).toEqual(["a", "b"]));
    await expectQueries(0, () => expect(books.map((book) => awaitSync(book.author).name)).toEqual(["a", "b"]));
    expect(awaitSync(null)).toBeNull();
    expect(awaitSync(3)).toBe(3);
    // @ts-expect-error a queryset is iterated instead
    expect(() => awaitSync(Book.objects.all())).toThrow(AsyncOnlyError);
    // @ts-expect-error a promise has no value yet
    expect(() => awaitSync(Promise.resolve(1))).toThrow(/promise has to be awaited/);
  });
});

class Shouting extends Model<Shouting>("inst.Shouting")({ name: CharField({ maxLength: 20 }) }, { dbTable: "inst_tag" }) {
  override async save(options = {}): Promise<void> {
    this.name = this.name.toUpperCase();
    await super.save(options);
  }
}

class Fixed extends Model<Fixed>("inst.Fixed")({ name: CharField({ maxLength: 20, unique: true }) }, { readOnly: true, managed: false }) {}

describeEachBackend("objects of several databases", { aliases: ["default", "other"], only: ["sqlite", "postgresql"] }, () => {
  useTables();
  useTables("other");

  it("B25: relations of an object are asked of its own database", async () => {
    const ann = await Author.objects.using("other").create({ name: "Ann" });
    const book = await ann.books.create({ title: "b" });
    expect([await Book.objects.count(), await Book.objects.using("other").count()]).toEqual([0, 1]);
    const [found] = await Book.objects.using("other").filter({ pk: book.pk });
    expect((await found?.author)?.name).toBe("Ann");
    const tag = await found?.tags.create({ name: "t" });
    expect(await tag?.books.count()).toBe(1);
    expect(await Tag.objects.count()).toBe(0);
    if (!found) throw new Error("no book");
    found.title = "changed";
    await found.save();
    expect(await Book.objects.using("other").valuesList("title", { flat: true })).toEqual(["changed"]);
    await found.refreshFromDb();
    expect((await found.delete())[0]).toBe(2);
    expect(await Book.objects.using("other").count()).toBe(0);
  });

  it("saving to another database copies the row, all of it", async () => {
    await Author.objects.create({ id: 5, name: "Ann", bio: "long" });
    const [partial] = await Author.objects.only("name");
    await partial?.save({ using: "other" });
    expect((await Author.objects.using("other").get()).bio).toBe("long");
  });
});
