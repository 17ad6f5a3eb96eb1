import { type InspectOptions, inspect } from "node:util";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { type ModelMeta, metaOf } from "../models/meta.js";
import type { FetchMode } from "../models/state.js";
import { checkOptions } from "../suggestions.js";
import type { CacheOptions } from "../types/cache.js";
import { FETCH } from "./awaitable-rows.js";
import { checkedCacheOptions } from "./cache-options.js";
import { combineStep, mergeStep } from "./combinations.js";
import { withCteStep } from "./common-table-expressions.js";
import { dateListStep } from "./date-lists.js";
import { QUERYSET } from "./embed.js";
import type { Expression } from "./expression.js";
import { Subquery } from "./expressions/subqueries.js";
import { fetchAll } from "./fetch.js";
import { iterateAsync, iterateSync } from "./iterate.js";
import { toPrefetch } from "./prefetch.js";
import { RawQuerySet, toRawSql } from "./raw.js";
import { baseState } from "./root-state.js";
import { FINGERPRINT, type Fingerprint, rootShape } from "./shape.js";
import { printState, type QuerySetState } from "./state.js";
import {
  annotateStep,
  distinctStep,
  filterStep,
  loadAllStep,
  lockStep,
  noneStep,
  onlyStep,
  orderStep,
  reverseStep,
  selectRelatedStep,
  sliceStep,
  valuesStep,
} from "./steps.js";
import { Terminals } from "./terminals.js";
import { type TreeOptions, treeStep } from "./trees.js";

/** Makes a queryset from a description instead of from a model. */
const FROM_STATE: unique symbol = Symbol("dorm.queryset.state");

export interface FromState {
  readonly [FROM_STATE]: QuerySetState | null;
  readonly model?: () => unknown;
  /** A manager gives a new query each time and keeps no rows. */
  readonly manager: boolean;
  /** The rows, where they are there already. */
  readonly rows?: readonly unknown[];
}

type ValuesItem = string | Readonly<Record<string, unknown>>;

const NOT_ROWS: PropertyDescriptorMap = {
  then: { value: undefined },
  [Symbol.iterator]: { value: undefined },
  [Symbol.asyncIterator]: { value: undefined },
};

/** A query that has not been run. Every method that describes it gives a new one; reading keeps the rows. */
export class QuerySetBase extends Terminals {
  declare readonly [FINGERPRINT]: true;
  #state: QuerySetState | null;
  readonly #model: (() => unknown) | null;
  readonly #manager: boolean;
  #rows: unknown[] | null = null;

  static {
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
  }

  constructor(source: FromState | (() => unknown)) {
    super();
    if (typeof source === "function") {
      this.#model = source;
      this.#state = null;
      this.#manager = false;
    } else {
      this.#model = source.model ?? null;
      this.#state = source[FROM_STATE];
      this.#manager = source.manager;
      if (source.rows) this.#rows = [...source.rows];
      // a manager is not rows: awaiting or spreading it is a mistake, which all() mends
      if (source.manager) Object.defineProperties(this, NOT_ROWS);
    }
  }

  static readonly useInMigrations: boolean = false;

  /** A manager with this class's methods, for `static override objects`; without a model, for the option `managers`. */
  static asManager<Q extends QuerySetBase>(this: new (source: FromState) => Q, model?: () => unknown): Q {
    return new this({ [FROM_STATE]: null, manager: true, ...(model && { model }) });
  }

  get [QUERYSET](): QuerySetState {
    if (this.#model !== null && (this.#state === null || this.#manager)) {
      // the model may not be defined before it is asked for, and its shapes may have been dropped since
      const meta = metaOf(this.#model());
      if (this.#state === null || this.#state.shape !== rootShape(meta)) this.#state = baseState(meta);
    }
    if (this.#state === null) {
      throw new QueryError("This manager belongs to no model yet: name it in the option managers, or give asManager(() => Model).");
    }
    return this.#state;
  }

  /** The queryset that every query of this manager begins with. */
  getQueryset(): this {
    return this.all();
  }

  /** The same manager on another database. */
  dbManager(alias: string): this {
    // the same class, made from a state
    return fromState(this.constructor as QuerySetClass, { ...this[QUERYSET], using: alias }, true) as this;
  }

  /** Whether each use begins a new query. */
  get isManager(): boolean {
    return this.#manager;
  }

  /** The rows that were read, if any. */
  get resultCache(): readonly unknown[] | null {
    return this.#rows;
  }

  protected derive(changes: Partial<QuerySetState>): this {
    return fromState(this.constructor as QuerySetClass, { ...this[QUERYSET], ...changes }) as this;
  }

  fingerprint(print: Fingerprint): void {
    printState(print, this[QUERYSET]);
  }

  filter(...conditions: readonly unknown[]): this {
    return this.derive(filterStep(this[QUERYSET], conditions, false));
  }
  exclude(...conditions: readonly unknown[]): this {
    return this.derive(filterStep(this[QUERYSET], conditions, true));
  }
  orderBy(...terms: readonly unknown[]): this {
    return this.derive(orderStep(this[QUERYSET], terms));
  }
  reverse(): this {
    return this.derive(reverseStep(this[QUERYSET]));
  }
  distinct(...fields: readonly string[]): this {
    return this.derive(distinctStep(this[QUERYSET], fields));
  }
  slice(start: number, end?: number): this {
    const state = { ...this[QUERYSET], ...sliceStep(this[QUERYSET], start, end ?? null) };
    // the same class, made from a state; a part of rows that were read is not asked for again
    return fromState(this.constructor as QuerySetClass, state, false, this.resultCache?.slice(start, end)) as this;
  }
  limit(rows: number): this {
    if (!Number.isInteger(rows) || rows < 0) throw new QueryError(`limit() takes a whole number from 0 up, not ${String(rows)}.`);
    return this.slice(0, rows);
  }
  offset(rows: number): this {
    if (!Number.isInteger(rows) || rows < 0) throw new QueryError(`offset() takes a whole number from 0 up, not ${String(rows)}.`);
    const { low, high } = this[QUERYSET];
    // limit(10).offset(20) is ten rows from the twentieth on, in either order of the calls
    if (high === null) return this.derive(sliceStep(this[QUERYSET], rows, null));
    return this.derive(sliceStep({ ...this[QUERYSET], low: 0, high: null }, low + rows, high + rows));
  }
  all(): this {
    return this.derive({});
  }
  none(): this {
    return this.derive(noneStep(this[QUERYSET]));
  }
  values(...items: readonly ValuesItem[]): this {
    checkItems("values()", items);
    return this.derive(valuesStep(this[QUERYSET], items, "values"));
  }
  valuesList(...given: readonly (ValuesItem | { readonly flat?: boolean; readonly named?: boolean })[]): this {
    const last = given.at(-1);
    const isOptions =
      typeof last === "object" &&
      (("flat" in last && typeof last.flat === "boolean") || ("named" in last && typeof last.named === "boolean"));
    const options = (isOptions ? last : {}) as { readonly flat?: boolean; readonly named?: boolean };
    const listed = isOptions ? given.slice(0, -1) : given;
    checkItems("valuesList()", listed);
    const items = listed.map((item, index) => (typeof item === "string" ? item : nameItem(item as object, index)));
    if (options.flat && options.named) throw new QueryError("valuesList(): flat and named exclude each other.");
    if (options.flat && items.length !== 1)
      throw new QueryError(`valuesList(…, { flat: true }) takes exactly one field, not ${items.length}.`);
    return this.derive(valuesStep(this[QUERYSET], items, options.flat ? "flat" : options.named ? "named" : "list"));
  }
  annotate(...expressions: readonly Readonly<Record<string, unknown>>[]): this {
    return this.derive(annotateStep(this[QUERYSET], namedAnnotations(expressions), true));
  }
  alias(...expressions: readonly Readonly<Record<string, unknown>>[]): this {
    return this.derive(annotateStep(this[QUERYSET], namedAnnotations(expressions), false));
  }
  only(...names: readonly string[]): this {
    return this.derive(onlyStep(this[QUERYSET], names, true));
  }
  defer(...names: readonly (string | null)[]): this {
    if (names[0] === null) return this.derive(loadAllStep(this[QUERYSET]));
    return this.derive(onlyStep(this[QUERYSET], names as readonly string[], false));
  }
  selectRelated(...paths: readonly (string | null)[]): this {
    return this.derive(selectRelatedStep(this[QUERYSET], paths[0] === null ? null : (paths as readonly string[])));
  }
  prefetchRelated(...lookups: readonly unknown[]): this {
    const { prefetches, query } = this[QUERYSET];
    if (lookups[0] === null) return this.derive({ prefetches: [] });
    if (query.columns !== null) throw new QueryError("prefetchRelated() makes no sense after values().");
    return this.derive({ prefetches: [...prefetches, ...lookups.map(toPrefetch)] });
  }
  selectForUpdate(
    options: { readonly skipLocked?: boolean; readonly noWait?: boolean; readonly of?: readonly string[]; readonly noKey?: boolean } = {},
  ): this {
    checkOptions("selectForUpdate()", options, ["skipLocked", "noWait", "of", "noKey"]);
    if (options.skipLocked && options.noWait) throw new QueryError("selectForUpdate(): skipLocked and noWait exclude each other.");
    const wait = options.skipLocked ? "skip locked" : options.noWait ? "nowait" : "wait";
    return this.derive(lockStep(this[QUERYSET], { wait, of: options.of ?? [], strength: options.noKey ? "NO KEY UPDATE" : "UPDATE" }));
  }
  union(...others: readonly unknown[]): this {
    return this.derive(combineStep(this[QUERYSET], "UNION", others));
  }
  intersection(...others: readonly unknown[]): this {
    return this.derive(combineStep(this[QUERYSET], "INTERSECT", others));
  }
  difference(...others: readonly unknown[]): this {
    return this.derive(combineStep(this[QUERYSET], "EXCEPT", others));
  }
  and(other: unknown): this {
    return this.derive(mergeStep(this[QUERYSET], other, "AND"));
  }
  or(other: unknown): this {
    return this.derive(mergeStep(this[QUERYSET], other, "OR"));
  }
  xor(other: unknown): this {
    return this.derive(mergeStep(this[QUERYSET], other, "XOR"));
  }
  using(alias: string, options: { readonly sticky?: boolean } = {}): this {
    if (typeof alias !== "string")
      throw new QueryError(`using() takes the alias of a database, as in using("replica"), not ${String(alias)}.`);
    return this.derive({ using: alias, hints: { ...this[QUERYSET].hints, ...options } });
  }
  /** The different dates of a column, cut to a unit, as a queryset of strings. */
  dates(field: string, unit: string, options?: { readonly order?: string }): this {
    return this.derive(dateListStep(this[QUERYSET], "dates", field, unit, options));
  }
  datetimes(field: string, unit: string, options?: { readonly order?: string; readonly timeZone?: string }): this {
    return this.derive(dateListStep(this[QUERYSET], "datetimes", field, unit, options));
  }
  withCte(expressions: Readonly<Record<string, unknown>>): this {
    return this.derive(withCteStep(this[QUERYSET], expressions));
  }
  ancestors(of: unknown, options?: TreeOptions): this {
    return this.derive(treeStep(this[QUERYSET], "ancestors", of, options));
  }
  descendants(of: unknown, options?: TreeOptions): this {
    return this.derive(treeStep(this[QUERYSET], "descendants", of, options));
  }
  /** One column of the first row, as a subquery. */
  lookup(column: string): Expression {
    return Subquery(this.values(column).slice(0, 1));
  }
  cache(options: CacheOptions = {}): this {
    return this.derive({ cache: checkedCacheOptions(options, "cache") });
  }
  fetchMode(mode: FetchMode): this {
    return this.derive({ fetchMode: mode });
  }
  signal(signal: AbortSignal): this {
    return this.derive({ signal });
  }

  /** Instances from SQL of the caller's own; columns map by their names, others become properties. */
  raw(sql: unknown, params?: readonly unknown[]): RawQuerySet {
    return new RawQuerySet(this[QUERYSET], toRawSql(sql, params));
  }

  /** Whether the rows come in an order. */
  get ordered(): boolean {
    const { query, meta } = this[QUERYSET];
    if (query.empty) return true;
    if (query.order !== null) return query.order.length > 0;
    return (meta.options.ordering?.length ?? 0) > 0 && query.groupBy === null;
  }

  *[FETCH](): Flow<unknown[]> {
    if (this.#rows !== null) return this.#rows;
    const state = this[QUERYSET];
    const rows = yield* fetchAll(state, state.cache);
    if (!this.#manager) this.#rows = rows;
    return rows;
  }

  /** Rows in portions of a cursor, without keeping them: for results of any size. */
  iterator(options: { readonly chunkSize?: number } = {}): AsyncIterable<unknown> & Iterable<unknown> {
    const state = this[QUERYSET];
    checkOptions("iterator()", options, ["chunkSize"]);
    const { chunkSize = 2000 } = options;
    return {
      [Symbol.asyncIterator]: () => iterateAsync(state, chunkSize),
      [Symbol.iterator]: () => iterateSync(state, chunkSize),
    };
  }

  override toString(): string {
    const { label } = this[QUERYSET].meta;
    return this.#manager ? `Manager of ${label}` : `${this.constructor === QuerySetBase ? "QuerySet" : this.constructor.name} of ${label}`;
  }

  /** What the console shows: the rows where they were read; looking never reads them. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#rows === null ? `[${this.toString()}]` : `[${this.toString()}: ${inspect(this.#rows, options)}]`;
  }
}

export type QuerySetClass = new (source: FromState) => QuerySetBase;

export function fromState(Class: QuerySetClass, state: QuerySetState | null, manager = false, rows?: readonly unknown[]): QuerySetBase {
  return new Class({ [FROM_STATE]: state, manager, ...(rows && { rows }) });
}

/** A manager of a model: a queryset that keeps no rows. */
export function managerOf(meta: ModelMeta, Class: QuerySetClass = QuerySetBase): QuerySetBase {
  return new Class({ [FROM_STATE]: null, manager: true, model: () => meta.modelClass });
}

/** @throws QueryError for what is neither a name nor an expression */
function checkItems(method: string, items: readonly unknown[]): void {
  for (const item of items) {
    if (typeof item === "string" || (typeof item === "object" && item !== null)) continue;
    throw new QueryError(`${method} takes names of fields and expressions, not ${String(item)}.`);
  }
}

/** An expression without a name gives its own. */
function namedAnnotations(given: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const named = given.flatMap((each): [string, unknown][] => {
    if (!("defaultAlias" in each)) return Object.entries(each);
    if (typeof each.defaultAlias !== "string")
      throw new QueryError("annotate(): give this expression a name, as in annotate({ total: … }).");
    return [[each.defaultAlias, each]];
  });
  // "__proto__" has to stay a name, which is refused later
  return Object.fromEntries(named);
}

/** An expression in a list needs a name in the query, though nobody sees it. */
function nameItem(item: object, index: number): Readonly<Record<string, unknown>> {
  if (!(FINGERPRINT in item)) return item as Readonly<Record<string, unknown>>;
  return { ["defaultAlias" in item && typeof item.defaultAlias === "string" ? item.defaultAlias : `expression${index + 1}`]: item };
}
