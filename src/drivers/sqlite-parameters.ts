import { DataError } from "../errors.js";

/**
 * What SQLite's drivers can bind: booleans as 0 and 1, everything else as it came.
 *
 * @param params - the values
 * @param sql - the statement, for the error
 * @returns the same list where nothing had to change
 * @throws DataError for NaN, which the drivers would silently bind as NULL
 */
export function bindable(params: readonly unknown[], sql: string): readonly unknown[] {
  for (let index = 0; index < params.length; index++) {
    const value = params[index];
    if (Number.isNaN(value)) throw new DataError(`SQLite cannot hold NaN (parameter ${index + 1}).`, { vendor: "sqlite", sql, code: "nan" });
    if (typeof value === "boolean") {
      const converted = params.slice();
      for (let rest = index; rest < converted.length; rest++) {
        const candidate = converted[rest];
        if (typeof candidate === "boolean") converted[rest] = candidate ? 1n : 0n;
        else if (Number.isNaN(candidate)) return bindable(params.slice(rest), sql);
      }
      return converted;
    }
  }
  return params;
}
