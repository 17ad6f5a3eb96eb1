import type { InsertConflict } from "../sql/dialect.js";

/** INSERT … ON CONFLICT, as PostgreSQL and SQLite have it. */
export function onConflict({ target, update }: InsertConflict): string {
  const columns = target.length > 0 ? ` (${target.join(", ")})` : "";
  if (update.length === 0) return `ON CONFLICT${columns} DO NOTHING`;
  return `ON CONFLICT${columns} DO UPDATE SET ${update.map((column) => `${column} = EXCLUDED.${column}`).join(", ")}`;
}
