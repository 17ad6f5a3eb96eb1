import { ImproperlyConfigured, NotSupportedError, ValidationError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { GeneratedDefinition } from "../fields/generated.js";
import { ForeignKeyDefinition } from "../fields/relations.js";
import { isExpression } from "../models/expression-brand.js";
import type { ModelMeta } from "../models/meta.js";
import type { Codec } from "../sql/codec.js";
import type { Dialect } from "../sql/dialect.js";
import { expressionSql } from "./expression-sql.js";
import { schemaName } from "./schema-names.js";

/** The codec of a field's column; an error of the dialect gets the field's name. */
export function codecOf(dialect: Dialect, field: FieldDefinition): Codec {
  try {
    return dialect.codec(field.storage);
  } catch (cause) {
    if (!(cause instanceof NotSupportedError)) throw cause;
    throw new NotSupportedError(`${field.label}: ${cause.message}`, { cause, vendor: dialect.vendor });
  }
}

/** A column in CREATE TABLE: its name, type, default, NOT NULL, and the primary key where it is one column. */
export function columnSql(dialect: Dialect, meta: ModelMeta, field: FieldDefinition): string {
  const codec = codecOf(dialect, field);
  const name = dialect.quoteIdentifier(field.column);
  if (field.auto) {
    if (codec.autoType === undefined)
      throw new NotSupportedError(`${field.label}: ${dialect.vendor} cannot number such rows.`, { vendor: dialect.vendor });
    return `${name} ${codec.autoType} ${dialect.schema.autoKey}`;
  }
  const parts = [name, codec.columnType];
  const generated = generatedSql(dialect, meta, field);
  if (generated !== null) parts.push(`GENERATED ALWAYS AS ${generated}`);
  const defaultSql = columnDefault(dialect, meta, field);
  if (defaultSql !== null) parts.push(`DEFAULT ${defaultSql}`);
  if (!field.null && (generated === null || dialect.schema.generatedNotNull)) parts.push("NOT NULL");
  if (field.primaryKey) parts.push("PRIMARY KEY");
  return parts.join(" ");
}

/** What computes a column, in parentheses, and how it is kept; null for a column that is not computed. */
export function generatedSql(dialect: Dialect, meta: ModelMeta, field: FieldDefinition): string | null {
  if (!(field instanceof GeneratedDefinition)) return null;
  const { expression } = field;
  const sql = typeof expression === "string" ? expression : expressionSql(dialect, meta, expression, `${field.label}: expression`);
  return `(${sql}) ${field.stored ? "STORED" : "VIRTUAL"}`;
}

/**
 * A column's DEFAULT: a value as the column stores it, or an expression in parentheses.
 *
 * @returns null where the field has no `dbDefault`
 * @throws ImproperlyConfigured for a default that the field itself would not take
 */
export function columnDefault(dialect: Dialect, meta: ModelMeta, field: FieldDefinition): string | null {
  if (!Object.hasOwn(field.options, "dbDefault")) return null;
  const given = field.options.dbDefault;
  if (isExpression(given)) return `(${expressionSql(dialect, meta, given, `${field.label}: dbDefault`)})`;
  return literalFor(dialect, field, given);
}

/** A value of a field as SQL text. @throws ImproperlyConfigured when the field cannot have it */
function literalFor(dialect: Dialect, field: FieldDefinition, given: unknown): string {
  try {
    const value = field.coerce(given);
    if (value === null) return "NULL";
    // the codec gets what its own field's coerce gave
    const encode = codecOf(dialect, field).encode as ((value: unknown) => unknown) | null;
    const stored = field.prepareForSave(value);
    return dialect.literal(encode === null ? stored : encode(stored));
  } catch (cause) {
    const reason = cause instanceof ValidationError ? cause.messages.join("; ") : cause instanceof Error ? cause.message : String(cause);
    throw new ImproperlyConfigured(`${field.label}: its dbDefault cannot be: ${reason}`, { cause });
  }
}

/** The CHECK that a column's type needs; a foreign key's values were checked where they are defined. */
export function columnCheck(dialect: Dialect, meta: ModelMeta, field: FieldDefinition): string | null {
  const check = field.auto || field instanceof ForeignKeyDefinition ? undefined : codecOf(dialect, field).check;
  if (check === undefined) return null;
  const name = dialect.quoteIdentifier(schemaName("check", meta.table, [field.column]));
  return `CONSTRAINT ${name} CHECK (${check(dialect.quoteIdentifier(field.column))})`;
}
