import type { Client, ClientConfig } from "pg";
import { NotSupportedError } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import type { DriverConnection, QueryResult, Row, RowStream, Statement } from "../driver.js";
import { loadPackage } from "../load-package.js";
import { mapConnectError, mapPostgresqlError } from "./errors.js";
import type { PostgresqlOptions } from "./options.js";
import { PostgresqlQuery, type ProtocolConnection, type QueryManner } from "./query.js";

/** Milliseconds in which a cancelled statement must end before its session is given up. */
const CANCEL_PATIENCE = 5000;

/** What this file uses of the package. */
interface PgModule {
  readonly Client: new (config: ClientConfig) => Client;
}

/** What is there besides the typed part: the protocol, and the key of the session for cancelling. */
interface ClientInternals {
  readonly connection: ProtocolConnection & { readonly stream: { destroy(): void } };
  readonly processID: number | null;
  readonly secretKey: number | null;
  query(query: PostgresqlQuery): void;
  ref(): void;
  unref(): void;
}

/** Names of prepared statements: of the statement, not of the session, so that every session has the same. */
const names = new WeakMap<Statement, { uses: number; name: string }>();
let lastName = 0;

let lastCursor = 0;

/** "cached plan must not change result type", after an ALTER TABLE. */
function isStalePlan(error: Error): boolean {
  return Reflect.get(error, "code") === "0A000" && Reflect.get(error, "routine") === "RevalidateCachedQuery";
}

/** A session with PostgreSQL, which runs one statement after the other. */
export class PostgresqlConnection implements DriverConnection {
  readonly dialect: Dialect;
  readonly createdAt = performance.now();
  /** When it was last given back; for the pool. */
  idleSince = 0;
  broken = false;
  readonly #client: Client;
  readonly #internals: ClientInternals;
  readonly #prepareThreshold: number | null;
  readonly #cancelSession: (processId: number, key: number) => Promise<void>;
  #active: PostgresqlQuery | null = null;
  readonly #queue: PostgresqlQuery[] = [];
  #cancelling: Promise<void> | null = null;

  constructor(
    client: Client,
    dialect: Dialect,
    prepareThreshold: number | null,
    cancelSession: (processId: number, key: number) => Promise<void>,
  ) {
    this.#client = client;
    // pg's class has these members; its types leave them out.
    this.#internals = client as unknown as ClientInternals;
    this.dialect = dialect;
    this.#prepareThreshold = prepareThreshold;
    this.#cancelSession = cancelSession;
    client.on("error", () => {
      this.broken = true;
    });
    client.on("end", () => {
      this.broken = true;
    });
  }

  /** Whether a busy session keeps the process alive; an idle one does not. */
  keepAlive(active: boolean): void {
    if (active) this.#internals.ref();
    else this.#internals.unref();
  }

  /** Whether the server said with its last answer that a transaction is open, failed or not. */
  get inTransaction(): boolean {
    const status = this.#client.getTransactionStatus();
    return status === "T" || status === "E";
  }

  #nameOf(statement: Statement): string {
    if (this.#prepareThreshold === null || statement.once === true) return "";
    let entry = names.get(statement);
    if (entry === undefined) {
      entry = { uses: 0, name: "" };
      names.set(statement, entry);
    }
    if (entry.name !== "") return entry.name;
    entry.uses++;
    if (entry.uses <= this.#prepareThreshold) return "";
    lastName++;
    entry.name = `dorm_${lastName}`;
    return entry.name;
  }

  execute(statement: Statement, params: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    const write = statement.kind !== "select";
    // BEGIN and its like have neither parameters nor a plan.
    if (statement.kind === "transaction") return this.#run(statement.sql, null, params, { kind: "simple", describe: false, write }, signal);
    return this.#run(statement.sql, statement, params, { kind: "extended", describe: statement.describe === true, write }, signal);
  }

  /** @param preparable - the statement that the text is of, where it may be prepared under a name */
  #run(
    sql: string,
    preparable: Statement | null,
    params: readonly unknown[],
    how: QueryManner,
    signal?: AbortSignal,
  ): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      let query: PostgresqlQuery;
      let abort: (() => void) | null = null;
      const settle = (error: Error | null, result: QueryResult | null): void => {
        if (error !== null && preparable !== null && query.name !== "" && isStalePlan(error)) {
          this.#forget(preparable, query.name);
          // Nothing has been executed, and outside of a transaction nothing is broken.
          if (this.#client.getTransactionStatus() === "I") {
            query = new PostgresqlQuery(sql, "", params, how, settle);
            this.#send(query);
            return;
          }
        }
        if (abort !== null) signal?.removeEventListener("abort", abort);
        if (error === null && result !== null) resolve(result);
        else reject(signal?.aborted === true ? signal.reason : mapPostgresqlError(error, sql, query.submitted && how.write));
        this.#advance();
      };
      query = new PostgresqlQuery(sql, preparable === null ? "" : this.#nameOf(preparable), params, how, settle);
      if (signal !== undefined) {
        abort = () => this.#abort(query, () => reject(signal.reason));
        signal.addEventListener("abort", abort, { once: true });
      }
      if (this.#active !== null || this.#cancelling !== null) this.#queue.push(query);
      else this.#send(query);
    });
  }

  /** The table changed under a prepared statement: the next use prepares it under another name. */
  #forget(statement: Statement, name: string): void {
    if (names.get(statement)?.name === name) names.set(statement, { uses: this.#prepareThreshold ?? 0, name: "" });
    delete this.#internals.connection.parsedStatements[name];
    this.#internals.connection.close({ type: "S", name });
  }

  #send(query: PostgresqlQuery): void {
    this.#active = query;
    this.#internals.query(query);
  }

  #advance(): void {
    this.#active = null;
    // A cancel that is under way must not hit the next statement.
    if (this.#cancelling !== null) return;
    const next = this.#queue.shift();
    if (next !== undefined) this.#send(next);
  }

  #abort(query: PostgresqlQuery, reject: () => void): void {
    const position = this.#queue.indexOf(query);
    if (position >= 0) {
      this.#queue.splice(position, 1);
      reject();
    } else if (this.#active === query) this.cancel();
  }

  cancel(): void {
    const { processID, secretKey } = this.#internals;
    if (this.#active === null || this.#cancelling !== null || processID === null || secretKey === null) return;
    const cancelled = this.#active;
    const giveUp = setTimeout(() => {
      if (this.#active === cancelled) this.#internals.connection.stream.destroy();
    }, CANCEL_PATIENCE);
    const done = () => {
      this.#cancelling = null;
      if (this.#active === null) {
        clearTimeout(giveUp);
        this.#advance();
      }
    };
    giveUp.unref();
    this.#cancelling = this.#cancelSession(processID, secretKey).then(done, done);
  }

  /** When a cancel that is under way cannot hit a later statement any more. */
  get settled(): Promise<void> | null {
    return this.#cancelling;
  }

  async stream(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    lastCursor++;
    const cursor = `dorm_cursor_${lastCursor}`;
    await this.#run(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${statement.sql}`, null, params, {
      kind: "extended",
      describe: false,
      write: false,
    });
    const fetch = `FETCH FORWARD ${chunkSize} FROM ${cursor}`;
    let open = true;
    const close = async () => {
      if (!open) return;
      open = false;
      if (!this.broken) await this.#run(`CLOSE ${cursor}`, null, [], { kind: "simple", describe: false, write: false });
    };
    return {
      next: async (): Promise<Row[] | null> => {
        if (!open) return null;
        const { rows } = await this.#run(fetch, null, [], { kind: "extended", describe: false, write: false });
        if (rows.length < chunkSize) await close();
        return rows.length === 0 ? null : rows;
      },
      close,
    };
  }

  async executeScript(sql: string): Promise<void> {
    await this.#run(sql, null, [], { kind: "simple", describe: false, write: true });
  }

  async close(): Promise<void> {
    this.broken = true;
    // Whoever waits for the goodbye must not be left waiting by a process that sees nothing more to do.
    this.keepAlive(true);
    try {
      await this.#client.end();
    } catch (error) {
      throw mapPostgresqlError(error, undefined, false);
    }
  }

  /** Ends the session without a word to the server. */
  destroy(): void {
    this.broken = true;
    this.#internals.connection.stream.destroy();
  }
}

/** Sends a cancel request over a connection of its own, and waits until the server has closed it. */
async function cancelSession(pg: PgModule, options: PostgresqlOptions, processId: number, key: number): Promise<void> {
  const client = new pg.Client({ ...options });
  // pg's connection has these members; its types leave them out.
  const protocol = client.connection as unknown as {
    connect(port: number | string, host?: string): void;
    readonly stream: { destroy(): void };
    requestSsl(): void;
    cancel(processId: number, key: number): void;
    once(event: string, listener: (error?: Error) => void): void;
  };
  const { host, port } = client;
  await new Promise<void>((resolve, reject) => {
    // A session is not given back while this goes on.
    const giveUp = setTimeout(() => protocol.stream.destroy(), CANCEL_PATIENCE);
    giveUp.unref();
    protocol.once("error", (error) => {
      clearTimeout(giveUp);
      reject(error);
    });
    protocol.once("end", () => {
      clearTimeout(giveUp);
      resolve();
    });
    const send = () => protocol.cancel(processId, key);
    if (options.ssl === false || options.ssl === undefined) protocol.once("connect", send);
    else {
      protocol.once("connect", () => protocol.requestSsl());
      protocol.once("sslconnect", send);
    }
    if (host.startsWith("/")) protocol.connect(`${host}/.s.PGSQL.${port}`);
    else protocol.connect(port, host);
  });
}

/**
 * Opens a session.
 *
 * @param options - what `readPostgresqlOptions` gave
 * @param dialect - PostgreSQL's
 * @param prepareThreshold - uses of a statement before it gets a name on the server; null: never
 * @throws OperationalError when the server cannot be reached or refuses; ImproperlyConfigured without the package
 */
export async function connectPostgresql(
  options: PostgresqlOptions,
  dialect: Dialect,
  prepareThreshold: number | null,
): Promise<PostgresqlConnection> {
  // The package's CommonJS export has the class under this name.
  const pg = loadPackage("pg", "PostgreSQL") as PgModule;
  if (typeof pg.Client !== "function") throw new NotSupportedError("This version of pg has no Client; install pg 8.23 or later.");
  const client = new pg.Client({ ...options });
  const connection = new PostgresqlConnection(client, dialect, prepareThreshold, (processId, key) =>
    cancelSession(pg, options, processId, key),
  );
  const { host, port } = client;
  try {
    await client.connect();
  } catch (error) {
    connection.destroy();
    throw mapConnectError(error, `${host}:${port}`);
  }
  return connection;
}
