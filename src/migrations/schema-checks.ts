import { execute, rowsOf } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { ImproperlyConfigured, NotSupportedError, ProgrammingError } from "../errors.js";
import { checkIdentifier } from "../fields/column-name.js";
import { EnumDefinition } from "../fields/enums.js";
import type { FieldDefinition } from "../fields/field.js";
import { GeneratedDefinition } from "../fields/generated.js";
import type { ModelMeta } from "../models/meta.js";
import type { ColumnStorage } from "../sql/codec.js";
import type { Dialect } from "../sql/dialect.js";
import { codecOf } from "./column-sql.js";
import { constrainedRelations } from "./foreign-key-sql.js";
import { allIndexes } from "./table-sql.js";

/* What can be known to fail before the first statement changes anything. */

function* query(alias: string, sql: string): Flow<readonly string[][]> {
  const rows = rowsOf(yield execute(alias, { sql, kind: "select", returnsRows: true, internal: true, once: true }, []));
  return rows.map((row) => row.map(String));
}

/** Those of the tables that are there; of each, whether a new table cannot have its name. */
export function* tablesAmong(alias: string, dialect: Dialect, tables: readonly string[]): Flow<ReadonlyMap<string, boolean>> {
  if (tables.length === 0) return new Map();
  const rows = yield* query(alias, dialect.schema.tablesAmong([...new Set(tables)]));
  return new Map(rows.map(([name = "", taken]) => [name, taken === "1"]));
}

/** @throws ImproperlyConfigured when two models, or two indexes of different models, have one name */
export function checkNames(metas: readonly ModelMeta[]): void {
  const tables = new Map<string, ModelMeta>();
  const indexes = new Map<string, ModelMeta>();
  for (const meta of metas) {
    // the tables of models are checked when they are defined
    if (meta.autoCreated)
      checkIdentifier(meta.table, `the junction table of ${meta.label.replace("_", ".")}; give the field another dbTable`);
    const other = tables.get(meta.table.toLowerCase());
    if (other)
      throw new ImproperlyConfigured(
        `${other.label} and ${meta.label} both have the table "${meta.table}". Give one of them another dbTable.`,
      );
    tables.set(meta.table.toLowerCase(), meta);
    for (const { name } of allIndexes(meta)) {
      const owner = indexes.get(name);
      if (owner)
        throw new ImproperlyConfigured(`${owner.label} and ${meta.label} both have an index "${name}". Give one of them another name.`);
      indexes.set(name, meta);
    }
  }
}

/** @throws ProgrammingError when a foreign key leads to a table that neither is there nor is being made */
export function* checkTargets(alias: string, dialect: Dialect, metas: readonly ModelMeta[]): Flow<void> {
  const made = new Set(metas.map(({ table }) => table));
  const relations = metas.flatMap(constrainedRelations).filter(({ target }) => !made.has(target.table));
  const there = yield* tablesAmong(
    alias,
    dialect,
    relations.map(({ target }) => target.table),
  );
  const missing = relations.find(({ target }) => !there.has(target.table));
  if (missing === undefined) return;
  throw new ProgrammingError(
    `${missing.field.label} refers to ${missing.target.label}, whose table "${missing.target.table}" is not there: create it too, or before.`,
    { alias, vendor: dialect.vendor, code: "undefined_table" },
  );
}

function innermost(storage: ColumnStorage): ColumnStorage {
  return storage.element === undefined ? storage : innermost(storage.element);
}

/** @throws NotSupportedError when a column's type has to be made in the database first, saying how */
export function* checkTypes(alias: string, dialect: Dialect, metas: readonly ModelMeta[]): Flow<void> {
  const { extensions, missingTypesAmong } = dialect.schema;
  if (missingTypesAmong === null) return;
  const needed = new Map<string, FieldDefinition>();
  for (const field of metas.flatMap((meta) => meta.fields)) {
    const storage = innermost(field.storage);
    const type = storage.kind === "nativeEnum" ? codecOf(dialect, field).columnType : extensions[storage.kind];
    if (type !== undefined && !needed.has(type)) needed.set(type, field);
  }
  if (needed.size === 0) return;
  const [first] = yield* query(alias, missingTypesAmong([...needed.keys()]));
  const type = first?.[0];
  const field = type === undefined ? undefined : needed.get(type);
  if (type === undefined || field === undefined) return;
  const statement =
    field instanceof EnumDefinition
      ? `CREATE TYPE ${type} AS ENUM (${[...field.members].map((member) => dialect.literal(member)).join(", ")})`
      : `CREATE EXTENSION IF NOT EXISTS ${type}`;
  throw new NotSupportedError(
    `${field.label} needs the type ${type}, which the database "${alias}" does not have. Run first: ${statement}`,
    {
      alias,
      vendor: dialect.vendor,
      code: "undefined_type",
    },
  );
}

/** @throws NotSupportedError for a column that is computed when it is read, where the server cannot do that */
export function* checkVirtualColumns(alias: string, dialect: Dialect, metas: readonly ModelMeta[]): Flow<void> {
  const { virtualColumns } = dialect.schema;
  const field = metas.flatMap((meta) => meta.fields).find((each) => each instanceof GeneratedDefinition && !each.stored);
  if (virtualColumns === null || field === undefined) return;
  if ((yield* query(alias, virtualColumns)).length > 0) return;
  throw new NotSupportedError(`${field.label}: this server cannot compute a column when it is read; leave out stored: false.`, {
    alias,
    vendor: dialect.vendor,
  });
}

/** @throws ProgrammingError when a table that stays refers to one that goes */
export function* checkReferences(alias: string, dialect: Dialect, tables: readonly string[]): Flow<void> {
  if (tables.length === 0) return;
  const [first] = yield* query(alias, dialect.schema.referencesTo(tables));
  if (first === undefined) return;
  const [other, table] = first;
  throw new ProgrammingError(`The table "${table}" cannot be dropped: "${other}" refers to it. Drop both, or "${other}" before.`, {
    alias,
    vendor: dialect.vendor,
    code: "dependent_objects_still_exist",
    ...(table === undefined ? {} : { table }),
  });
}
