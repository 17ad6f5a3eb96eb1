/** How to lock rows with `selectForUpdate`. */
export interface LockOptions {
  /** Leave out rows that another transaction has locked. */
  readonly skipLocked?: boolean;
  /** Fail at once where another transaction has locked a row. */
  readonly noWait?: boolean;
  /** The relations whose rows are locked; `self` is the model's own. */
  readonly of?: readonly string[];
  /** Lock without forbidding references from other tables, on PostgreSQL. */
  readonly noKey?: boolean;
}
/** What `bulkCreate` does beside inserting. */
export interface BulkCreateOptions<Name extends string> {
  /** Rows in one statement; as many as the database takes unless given. */
  readonly batchSize?: number;
  /** Leave out rows that violate a constraint. */
  readonly ignoreConflicts?: boolean;
  /** Update the rows that are there already. */
  readonly updateConflicts?: boolean;
  /** The fields that an update writes. */
  readonly updateFields?: readonly Name[];
  /** The fields whose unique constraint tells that a row is there already. */
  readonly uniqueFields?: readonly Name[];
  /** Read back what the database filled in: all columns, or these. */
  readonly returning?: boolean | readonly Name[];
}
/** What methods take that send several statements. */
export interface BatchOptions {
  /** Rows in one statement. */
  readonly batchSize?: number;
}
/** What `explain` takes. EXPLAIN of PostgreSQL has them all, SQLite none. */
export interface ExplainOptions {
  /** Run the query and report what it took. */
  readonly analyze?: boolean;
  /** More about each step (PostgreSQL). */
  readonly verbose?: boolean;
  /** How many pages were read (PostgreSQL, with `analyze`). */
  readonly buffers?: boolean;
  /** How the plan is written (PostgreSQL); text unless given. */
  readonly format?: "text" | "json" | "yaml" | "xml";
}
/** What `iterator` takes. */
export interface IteratorOptions {
  /** Rows fetched at a time; 2000 unless given. */
  readonly chunkSize?: number;
}
/** What `using` takes. */
export interface UsingOptions {
  /** False: do not read from the primary after a write of the same context. */
  readonly sticky?: boolean;
}
/** How a relation or a column that is not loaded is loaded when it is awaited. */
export type FetchMode = "peers" | "one" | "raise";
/** A page of `cursorPaginate`. */
export interface CursorPage<Row> {
  /** The rows of the page. */
  readonly items: Row[];
  /** What the next call takes as `after`; null on the last page. */
  readonly nextCursor: string | null;
  /** Whether there are more rows. */
  readonly hasNext: boolean;
}
/** From the least up, or from the greatest down. */
export type OrderDirection = "ASC" | "DESC";
/** What `dates` cuts down to. */
export type DateUnit = "year" | "month" | "week" | "day";
/** What `datetimes` cuts down to. */
export type DateTimeUnit = DateUnit | "hour" | "minute" | "second";
/** The number of deleted rows, in all and by model. */
export type Deleted = [count: number, countByModel: Record<string, number>];
