import { expect, it } from "vitest";
import { DormError, postSave, QueryError } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, BookQuerySet, Draft, Review } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

describeEachBackend("managers of foreign keys", () => {
  useTables();

  async function shelf() {
    const ann = await Author.objects.create({ name: "Ann" });
    const bob = await Author.objects.create({ name: "Bob" });
    const one = await Draft.objects.create({ title: "one", author: ann });
    const two = await Draft.objects.create({ title: "two", author: ann });
    const other = await Draft.objects.create({ title: "other", author: bob });
    return { ann, bob, one, two, other };
  }
  const titles = async (author: Author) => (await author.drafts.orderBy("title")).map(({ title }) => title);

  it("D04: has the methods of a queryset, on its own rows", async () => {
    const { ann } = await shelf();
    expect(await ann.drafts.count()).toBe(2);
    expect(await ann.drafts.exists()).toBe(true);
    expect(await ann.drafts.exclude({ title: "one" }).valuesList("title", { flat: true })).toEqual(["two"]);
    expect((await ann.drafts.orderBy("-title").first())?.title).toBe("two");
    expect((await ann.drafts.get({ title: "one" })).title).toBe("one");
    expect(await ann.drafts.update({ title: "new" })).toBe(2);
    expect(await Draft.objects.filter({ title: "other" }).count()).toBe(1);
    expect(await ann.drafts.filter({ title: "new" }).delete()).toEqual([2, { "inst.Draft": 2 }]);
  });

  it("is of the model's own class of querysets", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await ann.books.create({ title: "short" });
    await ann.books.create({ title: "long", pages: 400 });
    expect(ann.books).toBeInstanceOf(BookQuerySet);
    // the declared type is that of any related manager; that it is the model's own class is checked just above
    const books = ann.books as unknown as BookQuerySet;
    expect((await books.long()).map(({ title }) => title)).toEqual(["long"]);
    expect((await books.filter({ pages__lt: 300 }).long().count()) + (await books.all().long().count())).toBe(1);
    expect(Object.hasOwn(Object.getPrototypeOf(ann.books.all()), "add")).toBe(false);
  });

  it("knows the object that it was asked from", async () => {
    const { ann } = await shelf();
    const drafts = await expectQueries(1, () => ann.drafts.all());
    for (const draft of drafts) expect(draft.author).toBe(ann);
  });

  it("adds with one UPDATE", async () => {
    const { ann, bob, one, other } = await shelf();
    await expectQueries(1, () => ann.drafts.add(other, one.pk));
    expect(await titles(ann)).toEqual(["one", "other", "two"]);
    expect(other.author).toBe(ann);
    expect(await bob.drafts.count()).toBe(0);
    await expectQueries(0, () => ann.drafts.add());
  });

  it("adds each with its save where bulk is false, new ones too", async () => {
    const { ann } = await shelf();
    const draft = new Draft({ title: "fresh" });
    await ann.drafts.add(draft, { bulk: false });
    expect(draft.pk).not.toBeNull();
    expect(await titles(ann)).toEqual(["fresh", "one", "two"]);
  });

  it("refuses what it cannot add, before any statement", async () => {
    const { ann, bob, one } = await shelf();
    const refused = async (body: () => Promise<unknown>, message: RegExp) => {
      const sql = await sqlOf(async () => {
        await expect(body()).rejects.toThrow(message);
        await expect(body()).rejects.toBeInstanceOf(DormError);
      });
      expect(sql).toEqual([]);
    };
    // the compiler refuses these, as it should
    // @ts-expect-error an object of another model
    await refused(() => ann.drafts.add(bob), /takes objects of inst\.Draft, not a inst\.Author/);
    await refused(() => ann.drafts.add(new Draft({ title: "x" })), /not saved/);
    // @ts-expect-error a list instead of objects
    await refused(() => ann.drafts.add([one]), /spread the list/);
    // @ts-expect-error an unknown option
    await refused(() => ann.drafts.add(one, { bluk: true }), /no option "bluk"/);
    // @ts-expect-error no list
    await refused(() => ann.drafts.set(5), /takes a list/);
  });

  it("throws for a key without a row, and changes nothing", async () => {
    const { ann, other } = await shelf();
    await expect(ann.drafts.add(other, 987654)).rejects.toThrow(Draft.DoesNotExist);
    expect(await titles(ann)).toEqual(["one", "two"]);
  });

  it("D07: refuses an unsaved owner before SQL", async () => {
    const unsaved = new Author({ name: "New" });
    const sql = await sqlOf(async () => {
      await expect((async () => unsaved.drafts.count())()).rejects.toThrow(QueryError);
      await expect((async () => unsaved.drafts.add(1))()).rejects.toThrow(/save the Author first/);
      await expect((async () => unsaved.drafts.create({ title: "x" }))()).rejects.toThrow(/save the Author first/);
    });
    expect(sql).toEqual([]);
    await unsaved.save();
    expect(await unsaved.drafts.count()).toBe(0);
  });

  it("follows its owner to a new key", async () => {
    const { ann } = await shelf();
    expect(await ann.drafts.count()).toBe(2);
    await ann.delete();
    await ann.save();
    expect(await ann.drafts.count()).toBe(0);
  });

  it("removes and clears with one UPDATE where the key may be null", async () => {
    const { ann, one, two } = await shelf();
    await expectQueries(1, () => ann.drafts.remove(one));
    expect(one.author).toBeNull();
    expect(await titles(ann)).toEqual(["two"]);
    await ann.drafts.remove(two.pk);
    expect(await titles(ann)).toEqual([]);
    await ann.drafts.add(one, two);
    await expectQueries(1, () => ann.drafts.clear());
    expect(await Draft.objects.filter({ author: null }).count()).toBe(2);
  });

  it("saves each object where bulk is false, with its signals", async () => {
    const { ann, one, two } = await shelf();
    const heard: string[] = [];
    const connection = postSave.connect(({ instance }) => heard.push(instance.title), { sender: Draft });
    await ann.drafts.remove(one, { bulk: false });
    await ann.drafts.clear({ bulk: false });
    await ann.drafts.set([one, two], { bulk: false });
    await ann.drafts.add(one.pk, { bulk: false });
    connection[Symbol.dispose]();
    expect(heard).toEqual(["one", "two", "one", "two", "one"]);
  });

  it("D11: does not remove the row of another parent", async () => {
    const { ann, bob, one, other } = await shelf();
    await expect(ann.drafts.remove(other)).rejects.toThrow(Draft.DoesNotExist);
    await expect(ann.drafts.remove(one.pk, other.pk)).rejects.toThrow(Draft.DoesNotExist);
    expect(await bob.drafts.count()).toBe(1);
    expect(await titles(ann)).toEqual(["one", "two"]);
  });

  it("D10: set writes the difference, and with clear all", async () => {
    const { ann, one, other } = await shelf();
    await expectQueries(3, () => ann.drafts.set([one, other]));
    expect(await titles(ann)).toEqual(["one", "other"]);
    await expectQueries(1, () => ann.drafts.set([one, other]));
    await expectQueries(2, () => ann.drafts.set([one.pk], { clear: true }));
    expect(await titles(ann)).toEqual(["one"]);
    await ann.drafts.set(Draft.objects.filter({ title__startswith: "o" }));
    expect(await titles(ann)).toEqual(["one", "other"]);
    await ann.drafts.set([]);
    expect(await titles(ann)).toEqual([]);
  });

  it("D10: a key that cannot be null lets nothing go, and nothing is changed", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const bob = await Author.objects.create({ name: "Bob" });
    const mine = await ann.books.create({ title: "mine" });
    const his = await bob.books.create({ title: "his" });
    await expect(ann.books.set([his])).rejects.toThrow(/inst\.Book\.author cannot be null/);
    expect((await Book.objects.get({ title: "his" })).authorId).toBe(bob.pk);
    await ann.books.set([mine, his]);
    expect(await ann.books.count()).toBe(2);
    const manager: { readonly clear?: () => Promise<void>; readonly remove?: (book: Book) => Promise<void> } = ann.books as never;
    await expect(manager.clear?.()).rejects.toThrow(/cannot be null/);
    await expect(manager.remove?.(mine)).rejects.toThrow(/cannot be null/);
  });

  it("creates, finds and updates among its own rows", async () => {
    const { ann, bob } = await shelf();
    const made = await ann.drafts.create({ title: "made" });
    expect(made.authorId).toBe(ann.pk);
    expect(await ann.drafts.getOrCreate({ title: "made" })).toMatchObject([{ id: made.pk }, false]);
    const [his, created] = await bob.drafts.getOrCreate({ title: "made" }, { defaults: { title: () => "made" } });
    expect([his.authorId, created, his.pk === made.pk]).toEqual([bob.pk, true, false]);
    const [updated, again] = await ann.drafts.updateOrCreate({ title: "made" }, { defaults: { title: "changed" } });
    expect([updated.pk, again, updated.title]).toEqual([made.pk, false, "changed"]);
    const bulk = await ann.drafts.bulkCreate([new Draft({ title: "b1" }), new Draft({ title: "b2", author: bob })]);
    expect(bulk.map(({ authorId }) => authorId)).toEqual([ann.pk, ann.pk]);
    expect(await titles(ann)).toEqual(["b1", "b2", "changed", "one", "two"]);
  });

  it("serves prefetched rows without a query, until they are changed", async () => {
    const { one } = await shelf();
    const [ann] = await Author.objects.filter({ name: "Ann" }).prefetchRelated("drafts");
    if (!ann) throw new Error("no Ann");
    await expectQueries(0, async () => {
      expect((await ann.drafts.all()).length).toBe(2);
      expect([...ann.drafts.all()].length).toBe(2);
      expect(await ann.drafts.count()).toBe(2);
      expect(await ann.drafts.exists()).toBe(true);
    });
    await expectQueries(1, () => ann.drafts.filter({ title: "one" }));
    await ann.drafts.remove(one.pk);
    await expectQueries(1, async () => expect(await ann.drafts.count()).toBe(1));
  });

  it("each change drops what was prefetched", async () => {
    const { one, other } = await shelf();
    const fresh = async () => (await Author.objects.prefetchRelated("drafts").get({ name: "Ann" })) as Author;
    const changes: ((ann: Author) => Promise<unknown>)[] = [
      (ann) => ann.drafts.add(other),
      (ann) => ann.drafts.remove(other),
      (ann) => ann.drafts.set([one]),
      (ann) => ann.drafts.clear(),
      (ann) => ann.drafts.create({ title: "c" }),
      (ann) => ann.drafts.bulkCreate([new Draft({ title: "d" })]),
      (ann) => ann.drafts.getOrCreate({ title: "e" }),
    ];
    for (const change of changes) {
      const ann = await fresh();
      await change(ann);
      await expectQueries(1, () => ann.drafts.count());
      expect(await ann.drafts.count()).toBe(await Draft.objects.filter({ author: ann }).count());
    }
  });

  it("is itself no list", async () => {
    const { ann } = await shelf();
    expect("then" in ann.drafts && ann.drafts.then).toBeFalsy();
    // @ts-expect-error a manager cannot be spread
    expect(() => [...ann.drafts]).toThrow(TypeError);
  });

  it("cannot be assigned", () => {
    // Object.assign gets past the compiler
    expect(() => Object.assign(new Author({ name: "x" }), { books: [] }).books).toThrow(/use books\.set/);
    // @ts-expect-error nor given to the constructor
    expect(() => new Author({ name: "x", books: [] })).toThrow(/books/);
  });

  it("goes on through several relations", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    const book = await ann.books.create({ title: "b" });
    await book.reviews.create({ text: "good" });
    expect(await Review.objects.filter({ book__author: ann }).count()).toBe(1);
    expect(await ann.books.filter({ reviews__text: "good" }).count()).toBe(1);
  });
});

describeEachBackend("managers of foreign keys, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does all of it", () => {
    const ann = Author.objects.createSync({ name: "Ann" });
    const one = ann.drafts.createSync({ title: "one" });
    const two = Draft.objects.createSync({ title: "two" });
    ann.drafts.addSync(two);
    expect(ann.drafts.countSync()).toBe(2);
    ann.drafts.setSync([two]);
    expect([...ann.drafts.all()].map(({ title }) => title)).toEqual(["two"]);
    ann.drafts.removeSync(two);
    ann.drafts.setSync([one, two]);
    ann.drafts.clearSync();
    expect(ann.drafts.existsSync()).toBe(false);
    expect(ann.drafts.getOrCreateSync({ title: "three" })[1]).toBe(true);
    expect(ann.drafts.updateOrCreateSync({ title: "three" }, { defaults: { title: "3" } })[1]).toBe(false);
    expect(ann.drafts.bulkCreateSync([new Draft({ title: "4" })]).length).toBe(1);
    expect(ann.drafts.countSync()).toBe(2);
  });
});
