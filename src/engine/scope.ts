import { AsyncLocalStorage } from "node:async_hooks";
import type { DatabaseRegistry } from "./database-registry.js";
import type { QueryReceiver } from "./events.js";
import type { StickyReads } from "./sticky-reads.js";
import type { TransactionFrame } from "./transaction-frame.js";

/** What travels with the code that runs: never changed, only replaced for the time of a callback. */
export interface Scope {
  /** The innermost open block; each links to the one around it, of whatever alias. */
  readonly transaction: TransactionFrame | null;
  /** Settings and connections of `overrideSettings`. */
  readonly registry: DatabaseRegistry | null;
  readonly tenant: string | null;
  readonly shardKey: string | number | bigint | null;
  /** The models written lately, for routers; null: the process's own record. */
  readonly sticky: StickyReads | null;
  /** Receivers of the query events of this scope only. */
  readonly collectors: readonly QueryReceiver[];
}

const EMPTY: Scope = Object.freeze({
  transaction: null,
  registry: null,
  tenant: null,
  shardKey: null,
  sticky: null,
  collectors: Object.freeze([]),
});

const storage = new AsyncLocalStorage<Scope>();

/** The scope of the code that runs now. */
export function currentScope(): Scope {
  return storage.getStore() ?? EMPTY;
}

/**
 * Calls a function in a scope that differs in some entries. What the function starts inherits it; what runs beside
 * it does not see it.
 *
 * @param changes - the entries that differ
 * @param callback - runs inside
 * @returns what the function gives
 */
export function withScope<T>(changes: Partial<Scope>, callback: () => T): T {
  return storage.run(Object.freeze({ ...currentScope(), ...changes }), callback);
}

/** Calls a function in the empty scope: for what outlives the code that starts it. */
export function outsideScope<T>(callback: () => T): T {
  return storage.run(EMPTY, callback);
}
