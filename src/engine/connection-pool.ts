import type { DriverConnection } from "../drivers/driver.js";
import { PoolTimeoutError } from "../errors.js";
import type { PoolStats } from "./database.js";
import { log } from "./logging.js";

/** A session that a pool can keep. */
export interface PoolableConnection extends DriverConnection {
  /** By `performance.now()`. */
  readonly createdAt: number;
  idleSince: number;
  /** Whether the server has a transaction open in the session. */
  readonly inTransaction: boolean;
  /** Whether the session keeps the process alive. */
  keepAlive(active: boolean): void;
  /** When a cancel that is under way is over; null: none is. */
  readonly settled: Promise<void> | null;
  close(): Promise<void>;
  destroy(): void;
}

/** Sizes and times; times in seconds. */
export interface PoolOptions {
  readonly minPoolSize: number;
  readonly maxPoolSize: number;
  readonly poolTimeout: number;
  readonly poolCheck: boolean;
  readonly maxIdle: number;
  readonly maxLifetime: number;
}

interface Waiter<Connection> {
  /** @returns false where it waits no longer, and the session is somebody else's */
  readonly grant: (connection: Connection) => boolean;
  readonly fail: (error: unknown) => void;
}

/** A session used within the last seconds needs no probe: a loss would have been heard of. */
const FRESH_MILLISECONDS = 5000;
const WARNING_INTERVAL = 10_000;

/** Sessions of one database, the one used last given out first. */
export class ConnectionPool<Connection extends PoolableConnection> {
  readonly #alias: string;
  readonly #vendor: string;
  readonly #connect: () => Promise<Connection>;
  readonly #probe: (connection: Connection) => Promise<void>;
  #options: PoolOptions;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #waiters: Waiter<Connection>[] = [];
  #opening = 0;
  #closed = false;
  #reaper: NodeJS.Timeout | null = null;
  #drained: Promise<void> | null = null;
  #announceDrained: (() => void) | null = null;
  #requests = 0;
  #queued = 0;
  #timeouts = 0;
  #waitMs = 0;
  #lastWarning = Number.NEGATIVE_INFINITY;

  constructor(
    alias: string,
    vendor: string,
    options: PoolOptions,
    connect: () => Promise<Connection>,
    probe: (connection: Connection) => Promise<void>,
  ) {
    this.#alias = alias;
    this.#vendor = vendor;
    this.#options = options;
    this.#connect = connect;
    this.#probe = probe;
  }

  get #size(): number {
    return this.#idle.length + this.#busy.size + this.#opening;
  }

  /** Changes the sizes at work; sessions above the new maximum end when they are given back. */
  resize(minPoolSize: number, maxPoolSize: number): void {
    this.#options = { ...this.#options, minPoolSize, maxPoolSize };
  }

  /**
   * A session for one holder.
   *
   * @returns at once where one is idle and fresh, else a promise
   * @throws PoolTimeoutError when none gets free in time
   */
  acquire(signal?: AbortSignal): Connection | Promise<Connection> {
    this.#requests++;
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.broken || now - connection.createdAt > this.#options.maxLifetime * 1000) {
        this.#discard(connection);
        continue;
      }
      this.#busy.add(connection);
      connection.keepAlive(true);
      if (!this.#options.poolCheck || now - connection.idleSince < FRESH_MILLISECONDS) return connection;
      return this.#checked(connection, signal);
    }
    return this.#size < this.#options.maxPoolSize ? this.#opened() : this.#wait(signal);
  }

  async #checked(connection: Connection, signal: AbortSignal | undefined): Promise<Connection> {
    try {
      await this.#probe(connection);
      return connection;
    } catch {
      this.#busy.delete(connection);
      this.#discard(connection);
      this.#requests--;
      return this.acquire(signal);
    }
  }

  async #opened(): Promise<Connection> {
    this.#opening++;
    let connection: Connection;
    try {
      connection = await this.#connect();
    } catch (error) {
      this.#opening--;
      this.#replaceForWaiter();
      this.#noteDrained();
      throw error;
    }
    this.#opening--;
    if (this.#size === 0) log(`dorm.db.lifecycle.${this.#vendor}`, "info", `opened the pool of "${this.#alias}"`);
    this.#busy.add(connection);
    this.#startReaper();
    return connection;
  }

  async #wait(signal: AbortSignal | undefined): Promise<Connection> {
    this.#warnOfExhaustion();
    this.#queued++;
    const since = performance.now();
    try {
      return await new Promise<Connection>((resolve, reject) => {
        let waiting = true;
        const finish = () => {
          waiting = false;
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
        };
        const waiter: Waiter<Connection> = {
          grant: (connection) => {
            if (!waiting) return false;
            finish();
            resolve(connection);
            return true;
          },
          fail: (error) => {
            finish();
            const position = this.#waiters.indexOf(waiter);
            if (position >= 0) this.#waiters.splice(position, 1);
            reject(error);
          },
        };
        const abort = () => waiter.fail(signal?.reason);
        const timer = setTimeout(() => {
          this.#timeouts++;
          waiter.fail(
            new PoolTimeoutError(
              `No connection of "${this.#alias}" became free within ${this.#options.poolTimeout} s (maxPoolSize ${this.#options.maxPoolSize}). Look for transactions that stay open, or raise maxPoolSize.`,
              { code: "pool_timeout", alias: this.#alias, vendor: this.#vendor },
            ),
          );
        }, this.#options.poolTimeout * 1000);
        signal?.addEventListener("abort", abort, { once: true });
        this.#waiters.push(waiter);
      });
    } finally {
      this.#waitMs += performance.now() - since;
    }
  }

  #warnOfExhaustion(): void {
    const now = performance.now();
    if (now - this.#lastWarning < WARNING_INTERVAL) return;
    this.#lastWarning = now;
    log("dorm.db.pool", "warning", `all ${this.#options.maxPoolSize} connections of "${this.#alias}" are in use; queries wait`);
  }

  /**
   * Gives a session back.
   *
   * @param discard - whether nobody may have it again
   */
  release(connection: Connection, discard = false): void {
    if (connection.settled !== null && !connection.broken) {
      connection.settled.then(() => this.release(connection, discard));
      return;
    }
    if (!this.#busy.delete(connection)) return;
    const expired = performance.now() - connection.createdAt > this.#options.maxLifetime * 1000;
    // What is left in a transaction would take part in the next holder's.
    if (discard || connection.broken || connection.inTransaction || this.#closed || expired || this.#size >= this.#options.maxPoolSize) {
      this.#discard(connection);
      this.#replaceForWaiter();
    } else {
      const waiter = this.#waiters.shift();
      if (waiter !== undefined) {
        this.#busy.add(connection);
        waiter.grant(connection);
        return;
      }
      connection.idleSince = performance.now();
      connection.keepAlive(false);
      this.#idle.push(connection);
    }
    this.#noteDrained();
  }

  #replaceForWaiter(): void {
    if (this.#waiters.length === 0 || this.#size >= this.#options.maxPoolSize) return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return;
    // While it opens, the waiter's time may run out.
    this.#opened().then((connection) => {
      if (!waiter.grant(connection)) this.release(connection);
    }, waiter.fail);
  }

  get #inUse(): boolean {
    return this.#busy.size > 0 || this.#opening > 0;
  }

  #noteDrained(): void {
    if (this.#closed && !this.#inUse) this.#announceDrained?.();
  }

  #discard(connection: Connection): void {
    if (connection.broken) connection.destroy();
    else
      connection
        .close()
        .catch((error: unknown) => log("dorm.db.pool", "warning", `closing a connection of "${this.#alias}" failed`, error));
  }

  /** Closes what was idle too long, down to the minimum, and opens up to it; in the background. */
  #startReaper(): void {
    if (this.#reaper !== null || this.#closed) return;
    this.#reaper = setInterval(() => this.#reap(), Math.max(100, Math.min(this.#options.maxIdle * 1000, 30_000)));
    this.#reaper.unref();
    this.#fill();
  }

  #reap(): void {
    const limit = performance.now() - this.#options.maxIdle * 1000;
    // The oldest idle ones are in front.
    for (let connection = this.#idle[0]; connection !== undefined; connection = this.#idle[0]) {
      if (!connection.broken && (connection.idleSince > limit || this.#size <= this.#options.minPoolSize)) break;
      this.#idle.shift();
      this.#discard(connection);
    }
    this.#fill();
  }

  #fill(): void {
    for (let missing = this.#options.minPoolSize - this.#size; missing > 0; missing--) {
      this.#opened().then(
        (connection) => this.release(connection),
        (error: unknown) => log("dorm.db.pool", "warning", `opening a connection of "${this.#alias}" failed`, error),
      );
    }
  }

  stats(): PoolStats {
    const { minPoolSize, maxPoolSize } = this.#options;
    return {
      alias: this.#alias,
      vendor: this.#vendor,
      hasPool: true,
      open: this.#size > 0,
      min: minPoolSize,
      max: maxPoolSize,
      size: this.#size,
      idle: this.#idle.length,
      inUse: this.#busy.size,
      waiting: this.#waiters.length,
      utilization: this.#busy.size / maxPoolSize,
      requests: this.#requests,
      queued: this.#queued,
      timeouts: this.#timeouts,
      waitMs: this.#waitMs,
    };
  }

  /** Closes idle sessions, and waits for the others, which close when they are given back. */
  async close(): Promise<void> {
    if (this.#inUse) {
      this.#drained ??= new Promise<void>((resolve) => {
        this.#announceDrained = resolve;
      });
    }
    const closing = this.#shut().map((connection) => connection.close());
    await Promise.all(closing);
    await this.#drained;
    log(`dorm.db.lifecycle.${this.#vendor}`, "info", `closed the pool of "${this.#alias}"`);
  }

  /** Drops idle sessions without a word to the server. */
  closeSync(): void {
    for (const connection of this.#shut()) connection.destroy();
  }

  #shut(): Connection[] {
    this.#closed = true;
    if (this.#reaper !== null) clearInterval(this.#reaper);
    this.#reaper = null;
    return this.#idle.splice(0);
  }
}
