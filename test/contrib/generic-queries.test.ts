import { afterAll, beforeAll, expect, it } from "vitest";
import { ContentType } from "../../src/contrib/contenttypes/index.js";
import { Count, createTables, dropTables, Exists, F, FilteredRelation, Max, OuterRef, Q, Sum } from "../../src/index.js";
import { expectQueries, sqlOf } from "../query/support.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { Author, Book, Film, models, Note, Photo, TaggedItem } from "./contenttypes-models.js";

/* Book 1 and film 1 have the same key, so that a join without the content type would mix them up. */
describeEachBackend("queries across generic relations", { only: [...everyBackend, "mariadb"] }, () => {
  let dune: Book;
  let emma: Book;
  let ubik: Book;
  let alien: Film;
  beforeAll(async () => {
    await createTables(models);
    ContentType.objects.clearCache();
    const author = await Author.objects.create({ name: "Ann" });
    dune = await Book.objects.create({ title: "Dune", author });
    emma = await Book.objects.create({ title: "Emma", author });
    ubik = await Book.objects.create({ title: "Ubik", author });
    alien = await Film.objects.create({ title: "Alien" });
    await dune.tags.create({ tag: "sf", weight: 3 });
    await dune.tags.create({ tag: "desert", weight: 5 });
    await emma.tags.create({ tag: "love", weight: 2 });
    await alien.tags.create({ tag: "horror", weight: 9 });
    await alien.tags.create({ tag: "sf", weight: 7 });
    await dune.notes.create({ text: "long" });
  });
  afterAll(() => dropTables(models));

  const titles = async (rows: PromiseLike<readonly { readonly title: string }[]>): Promise<string[]> =>
    await expectQueries(1, async () => (await rows).map(({ title }) => title));

  it("filters join the rows of the model only", async () => {
    expect(dune.pk).toBe(alien.pk);
    expect(await titles(Book.objects.filter({ tags__tag: "sf" }))).toEqual(["Dune"]);
    expect(await titles(Book.objects.filter({ tags__tag: "horror" }))).toEqual([]);
    expect(await titles(Film.objects.filter({ tags__tag__in: ["horror", "desert"] }))).toEqual(["Alien"]);
    expect(await titles(Book.objects.filter({ tags__weight__gte: 2 }).distinct().orderBy("title"))).toEqual(["Dune", "Emma"]);
    const [item] = await TaggedItem.objects.filter({ tag: "love" });
    expect(await titles(Book.objects.filter({ tags: item as TaggedItem }))).toEqual(["Emma"]);
    expect(await titles(Book.objects.filter({ tags__in: TaggedItem.objects.filter({ tag: "sf" }) }))).toEqual(["Dune"]);
  });

  it("the join has the content type as its condition", async () => {
    const sql = await sqlOf(async () => await Book.objects.filter({ tags__tag: "sf" }));
    expect(sql).toMatch(/JOIN .generic_taggeditem. ON \(.*object_id. AND .*content_type_id. = \(SELECT .*\)\) WHERE/);
    expect(sql.match(/JOIN/g)).toHaveLength(1);
  });

  it("no related row, and conditions of one row and of several", async () => {
    expect(await titles(Book.objects.filter({ tags__isnull: true }))).toEqual(["Ubik"]);
    expect(await titles(Book.objects.filter({ tags: null }))).toEqual(["Ubik"]);
    expect(await titles(Book.objects.filter({ tags__isnull: false }).distinct().orderBy("title"))).toEqual(["Dune", "Emma"]);
    expect(await titles(Book.objects.filter({ tags__tag: "sf", tags__weight: 5 }))).toEqual([]);
    expect(await titles(Book.objects.filter({ tags__tag: "sf" }).filter({ tags__weight: 5 }))).toEqual(["Dune"]);
    expect(await titles(Book.objects.filter(Q({ tags__tag: "love" }).or(Q({ title: "Ubik" }))).orderBy("title"))).toEqual(["Emma", "Ubik"]);
  });

  it("exclude speaks of all related rows", async () => {
    expect(await titles(Book.objects.exclude({ tags__tag: "sf" }).orderBy("title"))).toEqual(["Emma", "Ubik"]);
    expect(await titles(Book.objects.exclude({ tags__tag: "horror" }).orderBy("title"))).toEqual(["Dune", "Emma", "Ubik"]);
    expect(await titles(Book.objects.exclude({ tags__isnull: true }).orderBy("title"))).toEqual(["Dune", "Emma"]);
    expect(await titles(Film.objects.exclude({ tags__weight__gt: 8 }))).toEqual([]);
  });

  it("annotations and aggregates count the rows of the model only", async () => {
    const rows = Book.objects
      .annotate({ n: Count("tags"), most: Max("tags__weight"), sf: Count("tags", { filter: Q({ tags__tag: "sf" }) }) })
      .orderBy("title");
    expect((await expectQueries(1, () => rows)).map(({ n, most, sf }) => [n, most, sf])).toEqual([
      [2, 5, 1],
      [1, 2, 0],
      [0, null, 0],
    ]);
    expect(
      await Book.objects
        .annotate({ n: Count("tags") })
        .filter({ n__gte: 2 })
        .count(),
    ).toBe(1);
    expect(await Book.objects.aggregate({ total: Sum("tags__weight"), n: Count("tags") })).toEqual({ total: 10, n: 3 });
    expect(await Film.objects.aggregate({ total: Sum("tags__weight") })).toEqual({ total: 16 });
  });

  it("orders by and selects related columns", async () => {
    expect(await titles(Book.objects.orderBy("-tags__weight", "title").filter({ tags__isnull: false }))).toEqual(["Dune", "Dune", "Emma"]);
    expect(await Book.objects.filter({ title: "Dune" }).orderBy("tags__tag").valuesList("title", "tags__tag", "tags__weight")).toEqual([
      ["Dune", "desert", 5],
      ["Dune", "sf", 3],
    ]);
    const keys = await Book.objects.filter({ title: "Emma" }).values("tags");
    expect(keys).toEqual([{ tags: (await TaggedItem.objects.get({ tag: "love" })).pk }]);
  });

  it("from a relation, in F, subqueries and filtered relations", async () => {
    expect(await Author.objects.filter({ books__tags__tag: "love" }).count()).toBe(1);
    expect(await Author.objects.exclude({ books__tags__tag: "love" }).count()).toBe(0);
    expect(await Author.objects.exclude({ books__tags__tag: "horror" }).count()).toBe(1);
    expect(
      await titles(
        Book.objects
          .filter({ tags__weight__gt: F("tags__objectId") })
          .distinct()
          .orderBy("title"),
      ),
    ).toEqual(["Dune"]);
    const tagged = Book.objects.filter({ pk: OuterRef("pk"), tags__tag: "sf" });
    expect(await titles(Book.objects.filter(Exists(tagged)))).toEqual(["Dune"]);
    const heavy = Book.objects.annotate({ heavy: FilteredRelation("tags", { condition: Q({ tags__weight__gt: 4 }) }) });
    expect(await heavy.orderBy("title").valuesList("title", "heavy__tag")).toEqual([
      ["Dune", "desert"],
      ["Emma", null],
      ["Ubik", null],
    ]);
  });

  it("update and delete what is found by them", async () => {
    expect(await Book.objects.filter({ tags__tag: "love" }).update({ title: "EMMA" })).toBe(1);
    expect(await Book.objects.filter({ pk: emma.pk }).update({ title: "Emma" })).toBe(1);
    const extra = await Book.objects.create({ title: "Extra", author: (await Author.objects.get()).pk });
    await extra.tags.create({ tag: "gone" });
    const [, counts] = await Book.objects.filter({ tags__tag: "gone" }).delete();
    expect(counts).toEqual({ "generic.Book": 1, "generic.TaggedItem": 1 });
    expect(await TaggedItem.objects.filter({ tag: "sf" }).count()).toBe(2);
  });

  it("keys of another type than the column that refers to them", async () => {
    const photo = await Photo.objects.create({ file: "a.png" });
    await photo.notes.create({ text: "blurred" });
    expect(await Photo.objects.filter({ notes__text: "blurred" }).count()).toBe(1);
    expect(await Photo.objects.filter({ notes__text: "long" }).count()).toBe(0);
    expect(await Photo.objects.exclude({ notes__text: "blurred" }).count()).toBe(0);
    expect(await titles(Book.objects.filter({ notes__text: "long" }))).toEqual(["Dune"]);
    expect(await titles(Book.objects.exclude({ notes__text: "long" }).orderBy("title"))).toEqual(["Emma", "Ubik"]);
    expect(
      await Book.objects
        .annotate({ n: Count("notes") })
        .filter({ n: 1 })
        .count(),
    ).toBe(1);
    expect(await Note.objects.count()).toBe(2);
    expect(ubik.pk).toBeGreaterThan(emma.pk);
  });
});
