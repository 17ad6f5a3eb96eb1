import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BigIntegerField,
  CharField,
  createTables,
  DateField,
  DateTimeField,
  DecimalField,
  Duration,
  DurationField,
  dropTables,
  F,
  FieldError,
  IntegerField,
  Length,
  Lower,
  Model,
  Now,
  overrideSettings,
  Q,
  QueryError,
  registerLookup,
  registerTransform,
  SmallIntegerField,
  TimeField,
  Upper,
  Value,
} from "../../src/index.js";
import { describeEachBackend, everyBackend } from "../support/backends.js";
import { sqlOf } from "./support.js";

class Moment extends Model<Moment>("lookups.Moment")(
  {
    name: CharField({ maxLength: 50 }),
    note: CharField({ maxLength: 50, null: true }),
    at: DateTimeField({ null: true }),
    fine: DateTimeField({ precision: 6, null: true }),
    day: DateField({ null: true }),
    clock: TimeField({ null: true }),
    span: DurationField({ null: true }),
    small: SmallIntegerField({ default: 1 }),
    whole: IntegerField({ null: true }),
    big: BigIntegerField({ default: 1n }),
    price: DecimalField({ maxDigits: 6, decimalPlaces: 2, null: true }),
  },
  { ordering: ["name"] },
) {}

const names = async (queryset: PromiseLike<readonly { readonly name: string }[]>): Promise<string> =>
  (await queryset).map((moment) => moment.name).join("");
/** Conditions with computed names and values, which the types cannot know. */
const where = (conditions: Record<string, unknown>) => Moment.objects.filter(Q.untyped(conditions));
const without = (conditions: Record<string, unknown>) => Moment.objects.exclude(Q.untyped(conditions));
const found = (conditions: Record<string, unknown>): Promise<string> => names(where(conditions));

registerLookup("text", "sameLength", { sql: "LENGTH(%(left)s) = LENGTH(%(right)s)" });
registerLookup(["number"], "dividedBy", { sql: "%(left)s %% %(right)s = 0", prepare: (value) => Number(value) });
registerTransform("text", "size", { sql: "LENGTH(%(value)s)", outputField: IntegerField() });
registerTransform("text", "folded", { sql: "LOWER(%(value)s)", bilateral: true });

describeEachBackend("lookups", { only: [...everyBackend, "mariadb"] }, (backend) => {
  beforeAll(async () => {
    await dropTables([Moment]);
    await createTables([Moment]);
    const rows = [
      {
        name: "a",
        note: "50%_off\\now",
        at: "2025-12-31T23:30:00Z",
        fine: "2025-12-31T23:59:59.999999Z",
        day: "2025-12-31",
        clock: "23:30:00",
        span: 1000,
        whole: 5,
        price: "1.50",
      },
      {
        name: "b",
        note: "Fifty",
        at: "2026-01-01T00:00:00Z",
        fine: "2026-01-01T00:00:00Z",
        day: "2026-01-01",
        clock: "00:00:00",
        span: 86_400_000,
        whole: 6,
        price: "2.50",
      },
      {
        name: "c",
        note: null,
        at: "2026-02-15T12:34:56.789Z",
        day: "2026-02-15",
        clock: "12:34:56.789",
        whole: null,
        small: -3,
        big: 9_007_199_254_740_993n,
      },
      { name: "d", note: "", at: null, day: "0099-03-04" },
    ];
    await Moment.objects.bulkCreate(rows.map((row) => new Moment(row)));
  });
  afterAll(() => dropTables([Moment]));

  describe("of texts", () => {
    it("H09, H10: percent signs, underscores and backslashes stand for themselves", async () => {
      expect(await found({ note__contains: "%_" })).toBe("a");
      expect(await found({ note__startswith: "50%_o" })).toBe("a");
      expect(await found({ note__endswith: "\\now" })).toBe("a");
      expect(await found({ note__contains: "_f" })).toBe("");
      expect(await found({ note__iexact: "fift_" })).toBe("");
    });
    it("H10: so do those of a column", async () => {
      expect(await found({ note__contains: F("note") })).toBe("abd");
      expect(await found({ note__startswith: Upper("note") })).toBe(backend.vendor === "sqlite" ? "abd" : "d");
    });
    it("H11: numbers are compared as texts, null is refused", async () => {
      expect(await found({ whole__contains: 5 })).toBe("a");
      expect(() => where({ note__startswith: null })).toThrow(QueryError);
      expect(() => where({ whole__gt: null })).toThrow(QueryError);
      expect(await found({ note__iexact: null })).toBe("c");
    });
    it("H01: regular expressions work on every database", async () => {
      expect(await found({ note__regex: "^[A-Z]" })).toBe("b");
      expect(await found({ note__iregex: "^FIF" })).toBe("b");
    });
    it("H13: isnull takes true or false", async () => {
      expect(() => where({ note__isnull: "false" })).toThrow(/true or false/);
      expect(await found({ note__isnull: true })).toBe("c");
      expect(await found({ note__isnotnull: true })).toBe("abd");
      expect(await found({ note__isnotnull: false })).toBe("c");
      expect(await names(without({ note__isnotnull: true }))).toBe("c");
    });
  });

  describe("of lists", () => {
    it("H02: any iterable is a list, a text is not", async () => {
      expect(await found({ name__in: new Set(["a", "b"]) })).toBe("ab");
      expect(
        await found({
          name__in: (function* () {
            yield "c";
          })(),
        }),
      ).toBe("c");
      expect(await found({ whole__in: [5, null] })).toBe("a");
      expect(() => where({ name__in: "ab" })).toThrow(QueryError);
    });
    it("H19: an empty list finds nothing, and its negation everything", async () => {
      expect(await found({ name__in: [] })).toBe("");
      expect(await where({ name__in: [] }).count()).toBe(0);
      expect(await where({ name__in: [] }).exists()).toBe(false);
      expect(await names(without({ name__in: [] }))).toBe("abcd");
    });
    it("H03: a sliced queryset keeps its order and limit", async () => {
      expect(await found({ name__in: Moment.objects.orderBy("-name").slice(0, 2).values("name") })).toBe("cd");
    });
    it("H04: NOT IN a list with nulls finds nothing", async () => {
      expect(await names(without({ id__in: Moment.objects.values("whole") }))).toBe("");
      expect(await names(without({ id__in: Moment.objects.filter({ whole__isnull: false }).values("whole") }))).toBe("abcd");
    });
    it("H14: a range has two ends", async () => {
      expect(await found({ whole__range: [5, 5.5] })).toBe("a");
      expect(() => where({ whole__range: [1] })).toThrow(/whole__range takes a list of two values/);
    });
  });

  describe("of expressions", () => {
    it("H15: a right side may be any expression", async () => {
      expect(await found({ at__lte: Now() })).toMatch(/^a/);
      expect(await found({ note: Upper("note") })).toBe("d");
      expect(await found({ whole__lt: F("small").add(5) })).toBe("a");
      expect(await found({ name__lte: Lower(Value("B")) })).toBe("ab");
      expect(await found({ whole__range: [F("small"), F("small").add(4)] })).toBe("a");
      expect(await found({ whole__in: [F("small").add(4), 6] })).toBe("ab");
    });
    it("H16: a subquery keeps the operator", async () => {
      const sixes = Moment.objects.filter({ whole: 6 }).values("whole").slice(0, 1);
      expect(await found({ whole__lt: sixes })).toBe("a");
      expect(await found({ whole__gte: sixes })).toBe("b");
    });
    it("H17: an empty Q is no condition, negated or not", async () => {
      expect(await names(Moment.objects.filter(Q()))).toBe("abcd");
      expect(await names(Moment.objects.filter(Q().not()))).toBe("abcd");
      expect(await names(Moment.objects.exclude({}))).toBe("abcd");
      expect(await names(Moment.objects.filter(Q({ name: "a" }).or(Q())))).toBe("a");
    });
    it("H18: conditions are values", () => {
      const condition = Q({ name: "a" });
      const negated = condition.not();
      expect((condition as { equals?: (other: unknown) => boolean }).equals?.(Q({ name: "a" }))).toBe(true);
      expect((negated as { equals?: (other: unknown) => boolean }).equals?.(condition)).toBe(false);
    });
  });

  describe("of integers beyond their column", () => {
    it.each([
      ["small", 40_000],
      ["small", 3_000_000_000],
      ["small", -40_000],
      ["whole", 3_000_000_000],
      ["whole", 10n ** 30n],
      ["whole", -(10n ** 30n)],
      ["whole", 1e300],
      ["big", 10n ** 30n],
      ["whole", "99999999999"],
    ])("%s: %s is found nowhere", async (field, value) => {
      expect(await found({ [field]: value })).toBe("");
      expect(await names(without({ [field]: value }))).toBe("abcd");
    });
    it("every value is less than what is above the column", async () => {
      expect(await found({ whole__lt: 3_000_000_000 })).toBe("ab");
      expect(await found({ whole__gt: 3_000_000_000 })).toBe("");
      expect(await found({ whole__gte: -(10n ** 30n) })).toBe("ab");
      expect(await found({ whole__lte: -(10n ** 30n) })).toBe("");
      expect(await found({ small__lt: 40_000 })).toBe("abcd");
    });
    it("in lists and ranges too", async () => {
      expect(await found({ whole__in: [5, 3_000_000_000] })).toBe("a");
      expect(await found({ whole__in: [10n ** 30n] })).toBe("");
      expect(await found({ small__in: [-3, 70_000, 10n ** 30n] })).toBe("c");
      expect(await found({ whole__range: [-(10n ** 30n), 10n ** 30n] })).toBe("ab");
      expect(await found({ whole__in: Array.from({ length: 40 }, (_, index) => 3_000_000_000 + index).concat(6) })).toBe("b");
    });
    it("a list leaves out what is beyond 64 bits, as in Django", async () => {
      const first = 9_007_199_254_740_993n;
      for (const beyond of [10n ** 30n, -(10n ** 30n), 2n ** 63n]) {
        expect(await found({ big__in: [beyond, first] })).toBe("c");
        expect(await found({ big__in: [beyond] })).toBe("");
        expect(await names(without({ big__in: [beyond] }))).toBe("abcd");
        const many = Array.from({ length: 40 }, (_, index) => beyond + BigInt(Math.sign(Number(beyond)) * index));
        expect(await found({ big__in: [...many, first] })).toBe("c");
        expect(await found({ big__in: many })).toBe("");
        expect(await found({ whole__in: [...many, 5n] })).toBe("a");
      }
      // the same structure with other values
      expect(await found({ whole__in: [10n ** 30n, 6] })).toBe("b");
    });
    it("fractions are compared as fractions", async () => {
      expect(await found({ whole__gte: 5.5 })).toBe("b");
      expect(await found({ whole__lt: 5.5 })).toBe("a");
    });
  });

  describe("of dates", () => {
    it("H05, H08: parts chain with lookups", async () => {
      expect(await found({ at__year__gte: 2026 })).toBe("bc");
      expect(await found({ at__quarter: 4 })).toBe("a");
      expect(await found({ at__week: 1 })).toBe("ab");
      expect(await found({ at__isoYear: 2026 })).toBe("abc");
      expect(await found({ at__time: "23:30" })).toBe("a");
      expect(await found({ at__time__gt: "12:34:56" })).toBe("ac");
      expect(await found({ at__date__month: 2 })).toBe("c");
      expect(await found({ at__month__in: [1, 2] })).toBe("bc");
      expect(await found({ at__second: 56 })).toBe("c");
      expect(await found({ clock__hour__lt: 13 })).toBe("bc");
    });
    it("H06: the week begins with Sunday for weekDay, with Monday for isoWeekDay", async () => {
      // 1 January 2026 is a Thursday, 15 February a Sunday
      expect(await found({ at__weekDay: 5 })).toBe("b");
      expect(await found({ at__weekDay: 1 })).toBe("c");
      expect(await found({ at__isoWeekDay: 4 })).toBe("b");
      expect(await found({ day__isoWeekDay: 7 })).toBe("c");
    });
    it("H07: years of two digits, and parts as texts", async () => {
      expect(await found({ day__year: 99 })).toBe("d");
      expect(await found({ day__year__lt: 1000 })).toBe("d");
      expect(await found({ at__month: "2" })).toBe("c");
      expect(() => [...where({ at__year: 10_000 })]).toThrow(QueryError);
    });
    it("a year is a range of the column, so that an index serves", async () => {
      const sql = await sqlOf(async () => await where({ at__year: 2026 }));
      expect(sql).toMatch(/"at" BETWEEN/);
      expect(sql).not.toMatch(/extract/i);
      for (const [lookup, expected] of [
        ["gt", "bc"],
        ["gte", "abc"],
        ["lt", ""],
        ["lte", "a"],
        ["exact", "a"],
      ] as const) {
        expect(await found({ [`at__year__${lookup}`]: 2025 }), lookup).toBe(expected);
      }
      expect(await found({ fine__year: 2025 })).toBe("a");
      expect(await names(without({ at__year: 2026 }))).toBe("ad");
    });
    backend.skipUnless(backend.vendor !== "mariadb", "MariaDB computes with dates in UTC only")(
      "H22: parts are those of the settings' time zone",
      async () => {
        await overrideSettings({ timeZone: "Europe/Madrid" }, async () => {
          expect(await found({ at__year: 2026 })).toBe("abc");
          expect(await found({ at__date: "2026-01-01" })).toBe("ab");
          expect(await found({ at__hour: 0 })).toBe("a");
          expect(await found({ at__hour: F("at__hour") })).toBe("abc");
          expect(await Moment.objects.filter({ name: "a" }).valuesList("at__day", { flat: true })).toEqual([1]);
        });
        expect(await found({ at__year: 2026 })).toBe("bc");
        expect(await found({ at__date: "2026-01-01" })).toBe("b");
        await overrideSettings({ timeZone: "America/New_York" }, async () => {
          expect(await found({ at__year: 2025 })).toBe("ab");
          expect(await found({ at__hour: 19 })).toBe("b");
        });
      },
    );
    it("values, orders and references take parts", async () => {
      expect(await Moment.objects.filter({ at__isnull: false }).orderBy("-at__month").valuesList("at__month", { flat: true })).toEqual([
        12, 2, 1,
      ]);
      expect(await found({ at__year: F("day__year") })).toBe("abc");
    });
    it("an unknown part is refused with the nearest name", () => {
      expect(() => where({ at__yaer: 2026 })).toThrow(FieldError);
      expect(() => where({ at__yaer: 2026 })).toThrow(/year/);
      expect(() => where({ day__hour: 1 })).toThrow(FieldError);
    });
    it("durations are compared and added", async () => {
      expect(await found({ span__gte: Duration({ days: 1 }) })).toBe("b");
      expect(await found({ at__lt: F("fine").add(Duration({ minutes: 1 })) })).toBe("ab");
      expect(await found({ at__gt: F("at").sub(F("span")) })).toBe("ab");
    });
  });

  describe("of your own", () => {
    it("are written with SQL", async () => {
      expect(await found({ note__sameLength: "12345" })).toBe("b");
      expect(await found({ whole__dividedBy: "3" })).toBe("b");
    });
    it("transforms chain", async () => {
      expect(await found({ note__size__gt: 5 })).toBe("a");
      expect(await found({ note__folded: "FIFTY" })).toBe("b");
      expect(await Moment.objects.filter({ name: "b" }).valuesList("note__size" as never, { flat: true })).toEqual([5]);
    });
    it("shadow nothing, and need their sides", () => {
      expect(() => registerLookup("text", "contains", { sql: "%(left)s = %(right)s" })).toThrow(/already/);
      expect(() => registerLookup("*", "sameLength", { sql: "%(left)s = %(right)s" })).toThrow(/already/);
      expect(() => registerLookup("text", "odd", { sql: "%(left)s = 1" })).toThrow(/%\(right\)s/);
      expect(() => registerLookup("texts" as never, "odd", { sql: "%(left)s = %(right)s" })).toThrow(QueryError);
      expect(() => registerLookup("text", "a__b", { sql: "%(left)s = %(right)s" })).toThrow(QueryError);
      expect(() => registerTransform("text", "half", { sql: "x" })).toThrow(QueryError);
    });
  });

  it("work behind annotations", async () => {
    const sized = Moment.objects.annotate({ size: Length("note") });
    expect((await sized.filter({ size__gte: 5 })).map((moment) => moment.name).join("")).toBe("ab");
  });
});
