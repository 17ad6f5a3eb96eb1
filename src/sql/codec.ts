/**
 * How a column is held, apart from any database: what a field says of itself to the dialects, which know
 * nothing of fields.
 */
export interface ColumnStorage {
  readonly kind: StorageKind;
  readonly maxLength?: number;
  readonly maxDigits?: number;
  /** Digits after the point. Without it a decimal is read as it comes: so sums and means are read. */
  readonly decimalPlaces?: number;
  /** Fractional digits of a second: 3 or 6. */
  readonly precision?: 3 | 6;
  /** "number" where a 64-bit column is read as a JavaScript number. */
  readonly mode?: "number" | "bigint";
  /** True where only zero and more may be stored. */
  readonly unsigned?: boolean;
  /** The elements of an array. */
  readonly element?: ColumnStorage;
  /** The name of a database's own type, as of a native enum. */
  readonly typeName?: string;
}

export type StorageKind =
  | "smallint"
  | "integer"
  | "bigint"
  | "float"
  | "decimal"
  | "boolean"
  | "varchar"
  | "text"
  | "citext"
  | "uuid"
  | "inet"
  | "date"
  | "time"
  | "datetime"
  | "duration"
  | "json"
  | "binary"
  | "hstore"
  | "array"
  | "nativeEnum"
  | "integerRange"
  | "bigintRange"
  | "decimalRange"
  | "dateRange"
  | "datetimeRange";

/** How one database holds one kind of column. */
export interface Codec {
  /** The column's type in DDL. */
  readonly columnType: string;
  /** The column's type in DDL where the database numbers its rows; absent where it cannot. */
  readonly autoType?: string;
  /** The type that a bound value or a literal is cast to where the database cannot infer it; null: no cast is needed. */
  readonly castType: string | null;
  /** True where a bound value is cast wherever a query compares or computes with it. */
  readonly castAlways?: boolean;
  /**
   * The type that the column is cast to for order, comparison and arithmetic where its stored form has neither
   * (long decimals on SQLite, held as text); the result is then as exact as that type.
   */
  readonly orderType?: string;
  /** From the field's value to what the driver binds; null where they are the same. Never called with null. */
  readonly encode: ((value: never) => unknown) | null;
  /** From the driver's value to the field's; null where they are the same. Never called with null. */
  readonly decode: ((raw: never) => unknown) | null;
  /** True where a column must be selected as `CAST(column AS TEXT)` to arrive whole (64-bit integers on SQLite). */
  readonly selectAsText?: boolean;
  /** The condition of the CHECK that the column needs, from its quoted name. */
  readonly check?: (quotedColumn: string) => string;
}
