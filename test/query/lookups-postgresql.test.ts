import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ArrayField,
  CharField,
  createTables,
  DateTimeRangeField,
  dropTables,
  F,
  getConnection,
  HStoreField,
  ImproperlyConfigured,
  IntegerField,
  IntegerRangeField,
  Model,
  NotSupportedError,
  overrideSettings,
  Q,
  QueryError,
  Range,
  SearchHeadline,
  SearchQuery,
  SearchRank,
  SearchVector,
  TextField,
  TrigramDistance,
  TrigramSimilarity,
  TrigramStrictWordSimilarity,
  TrigramWordSimilarity,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { sqlOf } from "./support.js";

class Item extends Model<Item>("pg.Item")(
  {
    name: CharField({ maxLength: 20 }),
    tags: ArrayField(CharField({ maxLength: 10 }), { default: [] }),
    numbers: ArrayField(IntegerField(), { null: true }),
    extra: HStoreField({ null: true }),
    ages: IntegerRangeField({ null: true }),
    open: DateTimeRangeField({ null: true }),
  },
  { ordering: ["name"] },
) {}
class Post extends Model<Post>("pg.Post")({ title: CharField({ maxLength: 100 }), body: TextField() }, { ordering: ["title"] }) {}

const found = async (conditions: Record<string, unknown>): Promise<string> =>
  (await Item.objects.filter(Q.untyped(conditions))).map((item) => item.name).join("");
const posts = async (conditions: Record<string, unknown>): Promise<string[]> =>
  (await Post.objects.filter(Q.untyped(conditions))).map((post) => post.title);

describeEachBackend("lookups of PostgreSQL", { only: ["postgresql"] }, () => {
  beforeAll(async () => {
    const connection = getConnection("default");
    for (const extension of ["hstore", "pg_trgm", "unaccent"]) await connection.execute(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
    await createTables([Item, Post]);
    await Item.objects.create({
      name: "a",
      tags: ["x", "y"],
      numbers: [1, 2, 3],
      extra: { k: "v", none: null },
      ages: [18, 30],
      open: ["2026-01-01", "2026-02-01"],
    });
    await Item.objects.create({ name: "b", tags: ["y"], numbers: [], extra: { other: "v" }, ages: [30, null] });
    await Item.objects.create({ name: "c", tags: [], ages: Range.empty<number>() });
    await Post.objects.create({ title: "Cheese", body: "The quick goats give cheese." });
    await Post.objects.create({ title: "Crème", body: "Cooking cream and cheesecake, without goat." });
    await Post.objects.create({ title: "Iron", body: "Nothing to eat." });
  });
  afterAll(() => dropTables([Item, Post]));

  it("arrays", async () => {
    expect(await found({ tags__contains: ["y"] })).toBe("ab");
    expect(await found({ tags__containedBy: ["y", "z"] })).toBe("bc");
    expect(await found({ tags__overlap: ["x", "z"] })).toBe("a");
    expect(await found({ tags: ["y"] })).toBe("b");
    expect(await found({ tags__len: 2 })).toBe("a");
    expect(await found({ numbers__len: 0 })).toBe("b");
    expect(await found({ tags__0: "y" })).toBe("b");
    expect(await found({ tags__1__startswith: "y" })).toBe("a");
    expect(await found({ numbers__0_2: [1, 2] })).toBe("a");
    expect(await found({ tags__contains: F("tags") })).toBe("abc");
    expect(await Item.objects.filter({ name: "a" }).valuesList("numbers__2", { flat: true })).toEqual([3]);
  });
  it("hstore", async () => {
    expect(await found({ extra__k: "v" })).toBe("a");
    expect(await found({ extra__contains: { k: "v" } })).toBe("a");
    expect(await found({ extra__containedBy: { other: "v", more: "w" } })).toBe("b");
    expect(await found({ extra__hasKey: "none" })).toBe("a");
    expect(await found({ extra__hasKeys: ["k", "none"] })).toBe("a");
    expect(await found({ extra__hasAnyKeys: ["k", "other"] })).toBe("ab");
    expect(await found({ extra__keys: ["other"] })).toBe("b");
    expect(await found({ extra__values__contains: ["v"] })).toBe("ab");
    expect(await found({ extra__none__isnull: true })).toBe("abc");
  });
  it("ranges", async () => {
    expect(await found({ ages__contains: 20 })).toBe("a");
    expect(await found({ ages__contains: [31, 40] })).toBe("b");
    expect(await found({ ages__containedBy: [10, 40] })).toBe("ac");
    expect(await found({ ages__overlap: [25, 35] })).toBe("ab");
    expect(await found({ ages__fullyLt: [30, 40] })).toBe("a");
    expect(await found({ ages__fullyGt: [0, 18] })).toBe("ab");
    expect(await found({ ages__notLt: [20, 40] })).toBe("b");
    expect(await found({ ages__notGt: [0, 30] })).toBe("a");
    expect(await found({ ages__adjacentTo: [10, 18] })).toBe("a");
    expect(await found({ ages__startswith: 18 })).toBe("a");
    expect(await found({ ages__endswith__isnull: true })).toBe("bc");
    expect(await found({ ages__isempty: true })).toBe("c");
    expect(await found({ ages__upperInf: true })).toBe("b");
    expect(await found({ ages__lowerInc: true })).toBe("ab");
    expect(await found({ open__contains: "2026-01-15" })).toBe("a");
    expect(await found({ open__contains: new Date("2026-03-15") })).toBe("");
  });

  describe("full-text search", () => {
    it("finds words, whatever their ending", async () => {
      expect(await posts({ body__search: "goats" })).toEqual(["Cheese", "Crème"]);
      expect(await posts({ body__search: "goat cheese" })).toEqual(["Cheese"]);
    });
    it("H21: uses the settings' configuration, and refuses an unsafe one", async () => {
      expect(await posts({ body__search: "the" })).toEqual([]);
      await overrideSettings({ searchConfig: "simple" }, async () => {
        expect(await posts({ body__search: "the" })).toEqual(["Cheese"]);
        expect(await sqlOf(async () => await posts({ body__search: "the" }))).toContain("'simple'::regconfig");
      });
      expect(() => overrideSettings({ searchConfig: "x'; --" }, () => {})).toThrow(ImproperlyConfigured);
      expect(() => SearchVector("body", { config: "x'; --" })).toThrow(QueryError);
    });
    it("SearchVector searches in several columns", async () => {
      const searched = Post.objects.annotate({ search: SearchVector("title", "body") });
      expect((await searched.filter({ search: "iron" })).map((post) => post.title)).toEqual(["Iron"]);
      expect((await searched.filter({ search: SearchQuery("goat").and(SearchQuery("quick").not()) })).map((post) => post.title)).toEqual([
        "Crème",
      ]);
      expect((await searched.filter({ search: SearchQuery("iron").or(SearchQuery("quick")) })).map((post) => post.title)).toEqual([
        "Cheese",
        "Iron",
      ]);
    });
    it("SearchQuery has its types", async () => {
      const searched = Post.objects.annotate({ search: SearchVector("body") });
      const by = async (query: unknown): Promise<string[]> => (await searched.filter({ search: query } as never)).map((post) => post.title);
      expect(await by(SearchQuery("give cheese", { searchType: "phrase" }))).toEqual(["Cheese"]);
      expect(await by(SearchQuery("cheese give", { searchType: "phrase" }))).toEqual([]);
      expect(await by(SearchQuery('goat -"quick"', { searchType: "websearch" }))).toEqual(["Crème"]);
      expect(await by(SearchQuery("chees:* & goat", { searchType: "raw" }))).toEqual(["Cheese", "Crème"]);
      expect(() => SearchQuery("x", { searchType: "fuzzy" as never })).toThrow(QueryError);
    });
    it("SearchRank and weights order", async () => {
      const vector = SearchVector("title", { weight: "A" }).add(SearchVector("body", { weight: "D" }));
      const ranked = Post.objects.annotate({ rank: SearchRank(vector, SearchQuery("cheese")) });
      expect((await ranked.orderBy("-rank"))[0]?.title).toBe("Cheese");
      const cover = await Post.objects
        .annotate({ rank: SearchRank("body", "cheese", { coverDensity: true, normalization: 2, weights: [0.1, 0.2, 0.4, 1] }) })
        .orderBy("-rank")
        .first();
      expect(cover?.title).toBe("Cheese");
      expect(() => SearchRank("body", "x", { weights: [2, 0, 0, 0] })).toThrow(QueryError);
    });
    it("SearchHeadline marks what was found", async () => {
      const headline = SearchHeadline("body", "cheese", { startSel: "<b>", stopSel: "</b>", highlightAll: true });
      expect(await Post.objects.filter({ title: "Cheese" }).annotate({ headline }).valuesList("headline", { flat: true })).toEqual([
        "The quick goats give <b>cheese</b>.",
      ]);
      expect(() => SearchHeadline("body", "x", { startSelf: "x" } as never)).toThrow(QueryError);
      expect(() => SearchHeadline("body", "x", { maxWords: "1); --" } as never)).toThrow(QueryError);
    });
  });
  it("trigrams", async () => {
    expect(await posts({ title__trigramSimilar: "Chese" })).toEqual(["Cheese"]);
    expect(await posts({ body__trigramWordSimilar: "chese" })).toContain("Cheese");
    expect(await posts({ body__trigramStrictWordSimilar: "cheese" })).toContain("Cheese");
    for (const factory of [TrigramSimilarity, TrigramWordSimilarity, TrigramStrictWordSimilarity]) {
      const [best] = await Post.objects
        .annotate({ alike: factory("title", "Chese") })
        .orderBy("-alike")
        .values("title", "alike");
      expect(best?.title).toBe("Cheese");
      expect(best?.alike).toBeGreaterThan(0.3);
    }
    expect(
      (
        await Post.objects
          .annotate({ far: TrigramDistance("title", "Chese") })
          .orderBy("far")
          .first()
      )?.title,
    ).toBe("Cheese");
  });
  it("unaccent changes both sides", async () => {
    expect(await posts({ title__unaccent: "creme" })).toEqual([]);
    expect(await posts({ title__unaccent: "Crémè" })).toEqual(["Crème"]);
    expect(await posts({ title__unaccent__icontains: "REME" })).toEqual(["Crème"]);
  });
});

describeEachBackend("lookups that only PostgreSQL has", { only: ["sqlite"] }, () => {
  beforeAll(() => createTables([Post]));
  afterAll(() => dropTables([Post]));

  it.each([
    ["search", "x"],
    ["trigramSimilar", "x"],
    ["trigramWordSimilar", "x"],
    ["unaccent", "x"],
  ])("H20: %s is refused before anything is sent, with what to do instead", async (lookup, value) => {
    const query = Post.objects.filter(Q.untyped({ [`body__${lookup}`]: value }));
    await expect(async () => await query).rejects.toThrow(NotSupportedError);
    await expect(async () => await query).rejects.toThrow(/SQLite has no .*\. (Use|Store)/);
  });
  it("H20: so are its functions", async () => {
    await expect(async () => await Post.objects.annotate({ search: SearchVector("body") })).rejects.toThrow(NotSupportedError);
    await expect(async () => await Post.objects.annotate({ alike: TrigramSimilarity("body", "x") })).rejects.toThrow(NotSupportedError);
  });
});
