import { DataError } from "../../errors.js";
import { isWellFormed } from "../../values/json-text.js";
import type { ResultColumn } from "../driver.js";

/** What the driver tells of a column of a result. */
export interface ColumnInformation {
  readonly type: string;
  name(): string;
  isDataTypeFormatJson(): boolean;
}

const FITS_INT32 = 2 ** 31 - 1;

function bindable(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      // it has no UTF-8 form, and the driver would send another character
      if (!isWellFormed(value)) throw new DataError("MariaDB and MySQL cannot hold text with a lone surrogate.", { code: "unbindable" });
      return value;
    case "bigint":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "number":
      // The driver sends what does not fit into 32 bits as a double, which compares and divides as such.
      if (Number.isSafeInteger(value) && Math.abs(value) >= FITS_INT32) return BigInt(value);
      if (Number.isFinite(value)) return value;
      throw new DataError(`MariaDB and MySQL cannot hold ${value}.`, { code: "unbindable" });
    default:
      if (value === null) return null;
      // The driver takes other views of bytes for objects, and sends them as JSON.
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      throw new DataError(`MariaDB and MySQL cannot bind ${typeof value === "object" ? "an object" : `a ${typeof value}`}; pass text.`, {
        code: "unbindable",
      });
  }
}

/**
 * Parameters as the driver binds them.
 *
 * @throws DataError for what only a codec could turn into something bindable
 */
export function bindableParameters(params: readonly unknown[]): unknown[] {
  return params.map(bindable);
}

/** By what `ResultColumn.type` says; what is not here is the nearest JavaScript value already. */
const DECODERS: Readonly<Record<string, (raw: unknown) => unknown>> = {
  bigint: (raw) => {
    const value = Number(raw);
    return Number.isSafeInteger(value) ? value : raw;
  },
  json: (raw) => (typeof raw === "string" ? (JSON.parse(raw) as unknown) : raw),
  // A Buffer is a view of memory that it shares with others.
  bytes: (raw) => (raw instanceof Uint8Array ? new Uint8Array(raw) : raw),
};

/** How a column of that type reads where no field describes it. */
export function decoderOf(type: number | string): ((raw: unknown) => unknown) | null {
  return DECODERS[type] ?? null;
}

function typeOf(column: ColumnInformation): string {
  if (column.type === "JSON" || column.isDataTypeFormatJson()) return "json";
  if (column.type === "BIGINT") return "bigint";
  return /BLOB|BIT|STRING$/.test(column.type) ? "bytes" : "plain";
}

/** The columns of a result, for SQL that no field describes. */
export function describeColumns(columns: readonly ColumnInformation[]): ResultColumn[] {
  return columns.map((column) => {
    const type = typeOf(column);
    return { name: column.name(), type, decode: decoderOf(type) };
  });
}
