import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import type { ModelMeta } from "../../models/meta.js";
import { checkTypes } from "../schema-checks.js";
import { dependencyOrder } from "../table-order.js";
import { createTablesSql, dropTablesSql } from "../table-sql.js";
import { alterInPlace } from "./alter-in-place.js";
import { withDatabaseNames } from "./database-names.js";
import { enclosed, isInTransaction } from "./enclosed.js";
import { alterByRemaking } from "./remake-table.js";
import type { StatementRunner } from "./statement-runner.js";
import { type AlteredTable, isEmptyDifference, type TableChange, type TableDifference, tableDifference } from "./table-difference.js";

/**
 * Brings tables from their old shapes to their new ones: makes, drops and alters them, with all that depends on their
 * names and columns; all or nothing. Models with `managed: false` are left alone.
 *
 * @param runner - the database, or the list of a dry run
 * @param changes - of one operation
 */
export function* changeTables(runner: StatementRunner, changes: readonly TableChange[]): Flow<void> {
  const together = runner.collected !== null || isInTransaction(runner.alias);
  yield* together ? change(runner, changes) : enclosed(runner.alias, () => change(runner, changes));
}

function* change(runner: StatementRunner, changes: readonly TableChange[]): Flow<void> {
  const managed = changes.filter(({ old, next }) => old?.options.managed !== false && next?.options.managed !== false);
  const created = managed.flatMap(({ old, next }) => (old === null && next !== null ? [next] : []));
  const dropped = managed.flatMap(({ old, next }) => (next === null && old !== null ? [old] : []));
  const altered = managed.filter(isAltered);
  const tables = new Map(altered.filter(({ old, next }) => old.table !== next.table).map(({ old, next }) => [old.table, next.table]));
  const differences: TableDifference[] = [];
  for (const change of altered) {
    const difference = tableDifference(runner.dialect, change, tables);
    if (!isUnchanged(difference)) differences.push(yield* withDatabaseNames(runner, difference));
  }
  if (runner.collected === null) {
    yield* checkTypes(runner.alias, runner.dialect, [...created, ...differences.map(({ next }) => next.meta)]);
    for (const difference of differences) yield* checkNulls(runner, difference);
  }
  yield* runner.runAll(dropTablesSql(runner.dialect, dependencyOrder(dropped).map(tableOf)));
  if (runner.dialect.features.alterConstraints) {
    const statements = differences.map((difference) => alterInPlace(runner.dialect, difference));
    for (const { renames } of statements) yield* runner.runAll(renames);
    for (const { dropForeignKeys } of statements) yield* runner.runAll(dropForeignKeys);
    for (const { alterations } of statements) yield* runner.runAll(alterations);
    yield* runner.runAll(createTablesSql(runner.dialect, dependencyOrder(created)));
    for (const { addForeignKeys } of statements) yield* runner.runAll(addForeignKeys);
  } else {
    for (const difference of differences) yield* alterByRemaking(runner, difference);
    yield* runner.runAll(createTablesSql(runner.dialect, dependencyOrder(created)));
  }
}

function isAltered(change: TableChange): change is AlteredTable {
  return change.old !== null && change.next !== null;
}

function tableOf(meta: ModelMeta): string {
  return meta.table;
}

function isUnchanged(difference: TableDifference): boolean {
  const { change, kept } = difference;
  return change.old.table === change.next.table && kept.every(({ old, next }) => old.name === next.name) && isEmptyDifference(difference);
}

/** @throws MigrationError when a column is to be NOT NULL and has rows without a value, and none is given for them */
function* checkNulls(runner: StatementRunner, { change, kept, addedColumns }: TableDifference): Flow<void> {
  for (const { field, nullable, auto, generated, default: given } of addedColumns) {
    if (nullable || auto || generated !== null || given !== null || change.fills.has(field.name)) continue;
    const [row] = yield* runner.rows(`SELECT 1 FROM ${runner.quote(change.old.table)} LIMIT 1`);
    if (row === undefined) continue;
    throw new MigrationError(
      `${field.label} must have a value, and the table has rows that would have none. Give AddField a field with a default and { preserveDefault: false }, or null: true.`,
      { alias: runner.alias, vendor: runner.dialect.vendor, code: "null_rows" },
    );
  }
  for (const { old, next } of kept) {
    if (!old.nullable || next.nullable || change.fills.has(next.field.name)) continue;
    const [[count] = []] = yield* runner.rows(
      `SELECT COUNT(*) FROM ${runner.quote(change.old.table)} WHERE ${runner.quote(old.name)} IS NULL`,
    );
    if (Number(count) === 0) continue;
    throw new MigrationError(
      `${next.field.label}: ${String(count)} rows have no value, so the column cannot become NOT NULL. Fill them in an earlier migration, or give AlterField a field with a default and { preserveDefault: false }.`,
      { alias: runner.alias, vendor: runner.dialect.vendor, code: "null_rows" },
    );
  }
}
