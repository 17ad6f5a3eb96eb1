import type { Dialect } from "../../sql/dialect.js";
import { codecOf, columnSql } from "../column-sql.js";
import { type ColumnChange, columnChanged, mustBeMadeAnew, type PartChanges, type TableDifference } from "./table-difference.js";
import type { ColumnPart } from "./table-parts.js";

/** The statements for one table, by when they have to run among those for the other tables. */
export interface AlterStatements {
  /** New names of the table, its columns, constraints and indexes. */
  readonly renames: readonly string[];
  /** Foreign keys that go, before the columns that they name change. */
  readonly dropForeignKeys: readonly string[];
  readonly alterations: readonly string[];
  /** Foreign keys that come, once both columns are there. */
  readonly addForeignKeys: readonly string[];
}

/** The name that PostgreSQL gives a primary key. */
function primaryKeyName(table: string): string {
  return `${table.slice(0, 58)}_pkey`;
}

/** ALTER TABLE statements, for databases that can change a table where it is. */
export function alterInPlace(dialect: Dialect, difference: TableDifference): AlterStatements {
  const quote = (name: string): string => dialect.quoteIdentifier(name);
  const { change, next } = difference;
  const table = quote(next.meta.table);
  const alter = (action: string): string => `ALTER TABLE ${table} ${action}`;
  const dropConstraints = (changes: PartChanges): string[] => changes.removed.map((part) => alter(`DROP CONSTRAINT ${quote(part.name)}`));
  const addConstraints = (changes: PartChanges): string[] => changes.added.map((part) => alter(`ADD ${part.sql}`));
  const anew = difference.kept.filter(mustBeMadeAnew);
  const altered = difference.kept.filter((column) => !mustBeMadeAnew(column) && columnChanged(column));
  const added = [...difference.addedColumns, ...anew.map((column) => column.next)];
  const keyInline = added.some(({ field }) => field.primaryKey);
  return {
    renames: renameStatements(dialect, difference),
    dropForeignKeys: dropConstraints(difference.foreignKeys),
    alterations: [
      ...difference.indexes.removed.map((part) => `DROP INDEX ${quote(part.name)}`),
      ...dropConstraints(difference.uniques),
      ...dropConstraints(difference.checks),
      ...(difference.primaryKeyChanged
        ? [alter(`DROP CONSTRAINT ${quote(difference.primaryKeyName ?? primaryKeyName(next.meta.table))}`)]
        : []),
      ...difference.removedColumns.map(({ name }) => alter(`DROP COLUMN ${quote(name)}`)),
      ...anew.map((column) => alter(`DROP COLUMN ${quote(column.next.name)}`)),
      ...added.flatMap((column) => addColumn(dialect, difference, column)),
      ...altered.flatMap((column) => alterColumn(dialect, table, column, change.fills.get(column.next.field.name))),
      ...(difference.primaryKeyChanged && !keyInline ? [alter(`ADD PRIMARY KEY (${next.primaryKey.map(quote).join(", ")})`)] : []),
      ...addConstraints(difference.uniques),
      ...addConstraints(difference.checks),
      ...difference.indexes.added.map((part) => part.sql),
      ...(dialect.schema.comments ? commentStatements(dialect, difference, table, added) : []),
    ],
    addForeignKeys: addConstraints(difference.foreignKeys),
  };
}

function renameStatements(dialect: Dialect, { change, next, kept, uniques, checks, foreignKeys, indexes }: TableDifference): string[] {
  const quote = (name: string): string => dialect.quoteIdentifier(name);
  const table = quote(next.meta.table);
  const oldTable = change.old.table;
  const renamed = oldTable !== next.meta.table;
  return [
    ...(renamed
      ? [
          `ALTER TABLE ${quote(oldTable)} RENAME TO ${table}`,
          `ALTER INDEX IF EXISTS ${quote(primaryKeyName(oldTable))} RENAME TO ${quote(primaryKeyName(next.meta.table))}`,
        ]
      : []),
    ...kept
      .filter((column) => column.old.name !== column.next.name)
      .map((column) => `ALTER TABLE ${table} RENAME COLUMN ${quote(column.old.name)} TO ${quote(column.next.name)}`),
    ...[uniques, checks, foreignKeys].flatMap((changes) =>
      changes.renamed.map(({ from, to }) => `ALTER TABLE ${table} RENAME CONSTRAINT ${quote(from.name)} TO ${quote(to.name)}`),
    ),
    ...indexes.renamed.map(({ from, to }) => `ALTER INDEX ${quote(from.name)} RENAME TO ${quote(to.name)}`),
  ];
}

/** ADD COLUMN; what rows that are there get is a default that goes again at once. */
function addColumn(dialect: Dialect, { change, next }: TableDifference, column: ColumnPart): string[] {
  const table = dialect.quoteIdentifier(next.meta.table);
  const name = dialect.quoteIdentifier(column.name);
  const sql = columnSql(dialect, next.meta, column.field);
  const fill = change.fills.get(column.field.name);
  if (fill === undefined) return [`ALTER TABLE ${table} ADD COLUMN ${sql}`];
  const head = `${name} ${codecOf(dialect, column.field).columnType}`;
  return [
    `ALTER TABLE ${table} ADD COLUMN ${head} DEFAULT ${fill}${sql.slice(head.length)}`,
    `ALTER TABLE ${table} ALTER COLUMN ${name} DROP DEFAULT`,
  ];
}

/** Kinds of columns between which the database converts by way of another one only. */
function conversion(quoted: string, { old, next }: ColumnChange): string {
  const numeric = (type: string): boolean => /^(SMALLINT|BIGINT|NUMERIC|DOUBLE)/.test(type);
  if ((old.type === "BOOLEAN" && numeric(next.type)) || (next.type === "BOOLEAN" && numeric(old.type)))
    return `${quoted}::integer::${next.type}`;
  if (old.field.storage.kind === "nativeEnum" || next.field.storage.kind === "nativeEnum") return `${quoted}::text::${next.type}`;
  return `${quoted}::${next.type}`;
}

function alterColumn(dialect: Dialect, table: string, change: ColumnChange, fill: string | undefined): string[] {
  const { old, next } = change;
  const name = dialect.quoteIdentifier(next.name);
  const column = (action: string): string => `ALTER TABLE ${table} ALTER COLUMN ${name} ${action}`;
  const typeChanged = old.type !== next.type;
  const defaultChanged = old.default !== next.default;
  const sequence = (action: string): string =>
    `DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence(${dialect.literal(table)}, ${dialect.literal(next.name)}) || ' AS ${action}'; END $$`;
  const fills = !next.nullable && old.nullable && fill !== undefined;
  return [
    ...(old.default !== null && (defaultChanged || typeChanged) ? [column("DROP DEFAULT")] : []),
    ...(old.auto && !next.auto ? leaveSequence(dialect, table, next.name, column) : []),
    ...(typeChanged ? [column(`TYPE ${next.type} USING ${conversion(name, change)}`)] : []),
    ...(typeChanged && old.auto && next.auto ? [sequence(next.type)] : []),
    // an ALTER TABLE cannot follow rows whose deferred constraints have not been checked
    ...(fills
      ? [`UPDATE ${table} SET ${name} = ${fill} WHERE ${name} IS NULL`, "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"]
      : []),
    ...(old.nullable === next.nullable ? [] : [column(next.nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
    ...(!old.auto && next.auto ? numberRows(dialect, table, next, column) : []),
    ...(next.default !== null && (defaultChanged || typeChanged) ? [column(`SET DEFAULT ${next.default}`)] : []),
  ];
}

function leaveSequence(dialect: Dialect, table: string, name: string, column: (action: string) => string): string[] {
  const owned = `pg_get_serial_sequence(${dialect.literal(table)}, ${dialect.literal(name)})`;
  return [`DO $$ DECLARE sequence text := ${owned}; BEGIN ${column("DROP DEFAULT")}; EXECUTE 'DROP SEQUENCE ' || sequence; END $$`];
}

/** The database numbers new rows after the greatest number that is there. */
function numberRows(dialect: Dialect, table: string, { name, type }: ColumnPart, column: (action: string) => string): string[] {
  const quoted = dialect.quoteIdentifier(name);
  const sequence = dialect.quoteIdentifier(`${table.slice(1, -1).slice(0, 29)}_${name.slice(0, 29)}_seq`);
  return [
    `CREATE SEQUENCE ${sequence} AS ${type} OWNED BY ${table}.${quoted}`,
    `SELECT setval(${dialect.literal(sequence)}, COALESCE(MAX(${quoted}), 0) + 1, false) FROM ${table}`,
    column(`SET DEFAULT nextval(${dialect.literal(sequence)})`),
  ];
}

function commentStatements(
  dialect: Dialect,
  { next, kept, commentChanged }: TableDifference,
  table: string,
  added: readonly ColumnPart[],
): string[] {
  const comment = (name: string, text: string | null): string =>
    `COMMENT ON COLUMN ${table}.${dialect.quoteIdentifier(name)} IS ${text === null ? "NULL" : dialect.literal(text)}`;
  const changed = kept
    .filter((column) => !mustBeMadeAnew(column) && column.old.comment !== column.next.comment)
    .map((column) => column.next);
  return [
    ...(commentChanged ? [`COMMENT ON TABLE ${table} IS ${next.comment === null ? "NULL" : dialect.literal(next.comment)}`] : []),
    ...[...changed, ...added.filter((column) => column.comment !== null)].map((column) => comment(column.name, column.comment)),
  ];
}
