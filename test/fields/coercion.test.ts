import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecFor as postgresqlCodecFor } from "../../src/dialects/postgresql/codecs.js";
import { codecFor as sqliteCodecFor } from "../../src/dialects/sqlite/codecs.js";
import { DataError, NotSupportedError, ValidationError } from "../../src/errors.js";
import { Decimal } from "../../src/fields/decimal.js";
import {
  ArrayField,
  AutoField,
  BigIntegerField,
  BinaryField,
  BooleanField,
  CharField,
  DateField,
  DateTimeField,
  DecimalField,
  Duration,
  DurationField,
  EmailField,
  EnumField,
  FloatField,
  GenericIPAddressField,
  HStoreField,
  IntegerField,
  IntegerRangeField,
  IPAddressField,
  JSONField,
  PositiveIntegerField,
  Range,
  SlugField,
  TextField,
  TimeField,
  URLField,
  UUIDField,
} from "../../src/fields/index.js";
import { bound } from "./support.js";

const NUL = "\u0000";
const LONE_SURROGATE = "a\ud83d";

describe("coercion", () => {
  it.each([
    ["IntegerField", IntegerField(), ["abc", "1.5", 1.9, Number.NaN, true, "", [], new Decimal("1.5")]],
    ["BigIntegerField", BigIntegerField(), ["abc", "1.5", 1.9, 2 ** 60, {}]],
    ["FloatField", FloatField(), ["abc", Number.NaN, "", true, "NaN"]],
    ["DecimalField", DecimalField(), ["abc", Number.NaN, Number.POSITIVE_INFINITY, "NaN", "", true, new Decimal(Number.NaN)]],
    ["BooleanField (C07)", BooleanField(), ["maybe", "", 2, [], {}]],
    ["DateField", DateField(), ["2026-02-30", "2025-02-29", "20/11/2026", "", 5, "0000-01-01", new Date(Number.NaN)]],
    ["TimeField", TimeField(), ["24:00", "12:60", "noon", 5]],
    [
      "DateTimeField",
      DateTimeField(),
      ["2026-13-01T00:00:00Z", "yesterday", "", 5, new Date(Number.NaN), "10000-01-01T00:00Z", new Date(9e15)],
    ],
    ["DurationField", DurationField(), ["abc", "P1Y", "P", "PT", "1:60:00", Number.NaN, 1e16, "P1-2D"]],
    ["UUIDField", UUIDField(), ["abc", "123", 5, "g0000000-0000-0000-0000-000000000000"]],
    ["JSONField", JSONField(), [Number.NaN, { a: Number.POSITIVE_INFINITY }, () => 1, 5n, [undefined], new Map(), { a: LONE_SURROGATE }]],
    ["IPAddressField", IPAddressField(), ["::1", "1.2.3", "300.1.1.1"]],
    ["GenericIPAddressField", GenericIPAddressField(), ["1.2.3", "g::1", "fe80::1%eth0", 5]],
    ["BinaryField", BinaryField(), ["text", 5, [1, 2]]],
    ["ArrayField", ArrayField(IntegerField()), [5, "1,2", ["x"], [null]]],
    ["HStoreField", HStoreField(), [5, [], { a: 1 }, new Map()]],
    ["EnumField (C14)", EnumField({ choices: ["gold", "tin"] }), ["silver", 5]],
    ["IntegerRangeField", IntegerRangeField(), [5, [1], [5, 1], ["x", 2], [1, 2, "<>"]]],
    ["EmailField (C19)", EmailField(), ["not an e-mail", "a@b", "@example.com"]],
    ["TextField", TextField(), [LONE_SURROGATE, {}, true]],
  ])("%s refuses values of other types, and names itself (C06)", (_title, field, inputs) => {
    const definition = bound(field, "age");
    for (const input of inputs) {
      const fail = () => definition.coerce(input);
      expect(fail, inspect(input)).toThrow(ValidationError);
      expect(fail).toThrow(/^test\.Row\.age: /);
    }
    expect(() => definition.coerce(undefined)).toThrow(/undefined is not a value/);
    expect(definition.coerce(null)).toBeNull();
  });

  it("names the value in the message, and the field in `errors`", () => {
    const definition = bound(IntegerField(), "age");
    try {
      definition.coerce("abc");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ message: "test.Row.age: 'abc' is not an integer", errors: { age: ["'abc' is not an integer"] } });
    }
  });

  it("takes the usual forms of numbers", () => {
    const integer = bound(IntegerField());
    expect([" 42 ", "-7", "+5", 3n, new Decimal("8.0"), -0].map((input) => integer.coerce(input))).toEqual([42, -7, 5, 3, 8, 0]);
    expect(bound(BigIntegerField()).coerce("4611686018427387904")).toBe(2n ** 62n);
    expect(bound(FloatField()).coerce("1e3")).toBe(1000);
    expect(String(bound(DecimalField()).coerce("12345678901234567890.123456789"))).toBe("12345678901234567890.123456789");
    expect(String(bound(DecimalField()).coerce(0.1))).toBe("0.1");
    expect(String(bound(DecimalField()).coerce("1e-9"))).toBe("0.000000001");
  });

  it.each([
    [true, [true, 1, 1n, "true", "True", "1", "yes", "on", "t"]],
    [false, [false, 0, 0n, "false", "FALSE", "0", "no", "off", "f"]],
  ])("takes the usual words for %s", (value, inputs) => {
    for (const input of inputs) expect(bound(BooleanField()).coerce(input)).toBe(value);
  });

  it("brings UUIDs into one form (C29)", () => {
    const canonical = "0190f5d2-8c3e-7b1a-9f00-aabbccddeeff";
    const field = bound(UUIDField());
    for (const input of [canonical.toUpperCase(), canonical.replaceAll("-", ""), `{${canonical}}`, `urn:uuid:${canonical}`]) {
      expect(field.coerce(input)).toBe(canonical);
      expect(field.coerceLookup(input)).toBe(canonical);
    }
  });

  it.each([
    ["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["::FFFF:1.2.3.4", "::ffff:1.2.3.4"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::", "::"],
    ["10.0.0.1", "10.0.0.1"],
  ])("brings the IP address %s into the form %s", (input, expected) => {
    expect(bound(GenericIPAddressField()).coerce(input)).toBe(expected);
  });

  it("unpacks IPv4 addresses on request", () => {
    expect(bound(GenericIPAddressField({ unpackIpv4: true })).coerce("::ffff:10.10.10.10")).toBe("10.10.10.10");
  });

  it.each([
    ["-1 day, 22:30:00", -5_400_000],
    ["P1DT2H", 93_600_000],
    ["-PT1.5S", -1500],
    ["1 02:03:04", 93_784_000],
    ["1 days 02:03:04.000005", 93_784_000.005],
    ["2:30", 9_000_000],
    ["90.5", 90_500],
    ["3 days", 259_200_000],
    [Duration({ hours: 1, minutes: -30, microseconds: 1 }), 1_800_000.001],
    [1500, 1500],
  ])("reads the span %s (C26)", (input, milliseconds) => {
    expect(bound(DurationField()).coerce(input)).toBe(milliseconds);
  });

  it("reads dates and times in the forms that people write", () => {
    expect(bound(DateField()).coerce("2026-1-5")).toBe("2026-01-05");
    expect(bound(DateField()).coerce("2026-11-20T23:30:00-05:00")).toBe("2026-11-21");
    expect(bound(DateField()).coerce(new Date("2026-11-20T12:00:00Z"))).toBe("2026-11-20");
    expect(bound(TimeField()).coerce("9:05")).toBe("09:05:00");
    expect(bound(TimeField()).coerce("09:05:00.5")).toBe("09:05:00.500");
    expect(bound(TimeField()).coerce(new Date("2026-11-20T12:34:56.789Z"))).toBe("12:34:56.789");
    expect(bound(DateTimeField()).coerce("2026-11-20")).toEqual(new Date("2026-11-20T00:00:00Z"));
    expect(bound(DateTimeField()).coerce("2026-11-20 12:00:00.123456+01:30")).toEqual(new Date("2026-11-20T10:30:00.123Z"));
    expect(bound(DateTimeField({ precision: 6 })).coerce("2026-11-20T12:00:00.123456789+01")).toBe("2026-11-20T11:00:00.123456Z");
    expect(bound(DateTimeField({ precision: 6 })).coerce(new Date(1))).toBe("1970-01-01T00:00:00.001000Z");
  });

  it("keeps JSON strings as strings (C08)", () => {
    expect(bound(JSONField()).coerce("hello")).toBe("hello");
    expect(bound(JSONField()).coerce('{"a":1}')).toBe('{"a":1}');
  });

  it("says where JSON is wrong (C09)", () => {
    expect(() => bound(JSONField()).coerce({ list: [1, { x: Number.NaN }] })).toThrow("JSON has no NaN (at list[1].x)");
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => bound(JSONField()).coerce(cycle)).toThrow(/contains itself/);
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(() => bound(JSONField()).coerce(deep)).toThrow(/nested more than 1000 levels deep \(at (\[0\])+…\)/);
  });

  it("refuses JSON that went wrong after it was assigned (C09)", () => {
    const field = bound(JSONField());
    const document = { n: 1 };
    field.coerce(document);
    document.n = Number.NaN;
    expect(() => field.validate(document)).toThrow(ValidationError);
    expect(() => sqliteCodecFor(field.storage).encode?.(document as never)).toThrow(DataError);
  });

  it("searches are free of the rules for what is stored", () => {
    expect(bound(EmailField()).coerceLookup("@gmail")).toBe("@gmail");
    expect(bound(EnumField({ choices: ["gold"] })).coerceLookup("silver")).toBe("silver");
    expect(() => bound(EnumField({ choices: ["gold"], typeName: "metal" })).coerceLookup("silver")).toThrow(ValidationError);
    expect(bound(IntegerRangeField()).coerceLookup("5")).toBe(5);
  });

  it("says which element of a list is wrong", () => {
    expect(() => bound(ArrayField(IntegerField()), "sizes").coerce([1, "x"])).toThrow("test.Row.sizes: element 1: 'x' is not an integer");
  });

  it("takes ranges as pairs, triples and objects", () => {
    const field = bound(IntegerRangeField());
    expect(field.coerce([1, "5"])).toEqual(new Range(1, 5));
    expect(field.coerce([1, 5, "(]"])).toEqual(new Range(1, 5, "(]"));
    expect(field.coerce({ lower: 1, upper: null, bounds: "[]" })).toEqual(new Range(1, null, "[)"));
    expect(field.coerce(Range.empty())).toEqual(Range.empty());
  });
});

describe("what is written", () => {
  it("is within the column's range (C30)", () => {
    const big = bound(BigIntegerField());
    expect(big.coerce(2n ** 64n)).toBe(2n ** 64n);
    expect(() => big.prepareForSave(2n ** 64n)).toThrow(ValidationError);
    expect(() => big.validate(2n ** 63n)).toThrow(/outside the column's range/);
    expect(big.prepareForSave(-(2n ** 63n))).toBe(-(2n ** 63n));
    expect(() => bound(IntegerField()).prepareForSave(2 ** 31)).toThrow(ValidationError);
    expect(() => bound(BigIntegerField({ mode: "number" })).prepareForSave(2 ** 53)).toThrow(/holds exactly/);
    expect(() => bound(PositiveIntegerField()).validate(-1)).toThrow(ValidationError);
    expect(bound(IntegerField()).limits).toEqual({ min: -2_147_483_648n, max: 2_147_483_647n });
  });

  it("is rounded to the places of a decimal, half to even, and refused when it has too many digits (C05)", () => {
    const field = bound(DecimalField({ maxDigits: 4, decimalPlaces: 2 }));
    const written = ["1.005", "1.015", "99.994", "-0.004"].map((input) => String(field.prepareForSave(field.coerce(input))));
    expect(written).toEqual(["1", "1.02", "99.99", "0"]);
    expect(() => field.prepareForSave(field.coerce("12345.678"))).toThrow(ValidationError);
    expect(() => field.prepareForSave(field.coerce("99.995"))).toThrow(ValidationError);
    expect(() => field.validate(field.coerce("12345.678"))).toThrow(/no more than 2 decimal places/);
    expect(() => field.validate(field.coerce("123.4"))).toThrow(/no more than 2 digits before the decimal point/);
  });

  it("is no longer than the column, alike on all databases (C21)", () => {
    const field = bound(CharField({ maxLength: 3 }));
    expect(field.prepareForSave("🙂🙂🙂")).toBe("🙂🙂🙂");
    expect(() => field.prepareForSave("abcd")).toThrow("ensure this value has at most 3 characters (it has 4)");
  });

  it("has no NUL on PostgreSQL, in text and in JSON", () => {
    const text = postgresqlCodecFor(bound(TextField()).storage);
    expect(() => text.encode?.(`a${NUL}` as never)).toThrow(DataError);
    const json = postgresqlCodecFor(bound(JSONField()).storage);
    expect(() => json.encode?.({ a: [`x${NUL}`] } as never)).toThrow(DataError);
    expect(json.encode?.("\\u0000" as never)).toBe('"\\\\u0000"');
    expect(sqliteCodecFor(bound(TextField()).storage).encode).toBeNull();
  });
});

describe("what a database cannot hold", () => {
  it.each([ArrayField(IntegerField()), IntegerRangeField()])("is a NotSupportedError on SQLite", (field) => {
    expect(() => sqliteCodecFor(bound(field).storage)).toThrow(NotSupportedError);
  });
});

describe("decoding", () => {
  const instant = sqliteCodecFor(bound(DateTimeField()).storage).decode as (raw: string) => Date;
  const exact = sqliteCodecFor(bound(DateTimeField({ precision: 6 })).storage).decode as (raw: string) => string;

  it.each([
    ["2026-11-20 12:00:00", "2026-11-20T12:00:00.000Z"],
    ["2026-11-20 12:00:00.5", "2026-11-20T12:00:00.500Z"],
    ["2026-11-20 12:00:00.123456", "2026-11-20T12:00:00.123Z"],
    ["2026-11-20T12:00:00.123Z", "2026-11-20T12:00:00.123Z"],
    ["2026-11-20 12:00:00.12+00", "2026-11-20T12:00:00.120Z"],
    ["2026-11-20 12:00:00+05:30", "2026-11-20T06:30:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["0001-01-01 00:00:00+00", "0001-01-01T00:00:00.000Z"],
    ["12026-11-20 12:00:00+00", "+012026-11-20T12:00:00.000Z"],
  ])("reads the instant %s", (raw, iso) => {
    expect(instant(raw).toISOString()).toBe(iso);
  });

  it("reads any instant as JavaScript does", () => {
    const days = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const iso = date.toISOString();
        expect(instant(`${iso.slice(0, 10)} ${iso.slice(11, 23)}+00`).getTime()).toBe(date.getTime());
        expect(exact(`${iso.slice(0, 10)} ${iso.slice(11, 23)}456+00`)).toBe(iso.replace("Z", "456Z"));
      }),
    );
  });

  it("refuses infinity, which no Date can be", () => {
    expect(() => instant("infinity")).toThrow(DataError);
  });

  it("rounds SQLite's binary noise away, to the column's places (C04)", () => {
    const decode = sqliteCodecFor(bound(DecimalField()).storage).decode as (raw: number) => Decimal;
    expect(String(decode(2328.6000000000004))).toBe("2328.6");
    expect(decode(5)).toBeInstanceOf(Decimal);
    const mean = sqliteCodecFor({ kind: "decimal" }).decode as (raw: number) => Decimal;
    expect(String(mean(0.1 + 0.2))).toBe("0.3");
  });

  it("refuses 64-bit keys that a number cannot hold", () => {
    const decode = postgresqlCodecFor(bound(AutoField()).storage).decode as (raw: string) => number;
    expect(decode("42")).toBe(42);
    const big = postgresqlCodecFor({ kind: "bigint", mode: "number" }).decode as (raw: string) => number;
    expect(() => big("9007199254740993")).toThrow(DataError);
  });
});

describe("formats", () => {
  it.each([
    "a@example.com",
    "first.last+tag@sub.example.co.uk",
    '"quoted space"@example.com',
    "x@localhost",
    "ü@example.com".replace("ü", "u"),
    "a@[127.0.0.1]",
    "a@bücher.example",
  ])("%s is an e-mail address", (text) => expect(bound(EmailField()).coerce(text)).toBe(text));

  it.each(["a b@example.com", "a@@example.com", "a@example..com", "a@-example.com", "a@example.com\n", "a"])("%j is none", (text) => {
    expect(() => bound(EmailField()).coerce(text)).toThrow(ValidationError);
  });

  it.each(["http://example.com", "https://user:pw@example.com:8080/a?b=c#d", "ftp://localhost/x", "http://[::1]/", "http://1.2.3.4"])(
    "%s is a URL (C18)",
    (text) => {
      expect(() => bound(URLField()).validate(text)).not.toThrow();
    },
  );

  it.each(["not a url", "example.com", "javascript:alert(1)", "http://", "http://exa mple.com", "http://example.com:99999"])(
    "%s is none (C18)",
    (text) => {
      expect(() => bound(URLField()).validate(text)).toThrow(ValidationError);
    },
  );

  it("a slug has letters, digits, hyphens and underscores", () => {
    expect(() => bound(SlugField()).validate("a-B_9")).not.toThrow();
    expect(() => bound(SlugField()).validate("a b")).toThrow(ValidationError);
  });
});
