import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ArrayAgg,
  Avg,
  BitAnd,
  BitOr,
  BoolAnd,
  BooleanField,
  BoolOr,
  CASCADE,
  Case,
  CharField,
  Contains,
  Count,
  createTables,
  DateField,
  DateTimeField,
  DecimalField,
  Duration,
  DurationField,
  dropTables,
  Exact,
  Exists,
  ExpressionWrapper,
  Extract,
  ExtractWeekDay,
  F,
  FieldError,
  FilteredRelation,
  ForeignKey,
  GreaterThan,
  In,
  IntegerField,
  IsNull,
  JSONBAgg,
  LessThanOrEqual,
  Lower,
  Max,
  Min,
  Mode,
  Model,
  NotSupportedError,
  Now,
  OuterRef,
  PercentileCont,
  PercentileDisc,
  Q,
  QueryError,
  Regex,
  ReverseRelation,
  StartsWith,
  StdDev,
  StringAgg,
  Subquery,
  Sum,
  TimeField,
  Trunc,
  TruncDate,
  TruncHour,
  TruncMonth,
  TruncTime,
  TruncWeek,
  Upper,
  Value,
  Variance,
  When,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { expectQueries } from "./support.js";

class Shop extends Model<Shop>("expressions.Shop")(
  {
    name: CharField({ maxLength: 20 }),
    get sales() {
      return ReverseRelation(() => Sale, "shop");
    },
  },
  { ordering: ["name"] },
) {}
class Sale extends Model<Sale>("expressions.Sale")(
  {
    shop: ForeignKey(() => Shop, { onDelete: CASCADE }),
    what: CharField({ maxLength: 20 }),
    amount: IntegerField({ null: true }),
    price: DecimalField({ maxDigits: 8, decimalPlaces: 2 }),
    paid: BooleanField({ default: false }),
    at: DateTimeField(),
    day: DateField(),
    clock: TimeField(),
    took: DurationField({ null: true }),
  },
  { ordering: ["at"] },
) {}

const text = String;
/** The values of one expression, in the order of time. */
async function each(expression: unknown): Promise<unknown[]> {
  const rows: unknown = await Sale.objects
    .annotate({ value: expression } as never)
    .orderBy("at")
    .valuesList("value", { flat: true });
  return [...(rows as readonly unknown[])];
}
const whats = async (queryset: PromiseLike<readonly { readonly what: string }[]>): Promise<string[]> =>
  (await queryset).map((sale) => sale.what);

describeEachBackend("expressions", (backend) => {
  beforeAll(async () => {
    await dropTables([Shop, Sale]);
    await createTables([Shop, Sale]);
    const [north, south] = [await Shop.objects.create({ name: "North" }), await Shop.objects.create({ name: "South" })];
    await Shop.objects.create({ name: "West" });
    const rows = [
      {
        shop: north,
        what: "apple",
        amount: 3,
        price: "1.50",
        paid: true,
        at: "2026-01-31T23:15:10.250Z",
        day: "2026-01-31",
        clock: "23:15:10",
        took: 3_600_000,
      },
      {
        shop: north,
        what: "pear",
        amount: 5,
        price: "2.00",
        paid: true,
        at: "2026-02-01T08:00:00Z",
        day: "2026-02-01",
        clock: "08:00:00",
        took: 90_061_000,
      },
      {
        shop: south,
        what: "apple",
        amount: null,
        price: "10.00",
        paid: false,
        at: "2026-02-02T12:30:00Z",
        day: "2026-02-02",
        clock: "12:30:00",
      },
    ];
    await Sale.objects.bulkCreate(rows.map((row) => new Sale(row)));
  });
  afterAll(() => dropTables([Sale, Shop]));

  describe("conditions as values", () => {
    it("I05: a Case without branches is its default, a When needs a condition", async () => {
      expect(await each((Case as (...given: unknown[]) => unknown)({ default: Value("x") }))).toEqual(["x", "x", "x"]);
      expect(() => When(Q(), { then: Value(1) })).toThrow(QueryError);
    });
    it("branches are tried in their order; a text is a path", async () => {
      const size = Case(When({ amount__gt: 4 }, { then: Value("many") }), When({ amount__gt: 1 }, { then: "what" }), {
        default: Value("none"),
      });
      expect(await each(size)).toEqual(["apple", "many", "none"]);
    });
    it("branches of different types are refused", () => {
      expect(() => Sale.objects.annotate({ x: Case(When({ amount: 1 }, { then: "what" }), { default: "amount" }) })).toThrow(FieldError);
    });
    it("I04: conditions and functions go through relations", async () => {
      expect(await each(Upper("shop__name"))).toEqual(["NORTH", "NORTH", "SOUTH"]);
      expect(await each(Case(When({ shop__name: "South" }, { then: Value(1) }), { default: Value(0) }))).toEqual([0, 0, 1]);
    });
    it("a Q is true or false", async () => {
      expect(await each(Q({ amount__gt: 4 }))).toEqual([false, true, null]);
      expect(
        await Sale.objects
          .annotate({ many: Q({ amount__gt: 4 }) })
          .filter({ many: true })
          .count(),
      ).toBe(1);
    });
    it("lookups are expressions", async () => {
      expect(await whats(Sale.objects.filter(GreaterThan("amount", 4)))).toEqual(["pear"]);
      expect(await whats(Sale.objects.filter(LessThanOrEqual(F("amount").mul(2), 6)))).toEqual(["apple"]);
      expect(await whats(Sale.objects.filter(Contains("what", Value("ea"))))).toEqual(["pear"]);
      expect(await whats(Sale.objects.filter(StartsWith(Lower("shop__name"), Value("sou"))))).toEqual(["apple"]);
      expect(await whats(Sale.objects.filter(Regex("what", Value("^p"))))).toEqual(["pear"]);
      expect(await whats(Sale.objects.filter(In("amount", [3, 4])))).toEqual(["apple"]);
      expect(await whats(Sale.objects.filter(In("what", Sale.objects.filter({ amount: 5 }).values("what"))))).toEqual(["pear"]);
      expect(await whats(Sale.objects.filter(IsNull("amount", true)))).toEqual(["apple"]);
      expect(await each(Exact("what", Value("pear")))).toEqual([false, true, false]);
      expect(() => In("amount", "34" as never)).toThrow(QueryError);
      expect(() => IsNull("amount", 1 as never)).toThrow(QueryError);
    });
    it("and combine with other conditions", async () => {
      expect(await whats(Sale.objects.filter(GreaterThan("amount", 4).or(Q({ amount: 3 }))))).toEqual(["apple", "pear"]);
      expect(await whats(Sale.objects.filter(IsNull("amount", true).not()))).toEqual(["apple", "pear"]);
      expect(await Shop.objects.filter(Exists(Sale.objects.filter({ shop: OuterRef("pk") })).or(Q({ name: "West" }))).count()).toBe(3);
    });
  });

  describe("subqueries", () => {
    it("I12: over the same table, two levels deep", async () => {
      const later = Sale.objects.filter({ what: OuterRef("what"), at__gt: OuterRef("at") });
      expect(await each(Exists(later))).toEqual([true, false, false]);
      const innermost = Sale.objects.filter({ shop: OuterRef(OuterRef("shop")), amount__gt: 4 });
      const inner = Sale.objects.filter({ shop: OuterRef("shop"), what: "pear" }).filter(Exists(innermost));
      expect(await whats(Sale.objects.filter(Exists(inner)))).toEqual(["apple", "pear"]);
    });
    it("OuterRef takes a name or another OuterRef, and nothing else", () => {
      for (const wrong of [F("shop"), 3, "", null]) expect(() => OuterRef(wrong as never)).toThrow(/OuterRef takes the name/);
    });
    it("I13: the outer database's own words are used inside", async () => {
      const inner = Sale.objects.filter({ what__regex: "^a", at__year: 2026, amount__in: [3] }).values("shop");
      expect((await Shop.objects.filter({ pk__in: inner })).map((shop) => shop.name)).toEqual(["North"]);
    });
    it("I14: keep their order, joins and limit", async () => {
      const last = Sale.objects
        .filter({ shop: OuterRef("pk") })
        .orderBy("shop__name", "-at")
        .values("what")
        .slice(0, 1);
      expect(await Shop.objects.annotate({ last: Subquery(last) }).valuesList("last", { flat: true })).toEqual(["pear", "apple", null]);
      const second = Sale.objects
        .filter({ shop: OuterRef("pk") })
        .orderBy("-at")
        .values("what")
        .slice(1, 2);
      expect(await Shop.objects.annotate({ second: Subquery(second) }).valuesList("second", { flat: true })).toEqual(["apple", null, null]);
    });
    it("I18: updates compute in the database", async () => {
      await Sale.objects.filter({ what: "pear" }).update({
        what: Subquery(
          Shop.objects
            .filter({ pk: OuterRef("shop") })
            .values("name")
            .slice(0, 1),
        ),
      });
      expect(await Sale.objects.filter({ what: "North" }).count()).toBe(1);
      await Sale.objects
        .filter({ what: "North" })
        .update({ what: Case(When({ amount: 5 }, { then: Value("pear") }), { default: Value("?") }), at: Now() });
      expect((await Sale.objects.get({ what: "pear" })).at.getTime()).toBeGreaterThan(Date.parse("2026-02-02"));
      await Sale.objects.filter({ what: "pear" }).update({ at: "2026-02-01T08:00:00Z" });
    });
  });

  describe("dates", () => {
    it("I06: parts and truncation work on every database", async () => {
      expect(await each(Extract("at", "dayOfYear"))).toEqual([31, 32, 33]);
      expect(await each(Extract("at", "epoch"))).toEqual([1769901310.25, 1769932800, 1770035400]);
      expect(await each(ExtractWeekDay("day"))).toEqual([7, 1, 2]);
      expect(await each(TruncMonth("at"))).toEqual([new Date("2026-01-01"), new Date("2026-02-01"), new Date("2026-02-01")]);
      expect(await each(TruncMonth("day"))).toEqual(["2026-01-01", "2026-02-01", "2026-02-01"]);
      expect(await each(TruncWeek("day"))).toEqual(["2026-01-26", "2026-01-26", "2026-02-02"]);
      expect(await each(TruncHour("clock"))).toEqual(["23:00:00", "08:00:00", "12:00:00"]);
      expect(await each(TruncDate("at"))).toEqual(["2026-01-31", "2026-02-01", "2026-02-02"]);
      expect(await each(TruncTime("at"))).toEqual(["23:15:10.250", "08:00:00", "12:30:00"]);
    });
    it("in a time zone of their own", async () => {
      const timeZone = "Asia/Tokyo";
      expect(await each(TruncDate("at", { timeZone }))).toEqual(["2026-02-01", "2026-02-01", "2026-02-02"]);
      expect(await each(TruncMonth("at", { timeZone }))).toEqual([
        new Date("2026-01-31T15:00:00Z"),
        new Date("2026-01-31T15:00:00Z"),
        new Date("2026-01-31T15:00:00Z"),
      ]);
      expect(await each(Trunc("at", "month", { timeZone, outputField: DateField() }))).toEqual(["2026-02-01", "2026-02-01", "2026-02-01"]);
      expect(await each(Extract("at", "hour", { timeZone }))).toEqual([8, 17, 21]);
      expect(() => TruncDate("at", { timeZone: "x'; --" })).toThrow(QueryError);
    });
    it("of durations", async () => {
      expect(await each(Extract("took", "hour"))).toEqual([1, 1, null]);
      expect(await each(Extract("took", "day"))).toEqual([0, 1, null]);
      expect(await each(Extract("took", "epoch"))).toEqual([3600, 90061, null]);
    });
    it("refuse units that a value does not have", () => {
      expect(() => Trunc("at", "fortnight" as never)).toThrow(QueryError);
      expect(() => Extract("at", "era" as never)).toThrow(QueryError);
      expect(() => Sale.objects.annotate({ x: TruncHour("day") })).toThrow(QueryError);
      expect(() => Sale.objects.annotate({ x: Extract("day", "hour") })).toThrow(QueryError);
      expect(() => Sale.objects.annotate({ x: TruncMonth("clock") })).toThrow(QueryError);
      expect(() => Sale.objects.annotate({ x: TruncMonth("what") })).toThrow(QueryError);
    });
    it("durations are added, and differences are durations", async () => {
      expect(await each(F("at").add(Duration({ days: 1, minutes: 1 })))).toEqual([
        new Date("2026-02-01T23:16:10.250Z"),
        new Date("2026-02-02T08:01:00Z"),
        new Date("2026-02-03T12:31:00Z"),
      ]);
      expect(await each(F("at").sub(F("took")))).toEqual([new Date("2026-01-31T22:15:10.250Z"), new Date("2026-01-31T06:58:59Z"), null]);
      expect(await each(F("day").add(Duration({ days: 2 })))).toEqual([
        new Date("2026-02-02"),
        new Date("2026-02-03"),
        new Date("2026-02-04"),
      ]);
      expect(await each(F("at").sub(Value(new Date("2026-01-31T23:15:10Z"))))).toEqual([250, 31_490_000, 134_090_000]);
      expect(await each(F("day").sub(Value("2026-01-30", { outputField: DateField() })))).toEqual([86_400_000, 172_800_000, 259_200_000]);
      expect(await each(F("clock").add(Duration({ hours: 1 })))).toEqual(["00:15:10", "09:00:00", "13:30:00"]);
      expect(await each(F("took").mul(2))).toEqual([7_200_000, 180_122_000, null]);
      expect(await each(F("took").add(Duration({ seconds: 1 })))).toEqual([3_601_000, 90_062_000, null]);
    });
    it("dates move by whole days in updates", async () => {
      await Sale.objects.update({ day: F("day").add(Duration({ days: 1 })) });
      expect(await Sale.objects.valuesList("day", { flat: true })).toEqual(["2026-02-01", "2026-02-02", "2026-02-03"]);
      await Sale.objects.update({ day: F("day").sub(Duration({ days: 1 })) });
      expect(await Sale.objects.filter({ day__lt: F("at") }).count()).toBe(3);
    });
    it("ExpressionWrapper says what cannot be inferred", async () => {
      const wrapped = ExpressionWrapper(F("at").sub(F("at")), { outputField: DurationField() });
      expect(await each(wrapped)).toEqual([0, 0, 0]);
      expect(() => Sale.objects.annotate({ x: F("what").sub(F("amount")) })).toThrow(/no clear type/);
    });
  });

  describe("aggregates", () => {
    it("I07: count only what the filter lets through", async () => {
      const totals = await Sale.objects.aggregate({
        paid: Sum("price", { filter: Q({ paid: true }) }),
        names: StringAgg("what", "+", { filter: Q({ paid: true }), orderBy: "-what" }),
        mean: Avg("amount", { filter: Q({ shop__name: "North" }) }),
      });
      expect({ ...totals, paid: text(totals.paid) }).toEqual({ paid: "3.5", names: "pear+apple", mean: 4 });
    });
    it("I08: of a foreign key count its column", async () => {
      expect(await Sale.objects.aggregate({ n: Count("shop"), shops: Count("shop", { distinct: true }) })).toEqual({ n: 3, shops: 2 });
    });
    it("I09: over nothing give null, Count gives 0, and decimals stay decimals", async () => {
      const none = Sale.objects.filter({ what: "none" });
      expect(await none.aggregate({ s: Sum("price"), a: Avg("amount"), n: Count("*"), j: StringAgg("what", ",") })).toEqual({
        s: null,
        a: null,
        n: 0,
        j: null,
      });
      expect(await none.aggregate({ s: Sum("amount", { default: 7 }), j: StringAgg("what", ",", { default: "-" }) })).toEqual({
        s: 7,
        j: "-",
      });
      const { s } = await Sale.objects.aggregate({ s: Sum("price") });
      expect(s?.toFixed(2)).toBe("13.50");
    });
    it("I06: spread works on every database", async () => {
      const { d, v, sample } = await Sale.objects.aggregate({
        d: StdDev("amount"),
        v: Variance("amount"),
        sample: Variance("amount", { sample: true }),
      });
      expect([d, v, sample].map(Number)).toEqual([1, 1, 2]);
    });
    it("StringAgg joins in order, each value once where it is asked to", async () => {
      const all = await Shop.objects
        .annotate({ list: StringAgg("sales__what", ", ", { orderBy: ["sales__what"] }) })
        .valuesList("name", "list");
      expect(all).toEqual([
        ["North", "apple, pear"],
        ["South", "apple"],
        ["West", null],
      ]);
      expect(await Sale.objects.aggregate({ list: StringAgg("what", " & ", { distinct: true, orderBy: "what" }) })).toEqual({
        list: "apple & pear",
      });
      expect(await Sale.objects.aggregate({ list: StringAgg("what", "'", { orderBy: "at" }) })).toEqual({ list: "apple'pear'apple" });
      expect(await Sale.objects.aggregate({ list: StringAgg("what", Value("|"), { orderBy: "at" }) })).toEqual({
        list: "apple|pear|apple",
      });
    });
    it("BoolAnd and BoolOr", async () => {
      expect(await Sale.objects.aggregate({ all: BoolAnd("paid"), some: BoolOr("paid"), cheap: BoolAnd(Q({ price__lt: 100 })) })).toEqual({
        all: false,
        some: true,
        cheap: true,
      });
    });
    it("those of PostgreSQL", async () => {
      const wanted = { list: ArrayAgg("amount", { orderBy: "-at" }) };
      if (backend.vendor === "sqlite") {
        await expectQueries(0, async () => {
          await expect(async () => await Sale.objects.aggregate(wanted)).rejects.toThrow(NotSupportedError);
          await expect(async () => await Sale.objects.aggregate({ m: Mode("what") })).rejects.toThrow(NotSupportedError);
          await expect(async () => await Sale.objects.aggregate({ p: PercentileCont("amount", 0.5) })).rejects.toThrow(NotSupportedError);
        });
        return;
      }
      expect(await Sale.objects.aggregate(wanted)).toEqual({ list: [null, 5, 3] });
      expect(await Sale.objects.aggregate({ list: ArrayAgg("what", { distinct: true, filter: Q({ paid: true }) }) })).toEqual({
        list: ["apple", "pear"],
      });
      expect(await Sale.objects.aggregate({ list: JSONBAgg("what", { orderBy: "what" }) })).toEqual({ list: ["apple", "apple", "pear"] });
      expect(await Sale.objects.aggregate({ m: Mode("what"), and: BitAnd("amount"), or: BitOr("amount") })).toEqual({
        m: "apple",
        and: 1,
        or: 7,
      });
      expect(
        await Sale.objects.aggregate({ c: PercentileCont("amount", 0.5), d: PercentileDisc("amount", 0.5, { filter: Q({ amount: 5 }) }) }),
      ).toEqual({ c: 4, d: 5 });
    });
    it("a percentile is at a fraction", () => {
      expect(() => PercentileCont("amount", 1.5)).toThrow(QueryError);
    });
    it("take expressions", async () => {
      expect(await Sale.objects.aggregate({ m: Max(F("amount").mul(2)), l: Min(Lower("what")) })).toEqual({ m: 10, l: "apple" });
    });
  });

  describe("FilteredRelation", () => {
    const apples = () => FilteredRelation("sales", { condition: Q({ sales__what: "apple" }) });

    it("joins with the condition, and keeps rows without a match", async () => {
      const rows = Shop.objects.annotate({ apples: apples() });
      expect(await rows.valuesList("name", "apples__amount")).toEqual([
        ["North", 3],
        ["South", null],
        ["West", null],
      ]);
      expect(await rows.filter({ apples__isnull: true }).valuesList("name", { flat: true })).toEqual(["West"]);
      expect(await rows.filter({ apples__price__gt: 5 }).valuesList("name", { flat: true })).toEqual(["South"]);
    });
    it("serves aggregates beside the relation itself", async () => {
      const counted = Shop.objects
        .annotate({ apples: apples() })
        .annotate({ n: Count("apples", { distinct: true }), all: Count("sales", { distinct: true }) });
      expect(await counted.valuesList("name", "n", "all")).toEqual([
        ["North", 1, 2],
        ["South", 1, 1],
        ["West", 0, 0],
      ]);
    });
    it("binds what its condition asks for, whatever comes before", async () => {
      const rows = Shop.objects.filter({ name__in: ["North", "South"] }).annotate({
        big: FilteredRelation("sales", { condition: Q({ sales__price__gte: 2, sales__amount: F("sales__amount") }) }),
      });
      expect(await rows.orderBy("name").valuesList("name", "big__what")).toEqual([
        ["North", "pear"],
        ["South", null],
      ]);
    });
    it("is joined only where it is used", async () => {
      const { length } = await Shop.objects.annotate({ apples: apples() });
      expect(length).toBe(3);
    });
    it("works inside a subquery", async () => {
      const inner = Shop.objects.annotate({ apples: apples() }).filter({ apples__amount: 3 }).values("pk");
      expect(await Shop.objects.filter({ pk__in: inner }).valuesList("name", { flat: true })).toEqual(["North"]);
    });
    it("refuses what it cannot mean", () => {
      expect(() => FilteredRelation("sales", { condition: Q() })).toThrow(QueryError);
      expect(() => Shop.objects.annotate({ x: FilteredRelation("name", { condition: Q({ name: "x" }) }) })).toThrow(FieldError);
      expect(() => Sale.objects.annotate({ x: FilteredRelation("shop", { condition: Q({ shop__sales__what: "x" }) }) })).toThrow(
        /only name fields/,
      );
    });
  });
});
