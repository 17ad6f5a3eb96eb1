import { look, sealed, store } from "../cache/entries.js";
import type { Row } from "../drivers/driver.js";
import { dialectFor } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import type { ModelCore } from "../models/core.js";
import type { CacheOptions } from "../types/cache.js";
import { readAlias } from "./alias.js";
import { checkedCacheOptions } from "./cache-options.js";
import { type CachedShape, cachedShape } from "./cached-rows.js";
import { fetchAll, finishRows } from "./fetch.js";
import { fetchRows, planFor } from "./fetch-rows.js";
import { type Origin, type Plan, planSelect } from "./plan.js";
import { requireRow } from "./reading.js";
import type { QuerySetState } from "./state.js";
import { filterStep } from "./steps.js";

function withKey(state: QuerySetState, pk: unknown): QuerySetState {
  return { ...state, ...filterStep(state, [{ pk }], false) };
}

function checkRows({ query }: QuerySetState, method: string): void {
  if (query.columns !== null) throw new QueryError(`${method}() cannot follow values(): its rows are no instances.`);
}

/** The row of a key, from the cache where it is there. */
export function* cacheGet(state: QuerySetState, pk: unknown, options: CacheOptions | undefined): Flow<unknown> {
  checkRows(state, "cacheGet");
  const cache = checkedCacheOptions(options ?? state.cache ?? {}, "cacheGet");
  return requireRow(state, yield* fetchAll(withKey(state, pk), cache));
}

/** The rows of several keys: those that the cache has not are read with one query. */
export function* cacheGetMany(
  state: QuerySetState,
  given: Iterable<unknown>,
  options: CacheOptions | undefined,
): Flow<Map<unknown, unknown>> {
  checkRows(state, "cacheGetMany");
  const cache = checkedCacheOptions(options ?? state.cache ?? {}, "cacheGetMany");
  const key = state.meta.singleKey("cacheGetMany()");
  const pks = [...given];
  const byValue = new Map<unknown, unknown>();
  if (pks.length === 0) return byValue;
  const alias = readAlias(state);
  const wanted = pks.map((pk) => keyed(state, pk, alias, cache));
  const rows = yield* rowsOfKeys(state, wanted, alias, cache);
  // the plans of all keys read the same columns
  const instances = (wanted[0]?.plan.hydrate(rows, originOf(state, alias)) ?? []) as ModelCore[];
  yield* finishRows(state, instances, alias, cache);
  for (const instance of instances) byValue.set(attributesOf(instance)[key.attname], instance);
  return byValue;
}

function originOf(state: QuerySetState, alias: string): Origin {
  return { alias, fetchMode: state.fetchMode ?? settings.fetchMode };
}

/** The query of one key, and where its row is kept. */
interface Keyed {
  readonly pk: unknown;
  readonly plan: Plan;
  readonly shape: CachedShape | null;
  readonly key: string | null;
}

function keyed(state: QuerySetState, pk: unknown, alias: string, options: CacheOptions): Keyed {
  const { shape, query, values } = withKey(state, pk);
  const dialect = dialectFor(alias);
  const plan = planFor(shape, dialect, "select", () => planSelect(query, dialect));
  const cached = plan.empty ? null : cachedShape(query, plan, dialect, alias, options);
  return { pk, plan, shape: cached, key: cached?.key(values) ?? null };
}

function* rowsOfKeys(state: QuerySetState, wanted: readonly Keyed[], alias: string, options: CacheOptions): Flow<Row[]> {
  const shape = wanted.find((each) => each.shape !== null)?.shape ?? null;
  const keys = [...new Set(wanted.flatMap(({ key }) => key ?? []))];
  const looked = shape === null || keys.length === 0 ? null : yield* look(shape.cache, keys, shape.counters);
  if (shape === null || looked === null) {
    const all = { ...state, ...filterStep(state, [{ pk__in: wanted.map(({ pk }) => pk) }], false) };
    return (yield* fetchRows(all, alias)).rows;
  }
  // in the order in which they were asked for, so that what is prefetched for them has the same parameters each time
  const held = new Map(keys.map((key, index) => [key, looked.found[index] ?? null]));
  const missing = wanted.filter(({ key }) => key === null || held.get(key) === null);
  if (missing.length === 0) return [...held.values()].flatMap((found) => found ?? []);
  const others: Row[] = [];
  const fresh = new Map(missing.flatMap(({ key }) => (key === null ? [] : [[key, [] as Row[]] as const])));
  const fetched = yield* fetchRows({ ...state, ...filterStep(state, [{ pk__in: missing.map(({ pk }) => pk) }], false) }, alias);
  // hydrating decodes in place, and a row is kept as the driver gave it
  const copies = fetched.rows.map((row) => [...row]);
  for (const [index, instance] of (fetched.plan.hydrate(copies, originOf(state, alias)) as ModelCore[]).entries()) {
    const row = fetched.rows[index] ?? [];
    const { key } = keyed(state, instance.pk, alias, options);
    (key === null ? others : (fresh.get(key) ?? others)).push(row);
  }
  if (shape.storing) {
    const entries = [...fresh].flatMap(([key, rows]) => {
      const value = sealed(key, rows, looked.versions);
      return value === null ? [] : [[key, value] as const];
    });
    yield* store(shape.cache, entries, shape.timeout);
  }
  return [...[...held].flatMap(([key, found]) => found ?? fresh.get(key) ?? []), ...others];
}
