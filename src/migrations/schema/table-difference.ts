import type { ModelMeta } from "../../models/meta.js";
import type { Dialect } from "../../sql/dialect.js";
import { mentions } from "./substitute-names.js";
import { type ColumnPart, type NamedPart, type TableParts, tableParts } from "./table-parts.js";

/** One table on its way from one shape to another: null where it is not there yet, or no more. */
export interface TableChange {
  readonly old: ModelMeta | null;
  readonly next: ModelMeta | null;
  /** New names of fields by their old ones. */
  readonly renamedFields: ReadonlyMap<string, string>;
  /** The values that rows which are there get, by the field's new name: SQL text. */
  readonly fills: ReadonlyMap<string, string>;
}

/** A table that stays, with both of its shapes. */
export interface AlteredTable extends TableChange {
  readonly old: ModelMeta;
  readonly next: ModelMeta;
}

/** A column that stays, with both of its shapes. */
export interface ColumnChange {
  readonly old: ColumnPart;
  readonly next: ColumnPart;
}

/** Constraints or indexes of one kind: which go, which come, and which only get another name. */
export interface PartChanges {
  readonly removed: readonly NamedPart[];
  readonly added: readonly NamedPart[];
  readonly renamed: readonly { readonly from: NamedPart; readonly to: NamedPart }[];
}

/** What is to be done to a table. */
export interface TableDifference {
  readonly change: AlteredTable;
  readonly old: TableParts;
  readonly next: TableParts;
  readonly addedColumns: readonly ColumnPart[];
  readonly removedColumns: readonly ColumnPart[];
  readonly kept: readonly ColumnChange[];
  readonly primaryKeyChanged: boolean;
  /** The name of the old primary key in the database; null for the one that the database gives by itself. */
  readonly primaryKeyName: string | null;
  readonly uniques: PartChanges;
  readonly checks: PartChanges;
  readonly foreignKeys: PartChanges;
  readonly indexes: PartChanges;
  readonly commentChanged: boolean;
}

/** Whether the column's own definition differs, apart from its name. */
export function columnChanged({ old, next }: ColumnChange): boolean {
  return (
    old.type !== next.type ||
    old.auto !== next.auto ||
    old.nullable !== next.nullable ||
    old.default !== next.default ||
    old.generated !== next.generated
  );
}

/** Whether a column has to be dropped and made anew: what a computed column holds cannot be given to it. */
export function mustBeMadeAnew({ old, next }: ColumnChange): boolean {
  return old.generated !== next.generated || (next.generated !== null && old.type !== next.type);
}

/**
 * Compares the two shapes of a table.
 *
 * @param tables - new names of tables that change theirs at the same time
 */
export function tableDifference(dialect: Dialect, change: AlteredTable, tables: ReadonlyMap<string, string>): TableDifference {
  const newNames = new Map(change.old.fields.map((field) => [field.name, change.renamedFields.get(field.name) ?? field.name]));
  const columns = new Map<string, string>();
  for (const field of change.old.fields) {
    const next = change.next.fields.find((candidate) => candidate.name === newNames.get(field.name));
    if (next !== undefined && next.column !== field.column) columns.set(field.column, next.column);
  }
  const old = tableParts(dialect, change.old, { columns, tables });
  const next = tableParts(dialect, change.next);
  const kept: ColumnChange[] = [];
  const removedColumns: ColumnPart[] = [];
  const matched = new Set<ColumnPart>();
  for (const part of old.columns) {
    const counterpart = next.columns.find((candidate) => candidate.field.name === newNames.get(part.field.name));
    if (counterpart === undefined) removedColumns.push(part);
    else {
      matched.add(counterpart);
      kept.push({ old: part, next: counterpart });
    }
  }
  const anew = kept.filter(mustBeMadeAnew).map((column) => dialect.quoteIdentifier(column.next.name));
  const compare = (before: readonly NamedPart[], after: readonly NamedPart[]): PartChanges => partChanges(before, after, anew);
  return {
    change,
    old,
    next,
    kept,
    removedColumns,
    addedColumns: next.columns.filter((part) => !matched.has(part)),
    primaryKeyChanged: old.primaryKey.join("\0") !== next.primaryKey.join("\0"),
    primaryKeyName: null,
    uniques: compare(old.uniques, next.uniques),
    checks: compare(old.checks, next.checks),
    foreignKeys: compare(old.foreignKeys, next.foreignKeys),
    indexes: compare(old.indexes, next.indexes),
    commentChanged: old.comment !== next.comment,
  };
}

/** @param anew - quoted columns that are dropped and made again, with everything on them */
function partChanges(before: readonly NamedPart[], after: readonly NamedPart[], anew: readonly string[]): PartChanges {
  const remaining = new Set(after);
  const removed: NamedPart[] = [];
  const renamed: { from: NamedPart; to: NamedPart }[] = [];
  const lost = (part: NamedPart): boolean => anew.some((column) => mentions(part.body, column));
  const take = (matches: (candidate: NamedPart) => boolean): NamedPart | undefined => {
    const found = [...remaining].find(matches);
    if (found !== undefined) remaining.delete(found);
    return found;
  };
  const unnamed: NamedPart[] = [];
  for (const part of before) {
    if (lost(part)) removed.push(part);
    else if (take((candidate) => candidate.name === part.name && candidate.body === part.body) === undefined) unnamed.push(part);
  }
  for (const part of unnamed) {
    const to = take((candidate) => candidate.body === part.body);
    if (to === undefined) removed.push(part);
    else renamed.push({ from: part, to });
  }
  return { removed, renamed, added: [...remaining] };
}

/** Whether anything is to be done at all, renames of the table and of columns apart. */
export function isEmptyDifference(difference: TableDifference): boolean {
  const none = (changes: PartChanges): boolean => changes.removed.length + changes.added.length + changes.renamed.length === 0;
  return (
    difference.addedColumns.length + difference.removedColumns.length === 0 &&
    !difference.kept.some((column) => columnChanged(column) || column.old.comment !== column.next.comment) &&
    !difference.primaryKeyChanged &&
    !difference.commentChanged &&
    [difference.uniques, difference.checks, difference.foreignKeys, difference.indexes].every(none)
  );
}
