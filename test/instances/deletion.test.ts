import { afterEach, expect, it } from "vitest";
import {
  CASCADE,
  CharField,
  CompositePrimaryKey,
  createTables,
  dropTables,
  ForeignKey,
  IntegerField,
  IntegrityError,
  Model,
  ProtectedError,
  postDelete,
  preDelete,
  QueryError,
  RestrictedError,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import {
  Author,
  Badge,
  Book,
  Draft,
  Egg,
  Falling,
  Guard,
  Hen,
  Hub,
  Line,
  Owned,
  Profile,
  Restrainer,
  Review,
  Spoke,
  Tag,
  Witness,
} from "./models.js";
import { expectQueries, sqlOf, synchronousBackends, useTables } from "./support.js";

class Hall extends Model<Hall>("inst.Hall")({ name: CharField({ maxLength: 10 }) }) {}
class Seat extends Model<Seat>("inst.Seat")({
  hall: ForeignKey(() => Hall, { onDelete: CASCADE }),
  row: IntegerField(),
  pk: CompositePrimaryKey("hall", "row"),
}) {}

describeEachBackend("deletion", () => {
  useTables();
  const connections: Disposable[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection[Symbol.dispose]();
  });

  async function shelf() {
    const ann = await Author.objects.create({ name: "Ann" });
    const bob = await Author.objects.create({ name: "Bob", mentor: ann });
    await Profile.objects.create({ author: ann });
    const book = await Book.objects.create({ title: "B", author: ann });
    await book.tags.create({ name: "sql" });
    await Review.objects.bulkCreate([new Review({ text: "1", book }), new Review({ text: "2", book })]);
    await Draft.objects.create({ title: "D", author: ann });
    return { ann, bob, book };
  }
  const gone = { "inst.Author": 1, "inst.Profile": 1, "inst.Book": 1, "inst.Book_tags": 1, "inst.Review": 2 };

  it("D16: an instance takes what belongs to it along, and counts it", async () => {
    const { ann, bob } = await shelf();
    expect(await ann.delete()).toEqual([6, gone]);
    expect([await Author.objects.count(), await Book.objects.count(), await Review.objects.count(), await Profile.objects.count()]).toEqual(
      [1, 0, 0, 0],
    );
    expect(await Tag.objects.count()).toBe(1);
    await bob.refreshFromDb();
    expect(bob.mentorId).toBeNull();
    expect((await Draft.objects.get()).authorId).toBeNull();
  });

  it("a queryset does the same", async () => {
    await shelf();
    expect(await Author.objects.filter({ name: "Ann" }).delete()).toEqual([6, gone]);
  });

  it("sends one DELETE where nothing refers to the rows and nobody listens", async () => {
    await shelf();
    await expectQueries(1, () => Review.objects.filter({ book__title: "B" }).delete());
    const review = await Review.objects.create({ text: "3", book: await Book.objects.get() });
    await expectQueries(1, () => review.delete());
  });

  it("sends fewer statements than Django, as it reads no rows that only go along", async () => {
    const { ann } = await shelf();
    // reviews and tags of books, books, profiles; drafts and students lose their key; author
    const statements = await sqlOf(() => ann.delete());
    expect(statements.filter((sql) => sql.startsWith("SELECT"))).toEqual([]);
    expect(statements).toHaveLength(7);
  });

  it("D23: nothing to delete is [0, {}]", async () => {
    expect(await Author.objects.filter({ name: "nobody" }).delete()).toEqual([0, {}]);
    expect(await Review.objects.filter({ text: "none" }).delete()).toEqual([0, {}]);
    expect(await Author.objects.none().delete()).toEqual([0, {}]);
    const { ann } = await shelf();
    await Author.objects.filter({ pk: ann.pk }).delete();
    expect(await ann.delete()).toEqual([0, {}]);
  });

  it("D14, D18: what is protected is found before anything is deleted", async () => {
    const hub = await Hub.objects.create({ name: "h" });
    const spoke = await Spoke.objects.create({ hub });
    const guard = await Guard.objects.create({ hub });
    const badge = await Badge.objects.create({ hub });
    const error = await hub.delete().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProtectedError);
    expect(error).toBeInstanceOf(IntegrityError);
    const { message, protectedObjects } = error as ProtectedError;
    expect(message).toMatch(/inst\.Hub cannot be deleted: 1 row refers to it by inst\.Guard\.hub, 1 row refers to it by inst\.Badge\.hub/);
    expect(protectedObjects).toHaveLength(2);
    expect(protectedObjects.some((object) => guard.equals(object)) && protectedObjects.some((object) => badge.equals(object))).toBe(true);
    expect(await Spoke.objects.filter({ pk: spoke.pk }).exists()).toBe(true);
    await expect(Hub.objects.all().delete()).rejects.toThrow(ProtectedError);
    await guard.delete();
    await badge.delete();
    expect(await hub.delete()).toEqual([2, { "inst.Spoke": 1, "inst.Hub": 1 }]);
  });

  it("D15: what is restricted stays, unless it goes by another way", async () => {
    const hub = await Hub.objects.create({ name: "h" });
    const spoke = await Spoke.objects.create({ hub });
    const restrainer = await Restrainer.objects.create({ hub });
    const error = await hub.delete().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RestrictedError);
    expect(error).toBeInstanceOf(IntegrityError);
    expect((error as RestrictedError).restrictedObjects.map((object) => restrainer.equals(object))).toEqual([true]);
    expect(await Spoke.objects.count()).toBe(1);
    restrainer.spoke = spoke;
    await restrainer.save();
    expect(await hub.delete()).toEqual([3, { "inst.Restrainer": 1, "inst.Spoke": 1, "inst.Hub": 1 }]);
  });

  it("SET_DEFAULT and DO_NOTHING do what they say", async () => {
    const keeper = await Hub.objects.create({ id: 1, name: "default" });
    const hub = await Hub.objects.create({ id: 7, name: "h" });
    const falling = await Falling.objects.create({ hub });
    const witness = await Witness.objects.create({ hub });
    expect(await hub.delete()).toEqual([1, { "inst.Hub": 1 }]);
    await falling.refreshFromDb();
    await witness.refreshFromDb();
    expect([falling.hubId, witness.hubId]).toEqual([keeper.pk, 7]);
  });

  it("D17: tells of every object, parents and children, also from a queryset", async () => {
    await shelf();
    const heard: string[] = [];
    const tell = (word: string) => (event: { readonly instance: { readonly pk: unknown; toString(): string }; readonly using: string }) => {
      expect(event.instance.pk).not.toBeNull();
      heard.push(`${word} ${event.instance.toString().replace(/\d+/, "n")}`);
    };
    connections.push(preDelete.connect(tell("pre")), postDelete.connect(tell("post")));
    expect(await Author.objects.filter({ name: "Ann" }).delete()).toEqual([6, gone]);
    expect(heard.filter((word) => word.startsWith("pre")).sort()).toEqual(
      ["pre Author(n)", "pre Book(n)", "pre Book_tags(n)", "pre Profile(n)", "pre Review(n)", "pre Review(n)"].sort(),
    );
    expect(heard.filter((word) => word.startsWith("post"))).toHaveLength(6);
    const place = (word: string) => heard.indexOf(word);
    expect(place("post Review(n)")).toBeLessThan(place("post Book(n)"));
    expect(place("post Book(n)")).toBeLessThan(place("post Author(n)"));
  });

  it("D17: receivers of another model cost nothing", async () => {
    await shelf();
    connections.push(preDelete.connect(() => {}, { sender: Draft }));
    await expectQueries(1, () => Review.objects.all().delete());
  });

  it("D20: cycles and self references end", async () => {
    const hen = await Hen.objects.create({ name: "h" });
    const egg = await Egg.objects.create({ hen });
    hen.egg = egg;
    await hen.save();
    const chick = await Hen.objects.create({ name: "c", egg });
    expect(await chick.delete()).toEqual([1, { "inst.Hen": 1 }]);
    expect(await hen.delete()).toEqual([2, { "inst.Hen": 1, "inst.Egg": 1 }]);
    const ann = await Author.objects.create({ name: "Ann" });
    ann.mentor = ann;
    await ann.save();
    expect(await ann.delete()).toEqual([1, { "inst.Author": 1 }]);
  });

  it("D21: foreign keys that a model has from an abstract base count too", async () => {
    const hub = await Hub.objects.create({ name: "h" });
    await Owned.objects.create({ hub, note: "n" });
    expect(await hub.delete()).toEqual([2, { "inst.Owned": 1, "inst.Hub": 1 }]);
  });

  it("is undone as a whole when a part of it fails, and leaves the object its key", async () => {
    const { ann } = await shelf();
    const veto = postDelete.connect(
      () => {
        throw new TypeError("not this one");
      },
      { sender: Book, raiseExceptions: true },
    );
    connections.push(veto);
    await expect(ann.delete()).rejects.toThrow("not this one");
    expect([await Review.objects.count(), await Book.objects.count(), await Draft.objects.filter({ author: ann }).count()]).toEqual([
      2, 1, 1,
    ]);
    expect(ann.pk).not.toBeNull();
    veto[Symbol.dispose]();
    expect((await ann.delete())[0]).toBe(6);
  });

  it("D24: a deleted object is inserted again by save", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    await ann.delete();
    expect(ann.pk).toBeNull();
    await ann.save();
    expect((await Author.objects.get()).pk).toBe(ann.pk);
  });

  it("D25: an object that was never saved cannot be deleted", async () => {
    const sql = await sqlOf(() => expect(new Author({ name: "x" }).delete()).rejects.toThrow(QueryError));
    expect(sql).toEqual([]);
  });

  it("a failed deletion leaves the object as it was", async () => {
    const hub = await Hub.objects.create({ name: "h" });
    await Guard.objects.create({ hub });
    await expect(hub.delete()).rejects.toThrow(ProtectedError);
    expect(hub.pk).not.toBeNull();
    hub.name = "still";
    await hub.save();
    expect(await Hub.objects.count()).toBe(1);
  });

  it("deletes joined, sliced, distinct and annotated rows", async () => {
    const ann = await Author.objects.create({ name: "Ann" });
    for (const title of ["a", "b", "c", "d"]) {
      const book = await Book.objects.create({ title, author: ann });
      await Review.objects.bulkCreate([new Review({ text: "x", book }), new Review({ text: "y", book })]);
    }
    expect((await Book.objects.filter({ reviews__text__in: ["x", "y"], title: "a" }).delete())[1]["inst.Book"]).toBe(1);
    expect((await Book.objects.orderBy("-title").slice(0, 1).delete())[1]["inst.Book"]).toBe(1);
    expect((await Book.objects.filter({ reviews__text: "x" }).distinct().delete())[1]["inst.Book"]).toBe(2);
    expect(await Review.objects.count()).toBe(0);
  });

  it("refuses what is no set of rows", async () => {
    await expect(Author.objects.values("name").delete()).rejects.toThrow(/cannot follow values/);
    await expect(Author.objects.all().union(Author.objects.all()).delete()).rejects.toThrow(/after a combination/);
  });

  it("C38: composite keys are deleted too", async () => {
    await Line.objects.bulkCreate(Array.from({ length: 40 }, (_, index) => new Line({ order: 1, lineNo: index })));
    const line = await Line.objects.get({ pk: [1, 3] });
    expect(await line.delete()).toEqual([1, { "inst.Line": 1 }]);
    expect(await Line.objects.orderBy("lineNo").slice(0, 35).delete()).toEqual([35, { "inst.Line": 35 }]);
    connections.push(preDelete.connect(() => {}, { sender: Line }));
    expect(await Line.objects.all().delete()).toEqual([4, { "inst.Line": 4 }]);
  });

  it("deletes rows of a composite key by a path to a key with one statement, as Django does", async () => {
    await createTables([Hall, Seat]);
    try {
      const [main, small] = (await Hall.objects.bulkCreate([new Hall({ name: "main" }), new Hall({ name: "small" })])) as [Hall, Hall];
      await Seat.objects.bulkCreate([0, 1, 2].flatMap((row) => [new Seat({ hall: main, row }), new Seat({ hall: small, row })]));
      const front = Seat.objects.filter({ hall__id: main.pk, row__lt: 2 });
      expect(await expectQueries(1, () => front.delete())).toEqual([2, { "inst.Seat": 2 }]);
      expect(await Seat.objects.filter({ hall__name: "small" }).delete()).toEqual([3, { "inst.Seat": 3 }]);
      expect(await Seat.objects.values("hall", "row")).toEqual([{ hall: main.pk, row: 2 }]);
    } finally {
      await dropTables([Seat, Hall]);
    }
  });

  it("D19: more keys than a statement takes parameters", async () => {
    const total = 70_000;
    const ann = await Author.objects.create({ name: "Ann" });
    await Book.objects.bulkCreate(
      Array.from({ length: total }, () => new Book({ title: "t", author: ann })),
      { batchSize: 5000 },
    );
    expect(await Book.objects.all().delete()).toEqual([total, { "inst.Book": total }]);
  }, 60_000);
});

describeEachBackend("deletion, synchronously", { only: synchronousBackends }, () => {
  useTables();

  it("D22: does the same", () => {
    const ann = Author.objects.createSync({ name: "Ann" });
    const book = ann.books.createSync({ title: "B" });
    book.reviews.createSync({ text: "r" });
    expect(ann.deleteSync()).toEqual([3, { "inst.Review": 1, "inst.Book": 1, "inst.Author": 1 }]);
    expect(Author.objects.filter({ name: "x" }).deleteSync()).toEqual([0, {}]);
  });
});
