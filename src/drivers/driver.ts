import type { Dialect } from "../sql/dialect.js";

/** What a statement does; the `kind` of query events. */
export type StatementKind = "select" | "insert" | "update" | "delete" | "ddl" | "transaction" | "other";

/**
 * A statement as the planner hands it over. One object lives as long as its plan: drivers key their prepared
 * statements by its identity.
 */
export interface Statement {
  readonly sql: string;
  readonly kind: StatementKind;
  /** Whether it gives rows: SELECT, or a write with RETURNING. */
  readonly returnsRows: boolean;
  /** True for dorm's own statements (probes, locks, introspection), which query counters leave out. */
  readonly internal?: boolean;
  /** True where preparing it is a waste: DDL, text that never recurs. */
  readonly once?: boolean;
  /** True where the result must name its columns, as for raw SQL. */
  readonly describe?: boolean;
  /** For each parameter the column that it is compared with or written to, where known; logs mask by it. */
  readonly parameterColumns?: readonly (string | null)[];
}

/** A row: one value for each selected column, in order. */
export type Row = unknown[];

/** A column of a result whose statement asked for a description. */
export interface ResultColumn {
  readonly name: string;
  /** Turns the driver's value into the nearest JavaScript one, for SQL that no field describes; null: it is that already. */
  readonly decode: ((raw: unknown) => unknown) | null;
  /** What the driver finds that function by, where the result may go to another thread, which functions cannot. */
  readonly type?: number | string;
}

/** The keys of rows that were inserted together: the first one, and how far each is from the one before. */
export interface InsertedKeys {
  readonly first: bigint;
  readonly step: number;
}

export interface QueryResult {
  readonly rows: Row[];
  /** Rows changed, or rows given where the statement gives rows. */
  readonly rowCount: number;
  /** Where the statement asked for it. */
  readonly columns?: readonly ResultColumn[];
  /** The keys that the database gave to the rows of an INSERT, where it cannot return them as rows. */
  readonly insertedKeys?: InsertedKeys;
}

/** Rows in portions, from a cursor. */
export interface RowStream {
  /** The next portion, or null at the end. */
  next(): Row[] | null | Promise<Row[] | null>;
  close(): void | Promise<void>;
}

/** One session with a database. A native synchronous driver returns values, the others promises. */
export interface DriverConnection {
  readonly dialect: Dialect;
  /** True when it is of no use any more and must not go back to its pool. */
  readonly broken: boolean;
  /** @param signal - ends it on the server, where it can run there while this process does other things */
  execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): QueryResult | Promise<QueryResult>;
  stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream>;
  /** Several statements in one text, without parameters; inside a transaction it stays inside. */
  executeScript(sql: string): void | Promise<void>;
  /** Asks the server to end the statement that runs; absent where nothing can run meanwhile. */
  cancel?(): void;
  close(): void | Promise<void>;
}

/** A row stream of a driver that is synchronous. */
export interface SyncRowStream extends RowStream {
  next(): Row[] | null;
  close(): void;
}

/** A session of a database in this process. */
export interface SyncDriverConnection extends DriverConnection {
  /** Whether a transaction is open, which the database may have ended by itself after an error. */
  readonly inTransaction: boolean;
  execute(statement: Statement, params: readonly unknown[]): QueryResult;
  stream(statement: Statement, params: readonly unknown[], chunkSize: number): SyncRowStream;
  executeScript(sql: string): void;
  close(): void;
}
