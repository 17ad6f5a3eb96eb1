import type { Codec, ColumnStorage } from "../../sql/codec.js";
import { decodeInstant, decodeInstantToMicroseconds, encodeInstantAsText, encodeMicrosecondsAsText } from "../../values/date-time-text.js";
import { Decimal } from "../../values/decimal.js";
import { type CodecTable, codecsOf, withoutContainers } from "../codec-table.js";
import {
  atLeastZero,
  boundedLength,
  decodeDecimalText,
  decodeJson,
  decodeSafeInteger,
  durationAsMicroseconds,
  encodeDecimalText,
  encodeJson,
  plainBytes,
} from "../coding.js";

/** A double holds this many decimal digits without loss. */
const EXACT_DIGITS = 15;
const ONE = 1n;
const ZERO = 0n;

/** Numbers are bound as REAL, which divides as such and turns into '5.0' in a text column: integers go as BigInt. */
const encodeInteger = (value: number | bigint): bigint => BigInt(value);

function plain(columnType: string): Codec {
  return { columnType, castType: null, encode: null, decode: null };
}

function integer(columnType: string, storage: ColumnStorage): Codec {
  const codec: Codec = { columnType, autoType: "INTEGER", castType: null, encode: encodeInteger, decode: null };
  return storage.unsigned === true ? { ...codec, check: atLeastZero } : codec;
}

function bigint(storage: ColumnStorage): Codec {
  const codec = integer("BIGINT", storage);
  if (storage.mode === "number") return { ...codec, decode: decodeSafeInteger };
  return { ...codec, decode: (raw: string | number | bigint) => BigInt(raw), selectAsText: true };
}

const boolean: Codec = {
  columnType: "BOOLEAN",
  castType: null,
  encode: (value: boolean) => (value ? ONE : ZERO),
  decode: (raw: number | bigint) => raw !== 0 && raw !== ZERO,
};

/** Up to 15 digits are held as numbers, which the database orders and adds up, and are rounded to their places when read. */
function shortDecimal(storage: ColumnStorage): Codec {
  const { maxDigits, decimalPlaces } = storage;
  return {
    columnType: maxDigits === undefined || decimalPlaces === undefined ? "NUMERIC" : `NUMERIC(${maxDigits}, ${decimalPlaces})`,
    castType: null,
    encode: (value: Decimal) => value.toNumber(),
    decode: (raw: number | bigint | string) => {
      if (typeof raw !== "number" || Number.isInteger(raw)) return new Decimal(raw);
      return new Decimal(decimalPlaces === undefined ? raw.toPrecision(EXACT_DIGITS) : raw.toFixed(decimalPlaces));
    },
  };
}

/** More digits than a double has are held as text: equal values are equal texts; order and arithmetic go through NUMERIC. */
function longDecimal(decimalPlaces: number): Codec {
  return {
    columnType: "TEXT",
    castType: null,
    orderType: "NUMERIC",
    encode: (value: Decimal) => encodeDecimalText(value, decimalPlaces),
    decode: decodeDecimalText,
  };
}

const datetime: Codec = { columnType: "DATETIME", castType: null, encode: encodeInstantAsText, decode: decodeInstant };
const datetimeToMicroseconds: Codec = { ...datetime, encode: encodeMicrosecondsAsText, decode: decodeInstantToMicroseconds };

const duration: Codec = { ...durationAsMicroseconds, castType: null };

const json: Codec = {
  columnType: "TEXT",
  castType: null,
  encode: encodeJson,
  decode: decodeJson,
  check: (quotedColumn) => `json_valid(${quotedColumn}) OR ${quotedColumn} IS NULL`,
};

const binary: Codec = { columnType: "BLOB", castType: null, encode: null, decode: plainBytes };

/** A date; a row written by others may hold a date and time. */
const date: Codec = {
  columnType: "DATE",
  castType: null,
  encode: null,
  decode: (raw: string) => (raw.length > 10 ? raw.slice(0, 10) : raw),
};

/** How SQLite holds each kind of column. */
const CODECS: CodecTable = {
  smallint: (storage) => integer("SMALLINT", storage),
  integer: (storage) => integer("INTEGER", storage),
  bigint,
  float: plain("REAL"),
  decimal: (storage) => ((storage.maxDigits ?? 0) > EXACT_DIGITS ? longDecimal(storage.decimalPlaces ?? 0) : shortDecimal(storage)),
  boolean,
  varchar: (storage) => plain(`VARCHAR(${boundedLength(storage, 255)})`),
  nativeEnum: (storage) => plain(`VARCHAR(${boundedLength(storage, 255)})`),
  text: plain("TEXT"),
  citext: plain("TEXT COLLATE NOCASE"),
  uuid: plain("VARCHAR(36)"),
  inet: plain("VARCHAR(39)"),
  date,
  time: plain("TIME"),
  datetime: (storage) => (storage.precision === 6 ? datetimeToMicroseconds : datetime),
  duration,
  json,
  hstore: json,
  binary,
  ...withoutContainers("SQLite", "sqlite"),
};

/**
 * The codec of a column.
 *
 * @param storage - what the field says of it
 * @throws NotSupportedError for arrays and ranges
 */
export const codecFor = codecsOf(CODECS);
