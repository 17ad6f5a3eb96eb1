import { cacheNamed } from "../cache/caches.js";
import { countersOf, entryKey, look, sealed, store } from "../cache/entries.js";
import type { GuardedCache } from "../cache/guarded-cache.js";
import { NotEncodable } from "../cache/tagged-json.js";
import type { Row } from "../drivers/driver.js";
import { databaseFor } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { currentScope } from "../engine/scope.js";
import { currentSettings } from "../engine/settings.js";
import { frameFor } from "../engine/transaction-frame.js";
import type { Dialect } from "../sql/dialect.js";
import { bindParameters } from "../sql/parameters.js";
import type { CacheOptions } from "../types/cache.js";
import { type CacheIdentity, identityOf } from "./cache-identity.js";
import type { Plan } from "./plan.js";
import type { Query } from "./query.js";

/** Where the rows of queries of one shape are kept. */
export class CachedShape {
  readonly cache: GuardedCache;
  readonly counters: readonly string[];
  /** False inside a transaction: what it sees may be older than what others have committed, or never be committed. */
  readonly storing: boolean;
  readonly timeout: number | null;
  readonly #identity: CacheIdentity;
  readonly #context: readonly unknown[];

  constructor(cache: GuardedCache, identity: CacheIdentity, alias: string, storing: boolean, options: CacheOptions) {
    const { tags = [], timeout = null } = options;
    this.cache = cache;
    this.counters = countersOf(identity.tables, tags);
    this.storing = storing;
    this.timeout = timeout;
    this.#identity = identity;
    const { engine, host, port, name } = currentSettings().databases[alias] ?? {};
    this.#context = [alias, engine, host, port, name, currentScope().tenant, tags];
  }

  /** The key of the rows for these values; null where a value has no form as text. */
  key(values: readonly unknown[]): string | null {
    try {
      return entryKey([...this.#context, this.#identity.text, bindParameters(this.#identity.binders, values)]);
    } catch (error) {
      if (error instanceof NotEncodable) return null;
      throw error;
    }
  }
}

/**
 * Where the rows of a query are kept; null for a query that goes to the database in any case: without caches, where it
 * locks or gives other rows each time, and in a transaction that has written.
 *
 * @throws ImproperlyConfigured for a cache that is not among the settings
 */
export function cachedShape(query: Query, plan: Plan, dialect: Dialect, alias: string, options: CacheOptions): CachedShape | null {
  const cache = cacheNamed(options.using ?? "default");
  if (cache === null) return null;
  const scope = currentScope();
  const frame = frameFor(scope, databaseFor(alias, scope));
  if (frame?.wrote) return null;
  const identity = identityOf(plan, query, dialect);
  return identity && new CachedShape(cache, identity, alias, frame === null, options);
}

/** The rows of a query from its cache, else from the database, as the driver gave them. */
export function* cachedRows(shape: CachedShape, values: readonly unknown[], fetch: () => Flow<Row[]>): Flow<Row[]> {
  const key = shape.key(values);
  const looked = key === null ? null : yield* look(shape.cache, [key], shape.counters);
  if (key === null || looked === null) return yield* fetch();
  const [found] = looked.found;
  if (found) return found;
  const rows = yield* fetch();
  const value = shape.storing ? sealed(key, rows, looked.versions) : null;
  if (value !== null) yield* store(shape.cache, [[key, value]], shape.timeout);
  return rows;
}
