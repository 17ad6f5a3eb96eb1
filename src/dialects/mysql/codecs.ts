import { NotSupportedError } from "../../errors.js";
import type { Codec, ColumnStorage } from "../../sql/codec.js";
import { decodeInstant, decodeInstantToMicroseconds, encodeInstantAsText, encodeMicrosecondsAsText } from "../../values/date-time-text.js";
import type { Decimal } from "../../values/decimal.js";
import { microsecondsOf } from "../../values/duration.js";
import { atLeastZero, boundedLength, decodeDecimalText, decodeSafeInteger, encodeJson, plainBytes } from "../coding.js";

/*
 * The driver gives integers as numbers, 64-bit ones as bigints, decimals, dates and JSON as text. What an expression
 * gives may be wider than its column, so that numbers are read whatever form they have.
 */

/** Texts are compared as on the other databases: by case and by accents. */
const EXACT = "COLLATE utf8mb4_bin";
const CASE_INSENSITIVE = "COLLATE utf8mb4_unicode_ci";

const decodeNumber = (raw: number | bigint | string): number => Number(raw);

function integer(columnType: string, storage: ColumnStorage): Codec {
  const codec: Codec = { columnType, autoType: columnType, castType: "SIGNED", encode: null, decode: decodeNumber };
  return storage.unsigned === true ? { ...codec, check: atLeastZero } : codec;
}

function bigint(storage: ColumnStorage): Codec {
  const encode = (value: number | bigint): bigint => BigInt(value);
  const decode = storage.mode === "number" ? decodeSafeInteger : (raw: number | bigint | string) => BigInt(raw);
  return { ...integer("BIGINT", storage), encode, decode };
}

/** A text compared with a decimal would make both doubles, so that a bound decimal is cast wherever it stands. */
function decimal({ maxDigits, decimalPlaces }: ColumnStorage): Codec {
  const known = maxDigits !== undefined && decimalPlaces !== undefined;
  const columnType = known ? `DECIMAL(${maxDigits}, ${decimalPlaces})` : "DECIMAL(65, 30)";
  return {
    columnType,
    castType: "DECIMAL(65, 30)",
    castAlways: true,
    encode: (value: Decimal) => value.toFixed(),
    decode: known ? decodeDecimalText : (raw: string) => decodeDecimalText(withoutTrailingZeros(String(raw))),
  };
}

/** Sums and quotients come with as many places as the database computed with. */
function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const boolean: Codec = {
  columnType: "TINYINT(1)",
  castType: "SIGNED",
  encode: (value: boolean) => (value ? 1 : 0),
  decode: (raw: number | bigint | string) => Number(raw) !== 0,
};

function textual(type: string, collation = EXACT): Codec {
  return { columnType: `${type} ${collation}`, castType: "CHAR", encode: null, decode: null };
}

const datetime: Codec = { columnType: "DATETIME(3)", castType: "DATETIME(3)", encode: encodeInstantAsText, decode: decodeInstant };
const datetimeToMicroseconds: Codec = {
  columnType: "DATETIME(6)",
  castType: "DATETIME(6)",
  encode: encodeMicrosecondsAsText,
  decode: decodeInstantToMicroseconds,
};

/** The field's one form has no fraction, three digits of it or six. */
const time: Codec = {
  columnType: "TIME(6)",
  castType: "TIME(6)",
  encode: null,
  decode: (raw: string) => raw.replace(/(\.\d{3})000$/, "$1").replace(/\.0+$/, ""),
};

/** Microseconds, so that the database compares and adds numbers. */
const duration: Codec = {
  columnType: "BIGINT",
  castType: "SIGNED",
  encode: (milliseconds: number) => BigInt(microsecondsOf(milliseconds)),
  decode: (micros: number | bigint | string) => Number(micros) / 1000,
};

const json: Codec = {
  columnType: "JSON",
  castType: "CHAR",
  encode: encodeJson,
  decode: (raw: unknown) => (typeof raw === "string" ? (JSON.parse(raw) as unknown) : raw),
};

const binary: Codec = { columnType: "LONGBLOB", castType: "BINARY", encode: null, decode: plainBytes };

function unsupported(what: string, instead: string): NotSupportedError {
  return new NotSupportedError(`MariaDB and MySQL have no ${what}: ${instead}`, { vendor: "mysql" });
}

/**
 * How MariaDB and MySQL hold a column.
 *
 * @param storage - what the field says of it
 * @returns its codec
 * @throws NotSupportedError for arrays and ranges
 */
export function codecFor(storage: ColumnStorage): Codec {
  switch (storage.kind) {
    case "smallint":
      return integer("SMALLINT", storage);
    case "integer":
      return integer("INTEGER", storage);
    case "bigint":
      return bigint(storage);
    case "float":
      return { columnType: "DOUBLE", castType: "DOUBLE", encode: null, decode: decodeNumber };
    case "decimal":
      return decimal(storage);
    case "boolean":
      return boolean;
    case "varchar":
    case "nativeEnum":
      return textual(`VARCHAR(${boundedLength(storage, 255)})`);
    case "text":
      return textual("LONGTEXT");
    case "citext":
      return textual("LONGTEXT", CASE_INSENSITIVE);
    case "uuid":
      return textual("CHAR(36)");
    case "inet":
      return textual("VARCHAR(39)");
    case "date":
      return { columnType: "DATE", castType: "DATE", encode: null, decode: null };
    case "time":
      return time;
    case "datetime":
      return storage.precision === 6 ? datetimeToMicroseconds : datetime;
    case "duration":
      return duration;
    case "json":
    case "hstore":
      return json;
    case "binary":
      return binary;
    case "array":
      throw unsupported("array columns", "use a JSONField, or PostgreSQL");
    case "integerRange":
    case "bigintRange":
    case "decimalRange":
    case "dateRange":
    case "datetimeRange":
      throw unsupported("range columns", "use two fields for the ends, or PostgreSQL");
  }
}
