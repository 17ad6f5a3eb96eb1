import type { QueryResult, Statement } from "../drivers/driver.js";
import { closeAmbientTransaction, openAmbientTransaction } from "../engine/atomic.js";
import { databaseFor } from "../engine/execute.js";
import { type Flow, isThenable } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import * as savepoints from "../engine/savepoints.js";
import type { TransactionFrame } from "../engine/transaction-frame.js";
import { AsyncOnlyError, ForeignKeyViolation } from "../errors.js";

/** Where a sandbox is, and how it ends. */
export interface SandboxOptions {
  /** The alias, or several; default "default". */
  readonly using?: string | readonly string[];
  /** Whether foreign keys are checked before everything is rolled back, as a commit would do; true unless given. */
  readonly checkConstraints?: boolean;
}

/** A place to which everything is rolled back: a transaction, or a savepoint in the sandbox around it. */
interface Level {
  readonly frame: TransactionFrame;
  readonly savepoint: string | null;
}

/** Places in several databases, opened and closed together. */
export type Sandbox = readonly Level[];

export function aliasesOf({ using = "default" }: SandboxOptions): readonly string[] {
  return typeof using === "string" ? [using] : using;
}

function* openLevel(alias: string): Flow<Level> {
  const { ambient } = databaseFor(alias);
  if (ambient?.sandbox === true && ambient.isOpen) return { frame: ambient, savepoint: yield* savepoints.create(ambient) };
  return { frame: yield* openAmbientTransaction(alias, true), savepoint: null };
}

function* closeLevel({ frame, savepoint }: Level): Flow<void> {
  if (savepoint === null) yield* closeAmbientTransaction(frame, false);
  else yield* savepoints.rollBack(frame, savepoint);
}

/** Opens a transaction on each alias that every context joins; inside a sandbox it is a savepoint of that. */
export function* openSandbox(options: SandboxOptions): Flow<Sandbox> {
  const levels: Level[] = [];
  try {
    for (const alias of aliasesOf(options)) levels.push(yield* openLevel(alias));
  } catch (error) {
    for (const level of levels.reverse()) yield* closeLevel(level);
    throw error;
  }
  return levels;
}

/** Rolls everything back. @throws ForeignKeyViolation, after that, when a commit would have been refused */
export function* closeSandbox(sandbox: Sandbox, { checkConstraints = true }: SandboxOptions): Flow<void> {
  const errors: unknown[] = [];
  for (const level of sandbox.toReversed()) {
    try {
      if (checkConstraints) yield* checkDeferred(level.frame);
    } catch (error) {
      errors.push(error);
    }
    try {
      yield* closeLevel(level);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function* checkDeferred(frame: TransactionFrame): Flow<void> {
  if (!frame.isOpen || frame.brokenBy !== null) return;
  const { dialect, alias, vendor } = frame.database;
  const sql = dialect.schema.checkConstraints;
  const statement: Statement = { sql, kind: "other", returnsRows: true, internal: true, once: true };
  // what a session gives for a statement is a QueryResult
  const { rows } = (yield {
    perform: () => frame.execute(statement, []),
    performSync: () => frame.executeSync(statement, []),
  }) as QueryResult;
  const [first] = rows;
  if (first === undefined) return;
  const [table, row, target] = first.map(String);
  throw new ForeignKeyViolation(
    `The row ${row} of "${table}" refers to a row of "${target}" that is not there; a commit would be refused.`,
    {
      alias,
      vendor,
      ...(table === undefined ? {} : { table }),
    },
  );
}

/**
 * Runs a callback in a transaction that is rolled back when it is over, and that every other context which uses the
 * alias meanwhile joins: a server started before, for example. `onCommit` callbacks are dropped.
 *
 * @param callback - its promise is awaited
 * @param options - `using`, one alias or several; `checkConstraints`
 * @returns a promise of what the callback gives
 * @throws ForeignKeyViolation when a commit would have been refused; what the callback throws
 * @example
 * const during = await rolledBack(async () => {
 *   await Author.objects.all().delete();
 *   return Author.objects.count();
 * });
 * console.log(during, await Author.objects.count()); // → 0 2
 */
export async function rolledBack<T>(callback: () => T | PromiseLike<T>, options: SandboxOptions = {}): Promise<T> {
  const sandbox = await run(openSandbox(options));
  let result: T;
  try {
    result = await callback();
  } catch (error) {
    await run(closeSandbox(sandbox, { ...options, checkConstraints: false }));
    throw error;
  }
  await run(closeSandbox(sandbox, options));
  return result;
}

/**
 * As {@link rolledBack}, without waiting.
 *
 * @throws AsyncOnlyError when the callback gives a promise
 */
export function rolledBackSync<T>(callback: () => T, options: SandboxOptions = {}): T {
  const sandbox = runSync(openSandbox(options));
  let result: T;
  try {
    result = callback();
    if (isThenable(result)) throw new AsyncOnlyError("rolledBackSync got a promise from its callback; use rolledBack().");
  } catch (error) {
    runSync(closeSandbox(sandbox, { ...options, checkConstraints: false }));
    throw error;
  }
  runSync(closeSandbox(sandbox, options));
  return result;
}
