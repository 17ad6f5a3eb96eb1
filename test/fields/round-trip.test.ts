import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Decimal } from "../../src/fields/decimal.js";
import type { FieldDefinition } from "../../src/fields/field.js";
import {
  ArrayField,
  BigAutoField,
  BigIntegerField,
  BigIntegerRangeField,
  BinaryField,
  BooleanField,
  CharField,
  CITextField,
  DateField,
  DateRangeField,
  DateTimeField,
  DateTimeRangeField,
  DecimalField,
  DecimalRangeField,
  DurationField,
  EnumField,
  FloatField,
  GenericIPAddressField,
  HStoreField,
  IntegerField,
  IntegerRangeField,
  JSONField,
  JSONNull,
  PositiveIntegerField,
  Range,
  SmallIntegerField,
  TextField,
  TimeField,
  UUIDField,
} from "../../src/fields/index.js";
import type { Codec } from "../../src/sql/codec.js";
import { createTestDatabase, dropTestDatabase, testDatabaseUrl } from "../support/servers/postgresql-databases.js";
import { bound, openPostgresql, openSqlite, type RawDatabase } from "./support.js";

interface Case {
  readonly title: string;
  readonly field: FieldDefinition;
  readonly inputs: fc.Arbitrary<unknown>;
  readonly only?: "postgresql";
}

const pad = (value: number, width: number): string => String(value).padStart(width, "0");
/** Any text that all databases hold: no lone surrogates, no NUL. */
const text = fc.string({ unit: "binary", maxLength: 40 }).filter((value) => !value.includes("\u0000"));
const days = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const day = days.map((date) => date.toISOString().slice(0, 10));
const microseconds = fc
  .tuple(days, fc.integer({ min: 0, max: 999 }))
  .map(([date, micros]) => date.toISOString().replace("Z", `${pad(micros, 3)}Z`));
const time = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([hour, minute, second, micros]) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(micros, 6)}`);
const decimal = (digits: number, places: number) =>
  fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n })).map(([negative, unscaled]) => {
    const all = unscaled.toString().padStart(places + 1, "0");
    return `${negative ? "-" : ""}${all.slice(0, all.length - places)}.${all.slice(all.length - places)}`;
  });
const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const json = fc
  .jsonValue({ maxDepth: 3, noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes("\\u0000") && !/\\ud[89a-f]/i.test(JSON.stringify(value)));
const hstore = fc.dictionary(text, fc.option(text));

const cases: readonly Case[] = [
  { title: "CharField", field: bound(CharField({ maxLength: 80 })), inputs: text },
  { title: "TextField", field: bound(TextField()), inputs: text },
  { title: "IntegerField", field: bound(IntegerField()), inputs: fc.integer() },
  { title: "SmallIntegerField", field: bound(SmallIntegerField()), inputs: fc.integer({ min: -32_768, max: 32_767 }) },
  { title: "PositiveIntegerField", field: bound(PositiveIntegerField()), inputs: fc.nat() },
  {
    title: "BigIntegerField (C30)",
    field: bound(BigIntegerField()),
    inputs: fc.oneof(bigint, fc.constant(2n ** 62n), fc.maxSafeInteger()),
  },
  { title: "BigIntegerField of numbers", field: bound(BigIntegerField({ mode: "number" })), inputs: fc.maxSafeInteger() },
  { title: "BigAutoField", field: bound(BigAutoField()), inputs: fc.maxSafeNat() },
  { title: "FloatField", field: bound(FloatField()), inputs: fc.double({ noNaN: true }) },
  { title: "DecimalField of 10 digits (C04)", field: bound(DecimalField({ maxDigits: 10, decimalPlaces: 2 })), inputs: decimal(10, 2) },
  { title: "DecimalField of 15 digits", field: bound(DecimalField({ maxDigits: 15, decimalPlaces: 6 })), inputs: decimal(15, 6) },
  { title: "DecimalField of 30 digits (C03)", field: bound(DecimalField({ maxDigits: 30, decimalPlaces: 10 })), inputs: decimal(30, 10) },
  { title: "BooleanField", field: bound(BooleanField()), inputs: fc.boolean() },
  { title: "DateField", field: bound(DateField()), inputs: day },
  {
    title: "TimeField",
    field: bound(TimeField()),
    inputs: fc.oneof(
      time,
      time.map((value) => value.slice(0, 12)),
      time.map((value) => value.slice(0, 8)),
    ),
  },
  { title: "DateTimeField", field: bound(DateTimeField()), inputs: days },
  { title: "DateTimeField of microseconds", field: bound(DateTimeField({ precision: 6 })), inputs: fc.oneof(microseconds, days) },
  {
    title: "DurationField (C26)",
    field: bound(DurationField()),
    inputs: fc.oneof(
      fc.maxSafeInteger().map((number) => (number % 2 ** 52) / 1000),
      fc.maxSafeInteger().map((number) => Math.trunc(number / 1000)),
      fc.constantFrom(0.001, -0.001, -5_400_000, 86_400_000),
    ),
  },
  { title: "UUIDField", field: bound(UUIDField()), inputs: fc.uuid() },
  { title: "JSONField", field: bound(JSONField()), inputs: json.filter((value) => value !== null) },
  { title: "BinaryField (C28)", field: bound(BinaryField()), inputs: fc.uint8Array({ maxLength: 64 }) },
  { title: "GenericIPAddressField", field: bound(GenericIPAddressField()), inputs: fc.oneof(fc.ipV4(), fc.ipV6()) },
  { title: "EnumField of strings", field: bound(EnumField({ choices: ["gold", "tin", ""] })), inputs: fc.constantFrom("gold", "tin", "") },
  { title: "EnumField of numbers", field: bound(EnumField({ LOW: 0, HIGH: 1 } as const)), inputs: fc.constantFrom(0, 1) },
  { title: "HStoreField", field: bound(HStoreField()), inputs: hstore },
  { title: "CITextField", field: bound(CITextField()), inputs: text },
  {
    title: "native EnumField",
    field: bound(EnumField({ choices: ["gold", "tin"], typeName: "Metal" })),
    inputs: fc.constantFrom("gold", "tin"),
  },
  {
    title: "ArrayField of integers",
    only: "postgresql",
    field: bound(ArrayField(IntegerField({ null: true }))),
    inputs: fc.array(fc.option(fc.integer())),
  },
  {
    title: "ArrayField of text",
    only: "postgresql",
    field: bound(ArrayField(TextField({ null: true }))),
    inputs: fc.array(fc.option(text)),
  },
  { title: "ArrayField of booleans", only: "postgresql", field: bound(ArrayField(BooleanField())), inputs: fc.array(fc.boolean()) },
  { title: "ArrayField of instants", only: "postgresql", field: bound(ArrayField(DateTimeField())), inputs: fc.array(days) },
  {
    title: "ArrayField of bytes",
    only: "postgresql",
    field: bound(ArrayField(BinaryField())),
    inputs: fc.array(fc.uint8Array({ maxLength: 8 })),
  },
  { title: "ArrayField of decimals", only: "postgresql", field: bound(ArrayField(DecimalField())), inputs: fc.array(decimal(10, 2)) },
  {
    title: "ArrayField of arrays",
    only: "postgresql",
    field: bound(ArrayField(ArrayField(BigIntegerField()))),
    inputs: fc.integer({ min: 1, max: 3 }).chain((width) => fc.array(fc.array(bigint, { minLength: width, maxLength: width }))),
  },
  {
    title: "IntegerRangeField",
    only: "postgresql",
    field: bound(IntegerRangeField()),
    inputs: fc.tuple(fc.integer({ min: -1000, max: -1 }), fc.option(fc.integer({ min: 0, max: 1000 }))),
  },
  {
    title: "BigIntegerRangeField",
    only: "postgresql",
    field: bound(BigIntegerRangeField()),
    inputs: fc.tuple(fc.option(fc.bigInt({ min: -(2n ** 62n), max: -1n })), fc.bigInt({ min: 0n, max: 2n ** 62n })),
  },
  {
    title: "DecimalRangeField",
    only: "postgresql",
    field: bound(DecimalRangeField()),
    inputs: fc.tuple(
      decimal(20, 10).map((value) => `-1${value.replace("-", "")}`),
      decimal(20, 10).map((value) => `1${value.replace("-", "")}`),
      fc.constantFrom("[]", "()", "[)", "(]"),
    ),
  },
  {
    title: "DateRangeField",
    only: "postgresql",
    field: bound(DateRangeField()),
    inputs: fc.tuple(fc.constantFrom("2020-01-01", null), fc.constantFrom("2026-11-20", null)),
  },
  {
    title: "DateTimeRangeField",
    only: "postgresql",
    field: bound(DateTimeRangeField()),
    inputs: fc.tuple(
      fc.constant(new Date("2020-01-01T12:00:00.123Z")),
      fc.option(fc.date({ min: new Date("2021-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })),
      fc.constantFrom("[]", "()", "[)", "(]"),
    ),
  },
];

/** The value that a save writes. */
function stored(field: FieldDefinition, input: unknown): unknown {
  const value = field.coerce(input);
  return value === null ? null : field.prepareForSave(value);
}

function expectSame(field: FieldDefinition, actual: unknown, expected: unknown): void {
  if (expected === null) expect(actual).toBeNull();
  else if (!field.equals(actual, expected)) expect(actual).toEqual(expected);
}

const postgresqlUrl = inject("postgresqlUrl");
const runId = inject("runId");

describe.each(["sqlite", "postgresql"] as const)("columns on %s", (vendor) => {
  let database: RawDatabase;
  beforeAll(async () => {
    if (vendor === "sqlite") {
      database = openSqlite();
      return;
    }
    if (postgresqlUrl === null) return;
    await createTestDatabase(postgresqlUrl, runId, "fields");
    database = await openPostgresql(testDatabaseUrl(postgresqlUrl, runId, "fields"));
    await database.run(
      `CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore; CREATE TYPE "Metal" AS ENUM ('gold', 'tin')`,
    );
  });
  afterAll(async () => {
    await database?.close();
    if (vendor === "postgresql" && postgresqlUrl !== null) await dropTestDatabase(postgresqlUrl, runId, "fields");
  });

  const here = vendor === "postgresql" && postgresqlUrl === null ? [] : cases.filter(({ only }) => only === undefined || only === vendor);
  it.skipIf(here.length === 0).each(here)("$title gives back what was written", async ({ field, inputs }) => {
    const codec: Codec = database.codecFor(field.storage);
    await database.createColumn(codec);
    const values = [null, ...fc.sample(inputs, { numRuns: 80, seed: 42 }).map((input) => stored(field, input))];
    for (const value of values) await database.insert(codec, value);
    const read = await database.readBack(codec);
    expect(read).toHaveLength(values.length);
    for (const [index, value] of values.entries()) expectSame(field, read[index], value);
  });

  const textCase = vendor === "postgresql" && postgresqlUrl === null ? it.skip : it;
  textCase("the empty string is not null, and Unicode stays whole", async () => {
    const codec = database.codecFor(bound(TextField()).storage);
    await database.createColumn(codec);
    const values = ["", null, "e\u0301 é ß 漢字 🙂 \u{10ffff}", "'; DROP TABLE x; --", '\\ " % _ \t\r\n'];
    for (const value of values) await database.insert(codec, value);
    expect(await database.readBack(codec)).toEqual(values);
  });

  textCase("JSON null, SQL null and strings that look like JSON are told apart (C08, C11)", async () => {
    const field = bound(JSONField({ null: true }));
    const codec = database.codecFor(field.storage);
    await database.createColumn(codec);
    for (const input of ["hello", '{"a":1}', JSONNull, null, "null"]) await database.insert(codec, stored(field, input));
    expect(await database.readBack(codec)).toEqual(["hello", '{"a":1}', null, null, "null"]);
    expect(Number(await database.scalar('SELECT COUNT(*) FROM field_values WHERE "value" IS NULL'))).toBe(1);
  });

  textCase("JSON is the same in any order of keys (C10)", async () => {
    const field = bound(JSONField());
    const codec = database.codecFor(field.storage);
    await database.createColumn(codec);
    await database.insert(codec, stored(field, { a: 1, b: { c: 2, d: 3 } }));
    const placeholder = vendor === "sqlite" ? "?" : "$1::jsonb";
    const same = codec.encode?.({ b: { d: 3, c: 2 }, a: 1 } as never);
    expect(Number(await database.scalar(`SELECT COUNT(*) FROM field_values WHERE "value" = ${placeholder}`, [same]))).toBe(1);
  });

  textCase("a CHECK keeps negative values out of positive columns (C20)", async () => {
    const codec = database.codecFor(bound(PositiveIntegerField()).storage);
    await database.createColumn(codec);
    await database.insert(codec, 0);
    await expect(database.insert(codec, -1)).rejects.toThrow(/check/i);
  });

  textCase("instants compare with CURRENT_TIMESTAMP of the same day (C25)", async () => {
    const codec = database.codecFor(bound(DateTimeField()).storage);
    await database.createColumn(codec);
    const now = Date.now();
    await database.insert(codec, new Date(now - 5000));
    await database.insert(codec, new Date(now + 5000));
    expect(Number(await database.scalar('SELECT COUNT(*) FROM field_values WHERE "value" < CURRENT_TIMESTAMP'))).toBe(1);
  });

  textCase("instants sort as they follow each other, with and without fractions", async () => {
    const codec = database.codecFor(bound(DateTimeField({ precision: 6 })).storage);
    await database.createColumn(codec);
    const base = "2026-11-20T12:00:0";
    const ordered = ["0.000000Z", "0.000001Z", "0.001000Z", "0.001001Z", "0.010000Z", "0.999999Z", "1.000000Z"].map((tail) => base + tail);
    for (const value of [...ordered].reverse()) await database.insert(codec, value);
    const first = await database.scalar('SELECT id FROM field_values ORDER BY "value" LIMIT 1');
    expect(Number(first)).toBe(ordered.length);
    const read = await database.readBack(codec);
    expect([...read].reverse()).toEqual(ordered);
  });

  textCase("spans compare as numbers, negative ones too (C27)", async () => {
    const codec = database.codecFor(bound(DurationField()).storage);
    await database.createColumn(codec);
    for (const value of [-5_400_000, 0, 1, -1]) await database.insert(codec, value);
    const zero = vendor === "sqlite" ? "0" : "interval '0'";
    expect(Number(await database.scalar(`SELECT COUNT(*) FROM field_values WHERE "value" < ${zero}`))).toBe(2);
  });

  textCase("integers divide as integers", async () => {
    const codec = database.codecFor(bound(IntegerField()).storage);
    const sql = vendor === "sqlite" ? "SELECT ? / ?" : "SELECT $1::integer / $2::integer";
    const params = [7, 2].map((value) => (codec.encode === null ? value : codec.encode(value as never)));
    expect(Number(await database.scalar(sql, params))).toBe(3);
  });
});

describe("lists and ranges read as PostgreSQL writes them", () => {
  it.skipIf(postgresqlUrl === null)("empty, open and quoted ones", async () => {
    if (postgresqlUrl === null) return;
    await createTestDatabase(postgresqlUrl, runId, "fieldtexts");
    const database = await openPostgresql(testDatabaseUrl(postgresqlUrl, runId, "fieldtexts"));
    try {
      const read = async (sql: string, field: FieldDefinition): Promise<unknown> => {
        const codec = database.codecFor(field.storage);
        return codec.decode?.((await database.scalar(`SELECT ${sql}`)) as never);
      };
      expect(await read("int4range(1, 3, '[]')", bound(IntegerRangeField()))).toEqual(new Range(1, 4));
      expect(await read("int4range(3, 3)", bound(IntegerRangeField()))).toEqual(Range.empty());
      expect(await read("numrange(NULL, 1.50, '(]')", bound(DecimalRangeField()))).toEqual(new Range(null, new Decimal("1.5"), "(]"));
      expect(await read("'[0:1]={7,8}'::int[]", bound(ArrayField(IntegerField())))).toEqual([7, 8]);
      expect(await read("ARRAY['NULL', NULL, '', 'a\"b\\c', '{,}']", bound(ArrayField(TextField({ null: true }))))).toEqual([
        "NULL",
        null,
        "",
        'a"b\\c',
        "{,}",
      ]);
      expect(await read("interval '1 year 2 months -3 days 04:05:06.5'", bound(DurationField()))).toBe(
        (365.25 + 60 - 3) * 86_400_000 + 14_706_500,
      );
      expect(await read("interval '-00:00:00.000001'", bound(DurationField()))).toBe(-0.001);
      expect(await read("timestamptz '0044-03-15 12:00 BC'", bound(DateTimeField()))).toEqual(new Date("-000043-03-15T12:00:00Z"));
    } finally {
      await database.close();
      await dropTestDatabase(postgresqlUrl, runId, "fieldtexts");
    }
  });
});
