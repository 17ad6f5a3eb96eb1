import type { Flow } from "../../engine/flow.js";
import { run, runSync } from "../../engine/run.js";
import { findMeta, type ModelMeta } from "../../models/meta.js";
import { registry } from "../../models/registry.js";
import { StatementRunner } from "../schema/statement-runner.js";
import { withJunctions } from "../table-order.js";
import { comparableSql } from "./comparable-sql.js";
import { expectedTables } from "./expected.js";
import { inspectFlow } from "./inspect.js";
import type { ColumnInfo, TableInfo } from "./schema-info.js";

/** What may be different between models and tables. */
export type DifferenceKind =
  | "missing_table"
  | "extra_table"
  | "missing_column"
  | "extra_column"
  | "type_mismatch"
  | "null_mismatch"
  | "default_mismatch"
  | "generated_mismatch"
  | "numbering_mismatch"
  | "comment_mismatch"
  | "primary_key_mismatch"
  | "missing_index"
  | "extra_index"
  | "missing_unique"
  | "extra_unique"
  | "missing_check"
  | "extra_check"
  | "missing_exclusion"
  | "extra_exclusion"
  | "missing_foreign_key"
  | "extra_foreign_key";

/** One point at which a database differs from the models. */
export interface SchemaDifference {
  /** What is different. */
  readonly kind: DifferenceKind;
  /** The table. */
  readonly table: string;
  /** The column, the index or the constraint; null where the table itself is meant. */
  readonly name: string | null;
  /** What the models say. */
  readonly expected: string | null;
  /** What the database says. */
  readonly actual: string | null;
}

/** What `schemaDifferences` takes. */
export interface DifferenceOptions {
  /** The alias of the database; default "default". */
  readonly using?: string;
  /** Model classes; default every model that is loaded. */
  readonly models?: readonly { readonly prototype: object }[];
}

/**
 * Compares a live database with the models: tables, columns, types, nullability, defaults, computed columns, keys,
 * indexes and constraints. Names of indexes and constraints do not count, of tables that no model has only the presence
 * is told, and foreign keys of several columns, which no field can be, are passed over.
 *
 * @returns the differences by table; none where they agree
 * @example
 * await getConnection().execute("ALTER TABLE library_job ADD COLUMN note TEXT");
 * const [drift] = await schemaDifferences({ using: "default" });
 * console.log(drift?.kind, drift?.table); // → extra_column library_job
 */
export function schemaDifferences(options: DifferenceOptions = {}): Promise<readonly SchemaDifference[]> {
  return run(differencesFlow(new StatementRunner(options.using ?? "default"), metasOf(options)));
}

/** As {@link schemaDifferences}, without waiting. */
export function schemaDifferencesSync(options: DifferenceOptions = {}): readonly SchemaDifference[] {
  return runSync(differencesFlow(new StatementRunner(options.using ?? "default"), metasOf(options)));
}

function metasOf({ models }: DifferenceOptions): readonly ModelMeta[] {
  return models === undefined ? registry.all().filter((meta) => !meta.autoCreated) : models.flatMap((model) => findMeta(model) ?? []);
}

/** The flow behind {@link schemaDifferences}. */
export function* differencesFlow(runner: StatementRunner, metas: readonly ModelMeta[]): Flow<readonly SchemaDifference[]> {
  const actual = yield* inspectFlow(runner);
  const wanted = withJunctions(metas);
  const known = new Set([...wanted, ...metas].map(({ table }) => table));
  return compareTables(yield* expectedTables(runner, metas), actual).filter(
    ({ kind, table }) => kind !== "extra_table" || (!known.has(table) && table !== "dorm_migrations"),
  );
}

/** The differences between tables as they should be and as they are. */
export function compareTables(expected: readonly TableInfo[], actual: readonly TableInfo[]): SchemaDifference[] {
  const there = new Map(actual.map((table) => [table.name, table]));
  const wanted = new Set(expected.map(({ name }) => name));
  return [
    ...expected.flatMap((table): SchemaDifference[] => {
      const found = there.get(table.name);
      return found === undefined
        ? [{ kind: "missing_table", table: table.name, name: null, expected: table.name, actual: null }]
        : compareTable(table, found);
    }),
    ...actual
      .filter(({ name }) => !wanted.has(name))
      .map(({ name }): SchemaDifference => ({ kind: "extra_table", table: name, name: null, expected: null, actual: name })),
  ];
}

function compareTable(expected: TableInfo, actual: TableInfo): SchemaDifference[] {
  const table = expected.name;
  const differences: SchemaDifference[] = [];
  const add = (kind: DifferenceKind, name: string | null, wanted: string | null, found: string | null): void => {
    differences.push({ kind, table, name, expected: wanted, actual: found });
  };
  const there = new Map(actual.columns.map((column) => [column.name, column]));
  for (const column of expected.columns) {
    const found = there.get(column.name);
    if (found === undefined) add("missing_column", column.name, column.type, null);
    else for (const [kind, wanted, is] of compareColumn(column, found)) add(kind, column.name, wanted, is);
  }
  const wantedColumns = new Set(expected.columns.map(({ name }) => name));
  for (const column of actual.columns) if (!wantedColumns.has(column.name)) add("extra_column", column.name, null, column.type);
  if (expected.primaryKey.join() !== actual.primaryKey.join())
    add("primary_key_mismatch", null, expected.primaryKey.join(", "), actual.primaryKey.join(", "));
  if (expected.comment !== actual.comment) add("comment_mismatch", null, expected.comment, actual.comment);
  const compare = (
    what: "index" | "unique" | "check" | "exclusion" | "foreign_key",
    left: readonly Described[],
    right: readonly Described[],
  ): void => {
    for (const { name, body } of without(left, right)) add(`missing_${what}`, name, body, null);
    for (const { name, body } of without(right, left)) add(`extra_${what}`, name, null, body);
  };
  compare("index", expected.indexes.map(describeIndex), actual.indexes.map(describeIndex));
  compare(
    "unique",
    expected.uniques.map(({ name, definition }) => ({ name, body: definition })),
    actual.uniques.map(({ name, definition }) => ({ name, body: definition })),
  );
  compare(
    "check",
    expected.checks.map(({ name, condition }) => ({ name, body: plain(condition) })),
    actual.checks.map(({ name, condition }) => ({ name, body: plain(condition) })),
  );
  compare("exclusion", expected.exclusions.map(describeExclusion), actual.exclusions.map(describeExclusion));
  compare("foreign_key", foreignKeysOf(expected), foreignKeysOf(actual));
  return differences;
}

function compareColumn(expected: ColumnInfo, actual: ColumnInfo): (readonly [DifferenceKind, string | null, string | null])[] {
  const found: (readonly [DifferenceKind, string | null, string | null])[] = [];
  if (expected.type !== actual.type) found.push(["type_mismatch", expected.type, actual.type]);
  if (expected.nullable !== actual.nullable)
    found.push(["null_mismatch", expected.nullable ? "NULL" : "NOT NULL", actual.nullable ? "NULL" : "NOT NULL"]);
  if (plain(expected.default) !== plain(actual.default)) found.push(["default_mismatch", expected.default, actual.default]);
  if (plain(expected.generated) !== plain(actual.generated) || expected.stored !== actual.stored)
    found.push(["generated_mismatch", expected.generated, actual.generated]);
  if (expected.auto !== actual.auto) found.push(["numbering_mismatch", String(expected.auto), String(actual.auto)]);
  if (expected.comment !== actual.comment) found.push(["comment_mismatch", expected.comment, actual.comment]);
  return found;
}

interface Described {
  readonly name: string | null;
  readonly body: string;
}

function describeIndex({ name, definition, unique }: TableInfo["indexes"][number]): Described {
  return { name, body: `${unique ? "UNIQUE " : ""}${plain(definition)}` };
}

function describeExclusion({ name, definition }: TableInfo["exclusions"][number]): Described {
  return { name, body: plain(definition) };
}

/** Those that a field can be; see {@link isSeveralColumns}. */
function foreignKeysOf({ foreignKeys }: TableInfo): readonly Described[] {
  return foreignKeys.filter((foreignKey) => !isSeveralColumns(foreignKey)).map(describeForeignKey);
}

/** Whether a foreign key is one that no model can say: a field refers by one column. */
export function isSeveralColumns({ columns }: TableInfo["foreignKeys"][number]): boolean {
  return columns.length > 1;
}

function describeForeignKey({ name, columns, table, targets }: TableInfo["foreignKeys"][number]): Described {
  return { name, body: `(${columns.join(", ")}) → ${table} (${targets.join(", ")})` };
}

/** Those that are in the first list only; two alike count twice. */
function without(left: readonly Described[], right: readonly Described[]): readonly Described[] {
  const remaining = right.map(({ body }) => body);
  return left.filter(({ body }) => {
    const position = remaining.indexOf(body);
    if (position >= 0) remaining.splice(position, 1);
    return position < 0;
  });
}

function plain<Text extends string | null>(sql: Text): Text {
  // the same text in a form that compares, or null
  return (sql === null ? null : comparableSql(sql)) as Text;
}
