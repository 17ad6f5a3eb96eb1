/**
 * How a column is held, apart from any database: what a field says of itself to the dialects, which know
 * nothing of fields.
 */
export interface ColumnStorage {
  readonly kind: StorageKind;
  readonly maxLength?: number;
  readonly maxDigits?: number;
  readonly decimalPlaces?: number;
  /** Fractional digits of a second: 3 or 6. */
  readonly precision?: number;
  /** "number" where a 64-bit column is read as a JavaScript number. */
  readonly mode?: "number" | "bigint";
  /** The elements of an array. */
  readonly element?: ColumnStorage;
  /** The name of a database's own type, as of a native enum. */
  readonly typeName?: string;
}

export type StorageKind =
  | "smallint" | "integer" | "bigint" | "float" | "decimal" | "boolean"
  | "varchar" | "text" | "citext" | "uuid" | "inet"
  | "date" | "time" | "datetime" | "duration"
  | "json" | "binary" | "hstore" | "array" | "nativeEnum"
  | "integerRange" | "bigintRange" | "decimalRange" | "dateRange" | "datetimeRange";

/** How one database holds one kind of column. */
export interface Codec {
  /** The column's type in DDL. */
  readonly columnType: string;
  /** The type that a bound value or a literal is cast to where the database cannot infer it; null: no cast is needed. */
  readonly castType: string | null;
  /** From the field's value to what the driver binds; null where they are the same. Never called with null. */
  readonly encode: ((value: never) => unknown) | null;
  /** From the driver's value to the field's; null where they are the same. Never called with null. */
  readonly decode: ((raw: never) => unknown) | null;
  /** True where a column must be selected as `CAST(column AS TEXT)` to arrive whole (64-bit integers on SQLite). */
  readonly selectAsText?: boolean;
}
