import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Abs,
  ACos,
  ASin,
  ATan,
  ATan2,
  Cast,
  Ceil,
  CharField,
  Chr,
  Coalesce,
  Collate,
  Concat,
  Cos,
  Cot,
  createTables,
  DatabaseError,
  DateField,
  DateTimeField,
  Decimal,
  DecimalField,
  Degrees,
  dropTables,
  Exp,
  F,
  FieldError,
  FloatField,
  Floor,
  Func,
  Greatest,
  ImproperlyConfigured,
  IntegerField,
  JSONField,
  JSONObject,
  Least,
  Left,
  Length,
  Ln,
  Log,
  Lower,
  LPad,
  LTrim,
  MD5,
  Mod,
  Model,
  NullIf,
  Ord,
  Pi,
  Power,
  QueryError,
  Radians,
  Random,
  RawSQL,
  Repeat,
  Replace,
  Reverse,
  Right,
  Round,
  RPad,
  RTrim,
  SHA224,
  SHA256,
  SHA384,
  SHA512,
  Sign,
  Sin,
  Sqrt,
  StrIndex,
  Substr,
  Tan,
  TextField,
  TimeField,
  Trim,
  Upper,
  Value,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

class Sample extends Model<Sample>("functions.Sample")({
  text: CharField({ maxLength: 50 }),
  other: TextField({ null: true }),
  whole: IntegerField(),
  fraction: FloatField({ default: 0 }),
  price: DecimalField({ maxDigits: 8, decimalPlaces: 2, null: true }),
  large: DecimalField({ maxDigits: 30, decimalPlaces: 5, null: true }),
  at: DateTimeField({ null: true }),
}) {}

/** The value of one expression for the only row. */
async function computed(expression: unknown): Promise<unknown> {
  const rows: unknown = await Sample.objects.annotate({ result: expression } as never).valuesList("result" as never, { flat: true });
  return (rows as readonly unknown[])[0];
}

const text = String;
const rounded = (value: unknown): number => Math.round(Number(value) * 1e6) / 1e6;

describeEachBackend("functions of the database", (backend) => {
  beforeAll(async () => {
    await dropTables([Sample]);
    await createTables([Sample]);
    await Sample.objects.create({
      text: " Ab%c ",
      whole: -7,
      fraction: 2.5,
      price: "10.05",
      large: "12345678901234567890.5",
      at: "2026-03-01T10:20:30.5Z",
    });
  });
  afterAll(() => dropTables([Sample]));

  describe("of texts", () => {
    const cases: readonly [string, () => unknown, unknown][] = [
      ["Upper", () => Upper("text"), " AB%C "],
      ["Lower", () => Lower("text"), " ab%c "],
      ["Length", () => Length("text"), 6],
      ["Trim", () => Trim("text"), "Ab%c"],
      ["LTrim", () => LTrim("text"), "Ab%c "],
      ["RTrim", () => RTrim("text"), " Ab%c"],
      ["Substr", () => Substr("text", 2, 2), "Ab"],
      ["Substr to the end", () => Substr("text", 3), "b%c "],
      ["Left", () => Left("text", 3), " Ab"],
      ["Right", () => Right("text", 2), "c "],
      ["Right of a computed length", () => Right("text", Length(Value("abc"))), "%c "],
      ["Replace", () => Replace("text", Value("%"), Value("_")), " Ab_c "],
      ["Replace by nothing", () => Replace("text", Value(" ")), "Ab%c"],
      ["Repeat", () => Repeat(Trim("text"), 2), "Ab%cAb%c"],
      ["Repeat no times", () => Repeat("text", 0), ""],
      ["Reverse", () => Reverse("text"), " c%bA "],
      ["StrIndex", () => StrIndex("text", Value("%")), 4],
      ["StrIndex of what is not there", () => StrIndex("text", Value("z")), 0],
      ["LPad", () => LPad(Trim("text"), 6, Value("-")), "--Ab%c"],
      ["LPad with spaces", () => LPad(Trim("text"), 5), " Ab%c"],
      ["LPad to less", () => LPad("text", 3), " Ab"],
      ["RPad", () => RPad(Trim("text"), 7, Value("xy")), "Ab%cxyx"],
      ["Chr", () => Chr(8364), "€"],
      ["Ord", () => Ord(Value("€")), 8364],
      ["MD5", () => MD5(Value("a")), "0cc175b9c0f1b6a831c399e269772661"],
      ["SHA224", () => SHA224(Value("a")), "abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5"],
      ["SHA256", () => SHA256(Value("a")), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
      ["SHA384", () => Left(SHA384(Value("a")), 8), "54a59b9f"],
      ["SHA512", () => Left(SHA512(Value("é")), 8), createHash("sha512").update("é").digest("hex").slice(0, 8)],
    ];
    for (const [name, expression, expected] of cases) it(name, async () => expect(await computed(expression())).toBe(expected));

    it("a length that no text has is an error, and not the end of the process", async () => {
      await expect(computed(LPad("text", 2 ** 31))).rejects.toThrow(DatabaseError);
    });

    it("take null for null", async () => {
      expect(await computed(Upper("other"))).toBeNull();
      expect(await computed(LPad("other", 5))).toBeNull();
      expect(await computed(StrIndex("other", Value("x")))).toBeNull();
    });
    it("I10: Concat takes null for the empty text", async () => {
      expect(await computed(Concat("other", Value("-"), "whole"))).toBe("--7");
    });
    it("I03: a plain string is a column", async () => {
      expect(await computed(Upper("text"))).toBe(" AB%C ");
      await expect(computed(Upper("nothing"))).rejects.toThrow(/no field "nothing"/);
    });
    it("refuse lengths and places that cannot be", () => {
      expect(() => Substr("text", 0)).toThrow(/position.*from 1/);
      expect(() => Left("text", 0)).toThrow(QueryError);
      expect(() => Right("text", -1)).toThrow(QueryError);
      expect(() => LPad("text", -1)).toThrow(QueryError);
      expect(() => Repeat("text", -1)).toThrow(QueryError);
    });
    it("Collate names a collation, and nothing else", async () => {
      const collation = backend.vendor === "sqlite" ? "NOCASE" : "C";
      expect(await Sample.objects.orderBy(Collate("text", collation)).count()).toBe(1);
      expect(() => Collate("text", 'x" --')).toThrow(/not the name of a collation/);
    });
  });

  describe("of numbers", () => {
    const cases: readonly [string, () => unknown, number][] = [
      ["Abs", () => Abs("whole"), 7],
      ["Ceil", () => Ceil("fraction"), 3],
      ["Floor", () => Floor("fraction"), 2],
      ["Floor of a whole number", () => Floor("whole"), -7],
      ["Round, halves away from zero", () => Round("fraction"), 3],
      ["Round before the point", () => Round(Value(1251), -2), 1300],
      ["Mod", () => Mod("whole", 4), -3],
      ["Mod of fractions", () => Mod("fraction", 2), 0.5],
      ["Power", () => Power("whole", 2), 49],
      ["Sqrt", () => Sqrt(Value(3)), 1.732051],
      ["Exp", () => Exp(Value(2)), 7.389056],
      ["Ln", () => Ln(Value(5)), 1.609438],
      ["Log", () => Log(2, 8), 3],
      ["Sign", () => Sign("whole"), -1],
      ["Sin", () => Sin("fraction"), 0.598472],
      ["Cos", () => Cos("fraction"), -0.801144],
      ["Tan", () => Tan("fraction"), -0.747022],
      ["Cot", () => Cot("fraction"), -1.338648],
      ["ASin", () => ASin(Value(0.5)), 0.523599],
      ["ACos", () => ACos(Value(0.5)), 1.047198],
      ["ATan", () => ATan(Value(0.5)), 0.463648],
      ["ATan2", () => ATan2(Value(1), Value(2)), 0.463648],
      ["Degrees", () => Degrees(Pi()), 180],
      ["Radians", () => Radians(Value(90)), 1.570796],
    ];
    for (const [name, expression, expected] of cases) it(name, async () => expect(rounded(await computed(expression()))).toBe(expected));

    it("keep decimals", async () => {
      expect(text(await computed(Round("price", 1)))).toBe("10.1");
      expect(text(await computed(Abs("price")))).toBe("10.05");
    });
    it("give a decimal where an argument is one, as Django does", async () => {
      for (const [expression, expected] of [
        [Mod("price", 4), "2.05"],
        [Power("price", 2), "101.0025"],
        [Sqrt("price"), "3.1702"],
        [Sign("price"), "1"],
      ] as const) {
        const value = await computed(expression);
        expect(value).toBeInstanceOf(Decimal);
        expect((value as Decimal).toDecimalPlaces(4).toString()).toBe(expected);
      }
    });
    it("Random is from 0 up to 1", async () => {
      const value = Number(await computed(Random()));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    });
    it("I01: arithmetic combines further", async () => {
      expect(await computed(F("whole").add(1).mul(2))).toBe(-12);
      expect(await computed(Value(1).sub(F("whole")))).toBe(8);
      expect(await computed(F("whole").mod(4))).toBe(-3);
      expect(await computed(F("whole").pow(2))).toBe(49);
      expect(await computed(F("whole").neg())).toBe(7);
    });
    it("I02: whole numbers divide to whole numbers", async () => {
      expect(await computed(F("whole").div(3))).toBe(-2);
    });
    it("operate on bits", async () => {
      expect(await computed(F("whole").add(13).bitAnd(3))).toBe(2);
      expect(await computed(F("whole").add(13).bitOr(1))).toBe(7);
      expect(await computed(F("whole").add(13).bitXor(3))).toBe(5);
      expect(await computed(F("whole").add(13).bitLeftShift(2))).toBe(24);
      expect(await computed(F("whole").add(13).bitRightShift(1))).toBe(3);
    });
    it("divides decimals as decimals, also whole ones", async () => {
      await Sample.objects.update({ price: "10" });
      expect(text(await computed(F("price").div(4)))).toMatch(/^2\.50*$/);
      await Sample.objects.update({ price: "10.05" });
    });
    it("asks for the type of a decimal and a fraction", () => {
      expect(() => Sample.objects.annotate({ x: F("price").mul(1.5) })).toThrow(FieldError);
    });
    it("takes the remainder of fractions", async () => {
      expect(rounded(await computed(F("price").mod(2)))).toBe(0.05);
      expect(await computed(F("fraction").mod(2))).toBe(0.5);
    });
    it("reads and computes with decimals that are longer than a double", async () => {
      expect(text(await computed(F("large")))).toMatch(/^12345678901234567890\.50*$/);
      expect(Number(await computed(F("large").mul(2)))).toBeCloseTo(2.4691357802469e19, -8);
    });
    it("compares long decimals by value", async () => {
      expect(await Sample.objects.filter({ large__gt: "9" }).count()).toBe(1);
      expect(await Sample.objects.filter({ large__lt: "9" }).count()).toBe(0);
      expect(await Sample.objects.filter({ large__range: ["9", "99999999999999999999"] }).count()).toBe(1);
      expect(await Sample.objects.filter({ large: "12345678901234567890.5" }).count()).toBe(1);
    });
  });

  describe("of any values", () => {
    it("Coalesce", async () => {
      expect(await computed(Coalesce("other", "text"))).toBe(" Ab%c ");
      expect(text(await computed(Coalesce("price", 0)))).toBe("10.05");
    });
    it("I11: Coalesce needs an argument, Cast a field", () => {
      expect(() => (Coalesce as () => unknown)()).toThrow(QueryError);
      expect(() => Cast("whole", "integer; DROP TABLE x" as never)).toThrow(ImproperlyConfigured);
    });
    it("Coalesce refuses values of different types", async () => {
      await expect(computed(Coalesce("other", "whole"))).rejects.toThrow(/different types/);
    });
    it("NullIf", async () => {
      expect(await computed(NullIf("whole", -7))).toBeNull();
      expect(await computed(NullIf("whole", 1))).toBe(-7);
    });
    it("I17: Greatest and Least, with the null rule of the database", async () => {
      expect(await computed(Greatest("whole", 3))).toBe(3);
      expect(await computed(Least("whole", 3))).toBe(-7);
      expect(await computed(Greatest("text", "other"))).toBe(backend.vendor === "sqlite" ? null : " Ab%c ");
    });
    it("Cast", async () => {
      expect(await computed(Cast("whole", TextField()))).toBe("-7");
      expect(await computed(Cast(Value("12"), IntegerField()))).toBe(12);
      expect(await computed(Cast("whole", FloatField()))).toBe(-7);
      expect(text(await computed(Cast(Value("1.239"), DecimalField({ maxDigits: 6, decimalPlaces: 2 }))))).toBe("1.24");
      expect(await computed(Cast("at", DateField()))).toBe("2026-03-01");
      expect(await computed(Cast("at", TimeField()))).toBe("10:20:30.500");
      expect(await computed(Cast(Value("2026-03-01"), DateTimeField()))).toEqual(new Date("2026-03-01T00:00:00Z"));
      expect(await computed(Cast(Value('{"a":1}'), JSONField()))).toEqual({ a: 1 });
    });
    it("JSONObject keeps the types of its members", async () => {
      const object = JSONObject({
        name: Trim("text"),
        whole: "whole",
        none: "other",
        yes: Value(true),
        inner: JSONObject({ "a'b": Value(1) }),
      });
      expect(await computed(object)).toEqual({ name: "Ab%c", whole: -7, none: null, yes: true, inner: { "a'b": 1 } });
    });
    it("RawSQL binds its parameters", async () => {
      expect(await computed(RawSQL("whole + %s", [10], { outputField: IntegerField() }))).toBe(3);
      expect(await Sample.objects.annotate({ n: RawSQL("whole %% 4", [], { outputField: IntegerField() }) }).count()).toBe(1);
      expect(() => RawSQL("whole + %s", [])).toThrow(/1 placeholders.*0 parameters/);
    });
    it("Func calls what has no factory", async () => {
      expect(await computed(Func("whole", { function: "ABS", outputField: IntegerField() }))).toBe(7);
      const options = { function: "f", template: "(%(expressions)s)", argJoiner: " || ", outputField: TextField() };
      expect(await computed(Func("text", Value("x"), options))).toBe(" Ab%c x");
      expect(() => Func("text", { function: "x()--" })).toThrow(/not the name of a function/);
      expect(() => Func("text", { function: "f", template: "NOW()" })).toThrow(/no %\(expressions\)s/);
    });
    it("values of other types have plans of their own", async () => {
      expect(await computed(Value(1))).toBe(1);
      expect(await computed(Value(5_000_000_000))).toBe(5_000_000_000);
      expect(await computed(Value(1.5))).toBe(1.5);
      expect(await computed(Value("1"))).toBe("1");
      expect(await computed(Value(true))).toBe(true);
      expect(await computed(Value(new Date(0)))).toEqual(new Date(0));
      expect(await computed(Value(10n))).toBe(10n);
      expect(await computed(Value(new Uint8Array([1, 2])))).toEqual(new Uint8Array([1, 2]));
    });
  });
});
