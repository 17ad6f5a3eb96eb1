import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { restoreError, WorkerChannel } from "../drivers/bridge/index.js";
import type { DriverConnection, QueryResult, RowStream, Statement, SyncRowStream } from "../drivers/driver.js";
import { ImproperlyConfigured, SyncUnavailableError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import type { BridgeAnswer, BridgeRequest, BridgeSetup, SentResult, SentStatement } from "./bridge-protocol.js";
import { Database, type PoolStats, type TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { isThenable } from "./flow.js";

/** The module that the worker runs, beside this one and in the same form: compiled, or a source whose types Node strips. */
function workerModule(): URL {
  // a bundle has no such file, and one of CommonJS has no URL of its own either
  const own: string | undefined = import.meta.url;
  const module = own === undefined ? null : new URL(`./bridge-worker${extname(fileURLToPath(own))}`, own);
  if (module === null || !existsSync(module))
    throw new ImproperlyConfigured(
      "Synchronous calls to a server run in a worker, whose module is missing beside dorm's own. Where dorm is bundled, mark it as external.",
      { code: "worker_module" },
    );
  return module;
}

/** How many statements are known by number on both sides before they are sent anew. */
const MAX_KNOWN_STATEMENTS = 1000;

/** The way to one alias's worker: sends requests, and gives their answers as values and errors. */
class Bridge {
  readonly #channel: WorkerChannel;
  readonly #decoderOf: Database["columnDecoder"];
  #numbers = new WeakMap<Statement, number>();
  #known = 0;

  constructor(setup: BridgeSetup, decoderOf: Database["columnDecoder"]) {
    this.#channel = new WorkerChannel(workerModule(), setup);
    this.#decoderOf = decoderOf;
  }

  get closed(): boolean {
    return this.#channel.closed;
  }

  /** @param session - learns its state from the answer */
  request(request: BridgeRequest, session: BridgedConnection | null = null): unknown {
    let answer: BridgeAnswer;
    try {
      // The worker sends nothing else.
      answer = this.#channel.call(request) as BridgeAnswer;
    } catch (error) {
      if (session !== null && this.#channel.closed) session.broken = true;
      throw error;
    }
    if (answer.session !== undefined && session !== null) {
      session.broken = answer.session.broken;
      session.inTransaction = answer.session.inTransaction;
    }
    if (answer.error !== undefined) throw restoreError(answer.error, this.request);
    return answer.value;
  }

  execute(session: BridgedConnection | null, statement: Statement, params: readonly unknown[]): QueryResult {
    const request = { kind: "execute", session: session?.id ?? null, statement: this.#sent(statement), params } as const;
    // The answer to this kind of request.
    const { columns, ...result } = this.request(request, session) as SentResult;
    if (columns === undefined) return result;
    return { ...result, columns: columns.map(({ name, type }) => ({ name, decode: type === null ? null : this.#decoderOf(type) })) };
  }

  stream(session: BridgedConnection | null, statement: Statement, params: readonly unknown[], chunkSize: number): SyncRowStream {
    const sent = this.#sent(statement);
    // The answer to this kind of request.
    const stream = this.request({ kind: "stream", session: session?.id ?? null, statement: sent, params, chunkSize }, session) as number;
    let open = true;
    const close = (): void => {
      if (!open) return;
      open = false;
      if (!this.closed) this.request({ kind: "closeStream", stream });
    };
    return {
      next: () => {
        if (!open) return null;
        // The answer to this kind of request.
        const rows = this.request({ kind: "next", stream }) as unknown[][] | null;
        if (rows === null) close();
        return rows;
      },
      close,
    };
  }

  post(request: BridgeRequest): void {
    if (!this.closed) this.#channel.post(request);
  }

  whenEnded(): Promise<void> {
    return this.#channel.whenEnded();
  }

  #sent(statement: Statement): SentStatement {
    if (statement.once === true) return { id: 0, statement };
    const known = this.#numbers.get(statement);
    if (known !== undefined) return { id: known };
    if (this.#known >= MAX_KNOWN_STATEMENTS) {
      this.post({ kind: "forgetStatements" });
      this.#numbers = new WeakMap();
      this.#known = 0;
    }
    this.#known++;
    this.#numbers.set(statement, this.#known);
    return { id: this.#known, statement };
  }
}

/** A session that a worker holds. */
class BridgedConnection implements DriverConnection {
  readonly dialect: Dialect;
  readonly id: number;
  broken = false;
  inTransaction = false;
  readonly bridge: Bridge;

  constructor(bridge: Bridge, dialect: Dialect, id: number) {
    this.bridge = bridge;
    this.dialect = dialect;
    this.id = id;
  }

  execute(statement: Statement, params: readonly unknown[]): QueryResult {
    return this.bridge.execute(this, statement, params);
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): SyncRowStream {
    return this.bridge.stream(this, statement, params, chunkSize);
  }

  executeScript(sql: string): void {
    this.bridge.request({ kind: "script", session: this.id, sql }, this);
  }

  close(): void {
    this.broken = true;
    this.bridge.post({ kind: "release", session: this.id, discard: true });
  }
}

/**
 * A database whose driver is asynchronous, with synchronous calls beside: they go to a worker thread with sessions of
 * its own, and the calling thread waits for the answer. The two colours share no transaction.
 */
export class BridgedDatabase extends Database {
  readonly errorAbortsTransaction: boolean;
  readonly synchronous = false;
  readonly #inner: Database;
  #bridge: Bridge | null = null;
  /** Sessions of asynchronous transactions, which cannot end while a synchronous call waits. */
  readonly #held = new Set<DriverConnection>();

  constructor(inner: Database) {
    super(inner.alias, inner.settings, inner.dialect);
    this.#inner = inner;
    this.errorAbortsTransaction = inner.errorAbortsTransaction;
  }

  get #open(): Bridge {
    if (this.#bridge === null || this.#bridge.closed) {
      this.#bridge = new Bridge({ alias: this.alias, settings: this.settings }, (type) => this.columnDecoder(type));
    }
    return this.#bridge;
  }

  execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): QueryResult | Promise<QueryResult> {
    return this.#inner.execute(statement, params, signal);
  }

  executeSync(statement: Statement, params: readonly unknown[]): QueryResult {
    if (statement.kind !== "select") this.#checkHeld();
    return this.#open.execute(null, statement, params);
  }

  acquire(options: TransactionOptions, signal?: AbortSignal): DriverConnection | Promise<DriverConnection> {
    const acquired = this.#inner.acquire(options, signal);
    const hold = (connection: DriverConnection): DriverConnection => {
      this.#held.add(connection);
      return connection;
    };
    return isThenable(acquired) ? acquired.then(hold) : hold(acquired);
  }

  acquireSync(options: TransactionOptions): DriverConnection {
    if (options.readOnly !== true) this.#checkHeld();
    const bridge = this.#open;
    // The answer to this kind of request.
    return new BridgedConnection(bridge, this.dialect, bridge.request({ kind: "acquire", options }) as number);
  }

  release(connection: DriverConnection, discard = false): void {
    if (connection instanceof BridgedConnection) {
      connection.bridge.post({ kind: "release", session: connection.id, discard });
      return;
    }
    this.#held.delete(connection);
    this.#inner.release(connection, discard);
  }

  begin(options: TransactionOptions): Statement {
    return this.#inner.begin(options);
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream | Promise<RowStream> {
    return this.#inner.stream(statement, params, chunkSize);
  }

  streamSync(statement: Statement, params: readonly unknown[], chunkSize: number): RowStream {
    return this.#open.stream(null, statement, params, chunkSize);
  }

  override isSynchronous(connection: DriverConnection): boolean {
    return connection instanceof BridgedConnection;
  }

  override columnDecoder(type: number | string): ((raw: unknown) => unknown) | null {
    return this.#inner.columnDecoder(type);
  }

  hasTransaction(connection: DriverConnection): boolean {
    if (connection instanceof BridgedConnection) return connection.inTransaction && !connection.broken;
    return this.#inner.hasTransaction(connection);
  }

  stats(): PoolStats {
    return this.#inner.stats();
  }

  async close(): Promise<void> {
    this.retired = true;
    const bridge = this.#endBridge();
    await Promise.all([this.#inner.close(), bridge?.whenEnded()]);
  }

  closeSync(): void {
    this.retired = true;
    this.#endBridge();
    this.#inner.closeSync();
  }

  #endBridge(): Bridge | null {
    const bridge = this.#bridge;
    this.#bridge = null;
    if (bridge === null || bridge.closed) return null;
    bridge.post({ kind: "close" });
    return bridge;
  }

  /** @throws SyncUnavailableError where a row may be locked by a transaction that cannot go on meanwhile */
  #checkHeld(): void {
    if (this.#held.size === 0) return;
    throw new SyncUnavailableError(
      `A synchronous write on "${this.alias}" might have to wait for the asynchronous transaction of another task, which cannot go on meanwhile. Await the plain form.`,
      { code: "sync_would_wait", alias: this.alias, vendor: this.vendor },
    );
  }
}

type CreateDatabase = (alias: string, settings: DatabaseSettings, dialect: Dialect) => Database;

/** Gives a kind of database the setting "sync". */
export function withBridge(create: CreateDatabase): CreateDatabase {
  return (alias, settings, dialect) => {
    const database = create(alias, settings, dialect);
    return settings.sync ? new BridgedDatabase(database) : database;
  };
}
