import { MigrationError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import { Range } from "../../fields/index.js";
import { ForeignKeyDefinition } from "../../fields/relations.js";
import type { StorageKind } from "../../sql/codec.js";
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
  const given = field.filledOnSave ? field.preSave(null, true, new Date()) : null;
  const value = given ?? (field.hasDefault() ? field.getDefault() : null);
  return value === null ? null : literalOf(dialect, column, value);
}

function literalOf(dialect: Dialect, column: FieldDefinition, value: unknown): string {
  try {
    // the codec gets what its own field's coerce gave
    const encode = codecOf(dialect, column).encode as ((value: unknown) => unknown) | null;
    const stored = column.prepareForSave(column.coerce(value));
    return dialect.literal(encode === null ? stored : encode(stored));
  } catch (cause) {
    throw new MigrationError(
      `${column.label}: its default cannot be given to the rows that are there: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** What stands for nothing in columns that must have a value. */
const EMPTY_VALUES: Readonly<Partial<Record<StorageKind, unknown>>> = {
  smallint: 0,
  integer: 0,
  bigint: 0n,
  float: 0,
  decimal: "0",
  boolean: false,
  varchar: "",
  text: "",
  citext: "",
  uuid: "00000000-0000-0000-0000-000000000000",
  inet: "0.0.0.0",
  date: "1970-01-01",
  time: "00:00:00",
  datetime: new Date(0),
  duration: 0,
  json: {},
  binary: new Uint8Array(),
  hstore: {},
  array: [],
  integerRange: Range.empty(),
  bigintRange: Range.empty(),
  decimalRange: Range.empty(),
  dateRange: Range.empty(),
  datetimeRange: Range.empty(),
};

/**
 * What rows get in a column that comes back by undoing its removal, when what they had is gone: the field's default, else
 * what stands for nothing in its type, or the first of its choices. A relation has nothing of that kind.
 *
 * @returns SQL text; null where none is needed or there is none
 */
export function restoredValue(dialect: Dialect, column: FieldDefinition): string | null {
  const fill = fillValue(dialect, column, column);
  if (
    fill !== null ||
    column.null ||
    column.auto ||
    column.generated ||
    column instanceof ForeignKeyDefinition ||
    Object.hasOwn(column.options, "dbDefault")
  )
    return fill;
  const value = column.choices?.[0]?.[0] ?? EMPTY_VALUES[column.storage.kind];
  return value === undefined ? null : literalOf(dialect, column, value);
}
