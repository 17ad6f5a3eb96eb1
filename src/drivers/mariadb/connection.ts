import { connect as connectSocket, type Socket } from "node:net";
import { NotSupportedError } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import type { DriverConnection, QueryResult, Row, RowStream, Statement } from "../driver.js";
import { loadPackage } from "../load-package.js";
import { checkServer, mapConnectError, mapMariadbError } from "./errors.js";
import type { MariadbOptions } from "./options.js";
import { Turns } from "./turns.js";
import { bindableParameters, type ColumnInformation, describeColumns } from "./values.js";

/** The transaction's flag in the status that the server sends with each answer. */
const STATUS_IN_TRANSACTION = 1;

/** Milliseconds in which a cancelled statement must end before its session is given up. */
const CANCEL_PATIENCE = 5000;

const DEADLOCK = 1213;
/** CREATE TRIGGER and the like, on MySQL; nothing has been executed then. */
const NOT_PREPARABLE = 1295;

/** What a statement without rows gives. */
interface WriteOutcome {
  readonly affectedRows: number;
  readonly insertId: bigint;
}
type RowsWithMeta = Row[] & { readonly meta: readonly ColumnInformation[] };

/** Rows as they come from the server, which waits while nobody reads. */
interface DriverStream extends AsyncIterable<Row> {
  close(): void;
}

/** What this file uses of the package's connection. */
interface Client {
  readonly threadId: number | null;
  readonly info: {
    readonly status: number;
    readonly serverVersion: { readonly raw: string };
    isMariaDB(): boolean;
    hasMinVersion(major: number, minor: number, patch: number): boolean;
  };
  query(sql: string): Promise<unknown>;
  execute(sql: string, values: readonly unknown[]): Promise<unknown>;
  prepare(sql: string): Promise<{ executeStream(values: readonly unknown[]): DriverStream; close(): void }>;
  isValid(): boolean;
  end(): Promise<void>;
  destroy(): void;
  on(event: "error" | "end", listener: () => void): void;
}

interface MariadbModule {
  createConnection(options: object): Promise<Client>;
}

function load(): MariadbModule {
  // The package's CommonJS export has this function.
  const loaded = loadPackage("mariadb", "MariaDB and MySQL") as MariadbModule;
  if (typeof loaded.createConnection !== "function") {
    throw new NotSupportedError("This version of mariadb has no createConnection; install mariadb 3.5 or later.");
  }
  return loaded;
}

/** Values as the codecs want them: numbers, bigints, text and bytes; dates and JSON as text. */
const RESULT_OPTIONS = { rowsAsArray: true, dateStrings: true, jsonStrings: true, bitOneIsBoolean: false, checkDuplicate: false };

async function openClient(options: MariadbOptions, socket: (opened: Socket) => void): Promise<Client> {
  const { host, port, socketPath, user, password, database, ssl, connectTimeout, compress, allowPublicKeyRetrieval } = options;
  return load().createConnection({
    ...RESULT_OPTIONS,
    host,
    port,
    user,
    password,
    database,
    ssl,
    connectTimeout,
    compress,
    allowPublicKeyRetrieval,
    collation: "UTF8MB4_BIN",
    // The socket is ours, so that an idle session need not keep the process alive.
    stream: () => {
      const opened = socketPath === undefined ? connectSocket(port, host) : connectSocket(socketPath);
      opened.setNoDelay(true);
      opened.setKeepAlive(true);
      socket(opened);
      return opened;
    },
    // For scripts; a statement with parameters is prepared, and can be one only.
    multipleStatements: true,
    // Parameters may be secrets, and go into no message.
    logParam: false,
    // An update that changes nothing still has found its row.
    foundRows: true,
  });
}

/** A session with MariaDB or MySQL, which runs one statement after the other. */
export class MariadbConnection implements DriverConnection {
  readonly dialect: Dialect;
  readonly createdAt = performance.now();
  /** When it was last given back; for the pool. */
  idleSince = 0;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #options: MariadbOptions;
  /** How far apart the keys are that the server gives to the rows of one INSERT. */
  readonly #keyStep: number;
  #broken = false;
  /** From a deadlock on, in which the server ends the whole transaction, until the next one begins. */
  #rolledBack = false;
  readonly #turns = new Turns();
  #cancelling: Promise<void> | null = null;

  constructor(client: Client, socket: Socket, options: MariadbOptions, dialect: Dialect, keyStep: number) {
    this.#client = client;
    this.#socket = socket;
    this.#options = options;
    this.dialect = dialect;
    this.#keyStep = keyStep;
    const lost = () => {
      this.#broken = true;
    };
    client.on("error", lost);
    client.on("end", lost);
  }

  get broken(): boolean {
    return this.#broken || !this.#client.isValid();
  }

  /** Whether the server has a transaction open, which it ends by itself after a deadlock, and before DDL. */
  get inTransaction(): boolean {
    return !this.#rolledBack && (this.#client.info.status & STATUS_IN_TRANSACTION) !== 0;
  }

  /** Whether a busy session keeps the process alive; an idle one does not. */
  keepAlive(active: boolean): void {
    if (active) this.#socket.ref();
    else this.#socket.unref();
  }

  async execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    const { sql } = statement;
    // BEGIN and its like have no prepared form on every server.
    const simple = statement.kind === "transaction";
    const values = simple ? params : bindableParameters(params);
    const outcome = await this.#run(() => (simple ? this.#client.query(sql) : this.#prepared(sql, values)), statement, signal);
    if (statement.kind === "transaction") this.#rolledBack = false;
    return this.#resultOf(outcome, statement.describe === true);
  }

  async #prepared(sql: string, values: readonly unknown[]): Promise<unknown> {
    try {
      return await this.#client.execute(sql, values);
    } catch (error) {
      const refused = error instanceof Error && Reflect.get(error, "errno") === NOT_PREPARABLE && values.length === 0;
      if (!refused) throw error;
      return this.#client.query(sql);
    }
  }

  async #run<T>(action: () => Promise<T>, { sql, kind }: Pick<Statement, "sql" | "kind">, signal?: AbortSignal): Promise<T> {
    const abort = () => this.cancel();
    const turn = this.#turns.enter(signal !== undefined);
    try {
      if (!turn.isReady) await turn.ready(signal);
      // A cancel that is under way must not hit this statement.
      if (this.#cancelling !== null) await this.#cancelling;
      signal?.throwIfAborted();
      signal?.addEventListener("abort", abort, { once: true });
      return await action();
    } catch (error) {
      if (error instanceof Error && Reflect.get(error, "errno") === DEADLOCK) this.#rolledBack = true;
      if (signal?.aborted === true) throw signal.reason;
      throw mapMariadbError(error, this.dialect.vendor, sql, kind !== "select");
    } finally {
      signal?.removeEventListener("abort", abort);
      turn.end();
    }
  }

  #resultOf(outcome: unknown, describe: boolean): QueryResult {
    if (!Array.isArray(outcome)) {
      // What is no list of rows is this.
      const { affectedRows, insertId } = outcome as WriteOutcome;
      if (insertId === 0n) return { rows: [], rowCount: affectedRows };
      return { rows: [], rowCount: affectedRows, insertedKeys: { first: insertId, step: this.#keyStep } };
    }
    // A procedure gives a list of results, of which the last is no list.
    const several = outcome.length > 0 && !Array.isArray(outcome.at(-1));
    // Rows are lists that carry their columns beside.
    const rows = (several ? outcome[0] : outcome) as RowsWithMeta;
    if (!describe) return { rows, rowCount: rows.length };
    return { rows, rowCount: rows.length, columns: describeColumns(rows.meta) };
  }

  cancel(): void {
    const { threadId } = this.#client;
    // The server answers in the order of asking, so that the oldest is the one that it works on.
    const cancelled = this.#turns.oldest;
    if (cancelled === null || this.#cancelling !== null || threadId === null) return;
    const giveUp = setTimeout(() => {
      if (!cancelled.over) this.destroy();
    }, CANCEL_PATIENCE);
    giveUp.unref();
    const done = () => {
      this.#cancelling = null;
      if (cancelled.over) clearTimeout(giveUp);
    };
    this.#cancelling = killQuery(this.#options, threadId).then(done, done);
  }

  /** When a cancel that is under way cannot hit a later statement any more. */
  get settled(): Promise<void> | null {
    return this.#cancelling;
  }

  /** The protocol lets no other statement in while rows come, so all rows are read at once and given in portions. */
  async stream(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    const { rows } = await this.execute(statement, params);
    let position = 0;
    let open = true;
    return {
      next: () => {
        if (!open || position >= rows.length) return null;
        position += chunkSize;
        return rows.slice(position - chunkSize, position);
      },
      close: () => {
        open = false;
      },
    };
  }

  /** Rows as the server sends them. Until the end, the session takes no other statement; closing early ends it. */
  async streamAlone(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    const prepared = await this.#run(() => this.#client.prepare(statement.sql), statement);
    const source = prepared.executeStream(bindableParameters(params));
    const rows = source[Symbol.asyncIterator]();
    let open = true;
    return {
      next: async () => {
        if (!open) return null;
        const portion: Row[] = [];
        await this.#run(async () => {
          while (portion.length < chunkSize) {
            const { done, value } = await rows.next();
            if (done === true) {
              open = false;
              prepared.close();
              break;
            }
            portion.push(value);
          }
        }, statement);
        return portion.length === 0 ? null : portion;
      },
      close: () => {
        if (!open) return;
        open = false;
        this.destroy();
      },
    };
  }

  async executeScript(sql: string): Promise<void> {
    await this.#run(() => this.#client.query(sql), { sql, kind: "other" });
  }

  async close(): Promise<void> {
    this.#broken = true;
    // Whoever waits for the goodbye must not be left waiting by a process that sees nothing more to do.
    this.keepAlive(true);
    try {
      await this.#client.end();
    } catch (error) {
      throw mapMariadbError(error, this.dialect.vendor, undefined, false);
    }
  }

  /** Ends the session without a word to the server. */
  destroy(): void {
    this.#broken = true;
    this.#client.destroy();
    this.#socket.destroy();
  }
}

/** Ends what another session does at this moment. */
async function killQuery(options: MariadbOptions, threadId: number): Promise<void> {
  const client = await openClient(options, () => undefined);
  try {
    await client.query(`KILL QUERY ${threadId}`);
  } finally {
    await client.end();
  }
}

/**
 * Opens a session.
 *
 * @param options - what `readMariadbOptions` gave
 * @param dialect - MySQL's or MariaDB's; its vendor is the engine
 * @throws OperationalError when the server cannot be reached or refuses; ImproperlyConfigured without the package, or on the other kind of server
 */
export async function connectMariadb(options: MariadbOptions, dialect: Dialect): Promise<MariadbConnection> {
  let socket: Socket | null = null;
  let client: Client | null = null;
  try {
    client = await openClient(options, (opened) => {
      socket = opened;
    });
    const { info } = client;
    checkServer(dialect.vendor, info.serverVersion.raw, info.isMariaDB(), info.hasMinVersion(10, 6, 0));
    const timeout = options.statementTimeout;
    const limit = info.isMariaDB() ? `max_statement_time = ${timeout}` : `max_execution_time = ${Math.round((timeout ?? 0) * 1000)}`;
    await client.query(timeout === null ? options.session : `${options.session}, ${limit}`);
    await client.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    // The statement gives one row of one column.
    const [[step]] = (await client.query("SELECT @@auto_increment_increment")) as [[number | bigint]];
    if (socket === null) throw new Error("The driver opened no socket.");
    return new MariadbConnection(client, socket, options, dialect, Number(step));
  } catch (error) {
    client?.destroy();
    throw mapConnectError(error, dialect.vendor, options.socketPath ?? `${options.host}:${options.port}`);
  }
}
