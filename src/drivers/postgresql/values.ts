import { DataError } from "../../errors.js";
import { isWellFormed } from "../../values/json-text.js";

/**
 * A parameter as the protocol carries it: text, bytes or null.
 *
 * @throws DataError for what only a codec could turn into text
 */
export function encodeParameter(value: unknown): string | Buffer | null {
  switch (typeof value) {
    case "string":
      // it has no UTF-8 form, and the driver would send another character
      if (!isWellFormed(value))
        throw new DataError("PostgreSQL cannot hold text with a lone surrogate.", { vendor: "postgresql", code: "unbindable" });
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "undefined":
      return null;
    default:
      if (value === null) return null;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new DataError(`PostgreSQL cannot bind ${typeof value === "object" ? "an object" : `a ${typeof value}`}; pass text.`, {
        vendor: "postgresql",
        code: "unbindable",
      });
  }
}

const text = (decode: (raw: string) => unknown) => (raw: unknown) => (typeof raw === "string" ? decode(raw) : raw);

const asNumber = text(Number);
const asBigint = text((raw) => {
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : BigInt(raw);
});

/** By the type's object identifier (pg_type.dat). What is not here stays text: decimals, dates, ranges, arrays. */
const DECODERS: Readonly<Record<number | string, (raw: unknown) => unknown>> = {
  16: text((raw) => raw === "t"),
  17: text((raw) => new Uint8Array(Buffer.from(raw.slice(2), "hex"))),
  20: asBigint,
  21: asNumber,
  23: asNumber,
  26: asNumber,
  114: text(JSON.parse),
  700: asNumber,
  701: asNumber,
  3802: text(JSON.parse),
};

/** How a column of that type reads where no field describes it. */
export function decoderOf(typeId: number | string): ((raw: unknown) => unknown) | null {
  return DECODERS[typeId] ?? null;
}
