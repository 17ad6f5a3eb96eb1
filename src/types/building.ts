import type { CacheOptions } from "./cache.js";
import type { CheckedBindings, CheckedConditions, Condition } from "./conditions.js";
import type { Bindable, Expression } from "./expressions.js";
import type { AnyQuerySet, Chainable } from "./markers.js";
import type { CheckedDatePath, CheckedOrders, CheckedPaths, OrderItem, PathItem } from "./orders.js";
import type { CheckedPath, PathHint, PathValue } from "./paths.js";
import type { CheckedPrefetch, Prefetched, PrefetchSpecification } from "./prefetch.js";
import type { InferThenCheck } from "./problem.js";
import type { DateTimeUnit, DateUnit, FetchMode, LockOptions, OrderDirection, UsingOptions } from "./query-options.js";
import type { QuerySet } from "./queryset.js";
import type { RelatedItem } from "./related-manager.js";
import type { Outputs } from "./resolve.js";
import type {
  AnnotatedRow,
  CheckedListItem,
  CheckedSinglePath,
  CheckedValuesItem,
  DeferredRow,
  ListItem,
  ListOptions,
  ListResult,
  NameClash,
  OnlyLoaded,
  RelationHint,
  SelectedRelations,
  SingleRelationHint,
  ValuesAnnotations,
  ValuesItem,
  ValuesRow,
} from "./results.js";

/** Which tree `ancestors` and `descendants` go through. */
export interface TreeOptions<M> {
  /** The foreign key to the model itself; the only one unless given. */
  readonly by?: SingleRelationHint<M>;
  /** Whether the row that is asked about is among the rows; false unless given. */
  readonly includeSelf?: boolean;
}

/**
 * The methods that describe a query and send nothing. `M` is the model, `R` the type of a row, `A` what is annotated.
 * Each gives a new queryset and leaves its own as it is.
 */
export interface BuildingMethods<M, R, A> extends Chainable {
  /** Keeps the rows that meet all conditions. */
  filter<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): this["~chain"];
  /** Leaves out the rows that meet all conditions. */
  exclude<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): this["~chain"];

  /** Replaces the order; without arguments there is none, not the model's either. */
  orderBy<const P extends readonly OrderItem<M, A>[]>(...items: CheckedOrders<M, A, P>): this["~chain"];
  /** Turns the order around. */
  reverse(): this["~chain"];
  /** Leaves out rows that are equal; with fields, of each group with equal fields all but the first (PostgreSQL). */
  distinct<const P extends readonly PathItem<M, A>[]>(...fields: CheckedPaths<M, A, P>): this["~chain"];

  /** The rows from `start`, counted from 0, up to but without `end`. */
  slice(start: number, end?: number): this["~chain"];
  /**
   * At most so many rows, of those that the query has.
   *
   * @param rows - from 0 up
   */
  limit(rows: number): this["~chain"];
  /**
   * Passes over so many rows.
   *
   * @param rows - from 0 up
   */
  offset(rows: number): this["~chain"];
  /** The same query, not yet run. */
  all(): this["~chain"];
  /** No rows, without a query. */
  none(): this["~chain"];

  /** The rows of this query and of others. */
  union(...others: [AnyQuerySet, ...AnyQuerySet[]]): this["~chain"];
  /** The rows of this query and of others; with `all`, rows that are in several stay several. */
  union(...others: [AnyQuerySet, ...AnyQuerySet[], { readonly all?: boolean }]): this["~chain"];
  /** The rows that are in this query and in each other. */
  intersection(...others: [AnyQuerySet, ...AnyQuerySet[]]): this["~chain"];
  /** The rows of this query that are in no other. */
  difference(...others: [AnyQuerySet, ...AnyQuerySet[]]): this["~chain"];
  /** The rows that meet the conditions of both. */
  and(other: AnyQuerySet<M>): this["~chain"];
  /** The rows that meet the conditions of one or of both. */
  or(other: AnyQuerySet<M>): this["~chain"];
  /** The rows that meet the conditions of exactly one. */
  xor(other: AnyQuerySet<M>): this["~chain"];

  /**
   * Objects with these columns and named expressions, each path a key as it is written; without items every column,
   * under the name of its attribute, and the annotations.
   */
  values<const P extends readonly ValuesItem<PathHint<M, A>>[]>(
    ...items: { [I in keyof P]: CheckedValuesItem<M, A, P[I]> }
  ): QuerySet<M, ValuesRow<M, A, P>, ValuesAnnotations<M, A, P>>;
  /**
   * Lists of values in the order of the items, without items of every column. As a last argument `{ flat: true }` gives
   * the values of the only item, `{ named: true }` lists that also have their values by name.
   */
  valuesList<const P extends readonly (ListItem<PathHint<M, A>> | ListOptions)[]>(
    ...items: { [I in keyof P]: CheckedListItem<M, A, P[I], P["length"]> }
  ): QuerySet<M, ListResult<M, A, P>, A>;

  /** Adds named values to each row; an aggregate groups by the row, or by what `values` named before. */
  annotate<const E extends Readonly<Record<string, Bindable>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E> & NameClash<M, E>>,
  ): QuerySet<M, AnnotatedRow<M, R, A, E>, A & Outputs<M, A, E>>;
  /** Names values for filters and orders, without reading them. */
  alias<const E extends Readonly<Record<string, Bindable>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E> & NameClash<M, E>>,
  ): QuerySet<M, R, A & Outputs<M, A, E>>;

  /**
   * Loads what relations to one object lead to, in the same query; without arguments those of all foreign keys that are
   * never null. `null` takes back what was asked for.
   */
  selectRelated<const P extends readonly (SingleRelationHint<M> | (string & {}) | null)[]>(
    ...paths: { [I in keyof P]: CheckedSinglePath<M, P[I]> }
  ): QuerySet<M, R & SelectedRelations<M, P>, A>;
  /** Loads what relations lead to with one more query each. `null` takes back what was asked for. */
  prefetchRelated<const P extends readonly (RelationHint<M> | (string & {}) | PrefetchSpecification | null)[]>(
    ...lookups: { [I in keyof P]: CheckedPrefetch<M, P[I]> }
  ): QuerySet<M, Prefetched<M, P[number]> & R, A>;

  /** Loads these columns and the key; the others are awaited. */
  only<const P extends readonly PathItem<M, A>[]>(...fields: CheckedPaths<M, A, P>): QuerySet<M, OnlyLoaded<M, R, P[number]>, A>;
  /** Leaves out these columns: they are awaited. `null` takes back what was left out. */
  defer<const P extends readonly (PathItem<M, A> | null)[]>(...fields: CheckedPaths<M, A, P>): QuerySet<M, DeferredRow<M, R, P[number]>, A>;

  /** The different dates of a column, cut down to a unit, in order; never null. */
  dates<const P extends PathHint<M, A> | (string & {})>(
    field: P & CheckedDatePath<M, A, P>,
    unit: DateUnit,
    options?: { readonly order?: OrderDirection },
  ): QuerySet<M, string, A>;
  /** The different moments of a column, cut down to a unit, in order; never null. */
  datetimes<const P extends PathHint<M, A> | (string & {})>(
    field: P & CheckedDatePath<M, A, P>,
    unit: DateTimeUnit,
    options?: { readonly order?: OrderDirection; readonly timeZone?: string },
  ): QuerySet<M, Date, A>;

  /** Runs on this database, whatever the routers say. */
  using(alias: string, options?: UsingOptions): this["~chain"];
  /** Locks the rows until the end of the transaction. */
  selectForUpdate(options?: LockOptions): this["~chain"];
  /** Stops the query when the signal is aborted. */
  signal(signal: AbortSignal): this["~chain"];
  /**
   * Keeps the rows, prefetched ones too, in a cache of the settings, until they are too old or one of their tables is
   * written. Without the setting `caches` it does nothing.
   */
  cache(options?: CacheOptions): this["~chain"];
  /** How what is not loaded is loaded when it is awaited. */
  fetchMode(mode: FetchMode): this["~chain"];
  /** Names queries that this one, or raw SQL in it, can use. */
  withCte(expressions: Readonly<Record<string, AnyQuerySet | Bindable>>): this["~chain"];
  /**
   * Keeps the rows above one row of a tree: its parent, that one's parent, up to the root; in one recursive query.
   * `by` names the foreign key to the model itself where there are several.
   */
  ancestors(of: RelatedItem<M>, options?: TreeOptions<M>): this["~chain"];
  /** Keeps the rows below one row of a tree: its children, theirs, and so on, as {@link BuildingMethods.ancestors}. */
  descendants(of: RelatedItem<M>, options?: TreeOptions<M>): this["~chain"];
  /** One column of the first row as a subquery. */
  lookup<const P extends PathHint<M, A> | (string & {})>(column: P & CheckedPath<M, A, P>): Expression<PathValue<M, A, P> | null>;
}
