import type { Codec, ColumnStorage } from "../../sql/codec.js";
import { decodeInstant, decodeInstantToMicroseconds, encodeInstantAsText, encodeMicrosecondsAsText } from "../../values/date-time-text.js";
import type { Decimal } from "../../values/decimal.js";
import { type CodecTable, codecsOf, withoutContainers } from "../codec-table.js";
import {
  atLeastZero,
  boundedLength,
  decodeDecimalText,
  decodeJson,
  decodeSafeInteger,
  durationAsMicroseconds,
  encodeJson,
  plainBytes,
} from "../coding.js";

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

const duration: Codec = { ...durationAsMicroseconds, castType: "SIGNED" };

const json: Codec = {
  columnType: "JSON",
  castType: "CHAR",
  encode: encodeJson,
  decode: decodeJson,
};

const binary: Codec = { columnType: "LONGBLOB", castType: "BINARY", encode: null, decode: plainBytes };

/** How MariaDB and MySQL hold each kind of column. */
const CODECS: CodecTable = {
  smallint: (storage) => integer("SMALLINT", storage),
  integer: (storage) => integer("INTEGER", storage),
  bigint,
  float: { columnType: "DOUBLE", castType: "DOUBLE", encode: null, decode: decodeNumber },
  decimal,
  boolean,
  varchar: (storage) => textual(`VARCHAR(${boundedLength(storage, 255)})`),
  nativeEnum: (storage) => textual(`VARCHAR(${boundedLength(storage, 255)})`),
  text: textual("LONGTEXT"),
  citext: textual("LONGTEXT", CASE_INSENSITIVE),
  uuid: textual("CHAR(36)"),
  inet: textual("VARCHAR(39)"),
  date: { columnType: "DATE", castType: "DATE", encode: null, decode: null },
  time,
  datetime: (storage) => (storage.precision === 6 ? datetimeToMicroseconds : datetime),
  duration,
  json,
  hstore: json,
  binary,
  ...withoutContainers("MariaDB and MySQL", "mysql"),
};

/**
 * The codec of a column.
 *
 * @param storage - what the field says of it
 * @throws NotSupportedError for arrays and ranges
 */
export const codecFor = codecsOf(CODECS);
