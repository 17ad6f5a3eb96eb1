import { DataError } from "../errors.js";
import { isWellFormed } from "../values/json-text.js";

/**
 * What SQLite's drivers can bind: booleans as 0 and 1, everything else as it came.
 *
 * @param params - the values
 * @param sql - the statement, for the error
 * @returns the same list where nothing had to change
 * @throws DataError for NaN, which the drivers would silently bind as NULL, for text with a lone surrogate, which they would
 *   change, and for what they cannot bind
 */
export function bindable(params: readonly unknown[], sql: string): readonly unknown[] {
  let converted: unknown[] | null = null;
  for (let index = 0; index < params.length; index++) {
    const value = params[index];
    switch (typeof value) {
      case "string":
        if (!isWellFormed(value)) throw refused("text with a lone surrogate", index, sql);
        break;
      case "bigint":
        break;
      case "number":
        if (Number.isNaN(value)) throw refused("NaN", index, sql);
        break;
      case "boolean":
        converted ??= params.slice();
        converted[index] = value ? 1n : 0n;
        break;
      default:
        // A lone object would be taken for a list of named parameters.
        if (value !== null && !(value instanceof Uint8Array))
          throw refused(typeof value === "object" ? "an object" : typeof value, index, sql);
    }
  }
  return converted ?? params;
}

function refused(what: string, index: number, sql: string): DataError {
  return new DataError(`SQLite cannot hold ${what} (parameter ${index + 1}).`, { vendor: "sqlite", sql, code: "unbindable" });
}
