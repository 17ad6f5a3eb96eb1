import type { Dialect } from "../dialects/dialect.js";

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
}

/** A row: one value for each selected column, in order. */
export type Row = unknown[];

export interface QueryResult {
  readonly rows: Row[];
  /** Rows changed, or rows given where the statement gives rows. */
  readonly rowCount: number;
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
  execute(statement: Statement, params: readonly unknown[]): QueryResult | Promise<QueryResult>;
  stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream>;
  /** Several statements in one text, without parameters; inside a transaction it stays inside. */
  executeScript(sql: string): void | Promise<void>;
  close(): void | Promise<void>;
}
