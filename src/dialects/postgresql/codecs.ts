import { DataError, ImproperlyConfigured } from "../../errors.js";
import type { Codec, ColumnStorage } from "../../sql/codec.js";
import { decodeInstant, decodeInstantToMicroseconds, encodeInstantAsText } from "../../values/date-time-text.js";
import type { Decimal } from "../../values/decimal.js";
import { decodeInterval, encodeInterval } from "../../values/duration.js";
import { normalizeIpAddress } from "../../values/ip-address.js";
import type { Range } from "../../values/range.js";
import { type CodecTable, codecsOf } from "../codec-table.js";
import { atLeastZero, boundedLength, decodeDecimalText, decodeSafeInteger, encodeJson } from "../coding.js";
import { decodeArray, elementText, encodeArray } from "./array-text.js";
import { decodeHstore, encodeHstore } from "./hstore-text.js";
import { decodeRange, encodeRange } from "./range-text.js";

/*
 * Every value arrives as text: the driver's own parsing is off. The texts are those of a session with `timezone` UTC and the
 * defaults of `datestyle` (ISO), `intervalstyle` (postgres), `bytea_output` (hex) and `extra_float_digits` (1).
 */

const NUL = "\u0000";

/** PostgreSQL's text ends at a NUL, and the driver would cut it there or the server refuse the message. */
function encodeText(value: string): string {
  if (value.includes(NUL)) throw new DataError("PostgreSQL cannot hold text with a NUL character (U+0000)", { vendor: "postgresql" });
  return value;
}

const decodeNumber = (raw: string): number => Number(raw);
const decodeBigint = (raw: string): bigint => BigInt(raw);

function plain(columnType: string, castType: string): Codec {
  return { columnType, castType, encode: null, decode: null };
}

function textual(columnType: string, castType = "text"): Codec {
  return { columnType, castType, encode: encodeText, decode: null };
}

function integer(columnType: string, autoType: string, storage: ColumnStorage): Codec {
  const codec: Codec = { columnType, autoType, castType: columnType.toLowerCase(), encode: null, decode: decodeNumber };
  return storage.unsigned === true ? { ...codec, check: atLeastZero } : codec;
}

const boolean: Codec = { columnType: "BOOLEAN", castType: "boolean", encode: null, decode: (raw: string) => raw === "t" };

function decimal({ maxDigits, decimalPlaces }: ColumnStorage): Codec {
  return {
    columnType: maxDigits === undefined || decimalPlaces === undefined ? "NUMERIC" : `NUMERIC(${maxDigits}, ${decimalPlaces})`,
    castType: "numeric",
    encode: (value: Decimal) => value.toFixed(),
    decode: decodeDecimalText,
  };
}

const datetime: Codec = {
  columnType: "TIMESTAMP(3) WITH TIME ZONE",
  castType: "timestamptz",
  encode: (value: Date) => `${encodeInstantAsText(value)}Z`,
  decode: decodeInstant,
};
const datetimeToMicroseconds: Codec = {
  columnType: "TIMESTAMP(6) WITH TIME ZONE",
  castType: "timestamptz",
  encode: null,
  decode: decodeInstantToMicroseconds,
};

/** The server trims zeros of the fraction; the field's one form has three digits or six. */
const time: Codec = {
  columnType: "TIME",
  castType: "time",
  encode: null,
  decode: (raw: string) => (raw.length === 8 ? raw : raw.padEnd(raw.length <= 12 ? 12 : 15, "0")),
};

const duration: Codec = { columnType: "INTERVAL", castType: "interval", encode: encodeInterval, decode: decodeInterval };

/** A `\u0000` that stands for a NUL, and not for a backslash followed by letters. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

const json: Codec = {
  columnType: "JSONB",
  castType: "jsonb",
  encode: (value: unknown) => {
    const text = encodeJson(value);
    if (ESCAPED_NUL.test(text)) throw new DataError("PostgreSQL cannot hold JSON with a NUL character (U+0000)", { vendor: "postgresql" });
    return text;
  },
  decode: (raw: string) => JSON.parse(raw) as unknown,
};

/** The driver's Buffer views shared memory, so the bytes are copied into an array of their own. */
const binary: Codec = {
  columnType: "BYTEA",
  castType: "bytea",
  encode: null,
  decode: (raw: string) => new Uint8Array(Buffer.from(raw.slice(2), "hex")),
};

/** The server writes `::da:99` as `::0.218.0.153`; the field's one form is another. A network keeps its mask. */
const inet: Codec = {
  columnType: "INET",
  castType: "inet",
  encode: null,
  decode: (raw: string) => {
    if (!raw.includes(":") || !raw.includes(".")) return raw;
    const [address = raw, mask] = raw.split("/");
    const normal = normalizeIpAddress(address) ?? address;
    return mask === undefined ? normal : `${normal}/${mask}`;
  },
};

const hstore: Codec = {
  columnType: "hstore",
  castType: "hstore",
  encode: (value: Readonly<Record<string, string | null>>) => encodeText(encodeHstore(value)),
  decode: decodeHstore,
};

/** An element's codec as a pair of functions from and to text, whatever it leaves out. */
function elementCoding(codec: Codec): { encode: (value: unknown) => string; decode: (text: string) => unknown } {
  // A codec is given what its own field's values are, and texts of its own type.
  const encode = codec.encode as ((value: unknown) => unknown) | null;
  const decode = codec.decode as ((raw: unknown) => unknown) | null;
  return {
    encode: encode === null ? elementText : (value) => elementText(encode(value)),
    decode: decode === null ? (text) => text : decode,
  };
}

function array(storage: ColumnStorage): Codec {
  if (storage.element === undefined) throw new ImproperlyConfigured("an array column needs the storage of its elements");
  const element = codecFor(storage.element);
  const { encode, decode } = elementCoding(element);
  // Further dimensions are not part of PostgreSQL's type: integer[][] is integer[].
  const inner = storage.element.kind === "array";
  return {
    columnType: inner ? element.columnType : `${element.columnType}[]`,
    castType: inner ? element.castType : `${element.castType ?? element.columnType}[]`,
    encode: (value: readonly unknown[]) => encodeArray(value, inner ? innermostEncode(storage) : encode),
    decode: (raw: string) => decodeArray(raw, inner ? innermostDecode(storage) : decode),
  };
}

function innermost(storage: ColumnStorage): ColumnStorage {
  return storage.kind === "array" && storage.element !== undefined ? innermost(storage.element) : storage;
}
const innermostEncode = (storage: ColumnStorage) => elementCoding(codecFor(innermost(storage))).encode;
const innermostDecode = (storage: ColumnStorage) => elementCoding(codecFor(innermost(storage))).decode;

function range(columnType: string, end: ColumnStorage): Codec {
  const { encode, decode } = elementCoding(codecFor(end));
  return {
    columnType,
    castType: columnType,
    encode: (value: Range<unknown>) => encodeRange(value, encode),
    decode: (raw: string) => decodeRange(raw, decode),
  };
}

/** A type of the user's own: its parts are quoted, so that capitals stay. */
function nativeEnum(storage: ColumnStorage): Codec {
  if (storage.typeName === undefined) throw new ImproperlyConfigured("a native enum column needs the name of its type");
  const quoted = storage.typeName
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
  return textual(quoted, quoted);
}

/** How PostgreSQL holds each kind of column. */
const CODECS: CodecTable = {
  smallint: (storage) => integer("SMALLINT", "SMALLSERIAL", storage),
  integer: (storage) => integer("INTEGER", "SERIAL", storage),
  bigint: (storage) => ({
    ...integer("BIGINT", "BIGSERIAL", storage),
    decode: storage.mode === "number" ? decodeSafeInteger : decodeBigint,
  }),
  float: { columnType: "DOUBLE PRECISION", castType: "double precision", encode: null, decode: decodeNumber },
  decimal,
  boolean,
  varchar: (storage) => textual(`VARCHAR(${boundedLength(storage, 255)})`),
  text: textual("TEXT"),
  citext: textual("CITEXT", "citext"),
  uuid: plain("UUID", "uuid"),
  inet,
  date: plain("DATE", "date"),
  time,
  datetime: (storage) => (storage.precision === 6 ? datetimeToMicroseconds : datetime),
  duration,
  json,
  binary,
  hstore,
  array,
  nativeEnum,
  integerRange: () => range("int4range", { kind: "integer" }),
  bigintRange: () => range("int8range", { kind: "bigint" }),
  decimalRange: () => range("numrange", { kind: "decimal" }),
  dateRange: () => range("daterange", { kind: "date" }),
  datetimeRange: (storage) => range("tstzrange", { kind: "datetime", precision: storage.precision ?? 3 }),
};

/**
 * The codec of a column.
 *
 * @param storage - what the field says of it
 */
export const codecFor = codecsOf(CODECS);
