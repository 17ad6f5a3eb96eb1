import type { DriverConnection, QueryResult, ResultColumn } from "../drivers/driver.js";
import { DatabaseError, TransactionManagementError } from "../errors.js";
import { setOwnProperty } from "../values/own-property.js";
import { closeAmbientTransaction, openAmbientTransaction } from "./atomic.js";
import type { PoolStats } from "./database.js";
import { databaseFor, dialectFor, type ExecuteOptions, execute, executeOn } from "./execute.js";
import type { Flow } from "./flow.js";
import { rawParameters, rawStatement } from "./raw-statement.js";
import { run, runSync } from "./run.js";
import { currentScope } from "./scope.js";
import { currentRegistry, requireConfigured } from "./settings.js";
import { frameFor, type TransactionFrame } from "./transaction-frame.js";

/** A row by the names of its columns. */
export type RowRecord = Record<string, unknown>;

/** What SQL of the user gave. */
export interface RawResult {
  readonly columns: readonly string[];
  readonly rows: RowRecord[];
  /** Rows changed, or given. */
  readonly rowCount: number;
}

/** The state of an alias that nothing used yet. */
export interface Uninitialised {
  readonly alias: string;
  readonly status: "uninitialised";
}

function toRecords(result: QueryResult): RawResult {
  const columns: readonly ResultColumn[] = result.columns ?? [];
  const rows = result.rows.map((row) => {
    const record: RowRecord = {};
    columns.forEach(({ name, decode }, index) => {
      const value = row[index] ?? null;
      setOwnProperty(record, name, value === null || decode === null ? value : decode(value));
    });
    return record;
  });
  return { columns: columns.map((column) => column.name), rows, rowCount: result.rowCount };
}

function* executeRaw(alias: string, sql: string, params: readonly unknown[], options: ExecuteOptions): Flow<RawResult> {
  const dialect = dialectFor(alias);
  const statement = rawStatement(dialect, sql, params.length);
  // The value of an `execute` step is a QueryResult.
  return toRecords((yield execute(alias, statement, rawParameters(dialect, params), options)) as QueryResult);
}

function scriptError(alias: string, what: string): TransactionManagementError {
  return new TransactionManagementError(
    `The script on "${alias}" ${what} A script has transactions of its own from BEGIN to COMMIT, or is part of the atomic block around it.`,
    { code: "script_transaction", alias },
  );
}

/** As the result of a statement, for those who watch. */
function withoutRows(done: void | Promise<void>): QueryResult | Promise<QueryResult> {
  const none: QueryResult = { rows: [], rowCount: 0 };
  return done === undefined ? none : done.then(() => none);
}

/**
 * Runs several statements in one text, without parameters, in the transaction that is open or by themselves.
 *
 * @throws TransactionManagementError when the script ended the transaction around it, or left one of its own open
 */
export function* executeScript(alias: string, sql: string): Flow<void> {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  const statement = { sql, kind: "other", returnsRows: false, once: true } as const;
  const frame = frameFor(scope, database);
  if (frame !== null) {
    const inside = () => executeOn(scope, database, () => withoutRows(frame.executeScript(sql)), statement);
    yield {
      perform: inside,
      performSync: () => {
        frame.checkSync();
        return inside();
      },
    };
    // elsewhere DDL ends the transaction too
    if (!database.dialect.features.transactionalDdl || database.hasTransaction(frame.connection)) return;
    const error = scriptError(alias, "ended the transaction around it.");
    frame.noteError(error);
    throw error;
  }
  // The step gives what acquire gives.
  const connection = (yield { perform: () => database.acquire({}), performSync: () => database.acquireSync({}) }) as DriverConnection;
  const alone = () => executeOn(scope, database, () => withoutRows(connection.executeScript(sql)), statement);
  let discard = true;
  try {
    yield { perform: alone, performSync: alone };
    discard = database.hasTransaction(connection);
  } finally {
    database.release(connection, discard);
  }
  if (discard) throw scriptError(alias, "left a transaction open, which was rolled back.");
}

/** The transaction that `setAutocommit(false)` keeps open. */
function manualTransaction(alias: string): TransactionFrame {
  const frame = databaseFor(alias).ambient;
  if (frame !== null && !frame.sandbox) return frame;
  throw new TransactionManagementError(
    `"${alias}" commits every statement by itself. Call setAutocommit(false) first, or use transaction.atomic().`,
    {
      code: "autocommit",
      alias,
    },
  );
}

function* setAutocommit(alias: string, autocommit: boolean): Flow<void> {
  const database = databaseFor(alias);
  const scope = currentScope();
  const frame = frameFor(scope, database);
  if (frame !== null && frame !== database.ambient) {
    throw new TransactionManagementError(`setAutocommit() cannot be called inside an atomic block on "${alias}".`, {
      code: "transaction_open",
      alias,
    });
  }
  if (autocommit && database.ambient !== null && !database.ambient.sandbox) yield* closeAmbientTransaction(database.ambient, true);
  else if (!autocommit && database.ambient === null) yield* openAmbientTransaction(alias, false);
}

/** Ends the manual transaction and begins the next one, also when its end failed. */
function* endManual(alias: string, commit: boolean): Flow<void> {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  const frame = manualTransaction(alias);
  if (frameFor(scope, database) !== frame) {
    throw new TransactionManagementError(`commit() and rollback() cannot be called inside an atomic block on "${alias}".`, {
      code: "transaction_open",
      alias,
    });
  }
  const broken = frame.brokenBy;
  try {
    yield* closeAmbientTransaction(frame, commit);
  } finally {
    yield* openAmbientTransaction(alias, false);
  }
  if (commit && broken !== null) {
    throw new TransactionManagementError(
      `The transaction on "${alias}" was rolled back instead of committed: an earlier error had broken it.`,
      {
        code: "transaction_broken",
        alias,
        cause: broken,
      },
    );
  }
}

/**
 * SQL of the user, and the state of an alias. Statements take part in the transaction that is open.
 *
 * @example
 * const connection: Connection = getConnection("default");
 * console.log(connection.alias, connection.vendor); // → default sqlite
 */
export class Connection {
  /** The alias in the settings. */
  readonly alias: string;

  constructor(alias: string) {
    this.alias = alias;
  }

  /** "sqlite", "postgresql", "mariadb" or "mysql", or the name that a backend of another package has. */
  get vendor(): string {
    return dialectFor(this.alias).vendor;
  }

  /**
   * Runs SQL.
   *
   * @param sql - with `%s` or `?` for each parameter
   * @param params - bound, never put into the text
   * @returns the rows by column name, in the nearest JavaScript types
   * @example
   * const { rows } = await getConnection().execute("SELECT name FROM library_author WHERE age > %s", [60]);
   * console.log(rows[0]?.name); // → Ursula
   */
  execute(sql: string, params: readonly unknown[] = [], options: ExecuteOptions = {}): Promise<RawResult> {
    return run(executeRaw(this.alias, sql, params, options));
  }

  /** As `execute`, without waiting. */
  executeSync(sql: string, params: readonly unknown[] = []): RawResult {
    return runSync(executeRaw(this.alias, sql, params, {}));
  }

  /**
   * Runs several statements in one text. Inside a transaction they are part of it.
   *
   * @throws TransactionManagementError when the script ends that transaction, or leaves one of its own open
   * @example
   * await getConnection().executeScript("CREATE TABLE note (body text); INSERT INTO note VALUES ('a')");
   * console.log((await getConnection().execute("SELECT body FROM note")).rows.length); // → 1
   */
  executeScript(sql: string): Promise<void> {
    return run(executeScript(this.alias, sql));
  }

  /** As `executeScript`, without waiting. */
  executeScriptSync(sql: string): void {
    runSync(executeScript(this.alias, sql));
  }

  /**
   * Whether each statement commits by itself (the default). After `setAutocommit(false)`, every context that uses the
   * alias works in one transaction, which ends with `commit()` or `rollback()`; `setAutocommit(true)` commits it.
   *
   * @throws TransactionManagementError inside an atomic block
   */
  setAutocommit(autocommit: boolean): Promise<void> {
    return run(setAutocommit(this.alias, autocommit));
  }

  /** As `setAutocommit`, without waiting. */
  setAutocommitSync(autocommit: boolean): void {
    runSync(setAutocommit(this.alias, autocommit));
  }

  /** Commits the manual transaction. @throws TransactionManagementError without `setAutocommit(false)` */
  commit(): Promise<void> {
    return run(endManual(this.alias, true));
  }

  /** As `commit`, without waiting. */
  commitSync(): void {
    runSync(endManual(this.alias, true));
  }

  /** Undoes the manual transaction. @throws TransactionManagementError without `setAutocommit(false)` */
  rollback(): Promise<void> {
    return run(endManual(this.alias, false));
  }

  /** As `rollback`, without waiting. */
  rollbackSync(): void {
    runSync(endManual(this.alias, false));
  }

  poolStats(): PoolStats | Uninitialised {
    return poolStats(this.alias);
  }

  /** Closes the alias's connections; the next query opens new ones. */
  close(): Promise<void> {
    return currentRegistry().close(this.alias);
  }

  /** As `close`, without waiting. */
  closeSync(): void {
    currentRegistry().closeSync(this.alias);
  }
}

/**
 * The connection of an alias; opens nothing.
 *
 * @param alias - default "default"
 * @throws ImproperlyConfigured naming the known aliases or engines
 * @example
 * const connection = getConnection();
 * await connection.setAutocommit(false);
 * await Author.objects.all().delete();
 * await connection.rollback();
 * await connection.setAutocommit(true);
 * console.log(await Author.objects.count()); // → 2
 */
export function getConnection(alias = "default"): Connection {
  dialectFor(alias);
  return new Connection(alias);
}

/**
 * The state of an alias's connections, without opening any.
 *
 * @example
 * await Author.objects.count();
 * console.log(poolStats().alias); // → default
 */
export function poolStats(alias = "default"): PoolStats | Uninitialised {
  requireConfigured();
  return currentRegistry().peek(alias)?.stats() ?? { alias, status: "uninitialised" };
}

/**
 * Closes the connections of all databases. Transactions that are open end first; the next query opens anew.
 *
 * @example
 * await Author.objects.count();
 * await closeAll(); // at the end of a script, so that it can end
 */
export async function closeAll(): Promise<void> {
  await currentRegistry().close();
}

/**
 * As `closeAll`, without waiting: connections in use close when they are given back.
 *
 * @example
 * Author.objects.countSync();
 * closeAllSync();
 */
export function closeAllSync(): void {
  currentRegistry().closeSync();
}

/** What `healthCheck` may be told. */
export interface HealthCheckOptions {
  /** Milliseconds for everything. Default 5000. */
  readonly timeoutMs?: number;
  /** Whether the state of the pool is part of the answer. */
  readonly deep?: boolean;
}

export type Health =
  | { readonly status: "ok"; readonly alias: string; readonly elapsedMs: number; readonly pool?: PoolStats | Uninitialised }
  | {
      readonly status: "error";
      readonly alias: string;
      readonly elapsedMs: number;
      readonly error: string;
      readonly pool?: PoolStats | Uninitialised;
    };

const PROBE = { sql: "SELECT 1", kind: "select", returnsRows: true, internal: true } as const;

/** Passwords are never in our messages, but hosts are, and an answer to a probe is public. */
function scrubbed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const shown = error instanceof DatabaseError && error.code !== undefined ? `${error.name}: ${error.code}` : error.name;
  return shown;
}

/**
 * Asks a database whether it answers; for the endpoint of a load balancer. It is not retried.
 *
 * @param alias - default "default"
 * @returns never a rejection: `status` is "ok" or "error"
 * @example
 * const health = await healthCheck("default", { timeoutMs: 1000 });
 * console.log(health.status); // → ok
 */
export async function healthCheck(alias = "default", options: HealthCheckOptions = {}): Promise<Health> {
  const started = performance.now();
  const timeoutMs = options.timeoutMs ?? 5000;
  const answer = (rest: { status: "ok" } | { status: "error"; error: string }): Health => {
    let pool: PoolStats | Uninitialised | undefined;
    if (options.deep === true) {
      try {
        pool = poolStats(alias);
      } catch {
        pool = { alias, status: "uninitialised" };
      }
    }
    return { ...rest, alias, elapsedMs: performance.now() - started, ...(pool === undefined ? {} : { pool }) };
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    // Past the retries: the answer is about now.
    const probe = (async () => databaseFor(alias).execute(PROBE, [], AbortSignal.timeout(timeoutMs)))();
    probe.catch(() => undefined);
    await Promise.race([probe, late]);
    return answer({ status: "ok" });
  } catch (error) {
    const text = error instanceof Error && error.name === "Error" ? `Timeout: ${error.message}` : scrubbed(error);
    return answer({ status: "error", error: text });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As `healthCheck`, for databases whose driver is synchronous; a lock is waited for no longer than `busyTimeout`.
 *
 * @returns never throws
 */
export function healthCheckSync(alias = "default", options: Omit<HealthCheckOptions, "timeoutMs"> = {}): Health {
  const started = performance.now();
  const rest = (): { elapsedMs: number; pool?: PoolStats | Uninitialised } => {
    const elapsedMs = performance.now() - started;
    if (options.deep !== true) return { elapsedMs };
    try {
      return { elapsedMs, pool: poolStats(alias) };
    } catch {
      return { elapsedMs, pool: { alias, status: "uninitialised" } };
    }
  };
  try {
    databaseFor(alias).executeSync(PROBE, []);
    return { status: "ok", alias, ...rest() };
  } catch (error) {
    return { status: "error", alias, error: scrubbed(error), ...rest() };
  }
}
