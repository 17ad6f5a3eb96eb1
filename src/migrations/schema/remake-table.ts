import type { Flow } from "../../engine/flow.js";
import { NotSupportedError } from "../../errors.js";
import type { ModelMeta } from "../../models/meta.js";
import type { Dialect } from "../../sql/dialect.js";
import { columnSql } from "../column-sql.js";
import { constrainedRelations, foreignKeySql } from "../foreign-key-sql.js";
import { schemaName } from "../schema-names.js";
import { createTableSql } from "../table-sql.js";
import type { StatementRunner } from "./statement-runner.js";
import { columnChanged, type TableDifference } from "./table-difference.js";
import { type ColumnPart, tableParts } from "./table-parts.js";

/**
 * Changes a table of a database that can add and drop plain columns only, as SQLite: what is more than that is done by
 * making the table anew and copying its rows. Other tables go on referring to it by its name, and no row of theirs is
 * touched; the caller has switched the enforcement of foreign keys off before the transaction.
 */
export function* alterByRemaking(runner: StatementRunner, difference: TableDifference): Flow<void> {
  const { change, next } = difference;
  const quote = (name: string): string => runner.quote(name);
  yield* renameTable(runner, change.old.table, next.meta.table);
  for (const { old, next: column } of difference.kept) {
    if (old.name !== column.name)
      yield* runner.run(`ALTER TABLE ${quote(next.meta.table)} RENAME COLUMN ${quote(old.name)} TO ${quote(column.name)}`);
  }
  if (mustRemake(difference)) {
    yield* remake(runner, difference);
    return;
  }
  for (const part of [...difference.indexes.removed, ...difference.indexes.renamed.map(({ from }) => from)])
    yield* runner.run(`DROP INDEX ${quote(part.name)}`);
  for (const column of difference.removedColumns)
    yield* runner.run(`ALTER TABLE ${quote(next.meta.table)} DROP COLUMN ${quote(column.name)}`);
  for (const column of difference.addedColumns) {
    yield* runner.run(`ALTER TABLE ${quote(next.meta.table)} ADD COLUMN ${inlineColumn(runner.dialect, next.meta, column)}`);
    const fill = change.fills.get(column.field.name);
    if (fill !== undefined) yield* runner.run(`UPDATE ${quote(next.meta.table)} SET ${quote(column.name)} = ${fill}`);
  }
  for (const part of [...difference.indexes.added, ...difference.indexes.renamed.map(({ to }) => to)]) yield* runner.run(part.sql);
}

function* renameTable(runner: StatementRunner, from: string, to: string): Flow<void> {
  if (from === to) return;
  // names that differ in their case only are one name to the database
  const sameName = from.toLowerCase() === to.toLowerCase();
  const between = `dorm_renamed_${to}`;
  if (sameName) yield* runner.run(`ALTER TABLE ${runner.quote(from)} RENAME TO ${runner.quote(between)}`);
  yield* runner.run(`ALTER TABLE ${runner.quote(sameName ? between : from)} RENAME TO ${runner.quote(to)}`);
}

/** Whether there is more to do than the database's own ALTER TABLE can. */
function mustRemake(difference: TableDifference): boolean {
  const { addedColumns, removedColumns, kept, uniques, checks, foreignKeys, primaryKeyChanged, change, next } = difference;
  const ownParts = new Set(
    addedColumns.flatMap(({ name }) => [schemaName("fk", next.meta.table, [name]), schemaName("check", next.meta.table, [name])]),
  );
  const beyond = (names: readonly { readonly name: string }[]): boolean => names.some(({ name }) => !ownParts.has(name));
  return (
    primaryKeyChanged ||
    kept.some(columnChanged) ||
    uniques.removed.length + uniques.added.length > 0 ||
    checks.removed.length + foreignKeys.removed.length > 0 ||
    beyond(checks.added) ||
    beyond(foreignKeys.added) ||
    removedColumns.some(({ generated, auto }) => generated !== null || auto) ||
    addedColumns.some((column) => !canBeAdded(column, change.fills.has(column.field.name)))
  );
}

/** Whether ADD COLUMN takes it: it may be empty in rows that are there, or has a constant for them. */
function canBeAdded({ field, nullable, auto, generated, default: given }: ColumnPart, filled: boolean): boolean {
  if (field.unique || auto || generated !== null || given?.startsWith("(")) return false;
  return nullable || (given !== null && given !== "NULL" && !filled);
}

/** A column with the constraints that are only its own. */
function inlineColumn(dialect: Dialect, meta: ModelMeta, column: ColumnPart): string {
  const { checks } = tableParts(dialect, meta);
  const check = checks.find(({ name }) => name === schemaName("check", meta.table, [column.name]));
  const relation = constrainedRelations(meta).find(({ field }) => field.name === column.field.name);
  const quoted = dialect.quoteIdentifier(column.name);
  // in a column's own definition a foreign key does not name the column
  const reference = relation === undefined ? undefined : foreignKeySql(dialect, relation).replace(`FOREIGN KEY (${quoted}) `, "");
  return [columnSql(dialect, meta, column.field), check?.sql, reference].filter((sql) => sql !== undefined).join(" ");
}

interface Dependent {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

function* remake(runner: StatementRunner, difference: TableDifference): Flow<void> {
  const { change, next } = difference;
  const { dialect } = runner;
  const quote = (name: string): string => runner.quote(name);
  const table = next.meta.table;
  const temporary = `dorm_new_${table}`;
  yield* checkUnenforced(runner, change.old.table);
  const dependents = yield* dependentsOf(runner, change.old.table, difference);
  const create = createTableSql(dialect, next.meta, () => true);
  yield* runner.run(create.replace(quote(table), quote(temporary)));
  const copied = copiedColumns(dialect, difference);
  const names = copied.map(([name]) => quote(name)).join(", ");
  yield* runner.run(`INSERT INTO ${quote(temporary)} (${names}) SELECT ${copied.map(([, sql]) => sql).join(", ")} FROM ${quote(table)}`);
  const numbered = (meta: ModelMeta): boolean => meta.keyFields.some((field) => field.auto);
  if (numbered(change.old) && numbered(next.meta)) {
    yield* runner.run(`DELETE FROM sqlite_sequence WHERE name = ${dialect.literal(temporary)}`);
    yield* runner.run(
      `INSERT INTO sqlite_sequence (name, seq) SELECT ${dialect.literal(temporary)}, seq FROM sqlite_sequence WHERE name = ${dialect.literal(table)}`,
    );
  }
  yield* runner.run(`DROP TABLE ${quote(table)}`);
  // else the new name would be looked for in views and triggers, which still name a table that is not there for a moment
  yield* runner.run("PRAGMA legacy_alter_table = ON");
  yield* runner.run(`ALTER TABLE ${quote(temporary)} RENAME TO ${quote(table)}`);
  yield* runner.run("PRAGMA legacy_alter_table = OFF");
  for (const index of next.indexes) yield* runner.run(index.sql);
  for (const dependent of dependents) yield* runner.run(dependent.sql);
}

/** The columns of the new table that get a value, and where it comes from. */
function copiedColumns(dialect: Dialect, { change, kept, addedColumns }: TableDifference): (readonly [name: string, sql: string])[] {
  const copied: (readonly [string, string])[] = [];
  for (const { old, next } of kept) {
    if (next.generated !== null) continue;
    const quoted = dialect.quoteIdentifier(next.name);
    const fill = change.fills.get(next.field.name);
    copied.push([next.name, old.nullable && !next.nullable && fill !== undefined ? `COALESCE(${quoted}, ${fill})` : quoted]);
  }
  for (const { name, field } of addedColumns) {
    const fill = change.fills.get(field.name);
    if (fill !== undefined) copied.push([name, fill]);
  }
  return copied;
}

/** Triggers, and indexes that no model knows of: they go with the old table and come back on the new one. */
function* dependentsOf(runner: StatementRunner, oldTable: string, { old, next }: TableDifference): Flow<Dependent[]> {
  const known = new Set([...old.indexes, ...next.indexes].map(({ name }) => name.toLowerCase()));
  const current = runner.collected === null ? next.meta.table : oldTable;
  const rows = yield* runner.rows(
    `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ${runner.dialect.literal(current)} COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name`,
  );
  return rows
    .map(([type, name, sql]) => ({ type: String(type), name: String(name), sql: String(sql) }))
    .filter(({ type, name }) => type === "trigger" || !known.has(name.toLowerCase()));
}

/** @throws NotSupportedError where dropping the old table would count as deleting the rows that others refer to */
function* checkUnenforced(runner: StatementRunner, table: string): Flow<void> {
  if (runner.collected !== null) return;
  const [[enforced] = []] = yield* runner.rows("PRAGMA foreign_keys");
  if (Number(enforced) === 0) return;
  const [other] = yield* runner.rows(
    `SELECT child.name FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS reference WHERE child.type = 'table' AND reference."table" = ${runner.dialect.literal(table)} COLLATE NOCASE LIMIT 1`,
  );
  if (other === undefined) return;
  throw new NotSupportedError(
    `The table "${table}" has to be made anew, which SQLite cannot do inside a transaction that enforces foreign keys, as "${String(other[0])}" refers to it. Run it outside of other transactions.`,
    { alias: runner.alias, vendor: runner.dialect.vendor, code: "foreign_keys_enforced", table },
  );
}
