import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ContentType } from "../../src/contrib/contenttypes/index.js";
import {
  createTables,
  dropTables,
  FieldError,
  ImproperlyConfigured,
  NotLoadedError,
  Prefetch,
  postDelete,
  prefetchRelatedObjects,
  QueryError,
  transaction,
} from "../../src/index.js";
import { expectQueries } from "../instances/support.js";
import { describeEachBackend } from "../support/backends.js";
import { Author, Book, Film, models, Note, Photo, TaggedItem } from "./contenttypes-models.js";

describeEachBackend("generic relations", (backend) => {
  let author: Author;
  let book: Book;
  let film: Film;

  beforeAll(() => createTables(models));
  afterAll(() => dropTables(models));
  beforeEach(async () => {
    for (const model of [TaggedItem, Note, Book, Author, Photo, Film, ContentType]) await model.objects.all().delete();
    ContentType.objects.clearCache();
    author = await Author.objects.create({ name: "Ann" });
    book = await Book.objects.create({ title: "Dune", author });
    film = await Film.objects.create({ title: "Alien" });
  });

  describe("content types", () => {
    it("are found for models, made once and remembered", async () => {
      const type = await expectQueries(2, () => ContentType.objects.getForModel(Book));
      expect([type.appLabel, type.model, type.modelClass()]).toEqual(["generic", "book", Book]);
      await expectQueries(0, async () => expect(await ContentType.objects.getForModel(book)).toBe(type));
      ContentType.objects.clearCache();
      expect((await ContentType.objects.getForModel(Book)).pk).toBe(type.pk);
      expect(await ContentType.objects.count()).toBe(1);
    });

    it("one is made by 20 callers at once", async () => {
      const types = await Promise.all(Array.from({ length: 20 }, () => ContentType.objects.getForModel(Film)));
      expect(new Set(types.map(({ pk }) => pk)).size).toBe(1);
    });

    it("what a transaction made that was rolled back is not remembered", async () => {
      await expect(
        transaction.atomic(async () => {
          await ContentType.objects.getForModel(Film);
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      const type = await ContentType.objects.getForModel(Film);
      expect(await ContentType.objects.filter({ pk: type.pk }).exists()).toBe(true);
    });

    it("of models that are gone say so", async () => {
      const gone = await ContentType.objects.create({ appLabel: "generic", model: "gone" });
      expect(() => gone.modelClass()).toThrow(/"generic.gone" belongs to no model/);
      await expect(ContentType.objects.getForModel(class {})).rejects.toThrow(ImproperlyConfigured);
    });
  });

  describe("the foreign key", () => {
    it("is given to create, assigned and read", async () => {
      const item = await TaggedItem.objects.create({ tag: "sf", contentObject: book });
      expect(item.objectId).toBe(book.id);
      expect(item.contentTypeId).toBe((await ContentType.objects.getForModel(Book)).id);
      await expectQueries(0, async () => expect(item.contentObject).toBe(book));
      const read = await TaggedItem.objects.get();
      const loaded = await expectQueries(1, () => read.contentObject);
      expect(loaded).toBeInstanceOf(Book);
      expect(loaded?.equals(book)).toBe(true);
      await expectQueries(0, async () => expect(await read.contentObject).toBe(loaded));
      read.contentObject = film;
      await read.save();
      await read.refreshFromDb();
      expect((await read.contentObject)?.equals(film)).toBe(true);
    });

    it("is filled in for bulkCreate and fullClean too", async () => {
      await TaggedItem.objects.bulkCreate([
        new TaggedItem({ tag: "a", contentObject: book }),
        new TaggedItem({ tag: "b", contentObject: film }),
      ]);
      const items = await TaggedItem.objects.orderBy("tag");
      expect((await items[0]?.contentObject)?.equals(book)).toBe(true);
      expect((await items[1]?.contentObject)?.equals(film)).toBe(true);
      ContentType.objects.clearCache();
      const item = new TaggedItem({ tag: "c", contentObject: film });
      await item.fullClean();
      expect(item.contentTypeId).not.toBeNull();
    });

    it("follows its columns", async () => {
      const item = await TaggedItem.objects.create({ tag: "sf", contentObject: book });
      const other = await Book.objects.create({ title: "Emma", author });
      item.objectId = other.id;
      expect((await item.contentObject)?.equals(other)).toBe(true);
      item.contentType = await ContentType.objects.getForModel(Film);
      item.objectId = film.id;
      expect((await item.contentObject)?.equals(film)).toBe(true);
    });

    it("of a row that is gone is null", async () => {
      const item = await TaggedItem.objects.create({
        tag: "sf",
        contentTypeId: (await ContentType.objects.getForModel(Book)).id,
        objectId: 9999,
      });
      expect(await item.contentObject).toBeNull();
      expect(await (await TaggedItem.objects.get()).contentObject).toBeNull();
    });

    it("may be null, and keeps keys of other kinds in a column of text", async () => {
      const photo = await Photo.objects.create({ file: "a.png" });
      const note = await Note.objects.create({ text: "x", about: photo });
      expect(note.key).toBe(photo.uid);
      const [read] = await Note.objects.all();
      expect((await read?.about)?.equals(photo)).toBe(true);
      const numbered = await Note.objects.create({ text: "y", about: book });
      expect(numbered.key).toBe(String(book.id));
      expect((await (await Note.objects.get({ text: "y" })).about)?.equals(book)).toBe(true);
      numbered.about = null;
      await numbered.save();
      expect((await Note.objects.get({ text: "y" })).about).toBeNull();
    });

    it("loads for all peers, one query for each content type", async () => {
      for (const target of [book, film, book, film]) await TaggedItem.objects.create({ tag: "x", contentObject: target });
      const items = await TaggedItem.objects.all();
      await expectQueries(2, async () => {
        for (const item of items) expect((await item.contentObject)?.title).toMatch(/Dune|Alien/);
      });
    });

    it("is prefetched, and what is behind it", async () => {
      for (const target of [book, film, book, film]) await TaggedItem.objects.create({ tag: "x", contentObject: target });
      await expectQueries(3, async () => {
        const items = await TaggedItem.objects.prefetchRelated("contentObject");
        expect(items.map((item) => (item.contentObject as Book | Film).title)).toEqual(["Dune", "Alien", "Dune", "Alien"]);
      });
      await expectQueries(3, async () => {
        const [item] = await TaggedItem.objects
          .filter({ objectId: book.id, contentType__model: "book" })
          .prefetchRelated("contentObject__author" as never);
        const object = (await item?.contentObject) as Book;
        expect(object.author).toBeInstanceOf(Author);
      });
      // content types are asked for where they are not known, with one query
      ContentType.objects.clearCache();
      const items = await TaggedItem.objects.all();
      await expectQueries(3, () => prefetchRelatedObjects(items, "contentObject"));
      await expectQueries(0, () => prefetchRelatedObjects(items, "contentObject"));
    });

    it("is filtered by its columns", async () => {
      await TaggedItem.objects.create({ tag: "x", contentObject: book });
      await TaggedItem.objects.create({ tag: "y", contentObject: film });
      const contentType = await ContentType.objects.getForModel(Film);
      expect((await TaggedItem.objects.get({ contentType, objectId: film.id })).tag).toBe("y");
      expect(() => TaggedItem.objects.filter({ contentObject: film } as never)).toThrow(/has no column/);
      expect(() => Book.objects.filter({ tags__nope: "x" } as never)).toThrow(/no field "nope"/);
      expect(() => TaggedItem.objects.selectRelated("contentObject" as never)).toThrow(FieldError);
    });

    it("refuses what it cannot keep", async () => {
      expect(() => new TaggedItem({ tag: "x", contentObject: new Film({ title: "x" }) })).toThrow(/is not saved/);
      expect(() => new TaggedItem({ tag: "x", contentObject: 3 as never })).toThrow(/takes an object of a model/);
      await expect(
        TaggedItem.objects
          .create({ tag: "x", contentObject: book })
          .then((item) => item.save({ updateFields: ["contentObject" as never] })),
      ).rejects.toThrow(FieldError);
      const [raising] = await TaggedItem.objects.fetchMode("raise");
      await expect(Promise.resolve(raising?.contentObject)).rejects.toThrow(NotLoadedError);
    });
  });

  describe("the relation", () => {
    it("reads the rows of its object only", async () => {
      const same = await Film.objects.create({ title: "Same", pk: book.id + 1000 });
      await same.tags.create({ tag: "film" });
      await book.tags.create({ tag: "sf" });
      await book.tags.create({ tag: "desert", weight: 3 });
      await expectQueries(1, async () => expect((await book.tags.all()).map(({ tag }) => tag)).toEqual(["sf", "desert"]));
      expect(await book.tags.count()).toBe(2);
      expect((await book.tags.get({ weight__gt: 1 })).tag).toBe("desert");
      expect(await same.tags.filter({ tag: "sf" }).exists()).toBe(false);
      expect(book.tags).toBe(book.tags);
    });

    it("makes rows", async () => {
      const item = await book.tags.create({ tag: "a" });
      expect((await item.contentObject)?.equals(book)).toBe(true);
      expect(await book.tags.getOrCreate({ tag: "a" })).toMatchObject([{ id: item.id }, false]);
      expect((await film.tags.getOrCreate({ tag: "a" }))[1]).toBe(true);
      expect((await book.tags.updateOrCreate({ tag: "a" }, { defaults: { weight: 9 } }))[0].weight).toBe(9);
      await book.tags.bulkCreate([new TaggedItem({ tag: "b" }), new TaggedItem({ tag: "c" })]);
      expect(await book.tags.orderBy("tag").valuesList("tag", { flat: true })).toEqual(["a", "b", "c"]);
      expect(await film.tags.count()).toBe(1);
    });

    it("adds, removes, clears and sets", async () => {
      await ContentType.objects.getForModel(Book);
      const [a, b, c] = [await film.tags.create({ tag: "a" }), await film.tags.create({ tag: "b" }), await film.tags.create({ tag: "c" })];
      await expectQueries(1, () => book.tags.add(a, b.id));
      expect((await a.contentObject)?.equals(book)).toBe(true);
      expect([await book.tags.count(), await film.tags.count()]).toEqual([2, 1]);
      await book.tags.add(new TaggedItem({ tag: "new" }), { bulk: false });
      expect(await book.tags.filter({ tag: "new" }).count()).toBe(1);
      // rows that cannot be without an object are deleted, as in Django
      await book.tags.remove(b);
      expect(await TaggedItem.objects.filter({ pk: b.pk }).exists()).toBe(false);
      // what refers to another object stays
      await book.tags.remove(c);
      expect(await TaggedItem.objects.filter({ tag: "c" }).exists()).toBe(true);
      await book.tags.set([a, c]);
      expect(await book.tags.orderBy("tag").valuesList("tag", { flat: true })).toEqual(["a", "c"]);
      await expectQueries(1, () => book.tags.set([a, c]));
      await book.tags.clear();
      expect(await TaggedItem.objects.count()).toBe(0);
    });

    it("refuses what it cannot take, and changes nothing", async () => {
      const item = await film.tags.create({ tag: "a" });
      await expect(book.tags.add(item, 9999)).rejects.toThrow(/there is no row/);
      await expect(book.tags.add(author as never)).rejects.toThrow(/takes objects of generic.TaggedItem/);
      await expect(book.tags.add(new TaggedItem({ tag: "x" }))).rejects.toThrow(/not saved/);
      await expect(book.tags.add(item, { bluk: true } as never)).rejects.toThrow(/no option "bluk"/);
      await expect((async () => await new Book({ title: "x", author }).tags.all())()).rejects.toThrow(/save the object first/);
      expect(() => {
        (book as unknown as Record<string, unknown>).tags = [];
      }).toThrow(QueryError);
      expect(await film.tags.count()).toBe(1);
    });

    it("is prefetched with one query, with a queryset and under another name", async () => {
      const other = await Book.objects.create({ title: "Emma", author });
      await book.tags.create({ tag: "a" });
      await book.tags.create({ tag: "b", weight: 5 });
      await other.tags.create({ tag: "c" });
      await expectQueries(2, async () => {
        const books = await Book.objects.orderBy("id").prefetchRelated("tags");
        expect((await Promise.all(books.map(async (each) => await each.tags.all()))).map((tags) => tags.map(({ tag }) => tag))).toEqual([
          ["a", "b"],
          ["c"],
        ]);
      });
      const heavy = Prefetch("tags", { queryset: TaggedItem.objects.filter({ weight__gt: 1 }), toAttr: "heavy" });
      const [first, second] = await Book.objects.orderBy("id").prefetchRelated(heavy);
      expect([first?.heavy.map(({ tag }) => tag), second?.heavy]).toEqual([["b"], []]);
      const [read] = await Author.objects.prefetchRelated("books__tags");
      await expectQueries(0, async () => {
        const books = await read?.books.all();
        for (const each of books ?? []) expect((await each.tags.all()).length).toBeGreaterThan(0);
      });
      // a change forgets what was prefetched
      const [fresh] = await Book.objects.orderBy("id").prefetchRelated("tags");
      await fresh?.tags.create({ tag: "z" });
      expect((await fresh?.tags.all())?.length).toBe(3);
    });
  });

  describe("deletion", () => {
    it("takes the rows along, of the object and of what goes with it", async () => {
      await book.tags.create({ tag: "a" });
      await film.tags.create({ tag: "b" });
      await Note.objects.create({ text: "x", about: book });
      expect(await author.delete()).toEqual([4, { "generic.Author": 1, "generic.Book": 1, "generic.TaggedItem": 1, "generic.Note": 1 }]);
      expect(await TaggedItem.objects.valuesList("tag", { flat: true })).toEqual(["b"]);
    });

    it("tells receivers of them, and takes rows of querysets along", async () => {
      const told: string[] = [];
      await book.tags.create({ tag: "a" });
      const connection = postDelete.connect(({ instance }) => void told.push(instance.tag), { sender: TaggedItem });
      try {
        await Book.objects.filter({ title: "Dune" }).delete();
      } finally {
        connection[Symbol.dispose]();
      }
      expect(told).toEqual(["a"]);
      expect(await TaggedItem.objects.count()).toBe(0);
    });

    it("of a content type takes its rows along", async () => {
      await book.tags.create({ tag: "a" });
      const type = await ContentType.objects.getForModel(Book);
      await type.delete();
      ContentType.objects.clearCache();
      expect(await TaggedItem.objects.count()).toBe(0);
    });
  });

  backend.skipUnless(backend.vendor === "sqlite", "needs sync: true")("does the same without waiting", () => {
    const item = TaggedItem.objects.createSync({ tag: "a", contentObject: book });
    const read = TaggedItem.objects.getSync();
    expect((read.contentObject as { getSync(): Book }).getSync().equals(book)).toBe(true);
    film.tags.addSync(item);
    expect(film.tags.countSync()).toBe(1);
    film.tags.setSync([]);
    expect(TaggedItem.objects.countSync()).toBe(0);
    expect(ContentType.objects.getForModelSync(Book).model).toBe("book");
    book.tags.createSync({ tag: "x" });
    expect(book.deleteSync()[0]).toBe(2);
  });
});
