import type { DriverConnection, QueryResult, RowStream, Statement } from "../drivers/driver.js";
import { DatabaseError, SyncUnavailableError, TransactionManagementError } from "../errors.js";
import type { Database } from "./database.js";
import { type Flow, isThenable, type Step } from "./flow.js";
import type { Scope } from "./scope.js";

/** What `onCommit` or `onRollback` wants done, and how errors name it. */
export interface TransactionCallback extends Step {
  readonly description: string;
}

/** A savepoint made by hand, and which callbacks were there before it. */
export interface ManualSavepoint {
  readonly name: string;
  readonly commitCallbacks: number;
  readonly rollbackCallbacks: number;
}

/**
 * A block of a transaction: the outermost one holds a session, those inside are savepoints of it.
 * Blocks of one transaction are strictly nested: while one is open, statements of the block around it wait.
 */
export class TransactionFrame {
  readonly database: Database;
  readonly connection: DriverConnection;
  /** The block around this one, in the same transaction. */
  readonly parent: TransactionFrame | null;
  /** The block around this one in the scope, of whatever database. */
  readonly outer: TransactionFrame | null;
  readonly depth: number;
  open = true;
  child: TransactionFrame | null = null;
  rollbackOnly = false;
  /** The error after which the database takes nothing more in this block. */
  brokenBy: unknown = null;
  /** Why the block was given up, when its signal was aborted. */
  abortedBy: unknown = null;
  commitCallbacks: TransactionCallback[] = [];
  rollbackCallbacks: TransactionCallback[] = [];
  /** Tables whose rows were changed, to be told of after the commit; null where nobody wants to know. */
  writtenTables: Set<string> | null = null;
  /** Of the outermost block: whether anything but reading was done in the transaction. */
  #wrote = false;
  /** What puts the session back into its usual state when the transaction is over. */
  restoring: readonly Statement[] = [];
  /** Savepoints that the user made by hand, oldest first. */
  readonly savepoints: ManualSavepoint[] = [];
  /** True for the transaction around a test, in which durable blocks are allowed. */
  readonly sandbox: boolean;
  #ended: Promise<void> | null = null;
  #announceEnd: (() => void) | null = null;
  #savepointCount = 0;

  constructor(
    database: Database,
    connection: DriverConnection,
    parent: TransactionFrame | null,
    outer: TransactionFrame | null,
    sandbox = false,
  ) {
    this.database = database;
    this.connection = connection;
    this.parent = parent;
    this.outer = outer;
    this.sandbox = sandbox;
    this.depth = parent === null ? 0 : parent.depth + 1;
    if (parent !== null) parent.child = this;
  }

  get root(): TransactionFrame {
    return this.parent === null ? this : this.parent.root;
  }

  /** Whether it and every block around it is open. */
  get isOpen(): boolean {
    return this.open && (this.parent === null || this.parent.isOpen);
  }

  /** Whether anything but reading was done in the transaction. */
  get wrote(): boolean {
    return this.root.#wrote;
  }

  /** A name that no other savepoint of this transaction has. */
  nextSavepointName(): string {
    const root = this.root;
    root.#savepointCount++;
    return `dorm_sp_${root.#savepointCount}`;
  }

  /** When the block is over. */
  get ended(): Promise<void> {
    if (!this.open) return Promise.resolve();
    this.#ended ??= new Promise((resolve) => {
      this.#announceEnd = resolve;
    });
    return this.#ended;
  }

  /** Notes that rows of a table were changed. */
  noteWritten(table: string): void {
    this.writtenTables ??= new Set();
    this.writtenTables.add(table);
  }

  /** Closes the block to statements; whoever waited for its end goes on. */
  end(): void {
    this.open = false;
    if (this.parent !== null && this.parent.child === this) this.parent.child = null;
    this.#announceEnd?.();
  }

  /** @throws TransactionManagementError when no statement can run in this block any more */
  checkUsable(): void {
    const alias = this.database.alias;
    for (let frame: TransactionFrame | null = this; frame !== null; frame = frame.parent) {
      if (frame.abortedBy !== null) throw frame.abortedBy;
    }
    if (!this.isOpen) {
      throw new TransactionManagementError(
        `A query ran after its atomic block on "${alias}" had ended. Await every query (and task) that the block starts before its callback returns.`,
        { code: "transaction_ended", alias },
      );
    }
    const broken = this.brokenBy ?? this.parent?.brokenBy ?? null;
    if (broken === null) return;
    const first = broken instanceof Error ? ` It was: ${broken.message}` : "";
    throw new TransactionManagementError(
      `An earlier error broke the transaction on "${alias}": no query runs until the end of the atomic block.${first} To go on after an expected error, put the failing part into an atomic block of its own.`,
      { code: "transaction_broken", alias, cause: broken },
    );
  }

  /** Notes what an error did to the transaction. */
  noteError(error: unknown): void {
    if (!this.database.hasTransaction(this.connection)) {
      for (let frame: TransactionFrame | null = this; frame !== null; frame = frame.parent) frame.brokenBy ??= error;
    } else if (this.database.errorAbortsTransaction && error instanceof DatabaseError) this.brokenBy ??= error;
  }

  execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): QueryResult | Promise<QueryResult> {
    if (this.child !== null) return this.#afterChild(() => this.execute(statement, params, signal));
    this.checkUsable();
    if (statement.kind !== "select") this.root.#wrote = true;
    return this.#noted(() => this.connection.execute(statement, params, signal));
  }

  executeSync(statement: Statement, params: readonly unknown[]): QueryResult {
    this.checkSync();
    this.checkUsable();
    if (statement.kind !== "select") this.root.#wrote = true;
    // A database that says it is synchronous gives no promises.
    return this.#noted(() => this.connection.execute(statement, params)) as QueryResult;
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream> {
    if (this.child !== null) return this.#afterChild(() => this.stream(statement, params, chunkSize));
    this.checkUsable();
    const opened = this.#noted(() => this.connection.stream(statement, params, chunkSize));
    return isThenable(opened) ? opened.then((rows) => this.#guarded(rows)) : this.#guarded(opened);
  }

  streamSync(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream {
    this.checkSync();
    this.checkUsable();
    // A database that says it is synchronous gives no promises.
    return this.#guarded(this.#noted(() => this.connection.stream(statement, params, chunkSize)) as RowStream);
  }

  /** A cursor reads on only while its block is open, and what goes wrong counts for the block. */
  #guarded(rows: RowStream): RowStream {
    return {
      next: () => {
        this.checkUsable();
        return this.#noted(() => rows.next());
      },
      // The end of the block, or a broken transaction, has closed it.
      close: () => (this.isOpen && this.brokenBy === null ? this.#noted(() => rows.close()) : undefined),
    };
  }

  executeScript(sql: string): void | Promise<void> {
    if (this.child !== null) return this.#afterChild(() => this.executeScript(sql));
    this.checkUsable();
    this.root.#wrote = true;
    return this.#noted(() => this.connection.executeScript(sql));
  }

  #noted<T>(action: () => T | Promise<T>): T | Promise<T> {
    try {
      const result = action();
      return result instanceof Promise ? this.#noting(result) : result;
    } catch (error) {
      this.noteError(error);
      throw error;
    }
  }

  async #noting<T>(pending: PromiseLike<T>): Promise<T> {
    try {
      return await pending;
    } catch (error) {
      this.noteError(error);
      throw error;
    }
  }

  async #afterChild<T>(action: () => T): Promise<Awaited<T>> {
    while (this.child !== null) await this.child.ended;
    return await action();
  }

  /** Waits until no block is open inside this one; whoever asked first goes on first. */
  *turn(): Flow<void> {
    // Asked again after each wait, as another one that waited may have opened a block meanwhile.
    do {
      yield { perform: () => this.child?.ended, performSync: () => this.checkSync() };
    } while (this.child !== null);
  }

  /** @throws SyncUnavailableError where a synchronous call would have to wait */
  checkSync(): void {
    if (!this.database.isSynchronous(this.connection)) throw this.#asynchronous();
    if (this.child === null) return;
    throw new SyncUnavailableError(
      `A synchronous query on "${this.database.alias}" would have to wait for an atomic block that another task has open inside the same transaction. Use the asynchronous form here.`,
      { code: "sync_would_wait", alias: this.database.alias },
    );
  }

  #asynchronous(): SyncUnavailableError {
    return new SyncUnavailableError(
      `The synchronous form cannot run inside an asynchronous atomic block on "${this.database.alias}": await the plain form there.`,
      { code: "sync_in_async_transaction", alias: this.database.alias },
    );
  }
}

/**
 * The block that a statement belongs to.
 *
 * @param scope - of the code that runs
 * @param database - which the alias stands for now
 * @returns the innermost open block, or null outside of transactions
 */
export function frameFor(scope: Scope, database: Database): TransactionFrame | null {
  for (let frame = scope.transaction; frame !== null; frame = frame.outer) {
    if (frame.database === database || (frame.database.retired && frame.database.alias === database.alias)) return frame;
  }
  return database.ambient;
}
