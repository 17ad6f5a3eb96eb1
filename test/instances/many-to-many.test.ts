import { afterEach, expect, it } from "vitest";
import { m2mChanged, QueryError, transaction } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Group, Membership, Person, Tag } from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

describeEachBackend("managers of many-to-many relations", () => {
  useTables();
  const connections: Disposable[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection[Symbol.dispose]();
  });

  async function library() {
    const ann = await Author.objects.create({ name: "Ann" });
    const book = await Book.objects.create({ title: "B", author: ann });
    const other = await Book.objects.create({ title: "C", author: ann });
    const [sql, art, sea] = (await Tag.objects.bulkCreate(["sql", "art", "sea"].map((name) => new Tag({ name })))) as [Tag, Tag, Tag];
    return { ann, book, other, sql, art, sea };
  }
  const names = async (book: Book) => (await book.tags.orderBy("name")).map(({ name }) => name);

  it("D01: the other side has the same manager", async () => {
    const { book, other, sql } = await library();
    await sql.books.add(book, other);
    expect((await sql.books.orderBy("title")).map(({ title }) => title)).toEqual(["B", "C"]);
    expect(await names(book)).toEqual(["sql"]);
    await sql.books.remove(book);
    expect(await names(book)).toEqual([]);
  });

  it("D02: filters through the junction", async () => {
    const { book, sql, art } = await library();
    await book.tags.add(sql, art);
    expect(await Book.objects.filter({ tags__name: "sql" }).count()).toBe(1);
    expect(await Tag.objects.filter({ books__title: "B" }).count()).toBe(2);
  });

  it("D03: a relation to the model itself holds both ways, unless it is told not to", async () => {
    const [a, b, c] = (await Person.objects.bulkCreate(["a", "b", "c"].map((name) => new Person({ name })))) as [Person, Person, Person];
    await a.friends.add(b, c, a);
    const friends = async (person: Person) => (await person.friends.orderBy("name")).map(({ name }) => name);
    expect(await friends(a)).toEqual(["a", "b", "c"]);
    expect(await friends(b)).toEqual(["a"]);
    await b.friends.remove(a);
    expect(await friends(a)).toEqual(["a", "c"]);
    await expectQueries(1, () => a.friends.clear());
    expect(await friends(c)).toEqual([]);
    await a.follows.add(b);
    expect(await a.follows.count()).toBe(1);
    expect(await b.follows.count()).toBe(0);
    expect((await b.followers.all()).map(({ name }) => name)).toEqual(["a"]);
  });

  it("D05: reads with one joined query", async () => {
    const { book, sql } = await library();
    await book.tags.add(sql);
    const statements = await sqlOf(() => book.tags.all());
    expect(statements).toHaveLength(1);
    expect(statements[0]).toContain("JOIN");
  });

  it("adds objects, refs and keys once, with one statement", async () => {
    const { book, sql, art, sea } = await library();
    await expectQueries(1, () => book.tags.add(sql, sql, art.pk, Tag.ref(sea.pk)));
    expect(await names(book)).toEqual(["art", "sea", "sql"]);
    await expectQueries(1, () => book.tags.add(sql));
    expect(await book.tags.count()).toBe(3);
    await expectQueries(0, () => book.tags.add());
    await expectQueries(0, () => book.tags.remove());
  });

  it("D06, D07: refuses another model, an unsaved object and an unsaved owner, before SQL", async () => {
    const { ann, book, sql } = await library();
    const statements = await sqlOf(async () => {
      // @ts-expect-error an object of another model
      await expect(book.tags.add(ann)).rejects.toThrow(/takes objects of inst\.Tag, not a inst\.Author/);
      await expect(book.tags.add(new Tag({ name: "x" }))).rejects.toThrow(/not saved/);
      const unsaved = new Book({ title: "U", author: ann });
      await expect((async () => unsaved.tags.add(sql))()).rejects.toThrow(QueryError);
      await expect((async () => unsaved.tags.all().count())()).rejects.toThrow(/save the Book first/);
      await expect((async () => unsaved.tags.create({ name: "n" }))()).rejects.toThrow(/save the Book first/);
      // @ts-expect-error null is no tag
      await expect(book.tags.add(null)).rejects.toThrow(/no object/);
    });
    expect(statements).toEqual([]);
  });

  it("D08: every change drops what was prefetched, on both sides", async () => {
    const { sql, art } = await library();
    const fresh = async () => (await Book.objects.prefetchRelated("tags").get({ title: "B" })) as unknown as Book;
    const changes: ((book: Book) => Promise<unknown>)[] = [
      (book) => book.tags.add(sql),
      (book) => book.tags.remove(sql),
      (book) => book.tags.set([sql, art]),
      (book) => book.tags.clear(),
      (book) => book.tags.create({ name: "made" }),
      (book) => book.tags.getOrCreate({ name: "found" }),
    ];
    for (const change of changes) {
      const book = await fresh();
      await expectQueries(0, () => book.tags.count());
      await change(book);
      await expectQueries(1, () => book.tags.count());
    }
    const [book] = await Book.objects.filter({ title: "B" });
    const [tag] = await Tag.objects.filter({ name: "sql" }).prefetchRelated("books");
    if (!book || !tag) throw new Error("no rows");
    const before = await tag.books.count();
    await book.tags.add(tag);
    expect(await tag.books.count()).toBe(before + 1);
  });

  it("D08: set compares with the rows, not with what was prefetched", async () => {
    const { book, sql, art, sea } = await library();
    const prefetched = await Book.objects.prefetchRelated("tags").get({ title: "B" });
    await book.tags.add(sql, art);
    await expectQueries(3, () => prefetched.tags.set([art, sea]));
    expect(await names(book)).toEqual(["art", "sea"]);
    await expectQueries(1, () => book.tags.set([art.pk, sea]));
    await book.tags.set([sql], { clear: true });
    expect(await names(book)).toEqual(["sql"]);
    await book.tags.set(Tag.objects.exclude({ name: "sql" }));
    expect(await names(book)).toEqual(["art", "sea"]);
  });

  it("D09: concurrent adds of one pair leave one row and no error", async () => {
    const { book, sql } = await library();
    const copies = await Promise.all(Array.from({ length: 8 }, () => Book.objects.get({ pk: book.pk })));
    await Promise.all(copies.map((copy) => copy.tags.add(sql)));
    await Promise.all(copies.map((copy) => transaction.atomic(() => copy.tags.add(sql))));
    expect(await book.tags.count()).toBe(1);
  });

  it("creates an object and its tie, both or neither", async () => {
    const { book, other, sql } = await library();
    const made = await book.tags.create({ name: "made" });
    expect(await names(book)).toEqual(["made"]);
    expect(await book.tags.getOrCreate({ name: "made" })).toMatchObject([{ pk: made.pk }, false]);
    // a tag of that name is there, but not on this book, as in Django
    await expect(other.tags.getOrCreate({ name: "made" })).rejects.toThrow(/unique/i);
    expect(await Tag.objects.filter({ name: "made" }).count()).toBe(1);
    const [updated, created] = await book.tags.updateOrCreate({ name: "made" }, { defaults: { name: "renamed" } });
    expect([updated.pk, created]).toEqual([made.pk, false]);
    const bulk = await book.tags.bulkCreate([new Tag({ name: "b1" }), new Tag({ name: "b2" })]);
    expect(bulk.map(({ pk }) => typeof pk)).toEqual(["number", "number"]);
    expect(await names(book)).toEqual(["b1", "b2", "renamed"]);
    await expect(book.tags.create({ name: sql.name })).rejects.toThrow(/unique/i);
    expect(await book.tags.count()).toBe(3);
  });

  it("writes the other columns of a junction of one's own", async () => {
    const group = await Group.objects.create({ name: "g" });
    const [a, b] = (await Person.objects.bulkCreate(["a", "b"].map((name) => new Person({ name })))) as [Person, Person];
    await expectQueries(1, () => group.members.add(a, { throughDefaults: { role: "chair" } }));
    await group.members.add(a, b);
    expect(await Membership.objects.orderBy("person__name").valuesList("person__name", "role")).toEqual([
      ["a", "chair"],
      ["b", "member"],
    ]);
    await group.members.set([b], { throughDefaults: { role: () => "late" } });
    await group.members.set([a, b], { throughDefaults: { role: () => "late" } });
    expect(await Membership.objects.orderBy("person__name").valuesList("role", { flat: true })).toEqual(["late", "member"]);
    const made = await group.members.create({ name: "c" }, { throughDefaults: { role: "guest" } });
    expect((await Membership.objects.get({ person: made })).role).toBe("guest");
    await expect(group.members.add(a, { throughDefaults: { rank: 1 } })).rejects.toThrow(/inst\.Membership has no field "rank"/);
  });

  it("tells m2mChanged of what really changes", async () => {
    const { book, sql, art } = await library();
    await book.tags.add(sql);
    const heard: unknown[][] = [];
    connections.push(
      m2mChanged.connect(({ action, instance, model, pkSet, reverse, using }) => {
        expect(using).toBe("default");
        heard.push([
          action,
          (instance as unknown) === book || (instance as unknown) === sql,
          model === (reverse ? Book : Tag),
          pkSet && [...pkSet],
          reverse,
        ]);
      }),
    );
    await book.tags.add(sql, art);
    await book.tags.remove(art);
    await sql.books.clear();
    expect(heard).toEqual([
      ["preAdd", true, true, [art.pk], false],
      ["postAdd", true, true, [art.pk], false],
      ["preRemove", true, true, [art.pk], false],
      ["postRemove", true, true, [art.pk], false],
      ["preClear", true, true, null, true],
      ["postClear", true, true, null, true],
    ]);
  });

  it("hears of one junction only where it names the sender", async () => {
    const { book, sql } = await library();
    const group = await Group.objects.create({ name: "g" });
    const person = await Person.objects.create({ name: "p" });
    const heard: string[] = [];
    connections.push(m2mChanged.connect(({ action }) => heard.push(action), { sender: Membership }));
    await book.tags.add(sql);
    await group.members.add(person);
    expect(heard).toEqual(["preAdd", "postAdd"]);
  });
});

describeEachBackend("managers of many-to-many relations, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("does all of it", () => {
    const ann = Author.objects.createSync({ name: "Ann" });
    const book = Book.objects.createSync({ title: "B", author: ann });
    const sql = book.tags.createSync({ name: "sql" });
    const art = Tag.objects.createSync({ name: "art" });
    book.tags.addSync(art);
    expect(book.tags.countSync()).toBe(2);
    book.tags.setSync([art]);
    book.tags.removeSync(art);
    sql.books.setSync([book]);
    expect([...book.tags.all()].map(({ name }) => name)).toEqual(["sql"]);
    book.tags.clearSync();
    expect(book.tags.existsSync()).toBe(false);
  });
});
