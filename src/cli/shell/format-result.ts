import { inspect } from "node:util";
import { isInstance, metaOfInstance } from "../../models/core.js";
import { PendingValue } from "../../models/pending.js";
import type { Terminal } from "../output/terminal.js";
import { textTable } from "../output/text-table.js";

/** How many rows of a result are printed. */
const ROW_LIMIT = 50;
const CELL_WIDTH = 60;

function cell(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof PendingValue) return "(not loaded)";
  const text =
    typeof value === "string"
      ? value
      : value instanceof Date
        ? value.toISOString()
        : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  return line.length > CELL_WIDTH ? `${line.slice(0, CELL_WIDTH - 1)}…` : line;
}

type Cells = Readonly<Record<string, unknown>>;

/** A row by the names of its columns; null for what has none. */
function columnsOf(row: unknown): Cells | null {
  if (isInstance(row)) {
    // an instance's attributes are its columns
    const values = row as unknown as Cells;
    return Object.fromEntries(metaOfInstance(row).fields.map(({ attname }) => [attname, values[attname]]));
  }
  if (Array.isArray(row)) return Object.fromEntries(row.map((value, index) => [String(index), value]));
  const isPlain = typeof row === "object" && row !== null && [Object.prototype, null].includes(Object.getPrototypeOf(row));
  return isPlain ? (row as Cells) : null;
}

/**
 * Rows as a table.
 *
 * @param value - what an expression gave
 * @returns null where it is no list of rows
 */
function rowsAsTable(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const rows = value.slice(0, ROW_LIMIT).map(columnsOf);
  if (rows.some((row) => row === null)) return null;
  // none is null, as just seen
  const cells = rows as readonly Cells[];
  const names = [...new Set(cells.flatMap((row) => Object.keys(row)))];
  const numeric = names.flatMap((name, index) =>
    cells.every((row) => ["number", "bigint"].includes(typeof row[name]) || row[name] === null) ? [index] : [],
  );
  const table = textTable(
    names,
    cells.map((row) => names.map((name) => cell(row[name]))),
    new Set(numeric),
  );
  const count = value.length > ROW_LIMIT ? `the first ${ROW_LIMIT} rows` : value.length === 1 ? "1 row" : `${value.length} rows`;
  return `${table}\n(${count})`;
}

/**
 * A result as the shell shows it: rows as a table, text as it is, anything else as Node would.
 *
 * @param value - what an expression gave
 */
export function formatResult(value: unknown, terminal: Terminal): string {
  const colors = terminal.colors.isColorSupported;
  return rowsAsTable(value) ?? (typeof value === "string" ? value : inspect(value, { colors, depth: 3 }));
}
