import type { DriverConnection, QueryResult, Statement } from "../drivers/driver.js";
import { QueryError, TransactionManagementError } from "../errors.js";
import type { Database, TransactionOptions } from "./database.js";
import { databaseFor, executeOn } from "./execute.js";
import { type Flow, isThenable, type Step } from "./flow.js";
import { log } from "./logging.js";
import { logRetry, retryDelay } from "./retry.js";
import { runSync, sleep, start } from "./run.js";
import { currentScope, type Scope, withScope } from "./scope.js";
import { currentRegistry } from "./settings.js";
import { frameFor, type TransactionCallback, TransactionFrame } from "./transaction-frame.js";
import { isTransient } from "./transient-errors.js";
import { tellWritten } from "./written-tables.js";

/** How an atomic block behaves. */
export interface AtomicOptions extends TransactionOptions {
  /** Refuses to be nested: what the block commits is committed when it returns. */
  readonly durable?: boolean | undefined;
  /** Ends the block: its statement is cancelled on the server, and everything is rolled back. */
  readonly signal?: AbortSignal | undefined;
  /** Statements for the session around the transaction, as for what SQLite changes outside of one only. A nested block has none. */
  readonly session?: { readonly before: readonly Statement[]; readonly after: readonly Statement[] } | undefined;
}

const transactionStatements = new Map<string, Statement>();

/** One object for each text, by which the drivers find their prepared statements. */
function transactionStatement(sql: string): Statement {
  let statement = transactionStatements.get(sql);
  if (statement === undefined) {
    statement = { sql, kind: "transaction", returnsRows: false };
    transactionStatements.set(sql, statement);
  }
  return statement;
}

const COMMIT = transactionStatement("COMMIT");
const ROLLBACK = transactionStatement("ROLLBACK");
const savepoint = (depth: number) => transactionStatement(`SAVEPOINT dorm_${depth}`);
const releaseSavepoint = (depth: number) => transactionStatement(`RELEASE SAVEPOINT dorm_${depth}`);
const rollbackToSavepoint = (depth: number) => transactionStatement(`ROLLBACK TO SAVEPOINT dorm_${depth}`);

/** The same call for both colours, where the session decides whether it gives a promise. */
function step(action: () => unknown): Step {
  return { perform: action, performSync: action };
}

function runOn(scope: Scope, database: Database, connection: DriverConnection, statement: Statement): QueryResult | Promise<QueryResult> {
  return executeOn(scope, database, (given) => connection.execute(given, []), statement);
}

function checkNestedOptions(alias: string, options: AtomicOptions): void {
  if (options.isolation === undefined && options.readOnly !== true && options.deferrable !== true) return;
  throw new TransactionManagementError(
    `"isolation", "readOnly" and "deferrable" belong to the outermost atomic block on "${alias}", and this one is inside another.`,
    { code: "nested_options", alias },
  );
}

/** Gives a session back as it was before its transaction. */
function* restoreSession(
  scope: Scope,
  database: Database,
  connection: DriverConnection,
  restoring: readonly Statement[],
  discard: boolean,
): Flow<void> {
  let spoilt = discard;
  try {
    if (!connection.broken) for (const statement of restoring) yield step(() => runOn(scope, database, connection, statement));
  } catch (error) {
    spoilt = true;
    log("dorm.transaction", "error", `restoring the session of "${database.alias}" failed`, error);
  }
  database.release(connection, spoilt);
}

/** A session with a transaction begun on it. Nothing that matters has been sent when this fails, so it may be tried again. */
function* beginTransaction(scope: Scope, database: Database, options: AtomicOptions): Flow<DriverConnection> {
  const { retryAttempts, retryBackoff } = currentRegistry().settings;
  const begin = database.begin(options);
  for (let tries = 1; ; tries++) {
    let connection: DriverConnection | null = null;
    try {
      const acquire: Step = {
        perform: () => database.acquire(options, options.signal),
        performSync: () => database.acquireSync(options),
      };
      // The step gives what acquire gives.
      const acquired = (yield acquire) as DriverConnection;
      connection = acquired;
      for (const statement of options.session?.before ?? []) yield step(() => runOn(scope, database, acquired, statement));
      yield step(() => runOn(scope, database, acquired, begin));
      return acquired;
    } catch (error) {
      if (connection !== null) {
        const { after = [] } = options.session ?? {};
        yield* restoreSession(scope, database, connection, after, true);
      }
      if (tries >= retryAttempts || !isTransient(error) || options.signal?.aborted === true) throw error;
      logRetry(error, tries, retryAttempts);
      yield sleep(retryDelay(tries, retryBackoff));
    }
  }
}

/** A savepoint for a block inside another one; it waits until its siblings are over. */
function* beginSavepoint(scope: Scope, parent: TransactionFrame): Flow<TransactionFrame> {
  yield* parent.turn();
  parent.checkUsable();
  const frame = new TransactionFrame(parent.database, parent.connection, parent, scope.transaction);
  try {
    yield step(() => runOn(scope, parent.database, parent.connection, savepoint(frame.depth)));
  } catch (error) {
    frame.end();
    parent.noteError(error);
    throw error;
  }
  return frame;
}

/** Calls callbacks after the end of a block; one that fails is logged, and the next one is called. */
export function* callAll(callbacks: readonly TransactionCallback[]): Flow<void> {
  for (const callback of callbacks) {
    try {
      yield callback;
    } catch (error) {
      log("dorm.transaction", "error", `${callback.description} failed`, error);
    }
  }
}

/** Undoes a block. What goes wrong meanwhile is logged, as the caller has an error of its own to throw. */
export function* rollBackFrame(scope: Scope, frame: TransactionFrame): Flow<void> {
  const { database, connection, parent, depth } = frame;
  const inside = frame.isOpen;
  frame.open = false;
  let discard = false;
  try {
    if (inside && !connection.broken && database.hasTransaction(connection)) {
      if (parent === null) yield step(() => runOn(scope, database, connection, ROLLBACK));
      else {
        yield step(() => runOn(scope, database, connection, rollbackToSavepoint(depth)));
        yield step(() => runOn(scope, database, connection, releaseSavepoint(depth)));
      }
    }
  } catch (error) {
    discard = true;
    if (parent !== null) parent.brokenBy ??= error;
    // the server has rolled back a session that is lost
    log("dorm.transaction", isTransient(error) ? "debug" : "error", `rolling back on "${database.alias}" failed`, error);
  } finally {
    frame.end();
    if (parent === null) yield* restoreSession(scope, database, connection, frame.restoring, discard);
  }
  yield* callAll(frame.rollbackCallbacks);
}

/** Keeps what a block did; what its callbacks wait for is told to the block around it, or happens now. */
export function* commitFrame(scope: Scope, frame: TransactionFrame): Flow<void> {
  const { database, connection, parent, depth } = frame;
  try {
    frame.open = false;
    yield step(() => runOn(scope, database, connection, parent === null ? COMMIT : releaseSavepoint(depth)));
  } catch (error) {
    frame.open = true;
    frame.noteError(error);
    yield* rollBackFrame(scope, frame);
    // the database may have committed before the connection was lost
    if (parent === null && frame.writtenTables !== null) yield tellWritten(frame.writtenTables);
    throw error;
  }
  frame.end();
  if (parent !== null) {
    for (const table of frame.writtenTables ?? []) parent.noteWritten(table);
    parent.commitCallbacks.push(...frame.commitCallbacks);
    parent.rollbackCallbacks.push(...frame.rollbackCallbacks);
    return;
  }
  yield* restoreSession(scope, database, connection, frame.restoring, false);
  // before the callbacks, as they may read
  if (frame.writtenTables !== null) yield tellWritten(frame.writtenTables);
  yield* callAll(frame.commitCallbacks);
}

/** Runs a body in the scope of its block; an abort of the signal ends the waiting for it. */
function within<T>(frame: TransactionFrame, body: () => Flow<T>, signal: AbortSignal | undefined): Step {
  const inside = <Result>(action: () => Result): Result => withScope({ transaction: frame }, action);
  return {
    perform: () => {
      const result = inside(() => start(body()));
      if (signal === undefined || !isThenable(result)) return result;
      return new Promise((resolve, reject) => {
        const abort = () => {
          frame.abortedBy = signal.reason;
          frame.connection.cancel?.();
          reject(signal.reason);
        };
        if (signal.aborted) abort();
        signal.addEventListener("abort", abort, { once: true });
        result.then(resolve, reject).then(() => signal.removeEventListener("abort", abort));
      });
    },
    performSync: () => inside(() => runSync(body())),
  };
}

/**
 * Runs a flow inside a transaction, or inside a savepoint where the alias has one open. It is committed when the body
 * returns, and rolled back when it leaves in any other way.
 *
 * @param alias - the database
 * @param body - made and driven inside the scope of the block
 * @returns a flow of the body's value
 * @throws what the body throws; TransactionManagementError when a swallowed error broke the transaction
 */
export function* atomicFlow<T>(alias: string, body: () => Flow<T>, options: AtomicOptions = {}): Flow<T> {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  const parent = frameFor(scope, database);
  options.signal?.throwIfAborted();
  let frame: TransactionFrame;
  if (parent === null) {
    frame = new TransactionFrame(database, yield* beginTransaction(scope, database, options), null, scope.transaction);
    frame.restoring = options.session?.after ?? [];
  } else {
    if (options.durable === true && !parent.sandbox) {
      throw new TransactionManagementError(`A durable atomic block on "${alias}" cannot be inside another atomic block.`, {
        code: "durable_nested",
        alias,
      });
    }
    if (!parent.sandbox) checkNestedOptions(alias, options);
    frame = yield* beginSavepoint(scope, parent);
  }
  let result: T;
  try {
    // The step gives what the body gives.
    result = (yield within(frame, body, options.signal)) as T;
    if (frame.parent !== null && !frame.isOpen) frame.checkUsable();
  } catch (error) {
    yield* rollBackFrame(scope, frame);
    throw error;
  }
  const broken = frame.brokenBy;
  if (broken !== null || frame.rollbackOnly) {
    yield* rollBackFrame(scope, frame);
    if (broken === null) return result;
    throw new TransactionManagementError(
      `The atomic block on "${alias}" was rolled back: it swallowed an error that broke its transaction. Put what may fail into an atomic block of its own.`,
      { code: "transaction_broken", alias, cause: broken },
    );
  }
  yield* commitFrame(scope, frame);
  return result;
}

/**
 * Opens a transaction that every context joins until it is ended: for manual commits, and around tests.
 *
 * @param sandbox - whether durable blocks may be inside
 * @throws TransactionManagementError inside an atomic block
 */
export function* openAmbientTransaction(alias: string, sandbox: boolean): Flow<TransactionFrame> {
  const scope = currentScope();
  const database = databaseFor(alias, scope);
  if (frameFor(scope, database) !== null) {
    throw new TransactionManagementError(`A transaction is open on "${alias}" already.`, { code: "transaction_open", alias });
  }
  const frame = new TransactionFrame(database, yield* beginTransaction(scope, database, {}), null, null, sandbox);
  database.ambient = frame;
  return frame;
}

/** Ends what `openAmbientTransaction` began. */
export function* closeAmbientTransaction(frame: TransactionFrame, commit: boolean): Flow<void> {
  const scope = currentScope();
  if (!frame.open) throw new QueryError("The transaction has ended already.", { alias: frame.database.alias });
  yield* frame.turn();
  if (frame.database.ambient === frame) frame.database.ambient = null;
  if (commit && frame.brokenBy === null) yield* commitFrame(scope, frame);
  else yield* rollBackFrame(scope, frame);
}
