import type { DriverConnection, QueryResult, RowStream, Statement } from "../drivers/driver.js";
import type { Dialect } from "../sql/dialect.js";
import type { DatabaseSettings } from "./database-settings.js";
import type { TransactionFrame } from "./transaction-frame.js";

/** What a transaction may ask for. */
export interface TransactionOptions {
  readonly isolation?: IsolationLevel | undefined;
  readonly readOnly?: boolean | undefined;
  readonly deferrable?: boolean | undefined;
}

/** How much transactions see of each other, as in the SQL standard. */
export type IsolationLevel = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/** The state of an alias's connections; every backend gives the same form. */
export interface PoolStats {
  readonly alias: string;
  readonly vendor: string;
  readonly hasPool: boolean;
  readonly open: boolean;
  readonly min: number;
  readonly max: number;
  readonly size: number;
  readonly idle: number;
  readonly inUse: number;
  /** Tasks that wait for a connection now. */
  readonly waiting: number;
  /** Between 0 and 1. */
  readonly utilization: number;
  /** Connections handed out so far. */
  readonly requests: number;
  /** How many of those had to wait. */
  readonly queued: number;
  /** How many waited too long. */
  readonly timeouts: number;
  /** Milliseconds waited altogether. */
  readonly waitMs: number;
}

/** An alias at work: its sessions, and who may use them. */
export abstract class Database {
  readonly alias: string;
  readonly dialect: Dialect;
  readonly settings: DatabaseSettings;
  /** A transaction that every context joins: of `setAutocommit(false)`, or a test's. */
  ambient: TransactionFrame | null = null;
  /** True from the moment that the settings replaced it, or that it was closed; open transactions go on. */
  retired = false;
  /** Whether an error leaves the transaction unusable up to the last savepoint. */
  abstract readonly errorAbortsTransaction: boolean;
  /** Whether its sessions give values, not promises. */
  abstract readonly synchronous: boolean;

  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect) {
    this.alias = alias;
    this.settings = settings;
    this.dialect = dialect;
  }

  get vendor(): string {
    return this.dialect.vendor;
  }

  /** Runs a statement outside of any transaction. */
  abstract execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): QueryResult | Promise<QueryResult>;
  /** @throws SyncUnavailableError where that is impossible, or would wait for another task */
  abstract executeSync(statement: Statement, params: readonly unknown[]): QueryResult;
  /** A session for one holder. */
  abstract acquire(options: TransactionOptions, signal?: AbortSignal): DriverConnection | Promise<DriverConnection>;
  /** @throws SyncUnavailableError where that is impossible, or would wait for another task */
  abstract acquireSync(options: TransactionOptions): DriverConnection;
  /** @param discard - whether the session is in a state that nobody may inherit */
  abstract release(connection: DriverConnection, discard?: boolean): void;
  /** How this database begins a transaction. @throws NotSupportedError for what it lacks */
  abstract begin(options: TransactionOptions): Statement;
  /** A cursor outside of any transaction, with a session of its own. */
  abstract stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream>;
  abstract streamSync(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream;
  /** Whether a session gives values, so that synchronous calls may use it. */
  isSynchronous(_connection: DriverConnection): boolean {
    return this.synchronous;
  }

  /** How a column of a result is read, by its `type`. */
  columnDecoder(_type: number | string): ((raw: unknown) => unknown) | null {
    return null;
  }

  /** Whether the session still has the transaction that its holder began. */
  abstract hasTransaction(connection: DriverConnection): boolean;
  abstract stats(): PoolStats;
  /** Ends idle sessions now and the others when they are given back. */
  abstract close(): Promise<void>;
  /** As far as that is possible without waiting. */
  abstract closeSync(): void;
}
