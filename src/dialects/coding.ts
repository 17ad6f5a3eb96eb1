import { DataError } from "../errors.js";
import type { Codec, ColumnStorage } from "../sql/codec.js";
import { Decimal } from "../values/decimal.js";
import { microsecondsOf } from "../values/duration.js";
import { canonicalJson, JsonProblem } from "../values/json-text.js";

/* What the codecs of several databases share. */

/** The condition of a column that holds zero and more. */
export function atLeastZero(quotedColumn: string): string {
  return `${quotedColumn} >= 0`;
}

/**
 * A 64-bit integer as a JavaScript number.
 *
 * @throws DataError when a number cannot hold it exactly
 */
export function decodeSafeInteger(raw: string | number | bigint): number {
  const value = Number(raw);
  if (!Number.isSafeInteger(value)) {
    throw new DataError(
      `the database gave the integer ${raw}, which a JavaScript number cannot hold exactly: use BigIntegerField without mode "number"`,
    );
  }
  return value;
}

/** A JSON document as text; a problem with it is the DataError of a value that the database cannot hold. */
export function encodeJson(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof JsonProblem) throw new DataError(error.message, { cause: error });
    throw error;
  }
}

/** A JSON document, which some paths give as text and others as it is. */
export function decodeJson(raw: unknown): unknown {
  return typeof raw === "string" ? (JSON.parse(raw) as unknown) : raw;
}

/** A duration as microseconds in a column of 64-bit integers, so that the database compares and adds numbers. */
export const durationAsMicroseconds = {
  columnType: "BIGINT",
  encode: (milliseconds: number) => BigInt(microsecondsOf(milliseconds)),
  decode: (micros: number | bigint | string) => Number(micros) / 1000,
} as const satisfies Partial<Codec>;

/** Text with so many digits after the point, or more where the value has more: a value to compare with is not rounded. */
export function encodeDecimalText(value: Decimal, places: number): string {
  return (value.isZero() ? value.abs() : value).toFixed(Math.max(places, value.decimalPlaces()));
}

/** A decimal from text, which has it exactly. */
export function decodeDecimalText(raw: string): Decimal {
  return new Decimal(raw);
}

/** The length of a bounded string column. */
export function boundedLength(storage: ColumnStorage, otherwise: number): number {
  return storage.maxLength ?? otherwise;
}

/** Bytes as a plain Uint8Array of their own, whatever view the driver gave. */
export function plainBytes(raw: Uint8Array): Uint8Array {
  return raw.constructor === Uint8Array ? raw : new Uint8Array(raw);
}
