import type { ModelMeta } from "../models/meta.js";
import type { ForwardRelation } from "../models/relations.js";
import { isUniqueField } from "../models/unique-columns.js";
import type { Dialect } from "../sql/dialect.js";
import { columnCheck, columnSql } from "./column-sql.js";
import { asUniqueIndex, checkConstraints, checkNullsDistinct, constraintSql, uniqueConstraints } from "./constraint-sql.js";
import { constrainedRelations, foreignKeySql } from "./foreign-key-sql.js";
import { createIndexSql, type IndexDefinition, indexesOf } from "./index-sql.js";

/** CREATE TABLE with everything that belongs to the table itself. @param isInline - whether a foreign key is part of it, or added later */
export function createTableSql(dialect: Dialect, meta: ModelMeta, isInline: (relation: ForwardRelation) => boolean): string {
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const present = (sql: string | null): sql is string => sql !== null;
  const parts = [
    ...meta.fields.map((field) => columnSql(dialect, meta, field)),
    ...(meta.keyFields.length > 1 ? [`PRIMARY KEY (${meta.keyFields.map((field) => quote(field.column)).join(", ")})`] : []),
    ...uniqueConstraints(meta).map((constraint) => constraintSql(dialect, meta, constraint)),
    ...meta.fields.map((field) => columnCheck(dialect, meta, field)),
    ...checkConstraints(meta).map((constraint) => constraintSql(dialect, meta, constraint)),
    ...constrainedRelations(meta)
      .filter(isInline)
      .map((relation) => foreignKeySql(dialect, relation)),
  ].filter(present);
  return `CREATE TABLE ${quote(meta.table)} (${parts.join(", ")})`;
}

/** Every index of a model, those that stand for unique constraints included. */
export function allIndexes(meta: ModelMeta): readonly IndexDefinition[] {
  return [
    ...uniqueConstraints(meta)
      .map(asUniqueIndex)
      .filter((index) => index !== null),
    ...indexesOf(meta),
  ];
}

/** The statements that follow CREATE TABLE: indexes and comments. */
export function afterCreateSql(dialect: Dialect, meta: ModelMeta): string[] {
  const indexes = allIndexes(meta).map((index) => {
    checkNullsDistinct(dialect, meta, index);
    return createIndexSql(dialect, meta, index);
  });
  return [...indexes, ...(dialect.schema.comments ? commentsSql(dialect, meta) : [])];
}

function commentsSql(dialect: Dialect, meta: ModelMeta): string[] {
  const table = dialect.quoteIdentifier(meta.table);
  const { dbTableComment } = meta.options;
  const columns = meta.fields.flatMap(({ column, dbComment }) =>
    dbComment === null ? [] : [`COMMENT ON COLUMN ${table}.${dialect.quoteIdentifier(column)} IS ${dialect.literal(dbComment)}`],
  );
  return [...(dbTableComment === undefined ? [] : [`COMMENT ON TABLE ${table} IS ${dialect.literal(dbTableComment)}`]), ...columns];
}

export function addForeignKeySql(dialect: Dialect, relation: ForwardRelation): string {
  return `ALTER TABLE ${dialect.quoteIdentifier(relation.source.table)} ADD ${foreignKeySql(dialect, relation)}`;
}

/** DROP TABLE for tables in the order of their dependencies: at once where the database can, else the dependent ones first. */
export function dropTablesSql(dialect: Dialect, tables: readonly string[]): string[] {
  const names = tables.toReversed().map((table) => dialect.quoteIdentifier(table));
  if (names.length === 0) return [];
  const { dropTogether } = dialect.schema;
  return dropTogether === null ? names.map((name) => `DROP TABLE ${name}`) : [`${dropTogether} ${names.join(", ")}`];
}

/**
 * The statements that make the tables of models.
 *
 * @param dialect - of the database
 * @param metas - in the order of their dependencies
 * @returns statements to be run in this order
 */
export function createTablesSql(dialect: Dialect, metas: readonly ModelMeta[]): string[] {
  const made = new Set<ModelMeta>();
  const later: ForwardRelation[] = [];
  const among = new Set(metas);
  const statements: string[] = [];
  for (const meta of metas) {
    made.add(meta);
    const isInline = ({ target, targetField }: ForwardRelation): boolean => {
      if (!dialect.features.alterConstraints || !among.has(target)) return true;
      // an index of the table itself comes after it
      return made.has(target) && (target !== meta || isUniqueField(meta, targetField));
    };
    later.push(...constrainedRelations(meta).filter((relation) => !isInline(relation)));
    statements.push(createTableSql(dialect, meta, isInline), ...afterCreateSql(dialect, meta));
  }
  return [...statements, ...later.map((relation) => addForeignKeySql(dialect, relation))];
}
