/** A column as the database describes it. */
export interface ColumnInfo {
  readonly name: string;
  /** The type in the database's own words, in small letters: "character varying(100)". */
  readonly type: string;
  readonly nullable: boolean;
  /** The DEFAULT's SQL; null without one, and for numbered keys. */
  readonly default: string | null;
  /** Whether the database numbers the rows. */
  readonly auto: boolean;
  /** The SQL of a computed column; null for others. */
  readonly generated: string | null;
  /** Whether a computed column is stored. */
  readonly stored: boolean;
  readonly comment: string | null;
}

export interface IndexInfo {
  readonly name: string;
  /** The columns; null in the place of an expression. */
  readonly columns: readonly (string | null)[];
  readonly unique: boolean;
  /** Everything but the names of the index and the table, for comparison: `(name DESC) WHERE …`. */
  readonly definition: string;
  /** Which of the columns are in descending order. */
  readonly descending: readonly boolean[];
  /** "btree", "gin"; null where a database has one kind. */
  readonly method: string | null;
  /** The SQL of the condition of a partial index. */
  readonly condition: string | null;
  readonly include: readonly string[];
  /** Whether a unique index takes several nulls. */
  readonly nullsDistinct: boolean;
}

export interface UniqueInfo {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that it carries without telling rows apart by them. */
  readonly include: readonly string[];
  /** When it is checked, where that can wait. */
  readonly deferrable: "deferred" | "immediate" | null;
  readonly nullsDistinct: boolean;
  /** Everything but its name, for comparison. */
  readonly definition: string;
}

export interface CheckInfo {
  readonly name: string | null;
  /** The condition's SQL. */
  readonly condition: string;
}

/** An EXCLUDE constraint. */
export interface ExclusionInfo {
  readonly name: string;
  /** The columns; null in the place of an expression. */
  readonly columns: readonly (string | null)[];
  /** What is compared, as SQL: quoted columns and expressions. */
  readonly elements: readonly string[];
  readonly operators: readonly string[];
  /** The operator class of each element; an empty one for the usual. */
  readonly opclasses: readonly string[];
  readonly method: string;
  /** The SQL of the condition under which a row counts. */
  readonly condition: string | null;
  readonly include: readonly string[];
  readonly deferrable: "deferred" | "immediate" | null;
  /** Everything but its name, for comparison. */
  readonly definition: string;
}

export interface ForeignKeyInfo {
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
  /** In the database's words: "NO ACTION", "CASCADE". */
  readonly onDelete: string;
}

export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  readonly primaryKey: readonly string[];
  /** The name of the primary key's constraint; null where it has none. */
  readonly primaryKeyName: string | null;
  readonly uniques: readonly UniqueInfo[];
  readonly indexes: readonly IndexInfo[];
  readonly checks: readonly CheckInfo[];
  readonly exclusions: readonly ExclusionInfo[];
  readonly foreignKeys: readonly ForeignKeyInfo[];
  readonly comment: string | null;
}
