/** A column as the database describes it. */
export interface ColumnInfo {
  /** Its name. */
  readonly name: string;
  /** The type in the database's own words, in small letters: "character varying(100)". */
  readonly type: string;
  /** The values of an enumerated type, in their order; null for other types. */
  readonly values: readonly string[] | null;
  /** Whether it may be NULL. */
  readonly nullable: boolean;
  /** The DEFAULT's SQL; null without one, and for numbered keys. */
  readonly default: string | null;
  /** Whether the database numbers the rows. */
  readonly auto: boolean;
  /** The SQL of a computed column; null for others. */
  readonly generated: string | null;
  /** Whether a computed column is stored. */
  readonly stored: boolean;
  /** The comment on it. */
  readonly comment: string | null;
}

/** An index of a table that no constraint made. */
export interface IndexInfo {
  /** Its name. */
  readonly name: string;
  /** The columns; null in the place of an expression. */
  readonly columns: readonly (string | null)[];
  /** Whether no two rows may have the same values. */
  readonly unique: boolean;
  /** Everything but the names of the index and the table, for comparison: `(name DESC) WHERE …`. */
  readonly definition: string;
  /** Which of the columns are in descending order. */
  readonly descending: readonly boolean[];
  /** "btree", "gin"; null where a database has one kind. */
  readonly method: string | null;
  /** The SQL of the condition of a partial index. */
  readonly condition: string | null;
  /** Columns that it carries without ordering by them. */
  readonly include: readonly string[];
  /** Whether a unique index takes several nulls. */
  readonly nullsDistinct: boolean;
}

/** A unique constraint of a table. */
export interface UniqueInfo {
  /** Its name. */
  readonly name: string;
  /** Its columns. */
  readonly columns: readonly string[];
  /** Columns that it carries without telling rows apart by them. */
  readonly include: readonly string[];
  /** When it is checked, where that can wait. */
  readonly deferrable: "deferred" | "immediate" | null;
  /** False: two nulls count as equal. */
  readonly nullsDistinct: boolean;
  /** Everything but its name, for comparison. */
  readonly definition: string;
}

/** A check constraint of a table. */
export interface CheckInfo {
  /** Its name; null where the database has none. */
  readonly name: string | null;
  /** The condition's SQL. */
  readonly condition: string;
}

/** An EXCLUDE constraint. */
export interface ExclusionInfo {
  /** Its name. */
  readonly name: string;
  /** The columns; null in the place of an expression. */
  readonly columns: readonly (string | null)[];
  /** What is compared, as SQL: quoted columns and expressions. */
  readonly elements: readonly string[];
  /** How two rows are compared, for each part. */
  readonly operators: readonly string[];
  /** The operator class of each element; an empty one for the usual. */
  readonly opclasses: readonly string[];
  /** The kind of index behind it. */
  readonly method: string;
  /** The SQL of the condition under which a row counts. */
  readonly condition: string | null;
  /** Columns that it carries without comparing them. */
  readonly include: readonly string[];
  /** When it is checked; null: at once. */
  readonly deferrable: "deferred" | "immediate" | null;
  /** Everything but its name, for comparison. */
  readonly definition: string;
}

/** A foreign key of a table. */
export interface ForeignKeyInfo {
  /** Its name; null where the database has none. */
  readonly name: string | null;
  /** Its columns. */
  readonly columns: readonly string[];
  /** The table that it refers to. */
  readonly table: string;
  /** The columns there. */
  readonly targets: readonly string[];
  /** In the database's words: "NO ACTION", "CASCADE". */
  readonly onDelete: string;
}

/** A table as the database has it. */
export interface TableInfo {
  /** Its name. */
  readonly name: string;
  /** Whether it is a view, materialized or not. */
  readonly view: boolean;
  /** Its columns, in their order. */
  readonly columns: readonly ColumnInfo[];
  /** The columns of its primary key; empty where there is none. */
  readonly primaryKey: readonly string[];
  /** The name of the primary key's constraint; null where it has none. */
  readonly primaryKeyName: string | null;
  /** Its unique constraints. */
  readonly uniques: readonly UniqueInfo[];
  /** Its indexes. */
  readonly indexes: readonly IndexInfo[];
  /** Its check constraints. */
  readonly checks: readonly CheckInfo[];
  /** Its exclusion constraints. */
  readonly exclusions: readonly ExclusionInfo[];
  /** Its foreign keys. */
  readonly foreignKeys: readonly ForeignKeyInfo[];
  /** The comment on it. */
  readonly comment: string | null;
}
