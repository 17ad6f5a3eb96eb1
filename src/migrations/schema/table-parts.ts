import type { FieldDefinition } from "../../fields/field.js";
import type { Constraint } from "../../models/constraints.js";
import type { ModelMeta } from "../../models/meta.js";
import type { Dialect } from "../../sql/dialect.js";
import { codecOf, columnCheck, columnDefault, generatedSql } from "../column-sql.js";
import { checkConstraints, constraintSql, uniqueConstraints } from "../constraint-sql.js";
import { constrainedRelations, foreignKeyName, foreignKeySql } from "../foreign-key-sql.js";
import { columnsOf, createIndexSql } from "../index-sql.js";
import { comparableSql } from "../introspection/comparable-sql.js";
import { schemaName } from "../schema-names.js";
import { allIndexes } from "../table-sql.js";
import { substituteColumns, substituteNames } from "./substitute-names.js";

/** A column, taken apart so that two can be compared. */
export interface ColumnPart {
  readonly field: FieldDefinition;
  readonly name: string;
  /** The type in DDL; of a numbered key the type of its values. */
  readonly type: string;
  readonly auto: boolean;
  readonly nullable: boolean;
  readonly default: string | null;
  /** The expression, in terms of the columns of the newer table, and how it is kept; null for a column that is not computed. */
  readonly generated: string | null;
  readonly comment: string | null;
}

/** A constraint or an index under its name. */
export interface NamedPart {
  readonly name: string;
  /** As part of CREATE TABLE or of ADD; of an index the whole statement. */
  readonly sql: string;
  /** What it says, apart from its name and the table's, in terms of the columns of the newer table. */
  readonly body: string;
  /** The columns that it is about, by which it is found in a database that has it under another name; null for an expression. */
  readonly columns: readonly (string | null)[];
}

/** What a table is made of. */
export interface TableParts {
  readonly meta: ModelMeta;
  readonly columns: readonly ColumnPart[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly NamedPart[];
  readonly checks: readonly NamedPart[];
  readonly foreignKeys: readonly NamedPart[];
  readonly indexes: readonly NamedPart[];
  readonly comment: string | null;
}

/** New names of columns and tables by their old ones. */
export interface NameChanges {
  readonly columns: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, string>;
}

const UNCHANGED: NameChanges = { columns: new Map(), tables: new Map() };

/**
 * Takes a table apart.
 *
 * @param changes - names that change on the way to the table that this one is compared with
 */
export function tableParts(dialect: Dialect, meta: ModelMeta, changes: NameChanges = UNCHANGED): TableParts {
  const quote = (name: string): string => dialect.quoteIdentifier(name);
  const columnName = (name: string): string => changes.columns.get(name) ?? name;
  const part = (name: string, sql: string, columns: readonly (string | null)[]): NamedPart => ({
    name,
    sql,
    columns,
    body: substituteNames(sql.replace(quote(name), "?").replace(` ON ${quote(meta.table)}`, ""), changes.columns, quote),
  });
  const constraints = (list: readonly Constraint[]): NamedPart[] =>
    list.flatMap((constraint) => {
      const sql = constraintSql(dialect, meta, constraint);
      if (sql === null) return [];
      return [part(constraint.name, sql, constraint.type === "unique" ? columnsOf(meta, constraint.fields) : mentioned(sql))];
    });
  const mentioned = (sql: string): readonly string[] =>
    columnsIn(
      sql,
      meta.fields.map(({ column }) => column),
    );
  return {
    meta,
    columns: meta.fields.map((field) => columnPart(dialect, meta, field, changes.columns)),
    primaryKey: meta.keyFields.map((field) => columnName(field.column)),
    uniques: constraints(uniqueConstraints(meta)),
    checks: [
      ...meta.fields.flatMap((field) => {
        const sql = columnCheck(dialect, meta, field);
        return sql === null ? [] : [part(schemaName("check", meta.table, [field.column]), sql, [field.column])];
      }),
      ...constraints(checkConstraints(meta)),
    ],
    foreignKeys: constrainedRelations(meta).map((relation) => {
      const { field, target, targetField } = relation;
      const table = changes.tables.get(target.table) ?? target.table;
      // the type belongs to what it says: the two columns have to be of one type
      const type = codecOf(dialect, field).columnType;
      const targetColumn = target === meta ? columnName(targetField.column) : targetField.column;
      return {
        name: foreignKeyName(relation),
        sql: foreignKeySql(dialect, relation),
        columns: [field.column],
        body: `${columnName(field.column)} ${type} ${table} ${targetColumn}`,
      };
    }),
    indexes: allIndexes(meta).map((index) =>
      part(index.name, createIndexSql(dialect, meta, index), [
        ...columnsOf(meta, index.fields),
        ...(index.expressions ?? []).map(() => null),
      ]),
    ),
    comment: dialect.schema.comments ? (meta.options.dbTableComment ?? null) : null,
  };
}

/** Those of some columns that a condition or an exclusion is about; SQL of the user's own need not quote them. */
export function columnsIn(sql: string, columns: readonly string[]): readonly string[] {
  const words = new Set(comparableSql(sql).match(/"(?:[^"]|"")*"|[\w$]+/g));
  return columns.filter((column) => words.has(column) || words.has(`"${column.replaceAll('"', '""')}"`));
}

function columnPart(dialect: Dialect, meta: ModelMeta, field: FieldDefinition, columns: ReadonlyMap<string, string>): ColumnPart {
  const generated = generatedSql(dialect, meta, field);
  return {
    field,
    name: field.column,
    type: codecOf(dialect, field).columnType,
    auto: field.auto,
    nullable: field.null,
    default: columnDefault(dialect, meta, field),
    generated: generated === null ? null : substituteColumns(generated, columns),
    comment: dialect.schema.comments ? field.dbComment : null,
  };
}
