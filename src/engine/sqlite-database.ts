import type { DriverConnection, QueryResult, RowStream, Statement, SyncDriverConnection } from "../drivers/driver.js";
import { openBetterSqlite } from "../drivers/sqlite-better/index.js";
import { explainOpenError } from "../drivers/sqlite-errors.js";
import { openNodeSqlite } from "../drivers/sqlite-node/index.js";
import { readSqliteOptions, type SqliteOptions } from "../drivers/sqlite-options.js";
import { DatabaseError, ImproperlyConfigured, NotSupportedError, OperationalError, SyncUnavailableError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import { didYouMean } from "../suggestions.js";
import { Database, type PoolStats, type TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { log } from "./logging.js";
import { isTransient } from "./transient-errors.js";

const DRIVERS: Readonly<Record<string, typeof openNodeSqlite>> = {
  "node:sqlite": openNodeSqlite,
  "better-sqlite3": openBetterSqlite,
};

const BEGIN: Statement = { sql: "BEGIN", kind: "transaction", returnsRows: false };
/** Takes the right to write at once, so that busy_timeout applies and no read has to be upgraded later. */
const BEGIN_IMMEDIATE: Statement = { sql: "BEGIN IMMEDIATE", kind: "transaction", returnsRows: false };
const ROLLBACK: Statement = { sql: "ROLLBACK", kind: "transaction", returnsRows: false, internal: true };
const READ_JOURNAL_MODE: Statement = { sql: "PRAGMA journal_mode", kind: "other", returnsRows: true, internal: true, once: true };
const QUERY_ONLY_ON: Statement = { sql: "PRAGMA query_only = ON", kind: "other", returnsRows: false, internal: true };
const QUERY_ONLY_OFF: Statement = { sql: "PRAGMA query_only = OFF", kind: "other", returnsRows: false, internal: true };

const IDLE_READERS = 2;

interface Waiter {
  readonly grant: () => void;
}

/**
 * An SQLite database of this process: one session that writes, given to one holder at a time, and on a file in WAL mode
 * readers beside it, which serve while the writer is in another task's transaction.
 */
export class SqliteDatabase extends Database {
  readonly errorAbortsTransaction = false;
  readonly synchronous = true;
  readonly #open: typeof openNodeSqlite;
  readonly #options: SqliteOptions;
  #writer: SyncDriverConnection | null = null;
  #held = false;
  #writesForbidden = false;
  /** While read-only transactions and streams hold readers, those are not in this list. */
  readonly #idleReaders: SyncDriverConnection[] = [];
  readonly #leasedReaders = new Set<DriverConnection>();
  #readsBeside = false;
  readonly #waiters: Waiter[] = [];
  #requests = 0;
  #queued = 0;
  #waitMs = 0;

  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect) {
    super(alias, settings, dialect);
    const driver = settings.driver ?? "node:sqlite";
    const open = DRIVERS[driver];
    if (open === undefined) {
      throw new ImproperlyConfigured(
        `The database "${alias}" names the unknown driver "${driver}". ${didYouMean(driver, Object.keys(DRIVERS))}`,
        {
          alias,
          code: "unknown_driver",
        },
      );
    }
    this.#open = open;
    this.#options = readSqliteOptions(settings.options);
  }

  execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): QueryResult | Promise<QueryResult> {
    if (!this.#held) return (this.#writer ?? this.#openWriter()).execute(statement, params);
    if (this.#readsBeside && statement.kind === "select") return this.#reader().execute(statement, params);
    return this.#executeWhenFree(statement, params, signal);
  }

  executeSync(statement: Statement, params: readonly unknown[]): QueryResult {
    if (!this.#held) return (this.#writer ?? this.#openWriter()).execute(statement, params);
    if (this.#readsBeside && statement.kind === "select") return this.#reader().execute(statement, params);
    throw this.#wouldWait();
  }

  async #executeWhenFree(statement: Statement, params: readonly unknown[], signal: AbortSignal | undefined): Promise<QueryResult> {
    const connection = await this.#whenFree(signal);
    try {
      return connection.execute(statement, params);
    } finally {
      this.release(connection);
    }
  }

  acquire(options: TransactionOptions, signal?: AbortSignal): DriverConnection | Promise<DriverConnection> {
    const reader = options.readOnly === true ? this.#leaseReader() : null;
    if (reader !== null) return reader;
    if (this.#held) return this.#readOnlySession(this.#whenFree(signal), options);
    const writer = this.#writer ?? this.#openWriter();
    this.#held = true;
    this.#requests++;
    return options.readOnly === true ? this.#forbidWrites(writer) : writer;
  }

  async #readOnlySession(pending: Promise<SyncDriverConnection>, options: TransactionOptions): Promise<SyncDriverConnection> {
    const writer = await pending;
    return options.readOnly === true ? this.#forbidWrites(writer) : writer;
  }

  #forbidWrites(writer: SyncDriverConnection): SyncDriverConnection {
    writer.execute(QUERY_ONLY_ON, []);
    this.#writesForbidden = true;
    return writer;
  }

  acquireSync(options: TransactionOptions): DriverConnection {
    if (this.#held && !(options.readOnly === true && this.#readsBeside)) throw this.#wouldWait();
    // With the writer free or a reader to be had, it gives no promise.
    return this.acquire(options) as DriverConnection;
  }

  release(connection: DriverConnection): void {
    if (this.#leasedReaders.delete(connection)) {
      // Only readers are leased, and they are synchronous.
      this.#putReader(connection as SyncDriverConnection);
      return;
    }
    const writer = this.#writer;
    try {
      if (writer === null || writer !== connection) return;
      if (writer.inTransaction) writer.execute(ROLLBACK, []);
      if (this.#writesForbidden) writer.execute(QUERY_ONLY_OFF, []);
      this.#writesForbidden = false;
    } finally {
      // Whatever happens, the others do not wait for ever.
      this.#passOn();
    }
  }

  #passOn(): void {
    const next = this.#waiters.shift();
    if (next !== undefined) {
      next.grant();
      return;
    }
    this.#held = false;
    if (this.retired) this.#closeNow();
  }

  begin(options: TransactionOptions): Statement {
    if (options.deferrable === true) {
      throw new NotSupportedError('SQLite has no deferrable transactions; leave "deferrable" out.', {
        alias: this.alias,
        vendor: this.vendor,
      });
    }
    // Whatever isolation is asked for: SQLite's transactions are serializable.
    return options.readOnly === true ? BEGIN : BEGIN_IMMEDIATE;
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream> {
    const beside = this.#streamBeside(statement, params, chunkSize);
    if (beside !== null) return beside;
    const result = this.execute(statement, params);
    return result instanceof Promise ? result.then((ready) => portions(ready, chunkSize)) : portions(result, chunkSize);
  }

  streamSync(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream {
    return this.#streamBeside(statement, params, chunkSize) ?? portions(this.executeSync(statement, params), chunkSize);
  }

  /** Null where there is one session only: its rows are in memory anyway, and are read at once. */
  #streamBeside(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | null {
    const reader = statement.kind === "select" ? this.#leaseReader() : null;
    if (reader === null) return null;
    let open = true;
    const giveBack = () => {
      if (!open) return;
      open = false;
      this.release(reader);
    };
    try {
      const stream = reader.stream(statement, params, chunkSize);
      return {
        next: () => {
          if (!open) return null;
          let rows: unknown[][] | null = null;
          try {
            rows = stream.next();
          } finally {
            if (rows === null) giveBack();
          }
          return rows;
        },
        close: () => {
          stream.close();
          giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  hasTransaction(connection: DriverConnection): boolean {
    // All sessions of this class are synchronous ones.
    return (connection as SyncDriverConnection).inTransaction;
  }

  stats(): PoolStats {
    const size = (this.#writer === null ? 0 : 1) + this.#idleReaders.length + this.#leasedReaders.size;
    const inUse = (this.#held ? 1 : 0) + this.#leasedReaders.size;
    return {
      alias: this.alias,
      vendor: this.vendor,
      hasPool: false,
      open: this.#writer !== null,
      min: 0,
      max: 1,
      size,
      idle: size - inUse,
      inUse,
      waiting: this.#waiters.length,
      utilization: this.#held ? 1 : 0,
      requests: this.#requests,
      queued: this.#queued,
      timeouts: 0,
      waitMs: this.#waitMs,
    };
  }

  async close(): Promise<void> {
    this.closeSync();
  }

  closeSync(): void {
    this.retired = true;
    if (!this.#held) this.#closeNow();
  }

  #closeNow(): void {
    for (const reader of this.#idleReaders.splice(0)) reader.close();
    const writer = this.#writer;
    this.#writer = null;
    if (writer === null) return;
    writer.close();
    log(`dorm.db.lifecycle.${this.vendor}`, "info", `closed "${this.alias}"`);
  }

  #openWriter(): SyncDriverConnection {
    let connection: SyncDriverConnection;
    try {
      connection = this.#open(this.settings.name, this.#options, this.dialect);
      try {
        this.#setJournalMode(connection);
      } catch (error) {
        connection.close();
        throw isTransient(error) ? error : explainOpenError(error, this.settings.name);
      }
    } catch (error) {
      if (error instanceof DatabaseError) error.alias ??= this.alias;
      throw error;
    }
    this.#writer = connection;
    log(`dorm.db.lifecycle.${this.vendor}`, "info", `opened "${this.alias}"`);
    log(`dorm.db.lifecycle.${this.vendor}`, "debug", () => `opened ${this.settings.name}`);
    return connection;
  }

  #setJournalMode(connection: SyncDriverConnection): void {
    if (this.settings.name === ":memory:") return;
    let mode: unknown;
    try {
      const set: Statement = { ...READ_JOURNAL_MODE, sql: `PRAGMA journal_mode = ${this.#options.journalMode}` };
      mode = connection.execute(this.#options.readOnly ? READ_JOURNAL_MODE : set, []).rows[0]?.[0];
    } catch (error) {
      // A file that this process may only read keeps its mode, and can be read.
      if (!(error instanceof OperationalError) || !/READONLY|CANTOPEN/.test(error.code ?? "")) throw error;
      mode = connection.execute(READ_JOURNAL_MODE, []).rows[0]?.[0];
    }
    this.#readsBeside = mode === "wal";
  }

  #reader(): SyncDriverConnection {
    const idle = this.#idleReaders[0];
    if (idle !== undefined) return idle;
    const reader = this.#open(this.settings.name, { ...this.#options, readOnly: true }, this.dialect);
    this.#idleReaders.push(reader);
    return reader;
  }

  #leaseReader(): SyncDriverConnection | null {
    // The writer is what makes the file and its journal, so it comes first.
    if (this.#writer === null && !this.#held) this.#openWriter();
    if (!this.#readsBeside) return null;
    const reader = this.#idleReaders.pop() ?? this.#open(this.settings.name, { ...this.#options, readOnly: true }, this.dialect);
    this.#leasedReaders.add(reader);
    this.#requests++;
    return reader;
  }

  #putReader(reader: SyncDriverConnection): void {
    if (reader.inTransaction) reader.execute(ROLLBACK, []);
    if (this.retired || this.#idleReaders.length >= IDLE_READERS) reader.close();
    else this.#idleReaders.push(reader);
  }

  /** In the order of asking. The holder passes the session on without letting go of it. */
  async #whenFree(signal: AbortSignal | undefined): Promise<SyncDriverConnection> {
    const since = performance.now();
    this.#queued++;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      const abort = () => {
        const position = this.#waiters.indexOf(waiter);
        if (position >= 0) this.#waiters.splice(position, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.push(waiter);
    });
    this.#requests++;
    this.#waitMs += performance.now() - since;
    try {
      return this.#writer ?? this.#openWriter();
    } catch (error) {
      this.#passOn();
      throw error;
    }
  }

  #wouldWait(): SyncUnavailableError {
    return new SyncUnavailableError(
      `A synchronous query on "${this.alias}" would have to wait for the transaction of another task, which cannot go on meanwhile. Await the plain form, or make the call inside that transaction.`,
      { code: "sync_would_wait", alias: this.alias, vendor: this.vendor },
    );
  }
}

function portions(result: QueryResult, chunkSize: number): RowStream {
  let rows: readonly unknown[][] = result.rows;
  let position = 0;
  return {
    next() {
      if (position >= rows.length) return null;
      const chunk = rows.slice(position, position + chunkSize);
      position += chunkSize;
      return chunk;
    },
    close() {
      rows = [];
    },
  };
}

/** Makes an alias on SQLite; its file is opened by the first query. */
export function createSqliteDatabase(alias: string, settings: DatabaseSettings, dialect: Dialect): Database {
  return new SqliteDatabase(alias, settings, dialect);
}
