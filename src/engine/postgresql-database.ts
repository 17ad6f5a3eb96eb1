import type { Dialect } from "../sql/dialect.js";
import type { DriverConnection, QueryResult, RowStream, Statement } from "../drivers/driver.js";
import { connectPostgresql, type PostgresqlConnection, readPostgresqlOptions } from "../drivers/postgresql/index.js";
import { DatabaseError, ImproperlyConfigured, QueryError, SyncUnavailableError } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import { ConnectionPool } from "./connection-pool.js";
import { Database, type IsolationLevel, type PoolStats, type TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { isThenable } from "./flow.js";
import { outsideScope } from "./scope.js";

const PROBE: Statement = { sql: "SELECT 1", kind: "select", returnsRows: true, internal: true };
const BEGIN: Statement = { sql: "BEGIN", kind: "transaction", returnsRows: false };
const COMMIT: Statement = { sql: "COMMIT", kind: "transaction", returnsRows: false, internal: true };
const ROLLBACK: Statement = { sql: "ROLLBACK", kind: "transaction", returnsRows: false, internal: true };

/** Uses of a statement before it is prepared under a name, where the settings do not say. */
const PREPARE_THRESHOLD = 2;

const ISOLATION: Readonly<Record<IsolationLevel, string>> = {
  "read uncommitted": "READ UNCOMMITTED",
  "read committed": "READ COMMITTED",
  "repeatable read": "REPEATABLE READ",
  serializable: "SERIALIZABLE",
};

/** A PostgreSQL database: a pool of sessions. */
export class PostgresqlDatabase extends Database {
  readonly errorAbortsTransaction = true;
  readonly synchronous = false;
  readonly pool: ConnectionPool<PostgresqlConnection>;

  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect) {
    super(alias, settings, dialect);
    if (settings.sync) {
      throw new ImproperlyConfigured(
        `The database "${alias}" asks for synchronous calls ("sync": true), which PostgreSQL does not have here yet: await the plain forms.`,
        { code: "sync_unavailable", alias, vendor: dialect.vendor },
      );
    }
    const { connect, pooler } = readPostgresqlOptions(settings);
    const threshold = settings.prepareThreshold === undefined ? (pooler ? null : PREPARE_THRESHOLD) : settings.prepareThreshold;
    this.pool = new ConnectionPool(
      alias,
      dialect.vendor,
      settings,
      // A session lives longer than the task that happens to open it, whose scope it must not keep.
      () => outsideScope(() => this.#connected(connectPostgresql(connect, dialect, threshold))),
      async (connection) => {
        await connection.execute(PROBE, []);
      },
    );
  }

  async #connected(pending: Promise<PostgresqlConnection>): Promise<PostgresqlConnection> {
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
    this.pool.release(connection as PostgresqlConnection, discard);
  }

  begin(options: TransactionOptions): Statement {
    const { isolation, readOnly, deferrable } = options;
    if (isolation === undefined && readOnly === undefined && deferrable === undefined) return BEGIN;
    const parts = ["BEGIN"];
    if (isolation !== undefined && !Object.hasOwn(ISOLATION, isolation)) {
      throw new QueryError(`There is no isolation level "${isolation}". ${didYouMean(isolation, Object.keys(ISOLATION))}`, {
        alias: this.alias,
      });
    }
    if (isolation !== undefined) parts.push(`ISOLATION LEVEL ${ISOLATION[isolation]}`);
    if (readOnly !== undefined) parts.push(readOnly ? "READ ONLY" : "READ WRITE");
    if (deferrable !== undefined) parts.push(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE");
    return { sql: parts.join(" "), kind: "transaction", returnsRows: false };
  }

  async stream(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    const connection = await this.pool.acquire();
    let open = true;
    const end = async (failed: boolean) => {
      if (!open) return;
      open = false;
      let discard = false;
      try {
        await connection.execute(failed ? ROLLBACK : COMMIT, []);
      } catch {
        discard = true;
      } finally {
        this.pool.release(connection, discard);
      }
    };
    const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
      try {
        return await action();
      } catch (error) {
        await end(true);
        throw error;
      }
    };
    const rows = await guarded(async () => {
      await connection.execute(BEGIN, []);
      return connection.stream(statement, params, chunkSize);
    });
    return {
      next: () =>
        guarded(async () => {
          // The session may be another task's by now.
          if (!open) return null;
          const portion = await rows.next();
          if (portion === null) await end(false);
          return portion;
        }),
      close: () =>
        guarded(async () => {
          if (!open) return;
          await rows.close();
          await end(false);
        }),
    };
  }

  streamSync(): RowStream {
    throw this.#asynchronous();
  }

  hasTransaction(connection: DriverConnection): boolean {
    // A server ends a transaction by itself only together with the session.
    return !connection.broken;
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
      `"${this.alias}" is a PostgreSQL database, whose driver is asynchronous: await the form without "Sync".`,
      { code: "sync_unavailable", alias: this.alias, vendor: this.vendor },
    );
  }
}

/** Makes an alias on PostgreSQL; its first session is opened by the first query. */
export function createPostgresqlDatabase(alias: string, settings: DatabaseSettings, dialect: Dialect): Database {
  return new PostgresqlDatabase(alias, settings, dialect);
}
