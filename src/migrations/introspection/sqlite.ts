import type { Flow } from "../../engine/flow.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import type { ColumnInfo, ForeignKeyInfo, IndexInfo, TableInfo, UniqueInfo } from "./schema-info.js";
import { parseTableSql } from "./table-sql.js";

const text = (value: unknown): string => String(value ?? "");
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

/**
 * The tables of a database of SQLite.
 *
 * @param only - the name of one table; null for all
 * @param views - also views
 */
export function* inspectSqlite(runner: StatementRunner, only: string | null = null, views = false): Flow<TableInfo[]> {
  const literal = (value: string): string => runner.dialect.literal(value);
  const tables = yield* runner.rows(
    `SELECT name, sql, type FROM sqlite_schema WHERE type IN ('table'${views ? ", 'view'" : ""}) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'${only === null ? "" : ` AND name = ${literal(only)} COLLATE NOCASE`} ORDER BY name`,
  );
  const found: TableInfo[] = [];
  for (const [rawName, sql, type] of tables) {
    const name = text(rawName);
    const view = type === "view";
    const parsed = parseTableSql(view ? "" : text(sql));
    const columns = yield* runner.rows(
      `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(${literal(name)}) ORDER BY cid`,
    );
    const lists = yield* runner.rows(`SELECT name, "unique", origin FROM pragma_index_list(${literal(name)}) ORDER BY name`);
    const uniques: UniqueInfo[] = [];
    const indexes: IndexInfo[] = [];
    for (const [index, unique, origin] of lists) {
      if (origin === "pk") continue;
      const parts = yield* runner.rows(
        `SELECT name, "desc", cid FROM pragma_index_xinfo(${literal(text(index))}) WHERE key = 1 ORDER BY seqno`,
      );
      const names = parts.map(([part]) => textOrNull(part));
      if (origin === "u") uniques.push(uniqueInfo(text(index), names.map(text)));
      else {
        const [[definition] = []] = yield* runner.rows(
          `SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ${literal(text(index))}`,
        );
        const descending = parts.map(([, flag]) => Number(flag) === 1);
        indexes.push(indexInfo(text(index), names, Number(unique) === 1, descending, text(definition)));
      }
    }
    const key = columns.filter(([, , , , position]) => Number(position) > 0).sort((left, right) => Number(left[4]) - Number(right[4]));
    found.push({
      name,
      view,
      columns: columns.map((column) => columnInfo(column, parsed, key.length === 1)),
      primaryKey: key.map(([column]) => text(column)),
      primaryKeyName: null,
      uniques: uniques.sort((left, right) => (left.definition < right.definition ? -1 : 1)),
      indexes,
      checks: parsed.checks,
      exclusions: [],
      foreignKeys: yield* foreignKeys(runner, name),
      comment: null,
    });
  }
  return found;
}

function columnInfo(
  [name, type, notNull, given, key, hidden]: readonly unknown[],
  parsed: ReturnType<typeof parseTableSql>,
  single: boolean,
): ColumnInfo {
  const generated = Number(hidden) >= 2;
  const isKey = Number(key) > 0;
  return {
    name: text(name),
    type: text(type).toLowerCase(),
    // a key takes NULL by an old mistake of SQLite only
    values: null,
    nullable: Number(notNull) === 0 && !(isKey && single && text(type).toUpperCase() === "INTEGER"),
    default: textOrNull(given),
    auto: isKey && single && parsed.autoincrement,
    generated: generated ? (parsed.generated.get(text(name).toLowerCase()) ?? "") : null,
    stored: Number(hidden) === 3,
    comment: null,
  };
}

function uniqueInfo(name: string, columns: readonly string[]): UniqueInfo {
  return { name, columns, include: [], deferrable: null, nullsDistinct: true, definition: `UNIQUE (${columns.join(", ")})` };
}

function indexInfo(
  name: string,
  columns: readonly (string | null)[],
  unique: boolean,
  descending: readonly boolean[],
  sql: string,
): IndexInfo {
  const definition = sql.slice(sql.indexOf("(", sql.search(/\bON\b/i)));
  const condition = /\)\s*WHERE\s+([\s\S]*)$/i.exec(definition)?.[1] ?? null;
  return { name, columns, unique, descending, definition, method: null, condition, include: [], nullsDistinct: true };
}

function* foreignKeys(runner: StatementRunner, table: string): Flow<ForeignKeyInfo[]> {
  const rows = yield* runner.rows(
    `SELECT id, "table", "from", "to", on_delete FROM pragma_foreign_key_list(${runner.dialect.literal(table)}) ORDER BY id, seq`,
  );
  const keys = new Map<unknown, { columns: string[]; table: string; targets: string[]; onDelete: string }>();
  for (const [id, target, from, to, onDelete] of rows) {
    const known = keys.get(id) ?? { columns: [], table: text(target), targets: [], onDelete: text(onDelete) };
    known.columns.push(text(from));
    if (to !== null) known.targets.push(text(to));
    keys.set(id, known);
  }
  return [...keys.values()]
    .map((key) => ({ name: null, ...key }))
    .sort((left, right) => (left.columns.join() < right.columns.join() ? -1 : 1));
}
