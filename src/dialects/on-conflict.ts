import type { InsertConflict } from "../sql/dialect.js";

/** INSERT … ON CONFLICT, as PostgreSQL and SQLite have it. */
export function onConflict({ target, update, countUp, table }: InsertConflict): string {
  const columns = target.length > 0 ? ` (${target.join(", ")})` : "";
  const set = [
    ...update.map((column) => `${column} = EXCLUDED.${column}`),
    ...countUp.map((column) => `${column} = ${table}.${column} + 1`),
  ];
  return `ON CONFLICT${columns} DO ${set.length === 0 ? "NOTHING" : `UPDATE SET ${set.join(", ")}`}`;
}
