import type { OutputType } from "../../sql/nodes.js";

/** CAST as other databases have it: SQLite's own makes numbers of dates, and knows no places after the point. */
export function castTo(operand: string, { storage }: OutputType, type: string): string {
  switch (storage.kind) {
    case "date":
      return `dorm_to_date(${operand}, 'UTC')`;
    case "time":
      return `dorm_to_time(${operand}, 'UTC')`;
    case "datetime":
      return `dorm_to_datetime(${operand})`;
    case "decimal":
      return storage.decimalPlaces === undefined
        ? `CAST(${operand} AS NUMERIC)`
        : `ROUND(CAST(${operand} AS NUMERIC), ${storage.decimalPlaces})`;
    default:
      return `CAST(${operand} AS ${type})`;
  }
}
