import type { StatementKind } from "../drivers/driver.js";
import { log } from "./logging.js";

/** What is told of each statement. */
export interface QueryEvent {
  /** The same number before and after. */
  readonly queryId: number;
  /** The alias of the database. */
  readonly alias: string;
  /** The kind of database, as "sqlite". */
  readonly vendor: string;
  readonly sql: string;
  /** As they are bound: not masked. */
  readonly params: readonly unknown[];
  /** What the statement does; BEGIN, COMMIT and savepoints are "transaction". */
  readonly kind: StatementKind;
  /** True for dorm's own statements: probes, introspection, locks. */
  readonly internal: boolean;
  /** Whether a transaction is open on the alias. */
  readonly inTransaction: boolean;
  /** After the statement: how long it took, in milliseconds, waiting for a connection included. */
  readonly elapsedMs?: number;
  /** After the statement: rows given, or changed. */
  readonly rowCount?: number;
  /** After a statement that failed: why. */
  readonly error?: unknown;
}

/** Hears of statements; it runs inline and must be cheap. */
export type QueryReceiver = (event: QueryEvent) => void;

/** How a receiver is connected. */
export interface ConnectOptions {
  /** Connecting again under the same word replaces the receiver. */
  readonly dispatchUid?: string;
  /** Whether what the receiver throws ends the statement; else it is logged. */
  readonly raiseExceptions?: boolean;
}

interface Connection {
  readonly receiver: QueryReceiver;
  readonly dispatchUid: string | undefined;
  readonly raiseExceptions: boolean;
}

/** A list of receivers of query events. */
export class QuerySignal {
  readonly #name: string;
  #connections: readonly Connection[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Whether somebody listens. */
  get active(): boolean {
    return this.#connections.length > 0;
  }

  /**
   * Connects a receiver.
   *
   * @param receiver - called inline, and synchronously
   * @returns disposing of it disconnects
   * @example const connection = postQuery.connect((event) => metrics.timing(event.elapsedMs))
   */
  connect(receiver: QueryReceiver, options: ConnectOptions = {}): Disposable {
    const connection: Connection = { receiver, dispatchUid: options.dispatchUid, raiseExceptions: options.raiseExceptions ?? false };
    const others = this.#connections.filter((known) =>
      options.dispatchUid === undefined
        ? known.receiver !== receiver || known.dispatchUid !== undefined
        : known.dispatchUid !== options.dispatchUid,
    );
    this.#connections = [...others, connection];
    return {
      [Symbol.dispose]: () => {
        this.#connections = this.#connections.filter((known) => known !== connection);
      },
    };
  }

  /**
   * Disconnects a receiver.
   *
   * @param receiver - the function, or its `dispatchUid`
   * @returns whether it was connected
   */
  disconnect(receiver: QueryReceiver | string): boolean {
    const before = this.#connections.length;
    this.#connections = this.#connections.filter((known) => known.receiver !== receiver && known.dispatchUid !== receiver);
    return this.#connections.length < before;
  }

  /** Tells everybody. @throws what a receiver throws that was connected with `raiseExceptions` */
  send(event: QueryEvent): void {
    for (const connection of this.#connections) {
      try {
        connection.receiver(event);
      } catch (error) {
        if (connection.raiseExceptions) throw error;
        log("dorm.signals", "error", `A receiver of ${this.#name} failed`, error);
      }
    }
  }
}

/**
 * Before each statement.
 *
 * @example
 * const connection = preQuery.connect(({ kind, alias }) => console.log(kind, alias));
 * await Author.objects.count(); // → select default
 * connection[Symbol.dispose]();
 */
export const preQuery = new QuerySignal("preQuery");
/**
 * After each statement, failed ones too.
 *
 * @example
 * const connection = postQuery.connect(({ elapsedMs = 0, rowCount }) => console.log(elapsedMs < 1000, rowCount));
 * await Author.objects.count(); // → true 1
 * connection[Symbol.dispose]();
 */
export const postQuery = new QuerySignal("postQuery");
