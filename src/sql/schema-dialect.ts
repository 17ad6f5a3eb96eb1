import type { StorageKind } from "./codec.js";

/** What the DDL of a database has and lacks, as data; `migrations/` writes the statements. */
export interface SchemaDialect {
  /** What follows the type of a column whose rows the database numbers. */
  readonly autoKey: string;
  /** Indexes have a method, operator classes and columns that they only carry. Elsewhere those are left out: they change no result. */
  readonly indexMethods: boolean;
  /** CREATE INDEX CONCURRENTLY. Elsewhere such an index is made as any other. */
  readonly concurrentIndexes: boolean;
  /** A UNIQUE constraint may wait for the end of the transaction. */
  readonly deferrableUnique: boolean;
  /** A FOREIGN KEY may wait for the end of the transaction. */
  readonly deferrableForeignKeys: boolean;
  /** An index may cover the rows of a condition only. Elsewhere it covers all, where it is not unique. */
  readonly partialIndexes: boolean;
  /** An index may be over expressions. */
  readonly expressionIndexes: boolean;
  /** UNIQUE … NULLS NOT DISTINCT. */
  readonly nullsNotDistinct: boolean;
  /** EXCLUDE constraints: no two rows that stand in given relations to each other. */
  readonly exclusionConstraints: boolean;
  /** Materialized views, declared partitions, row-level security, and enums as types. */
  readonly serverObjects: boolean;
  /** A computed column may be declared NOT NULL; elsewhere its expression alone decides. */
  readonly generatedNotNull: boolean;
  /** COMMENT ON TABLE and ON COLUMN. Elsewhere comments are left out. */
  readonly comments: boolean;
  /** How a DROP TABLE of several tables begins, which may refer to each other; null: they are dropped one by one. */
  readonly dropTogether: string | null;
  /** The extension behind a kind of column, whose type has the same name. */
  readonly extensions: Readonly<Partial<Record<StorageKind, string>>>;
  /** A query for those of these tables that are there: rows of the name, and 1 where a new table cannot have it. */
  tablesAmong(names: readonly string[]): string;
  /** A query for the foreign keys to these tables from others: rows of the other table and the table. */
  referencesTo(names: readonly string[]): string;
  /** A query for those of these types that are not there; null where columns have no types of the user's own. */
  readonly missingTypesAmong: ((types: readonly string[]) => string) | null;
  /** A query that gives a row where columns can be computed when they are read; null where they always can. */
  readonly virtualColumns: string | null;
  /** Makes the transaction check now what it put off to its end; gives rows only where something is wrong. */
  readonly checkConstraints: string;
  /** Makes the transaction put off to its end what it can of the checks of foreign keys; null: nothing need be said. */
  readonly deferConstraints: string | null;
  /**
   * Statements that delete every row of these tables, which may refer to each other, and begin their numbering anew.
   * `numbered` are those whose rows the database numbers.
   */
  emptyTables(tables: readonly string[], numbered: readonly string[]): readonly string[];
  /** A query for the statements, in their order, after which there is no table and no other object of a schema left; null where that is not known. */
  readonly dropAll: string | null;
  /** A query after which the database numbers new rows past those that are there; null where it does so by itself. */
  readonly continueNumbering: ((table: string, column: string) => string) | null;
  /** Queries that take and give back the lock under which one process migrates at a time; null where writing takes a lock anyway. */
  readonly migrationLock: { readonly tryToTake: string; readonly giveBack: string } | null;
}
