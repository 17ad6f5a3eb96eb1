import type { CacheOptions } from "./cache.js";
import type { CheckedBindings, CheckedConditions, Condition } from "./conditions.js";
import type { Bindable, Expression } from "./expressions.js";
import type { AnyQuerySet, Chainable, ChainOf } from "./markers.js";
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
  /**
   * Keeps the rows that meet all conditions.
   *
   * @example
   * console.log(await Book.objects.filter({ pages__gte: 200, author__name: "Ursula" }).valuesList("title", { flat: true })); // → [ 'The Dispossessed' ]
   */
  filter<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): ChainOf<this>;
  /**
   * Leaves out the rows that meet all conditions.
   *
   * @example
   * console.log(await Book.objects.exclude({ author__name: "Ursula" }).valuesList("title", { flat: true })); // → [ 'Mostly Harmless' ]
   */
  exclude<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): ChainOf<this>;

  /**
   * Replaces the order; without arguments there is none, not the model's either.
   *
   * @example
   * console.log(await Book.objects.orderBy("-price", F("pages").asc()).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'The Lathe of Heaven', 'Mostly Harmless' ]
   */
  orderBy<const P extends readonly OrderItem<M, A>[]>(...items: CheckedOrders<M, A, P>): ChainOf<this>;
  /**
   * Turns the order around.
   *
   * @example
   * console.log(await Book.objects.orderBy("pages").reverse().valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'Mostly Harmless', 'The Lathe of Heaven' ]
   */
  reverse(): ChainOf<this>;
  /**
   * Leaves out rows that are equal; with fields, of each group with equal fields all but the first (PostgreSQL).
   *
   * @example console.log(await Book.objects.values("price").distinct().count()); // → 2
   */
  distinct<const P extends readonly PathItem<M, A>[]>(...fields: CheckedPaths<M, A, P>): ChainOf<this>;

  /**
   * The rows from `start`, counted from 0, up to but without `end`.
   *
   * @example
   * console.log(await Book.objects.orderBy("pages").slice(1, 3).valuesList("title", { flat: true })); // → [ 'Mostly Harmless', 'The Dispossessed' ]
   */
  slice(start: number, end?: number): ChainOf<this>;
  /**
   * At most so many rows, of those that the query has.
   *
   * @param rows - from 0 up
   * @example console.log(await Book.objects.orderBy("pages").limit(1).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven' ]
   */
  limit(rows: number): ChainOf<this>;
  /**
   * Passes over so many rows.
   *
   * @param rows - from 0 up
   * @example console.log(await Book.objects.orderBy("pages").offset(2).valuesList("title", { flat: true })); // → [ 'The Dispossessed' ]
   */
  offset(rows: number): ChainOf<this>;
  /**
   * The same query, not yet run.
   *
   * @example
   * const books = Book.objects.filter({ pages__gte: 200 });
   * console.log((await books) === (await books), (await books) === (await books.all())); // → true false
   */
  all(): ChainOf<this>;
  /**
   * No rows, without a query.
   *
   * @example console.log(await Book.objects.none()); // → []
   */
  none(): ChainOf<this>;

  /**
   * The rows of this query and of others.
   *
   * @example
   * const names = Author.objects.valuesList("name", { flat: true }).union(Tag.objects.valuesList("name", { flat: true }));
   * console.log(await names.orderBy("name").limit(2)); // → [ 'Douglas', 'Ursula' ]
   */
  union(...others: [AnyQuerySet, ...AnyQuerySet[]]): ChainOf<this>;
  /** The rows of this query and of others; with `all`, rows that are in several stay several. */
  union(...others: [AnyQuerySet, ...AnyQuerySet[], { readonly all?: boolean }]): ChainOf<this>;
  /**
   * The rows that are in this query and in each other.
   *
   * @example
   * const long = Book.objects.filter({ pages__gte: 200 });
   * console.log((await long.intersection(Book.objects.filter({ price: "8.00" }))).length); // → 1
   */
  intersection(...others: [AnyQuerySet, ...AnyQuerySet[]]): ChainOf<this>;
  /**
   * The rows of this query that are in no other.
   *
   * @example
   * const long = Book.objects.filter({ pages__gte: 200 });
   * console.log((await long.difference(Book.objects.filter({ price: "8.00" }))).length); // → 1
   */
  difference(...others: [AnyQuerySet, ...AnyQuerySet[]]): ChainOf<this>;
  /**
   * The rows that meet the conditions of both.
   *
   * @example
   * const long = Book.objects.filter({ pages__gte: 200 });
   * console.log(await long.and(Book.objects.filter({ price: "8.00" })).count()); // → 1
   */
  and(other: AnyQuerySet<M>): ChainOf<this>;
  /**
   * The rows that meet the conditions of one or of both.
   *
   * @example
   * const long = Book.objects.filter({ pages__gte: 200 });
   * console.log(await long.or(Book.objects.filter({ price: "8.00" })).count()); // → 3
   */
  or(other: AnyQuerySet<M>): ChainOf<this>;
  /**
   * The rows that meet the conditions of exactly one.
   *
   * @example
   * const long = Book.objects.filter({ pages__gte: 200 });
   * console.log(await long.xor(Book.objects.filter({ price: "8.00" })).count()); // → 2
   */
  xor(other: AnyQuerySet<M>): ChainOf<this>;

  /**
   * Objects with these columns and named expressions, each path a key as it is written; without items every column,
   * under the name of its attribute, and the annotations.
   *
   * @example
   * console.log(await Book.objects.filter({ pages__lt: 200 }).values("title", "author__name")); // → [ { title: 'The Lathe of Heaven', author__name: 'Ursula' } ]
   */
  values<const P extends readonly ValuesItem<PathHint<M, A>>[]>(
    ...items: { [I in keyof P]: CheckedValuesItem<M, A, P[I]> }
  ): QuerySet<M, ValuesRow<M, A, P>, ValuesAnnotations<M, A, P>>;
  /**
   * Lists of values in the order of the items, without items of every column. As a last argument `{ flat: true }` gives
   * the values of the only item, `{ named: true }` lists that also have their values by name.
   *
   * @example
   * console.log(await Book.objects.orderBy("pages").valuesList("pages", "author__name")); // → [ [ 184, 'Ursula' ], [ 229, 'Douglas' ], [ 341, 'Ursula' ] ]
   */
  valuesList<const P extends readonly (ListItem<PathHint<M, A>> | ListOptions)[]>(
    ...items: { [I in keyof P]: CheckedListItem<M, A, P[I], P["length"]> }
  ): QuerySet<M, ListResult<M, A, P>, A>;

  /**
   * Adds named values to each row; an aggregate groups by the row, or by what `values` named before.
   *
   * @example
   * for (const author of await Author.objects.annotate({ written: Count("books") })) console.log(author.name, author.written);
   * // → Ursula 2
   * // → Douglas 1
   */
  annotate<const E extends Readonly<Record<string, Bindable>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E> & NameClash<M, E>>,
  ): QuerySet<M, AnnotatedRow<M, R, A, E>, A & Outputs<M, A, E>>;
  /**
   * Names values for filters and orders, without reading them.
   *
   * @example
   * const authors = Author.objects.alias({ written: Count("books") }).filter({ written__gte: 2 });
   * console.log(await authors.valuesList("name", { flat: true })); // → [ 'Ursula' ]
   */
  alias<const E extends Readonly<Record<string, Bindable>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E> & NameClash<M, E>>,
  ): QuerySet<M, R, A & Outputs<M, A, E>>;

  /**
   * Loads what relations to one object lead to, in the same query; without arguments those of all foreign keys that are
   * never null. `null` takes back what was asked for.
   *
   * @example
   * const book = await Book.objects.selectRelated("author").get({ pk: 1 });
   * console.log(book.author.name); // → Ursula
   */
  selectRelated<const P extends readonly (SingleRelationHint<M> | (string & {}) | null)[]>(
    ...paths: { [I in keyof P]: CheckedSinglePath<M, P[I]> }
  ): QuerySet<M, R & SelectedRelations<M, P>, A>;
  /**
   * Loads what relations lead to with one more query each. `null` takes back what was asked for.
   *
   * @example
   * for (const book of await Book.objects.prefetchRelated("tags")) console.log(book.title, [...book.tags.all()].length);
   * // → The Dispossessed 1
   * // → The Lathe of Heaven 2
   * // → Mostly Harmless 1
   */
  prefetchRelated<const P extends readonly (RelationHint<M> | (string & {}) | PrefetchSpecification | null)[]>(
    ...lookups: { [I in keyof P]: CheckedPrefetch<M, P[I]> }
  ): QuerySet<M, Prefetched<M, P[number]> & R, A>;

  /**
   * Loads these columns and the key; the others are awaited.
   *
   * @example
   * const [author] = await Author.objects.only("name");
   * console.log(author?.name, (await author?.age) === 88); // → Ursula true
   */
  only<const P extends readonly PathItem<M, A>[]>(...fields: CheckedPaths<M, A, P>): QuerySet<M, OnlyLoaded<M, R, P[number]>, A>;
  /**
   * Leaves out these columns: they are awaited. `null` takes back what was left out.
   *
   * @example
   * const [author] = await Author.objects.defer("bio");
   * console.log(author?.name, (await author?.bio) === ""); // → Ursula true
   */
  defer<const P extends readonly (PathItem<M, A> | null)[]>(...fields: CheckedPaths<M, A, P>): QuerySet<M, DeferredRow<M, R, P[number]>, A>;

  /**
   * The different dates of a column, cut down to a unit, in order; never null.
   *
   * @example console.log(await Book.objects.dates("published", "year")); // → [ '1971-01-01', '1974-01-01', '1992-01-01' ]
   */
  dates<const P extends PathHint<M, A> | (string & {})>(
    field: P & CheckedDatePath<M, A, P>,
    unit: DateUnit,
    options?: { readonly order?: OrderDirection },
  ): QuerySet<M, string, A>;
  /**
   * The different moments of a column, cut down to a unit, in order; never null.
   *
   * @example console.log(await Author.objects.datetimes("joined", "month")); // → [ 2024-02-01T00:00:00.000Z, 2025-05-01T00:00:00.000Z ]
   */
  datetimes<const P extends PathHint<M, A> | (string & {})>(
    field: P & CheckedDatePath<M, A, P>,
    unit: DateTimeUnit,
    options?: { readonly order?: OrderDirection; readonly timeZone?: string },
  ): QuerySet<M, Date, A>;

  /**
   * Runs on this database, whatever the routers say.
   *
   * @example console.log(await Author.objects.using("default").count()); // → 2
   */
  using(alias: string, options?: UsingOptions): ChainOf<this>;
  /**
   * Locks the rows until the end of the transaction.
   *
   * @example
   * await transaction.atomic(async () => {
   *   const job = await Job.objects.selectForUpdate().get({ pk: 1 });
   *   job.attempts += 1;
   *   await job.save();
   * });
   * console.log((await Job.objects.get({ pk: 1 })).attempts); // → 1
   */
  selectForUpdate(options?: LockOptions): ChainOf<this>;
  /**
   * Stops the query when the signal is aborted.
   *
   * @example
   * const controller = new AbortController();
   * controller.abort();
   * await Author.objects
   *   .signal(controller.signal)
   *   .count()
   *   .catch((error: Error) => console.log(error.name)); // → AbortError
   */
  signal(signal: AbortSignal): ChainOf<this>;
  /**
   * Keeps the rows, prefetched ones too, in a cache of the settings, until they are too old or one of their tables is
   * written. Without the setting `caches` it does nothing.
   */
  cache(options?: CacheOptions): ChainOf<this>;
  /**
   * How what is not loaded is loaded when it is awaited.
   *
   * @example
   * const [book] = await Book.objects.fetchMode("raise");
   * await Promise.resolve(book?.author).catch((error: Error) => console.log(error.name)); // → NotLoadedError
   */
  fetchMode(mode: FetchMode): ChainOf<this>;
  /**
   * Names queries that this one, or raw SQL in it, can use.
   *
   * @example
   * const recent = Book.objects.filter({ published__gte: "1974-01-01" }).values("author");
   * const authors = Author.objects.withCte({ recent }).filter({ pk__in: RawSQL("SELECT author FROM recent") });
   * console.log(await authors.count()); // → 2
   */
  withCte(expressions: Readonly<Record<string, AnyQuerySet | Bindable>>): ChainOf<this>;
  /**
   * Keeps the rows above one row of a tree: its parent, that one's parent, up to the root; in one recursive query.
   * `by` names the foreign key to the model itself where there are several.
   *
   * @example
   * class Folder extends Model<Folder>("library.Folder")({
   *   name: CharField({ maxLength: 50 }),
   *   get parent() {
   *     return ForeignKey(() => Folder, { onDelete: CASCADE, null: true });
   *   },
   * }) {}
   * await createTables([Folder]);
   * const root = await Folder.objects.create({ name: "root" });
   * const home = await Folder.objects.create({ name: "home", parent: root });
   * console.log(await Folder.objects.ancestors(home).valuesList("name", { flat: true })); // → [ 'root' ]
   */
  ancestors(of: RelatedItem<M>, options?: TreeOptions<M>): ChainOf<this>;
  /**
   * Keeps the rows below one row of a tree: its children, theirs, and so on, as {@link BuildingMethods.ancestors}.
   *
   * @example
   * class Folder extends Model<Folder>("library.Folder")({
   *   name: CharField({ maxLength: 50 }),
   *   get parent() {
   *     return ForeignKey(() => Folder, { onDelete: CASCADE, null: true });
   *   },
   * }) {}
   * await createTables([Folder]);
   * const root = await Folder.objects.create({ name: "root" });
   * const home = await Folder.objects.create({ name: "home", parent: root });
   * console.log(home.pk, await Folder.objects.descendants(root).valuesList("name", { flat: true })); // → 2 [ 'home' ]
   */
  descendants(of: RelatedItem<M>, options?: TreeOptions<M>): ChainOf<this>;
  /**
   * One column of the first row as a subquery.
   *
   * @example
   * const longest = Book.objects.filter({ author: OuterRef("pk") }).orderBy("-pages").lookup("title");
   * console.log(await Author.objects.valuesList("name", longest)); // → [ [ 'Ursula', 'The Dispossessed' ], [ 'Douglas', 'Mostly Harmless' ] ]
   */
  lookup<const P extends PathHint<M, A> | (string & {})>(column: P & CheckedPath<M, A, P>): Expression<PathValue<M, A, P> | null>;
}
