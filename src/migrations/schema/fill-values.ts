import { MigrationError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Dialect } from "../../sql/dialect.js";
import { codecOf } from "../column-sql.js";

/**
 * What a column of rows that are there gets: the field's default, worked out once for all of them.
 *
 * @param column - bound to its model
 * @param field - the same field, perhaps with a default that does not stay with it
 * @returns SQL text; null where there is no default, or the database has one
 * @throws MigrationError when the column would not take it
 */
export function fillValue(dialect: Dialect, column: FieldDefinition, field: FieldDefinition): string | null {
  if (Object.hasOwn(field.options, "dbDefault") || field.generated || field.auto) return null;
  try {
    const given = field.filledOnSave ? field.preSave(null, true, new Date()) : null;
    const value = given ?? (field.hasDefault() ? field.getDefault() : null);
    if (value === null) return null;
    // the codec gets what its own field's coerce gave
    const encode = codecOf(dialect, column).encode as ((value: unknown) => unknown) | null;
    const stored = column.prepareForSave(column.coerce(value));
    return dialect.literal(encode === null ? stored : encode(stored));
  } catch (cause) {
    throw new MigrationError(`${column.label}: its default cannot be given to the rows that are there: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
