import type { QueryResult, Row, RowStream, Statement } from "../drivers/driver.js";
import { DatabaseError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import type { Database } from "./database.js";
import { postQuery, preQuery, type QueryEvent } from "./events.js";
import { isThenable, type Step } from "./flow.js";
import { isLogged, log } from "./logging.js";
import { maskedParams } from "./masking.js";
import { logRetry, retryDelay } from "./retry.js";
import { blockFor } from "./run.js";
import { currentScope, type Scope } from "./scope.js";
import { currentRegistry, requireConfigured } from "./settings.js";
import { frameFor, type TransactionFrame } from "./transaction-frame.js";
import { mayRetry } from "./transient-errors.js";

/** How a statement is run. */
export interface ExecuteOptions {
  /** Ends the statement, on the server too. */
  readonly signal?: AbortSignal | undefined;
  /** Whether it may change anything, where its kind does not say so. */
  readonly write?: boolean | undefined;
}

function writes(statement: Statement, options: ExecuteOptions | undefined): boolean {
  return options?.write ?? statement.kind !== "select";
}

/** The database that an alias stands for in the code that runs now. @throws ImproperlyConfigured naming the known aliases */
export function databaseFor(alias: string, scope: Scope = currentScope()): Database {
  if (scope.registry !== null) return scope.registry.get(alias);
  requireConfigured();
  return currentRegistry().get(alias);
}

/**
 * The dialect of an alias; opens nothing.
 *
 * @throws ImproperlyConfigured when there is no such alias or engine
 */
export function dialectFor(alias: string): Dialect {
  requireConfigured();
  return currentRegistry().dialectFor(alias);
}

function fillIn(error: unknown, database: Database, statement: Statement): void {
  if (!(error instanceof DatabaseError)) return;
  error.alias ??= database.alias;
  error.vendor ??= database.vendor;
  error.sql ??= statement.sql;
}

function warnWhenSlow(database: Database, statement: Statement, started: number, threshold: number | null): void {
  if (threshold === null) return;
  const elapsed = performance.now() - started;
  if (elapsed < threshold) return;
  log(`dorm.db.backends.${database.vendor}`, "warning", () => `slow query (${elapsed.toFixed(2)}ms ≥ ${threshold}ms): ${statement.sql}`);
}

let lastQueryId = 0;

/** Tells the listeners of one statement before and after it; made only when somebody listens. */
class Observation {
  readonly #event: QueryEvent;
  readonly #scope: Scope;
  readonly #database: Database;
  readonly #statement: Statement;
  readonly #started: number;

  constructor(scope: Scope, database: Database, statement: Statement, params: readonly unknown[], inTransaction: boolean) {
    this.#scope = scope;
    this.#database = database;
    this.#statement = statement;
    lastQueryId++;
    this.#event = {
      queryId: lastQueryId,
      alias: database.alias,
      vendor: database.vendor,
      sql: statement.sql,
      params,
      kind: statement.kind,
      internal: statement.internal ?? false,
      inTransaction,
    };
    preQuery.send(this.#event);
    this.#started = performance.now();
  }

  finish(outcome: { readonly rowCount?: number; readonly error?: unknown }): void {
    const event: QueryEvent = { ...this.#event, elapsedMs: performance.now() - this.#started, ...outcome };
    log(`dorm.db.backends.${event.vendor}`, "debug", () => {
      const params = maskedParams(this.#statement, event.params);
      return `(${(event.elapsedMs ?? 0).toFixed(2)}ms, ${this.#database.alias}) ${event.sql}; params=${JSON.stringify(params, printable)}`;
    });
    postQuery.send(event);
    for (const collect of this.#scope.collectors) collect(event);
  }
}

function printable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? `<${value.length} bytes>` : value;
}

function observe(
  scope: Scope,
  database: Database,
  statement: Statement,
  params: readonly unknown[],
  inTransaction: boolean,
): Observation | null {
  const observed =
    preQuery.active || postQuery.active || scope.collectors.length > 0 || isLogged(`dorm.db.backends.${database.vendor}`, "debug");
  return observed ? new Observation(scope, database, statement, params, inTransaction) : null;
}

/** A statement whose result is not there yet: awaits it, and tries again what may be tried again. */
async function settle(
  first: PromiseLike<QueryResult>,
  database: Database,
  frame: TransactionFrame | null,
  statement: Statement,
  params: readonly unknown[],
  options: ExecuteOptions | undefined,
  observation: Observation | null,
  started: number,
): Promise<QueryResult> {
  const { slowQueryMs, retryAttempts, retryBackoff } = currentRegistry().settings;
  let pending: QueryResult | PromiseLike<QueryResult> = first;
  for (let tries = 1; ; tries++) {
    let result: QueryResult;
    try {
      result = await pending;
    } catch (error) {
      fillIn(error, database, statement);
      if (frame !== null || tries >= retryAttempts || !mayRetry(error, writes(statement, options)) || options?.signal?.aborted === true) {
        observation?.finish({ error });
        throw error;
      }
      logRetry(error, tries, retryAttempts);
      await new Promise((resolve) => setTimeout(resolve, retryDelay(tries, retryBackoff)));
      // In a promise, so that an error of the call itself comes to the catch above.
      pending = Promise.resolve().then(() => database.execute(statement, params, options?.signal));
      continue;
    }
    warnWhenSlow(database, statement, started, slowQueryMs);
    observation?.finish({ rowCount: result.rowCount });
    return result;
  }
}

function perform(alias: string, statement: Statement, params: readonly unknown[], options: ExecuteOptions | undefined): unknown {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  const frame = scope.transaction === null && database.ambient === null ? null : frameFor(scope, database);
  const signal = options?.signal;
  signal?.throwIfAborted();
  const observation = observe(scope, database, statement, params, frame !== null);
  const started = performance.now();
  let result: QueryResult | Promise<QueryResult>;
  try {
    result = frame === null ? database.execute(statement, params, signal) : frame.execute(statement, params, signal);
  } catch (error) {
    // Goes through the same retries; a promise is what the caller of an asynchronous step expects anyway.
    return settle(Promise.reject(error), database, frame, statement, params, options, observation, started);
  }
  if (isThenable(result)) return settle(result, database, frame, statement, params, options, observation, started);
  warnWhenSlow(database, statement, started, currentRegistry().settings.slowQueryMs);
  observation?.finish({ rowCount: result.rowCount });
  return result;
}

function performSync(alias: string, statement: Statement, params: readonly unknown[], options: ExecuteOptions | undefined): QueryResult {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  const frame = scope.transaction === null && database.ambient === null ? null : frameFor(scope, database);
  options?.signal?.throwIfAborted();
  const observation = observe(scope, database, statement, params, frame !== null);
  const { slowQueryMs, retryAttempts, retryBackoff } = currentRegistry().settings;
  const started = performance.now();
  for (let tries = 1; ; tries++) {
    let result: QueryResult;
    try {
      result = frame === null ? database.executeSync(statement, params) : frame.executeSync(statement, params);
    } catch (error) {
      fillIn(error, database, statement);
      if (frame !== null || tries >= retryAttempts || !mayRetry(error, writes(statement, options))) {
        observation?.finish({ error });
        throw error;
      }
      logRetry(error, tries, retryAttempts);
      blockFor(retryDelay(tries, retryBackoff));
      continue;
    }
    warnWhenSlow(database, statement, started, slowQueryMs);
    observation?.finish({ rowCount: result.rowCount });
    return result;
  }
}

class ExecuteStep implements Step {
  readonly #alias: string;
  readonly #statement: Statement;
  readonly #params: readonly unknown[];
  readonly #options: ExecuteOptions | undefined;

  constructor(alias: string, statement: Statement, params: readonly unknown[], options: ExecuteOptions | undefined) {
    this.#alias = alias;
    this.#statement = statement;
    this.#params = params;
    this.#options = options;
  }

  perform(): unknown {
    return perform(this.#alias, this.#statement, this.#params, this.#options);
  }

  performSync(): unknown {
    return performSync(this.#alias, this.#statement, this.#params, this.#options);
  }
}

/**
 * A step that runs a statement: in the transaction that is open on the alias, else by itself.
 *
 * @param alias - the database
 * @param statement - with the dialect's own placeholders
 * @param params - what the driver binds
 * @returns a step whose value is a `QueryResult`
 */
export function execute(alias: string, statement: Statement, params: readonly unknown[], options?: ExecuteOptions): Step {
  return new ExecuteStep(alias, statement, params, options);
}

/** A cursor for flows: `next()` and `close()` are steps again. */
export interface FlowStream {
  /** The value is the next portion of rows, or null at the end. */
  next(): Step;
  close(): Step;
}

function flowStream(stream: RowStream, database: Database, statement: Statement): FlowStream {
  const filling = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      return rethrow(error, database, statement);
    }
  };
  return {
    next: () => {
      const perform = () => filling(() => stream.next());
      return {
        perform: () => {
          const rows = perform();
          return isThenable(rows) ? rows.then(undefined, (error: unknown) => rethrow(error, database, statement)) : rows;
        },
        performSync: perform,
      };
    },
    close: () => ({ perform: () => stream.close(), performSync: () => stream.close() }),
  };
}

/** Of a cursor's statements, the one that it was opened with is what the caller knows. */
function rethrow(error: unknown, database: Database, statement: Statement): never {
  fillIn(error, database, statement);
  if (error instanceof DatabaseError) error.sql = statement.sql;
  throw error;
}

/**
 * A step that opens a cursor. Inside a transaction it is one of that transaction, else it has a session of its own.
 * The flow must close it.
 *
 * @param chunkSize - rows in a portion
 * @returns a step whose value is a {@link FlowStream}
 */
export function stream(alias: string, statement: Statement, params: readonly unknown[], chunkSize: number, options?: ExecuteOptions): Step {
  const open = (sync: boolean): unknown => {
    const scope = currentScope();
    const database = databaseFor(alias, scope);
    const frame = frameFor(scope, database);
    options?.signal?.throwIfAborted();
    const observation = observe(scope, database, statement, params, frame !== null);
    const opened = (rows: RowStream): FlowStream => {
      try {
        observation?.finish({});
      } catch (error) {
        // What a receiver throws reaches the caller, who has no cursor to close then.
        closeInBackground(rows, database);
        throw error;
      }
      return flowStream(rows, database, statement);
    };
    const failed = (error: unknown): never => {
      observation?.finish({ error });
      return rethrow(error, database, statement);
    };
    const source = frame ?? database;
    let rows: RowStream | Promise<RowStream>;
    try {
      rows = sync ? source.streamSync(statement, params, chunkSize) : source.stream(statement, params, chunkSize);
    } catch (error) {
      return failed(error);
    }
    return isThenable(rows) ? rows.then(opened, failed) : opened(rows);
  };
  return { perform: () => open(false), performSync: () => open(true) };
}

function closeInBackground(rows: RowStream, database: Database): void {
  const failed = (error: unknown) => log(`dorm.db.backends.${database.vendor}`, "warning", "closing a cursor failed", error);
  try {
    const closing = rows.close();
    if (isThenable(closing)) closing.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** The rows of a result, for flows that know what a step gives. */
export function rowsOf(result: unknown): Row[] {
  // The value of an `execute` step is a QueryResult.
  return (result as QueryResult).rows;
}

/**
 * Runs a statement of the engine's own on a session, with the same events as any other.
 *
 * @param scope - whose collectors hear of it
 */
export function executeOn(
  scope: Scope,
  database: Database,
  run: (statement: Statement) => QueryResult | Promise<QueryResult>,
  statement: Statement,
): QueryResult | Promise<QueryResult> {
  const observation = observe(scope, database, statement, [], statement.kind === "transaction");
  const failed = (error: unknown): never => {
    fillIn(error, database, statement);
    observation?.finish({ error });
    throw error;
  };
  const finished = (ready: QueryResult): QueryResult => {
    observation?.finish({ rowCount: ready.rowCount });
    return ready;
  };
  let result: QueryResult | Promise<QueryResult>;
  try {
    result = run(statement);
  } catch (error) {
    return failed(error);
  }
  return isThenable(result) ? result.then(finished, failed) : finished(result);
}
