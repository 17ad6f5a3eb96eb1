import type { DriverConnection, QueryResult, RowStream, Statement } from "../drivers/driver.js";
import { DatabaseError, SyncUnavailableError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import { ConnectionPool, type PoolableConnection } from "./connection-pool.js";
import { Database, type PoolStats, type TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { isThenable } from "./flow.js";
import { outsideScope } from "./scope.js";

const PROBE: Statement = { sql: "SELECT 1", kind: "select", returnsRows: true, internal: true };

/** A database behind a network: a pool of sessions, all of them asynchronous. */
export abstract class PooledDatabase<Connection extends PoolableConnection> extends Database {
  readonly synchronous = false;
  readonly pool: ConnectionPool<Connection>;

  /** @param connect - opens a session */
  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect, connect: () => Promise<Connection>) {
    super(alias, settings, dialect);
    this.pool = new ConnectionPool(
      alias,
      dialect.vendor,
      settings,
      // A session lives longer than the task that happens to open it, whose scope it must not keep.
      () => outsideScope(() => this.#connected(connect())),
      async (connection) => {
        await connection.execute(PROBE, []);
      },
    );
  }

  async #connected(pending: Promise<Connection>): Promise<Connection> {
    try {
      return await pending;
    } catch (error) {
      if (error instanceof DatabaseError) error.alias ??= this.alias;
      throw error;
    }
  }

  async execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    const acquired = this.pool.acquire(signal);
    const connection = isThenable(acquired) ? await acquired : acquired;
    try {
      return await connection.execute(statement, params, signal);
    } finally {
      this.pool.release(connection);
    }
  }

  executeSync(): QueryResult {
    throw this.#asynchronous();
  }

  acquire(_options: TransactionOptions, signal?: AbortSignal): DriverConnection | Promise<DriverConnection> {
    return this.pool.acquire(signal);
  }

  acquireSync(): DriverConnection {
    throw this.#asynchronous();
  }

  release(connection: DriverConnection, discard = false): void {
    // The pool's own sessions are all that it gives out.
    this.pool.release(connection as Connection, discard);
  }

  streamSync(): RowStream {
    throw this.#asynchronous();
  }

  stats(): PoolStats {
    return this.pool.stats();
  }

  async close(): Promise<void> {
    this.retired = true;
    await this.pool.close();
  }

  closeSync(): void {
    this.retired = true;
    this.pool.closeSync();
  }

  #asynchronous(): SyncUnavailableError {
    return new SyncUnavailableError(
      `The driver of "${this.alias}" (${this.settings.engine}) is asynchronous: await the form without "Sync". For scripts, REPLs and tests, "sync: true" in the database's settings sends synchronous calls through a worker thread.`,
      { code: "sync_unavailable", alias: this.alias, vendor: this.vendor },
    );
  }
}
