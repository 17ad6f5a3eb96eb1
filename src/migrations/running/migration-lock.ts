import type { DriverConnection, Statement } from "../../drivers/driver.js";
import { databaseFor, dialectFor } from "../../engine/execute.js";
import type { Flow, Step } from "../../engine/flow.js";
import { sleep } from "../../engine/run.js";
import { OperationalError } from "../../errors.js";

const PAUSE_MS = 100;

/** How a lock is waited for. */
export interface LockOptions {
  /** Milliseconds; null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** Called once, when another process has the lock. */
  readonly onWait: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a body while no other process migrates the same database. The lock belongs to a session of its own, so it is free
 * again when the process dies.
 *
 * @param alias - the database
 * @param body - runs under the lock
 * @throws OperationalError when another process holds it for too long
 */
export function* underMigrationLock<T>(alias: string, body: () => Flow<T>, options: LockOptions): Flow<T> {
  const lock = dialectFor(alias).schema.migrationLock;
  const database = databaseFor(alias);
  // with one connection the lock would keep it from the migrations; each of those is safe by its own record then
  if (lock === null || database.stats().max < 2) return yield* body();
  const acquire: Step = { perform: () => database.acquire({}), performSync: () => database.acquireSync({}) };
  // the step gives what acquire gives
  const connection = (yield acquire) as DriverConnection;
  let discard = true;
  try {
    yield* take(connection, lock.tryToTake, alias, options);
    const result = yield* body();
    yield* ask(connection, lock.giveBack);
    discard = false;
    return result;
  } finally {
    // a session that is ended gives its locks back
    database.release(connection, discard);
  }
}

function* take(connection: DriverConnection, sql: string, alias: string, { timeoutMs, onWait, signal }: LockOptions): Flow<void> {
  const started = performance.now();
  for (let tries = 1; !(yield* ask(connection, sql)); tries++) {
    if (tries === 1) onWait();
    signal?.throwIfAborted();
    if (timeoutMs !== null && performance.now() - started > timeoutMs) {
      throw new OperationalError(`Another process is migrating "${alias}", and has not finished within ${timeoutMs} ms.`, {
        alias,
        code: "migration_lock_timeout",
      });
    }
    yield sleep(PAUSE_MS);
  }
}

function* ask(connection: DriverConnection, sql: string): Flow<boolean> {
  const statement: Statement = { sql, kind: "select", returnsRows: true, internal: true, once: true };
  const run = (): unknown => connection.execute(statement, []);
  // a statement's result has rows, and databases without booleans answer with a number
  const { rows } = (yield { perform: run, performSync: run }) as { readonly rows: readonly (readonly unknown[])[] };
  return ["t", "true", "1"].includes(String(rows[0]?.[0]));
}
