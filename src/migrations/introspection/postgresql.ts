import type { Flow } from "../../engine/flow.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import type { CheckInfo, ColumnInfo, ExclusionInfo, ForeignKeyInfo, IndexInfo, TableInfo, UniqueInfo } from "./schema-info.js";

type Record = globalThis.Record<string, unknown>;

/** Rows as JSON, so that every value comes in one form. */
function* objects(runner: StatementRunner, sql: string): Flow<Record[]> {
  const rows = yield* runner.rows(`SELECT to_json(found)::text FROM (${sql}) AS found`);
  // each row is an object that PostgreSQL wrote
  return rows.map(([json]) => JSON.parse(String(json)) as Record);
}

const text = (value: unknown): string => String(value ?? "");
const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
// what PostgreSQL's array_agg of names gives is a list of texts
const texts = (value: unknown): string[] => (value as string[] | null) ?? [];

/** Tables, and tables of partitions. */
const TABLE_KINDS = "relation.relkind IN ('r', 'p')";
/** These, views and materialized views. */
const ALL_KINDS = "relation.relkind IN ('r', 'p', 'v', 'm')";

/** @param condition - which relations, as SQL */
const COLUMNS = (condition: string): string => `
  SELECT relation.relname AS "table", attribute.attname AS name, format_type(attribute.atttypid, attribute.atttypmod) AS type,
    (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = attribute.atttypid) AS values,
    NOT attribute.attnotnull AS nullable, pg_get_expr(given.adbin, given.adrelid) AS "default", attribute.attidentity AS identity,
    attribute.attgenerated AS generated, col_description(relation.oid, attribute.attnum) AS comment
  FROM pg_attribute AS attribute
  JOIN pg_class AS relation ON relation.oid = attribute.attrelid
  LEFT JOIN pg_attrdef AS given ON given.adrelid = relation.oid AND given.adnum = attribute.attnum
  WHERE ${condition} AND NOT relation.relispartition
    AND attribute.attnum > 0 AND NOT attribute.attisdropped
  ORDER BY relation.relname, attribute.attnum`;

const CONSTRAINTS = (condition: string): string => `
  SELECT relation.relname AS "table", held.conname AS name, held.contype AS kind, pg_get_constraintdef(held.oid) AS definition,
    coalesce(pg_get_expr(held.conbin, held.conrelid), pg_get_expr(behind.indpred, behind.indrelid)) AS condition,
    target.relname AS target, held.confdeltype AS deletion, held.condeferrable AS deferrable, held.condeferred AS deferred,
    (SELECT amname FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE pg_class.oid = held.conindid) AS method,
    CASE WHEN held.contype IN ('u', 'x') THEN (SELECT json_agg(attname ORDER BY position) FROM unnest(behind.indkey) WITH ORDINALITY AS part (number, position)
      JOIN pg_attribute ON attrelid = held.conrelid AND attnum = number WHERE position > behind.indnkeyatts) END AS include,
    (SELECT json_agg(json_build_object('sql', pg_get_indexdef(held.conindid, position::int, false), 'operator', oprname,
        'class', CASE WHEN opcdefault THEN '' ELSE opcname END, 'column', attname) ORDER BY position)
      FROM unnest(held.conexclop) WITH ORDINALITY AS part (number, position)
      JOIN pg_operator ON pg_operator.oid = number JOIN pg_opclass ON pg_opclass.oid = behind.indclass[position::int - 1]
      LEFT JOIN pg_attribute ON attrelid = held.conrelid AND attnum = behind.indkey[position::int - 1] AND attnum > 0) AS elements,
    (SELECT array_agg(attname ORDER BY position) FROM unnest(held.conkey) WITH ORDINALITY AS part (number, position)
      JOIN pg_attribute ON attrelid = held.conrelid AND attnum = number) AS columns,
    (SELECT array_agg(attname ORDER BY position) FROM unnest(held.confkey) WITH ORDINALITY AS part (number, position)
      JOIN pg_attribute ON attrelid = held.confrelid AND attnum = number) AS targets
  FROM pg_constraint AS held
  JOIN pg_class AS relation ON relation.oid = held.conrelid
  LEFT JOIN pg_class AS target ON target.oid = held.confrelid
  LEFT JOIN pg_index AS behind ON behind.indexrelid = held.conindid AND held.contype IN ('u', 'x')
  WHERE ${condition} AND NOT relation.relispartition AND held.contype IN ('p', 'u', 'c', 'f', 'x')
  ORDER BY relation.relname, held.conname`;

const INDEXES = (condition: string): string => `
  SELECT relation.relname AS "table", named.relname AS name, held.indisunique AS "unique", method.amname AS method,
    pg_get_indexdef(held.indexrelid) AS definition, pg_get_expr(held.indpred, held.indrelid) AS condition, held.indnkeyatts AS keys,
    (SELECT json_agg(attname ORDER BY position) FROM unnest(held.indkey) WITH ORDINALITY AS part (number, position)
      LEFT JOIN pg_attribute ON attrelid = held.indrelid AND attnum = number AND number > 0) AS columns,
    (SELECT json_agg((flag & 1) = 1 ORDER BY position) FROM unnest(held.indoption) WITH ORDINALITY AS part (flag, position)) AS descending
  FROM pg_index AS held
  JOIN pg_class AS relation ON relation.oid = held.indrelid
  JOIN pg_class AS named ON named.oid = held.indexrelid
  JOIN pg_am AS method ON method.oid = named.relam
  WHERE ${condition} AND NOT relation.relispartition
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = held.indexrelid AND contype IN ('p', 'u', 'x'))
  ORDER BY relation.relname, named.relname`;

const TABLES = (condition: string): string => `
  SELECT relation.relname AS name, relation.relkind AS kind, obj_description(relation.oid, 'pg_class') AS comment
  FROM pg_class AS relation
  WHERE ${condition} AND NOT relation.relispartition
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = relation.oid AND deptype = 'e')
  ORDER BY relation.relname`;

const DELETIONS: Readonly<globalThis.Record<string, string>> = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};

/**
 * The tables of a schema.
 *
 * @param only - the name of one table; null for all
 * @param schema - the object id of the schema as SQL; default the current one
 * @param views - also views, materialized or not
 */
export function* inspectPostgresql(
  runner: StatementRunner,
  only: string | null = null,
  schema = "current_schema()::regnamespace",
  views = false,
): Flow<TableInfo[]> {
  const space = `${views ? ALL_KINDS : TABLE_KINDS} AND relation.relnamespace = ${schema}${only === null ? "" : ` AND relation.relname = ${runner.dialect.literal(only)}`}`;
  const tables = yield* objects(runner, TABLES(space));
  const columns = grouped(yield* objects(runner, COLUMNS(space)));
  const constraints = grouped(yield* objects(runner, CONSTRAINTS(space)));
  const indexes = grouped(yield* objects(runner, INDEXES(space)));
  return tables.map((table): TableInfo => {
    const name = text(table.name);
    const held = constraints.get(name) ?? [];
    const ofKind = (kind: string): Record[] => held.filter((constraint) => constraint.kind === kind);
    return {
      name,
      view: table.kind === "v" || table.kind === "m",
      columns: (columns.get(name) ?? []).map(columnInfo),
      primaryKey: ofKind("p").flatMap((constraint) => texts(constraint.columns)),
      primaryKeyName: ofKind("p").map((constraint) => text(constraint.name))[0] ?? null,
      uniques: ofKind("u").map(
        (constraint): UniqueInfo => ({
          name: text(constraint.name),
          columns: texts(constraint.columns),
          include: texts(constraint.include),
          deferrable: deferral(constraint),
          nullsDistinct: !NULLS_NOT_DISTINCT.test(text(constraint.definition)),
          definition: text(constraint.definition),
        }),
      ),
      exclusions: ofKind("x").map(exclusionInfo),
      checks: ofKind("c").map(
        (constraint): CheckInfo => ({ name: text(constraint.name), condition: text(constraint.condition ?? constraint.definition) }),
      ),
      foreignKeys: ofKind("f").map(
        (constraint): ForeignKeyInfo => ({
          name: text(constraint.name),
          columns: texts(constraint.columns),
          table: text(constraint.target),
          targets: texts(constraint.targets),
          onDelete: DELETIONS[text(constraint.deletion)] ?? "NO ACTION",
        }),
      ),
      indexes: (indexes.get(name) ?? []).map(indexInfo),
      comment: textOrNull(table.comment),
    };
  });
}

const NULLS_NOT_DISTINCT = /\bNULLS NOT DISTINCT\b/;

function deferral({ deferrable, deferred }: Record): "deferred" | "immediate" | null {
  if (deferrable !== true) return null;
  return deferred === true ? "deferred" : "immediate";
}

function exclusionInfo(constraint: Record): ExclusionInfo {
  // what the query gives for each element
  const elements = constraint.elements as readonly { sql: string; operator: string; class: string; column: string | null }[];
  return {
    name: text(constraint.name),
    columns: elements.map(({ column }) => column),
    elements: elements.map(({ sql }) => sql),
    operators: elements.map(({ operator }) => operator),
    opclasses: elements.map((element) => element.class),
    method: text(constraint.method),
    condition: textOrNull(constraint.condition),
    include: texts(constraint.include),
    deferrable: deferral(constraint),
    definition: text(constraint.definition),
  };
}

function grouped(records: readonly Record[]): ReadonlyMap<string, Record[]> {
  const groups = new Map<string, Record[]>();
  for (const record of records) {
    const group = groups.get(text(record.table)) ?? [];
    group.push(record);
    groups.set(text(record.table), group);
  }
  return groups;
}

/** A number that was written between quotes, or was converted: `'11'::numeric` is 11. */
const NUMBER_AS_TEXT = /^[('](-?\d+(?:\.\d+)?)[)']::(?:numeric|smallint|integer|bigint|real|double precision)(?:\([\d,]+\))?$/;

function columnInfo(column: Record): ColumnInfo {
  const given = textOrNull(column.default)?.replace(NUMBER_AS_TEXT, "$1") ?? null;
  const generated = text(column.generated) !== "";
  const auto = text(column.identity) !== "" || (given?.startsWith("nextval(") ?? false);
  return {
    name: text(column.name),
    // six digits of a second are what PostgreSQL keeps where none are said
    type: text(column.type).replace(/^timestamp with time zone/, "timestamp(6) with time zone"),
    // what the query gives is a list of texts
    values: (column.values as readonly string[] | null) ?? null,
    nullable: column.nullable === true,
    default: auto || generated ? null : given,
    auto,
    generated: generated ? given : null,
    stored: text(column.generated) === "s",
    comment: textOrNull(column.comment),
  };
}

function indexInfo(index: Record): IndexInfo {
  const definition = text(index.definition);
  const keys = Number(index.keys);
  // what the query gives are lists of names, of nulls for expressions, and of booleans
  const columns = (index.columns as (string | null)[] | null) ?? [];
  return {
    name: text(index.name),
    columns: columns.slice(0, keys),
    include: columns.slice(keys).filter((column) => column !== null),
    unique: index.unique === true,
    definition: definition.slice(definition.indexOf(" USING ") + 1),
    descending: (index.descending as boolean[] | null) ?? [],
    method: text(index.method),
    condition: textOrNull(index.condition),
    nullsDistinct: !NULLS_NOT_DISTINCT.test(definition),
  };
}
