import type { CacheOptions } from "./cache.js";
import type { CheckedBindings, CheckedConditions, Condition } from "./conditions.js";
import type { AnyExpression } from "./expressions.js";
import type { PkInput } from "./input.js";
import type { CheckedOrders, OrderItem } from "./orders.js";
import type { CheckedOrderPath, CheckedPath, OrderHint, PathValue } from "./paths.js";
import type { InferThenCheck } from "./problem.js";
import type { CursorPage, ExplainOptions, IteratorOptions } from "./query-options.js";
import type { RawQuerySet, SqlTemplate } from "./raw.js";
import type { Outputs } from "./resolve.js";
import type { ColumnName, PkValue, ShapeOf } from "./shape.js";

/** The methods that run a query and change nothing. The twin that ends in `Sync` does the same without waiting. */
export interface ReadingMethods<M, R, A> {
  /**
   * The only row that meets the conditions; throws the model's `DoesNotExist` or `MultipleObjectsReturned`.
   *
   * @example
   * const ursula = await Author.objects.get({ name: "Ursula" });
   * await Author.objects.get({ name: "Nobody" }).catch((error: unknown) => console.log(ursula.age, error instanceof Author.DoesNotExist)); // → 88 true
   */
  get<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): Promise<R>;
  /** As `get`, without waiting. */
  getSync<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): R;
  /**
   * As `get`, null where there is no row.
   *
   * @example console.log(await Author.objects.getOrNone({ name: "Nobody" })); // → null
   */
  getOrNone<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): Promise<R | null>;
  /** As `getOrNone`, without waiting. */
  getOrNoneSync<const C extends readonly Condition<M, A>[]>(...conditions: CheckedConditions<M, A, C>): R | null;

  /**
   * The first row in the order, or in that of the key where there is none; null where there is no row.
   *
   * @example console.log((await Book.objects.orderBy("pages").first())?.title); // → The Lathe of Heaven
   */
  first(): Promise<R | null>;
  /** As `first`, without waiting. */
  firstSync(): R | null;
  /**
   * The last row, as {@link ReadingMethods.first}.
   *
   * @example console.log((await Book.objects.orderBy("pages").last())?.title); // → The Dispossessed
   */
  last(): Promise<R | null>;
  /** As `last`, without waiting. */
  lastSync(): R | null;
  /**
   * The first row by these fields, or by `getLatestBy`; throws `DoesNotExist` where there is no row.
   *
   * @example console.log((await Book.objects.earliest("published")).title); // → The Lathe of Heaven
   */
  earliest<const P extends readonly OrderItem<M, A>[]>(...fields: CheckedOrders<M, A, P>): Promise<R>;
  /** As `earliest`, without waiting. */
  earliestSync<const P extends readonly OrderItem<M, A>[]>(...fields: CheckedOrders<M, A, P>): R;
  /**
   * The last row by these fields, as {@link ReadingMethods.earliest}.
   *
   * @example console.log((await Book.objects.latest("published")).title); // → Mostly Harmless
   */
  latest<const P extends readonly OrderItem<M, A>[]>(...fields: CheckedOrders<M, A, P>): Promise<R>;
  /** As `latest`, without waiting. */
  latestSync<const P extends readonly OrderItem<M, A>[]>(...fields: CheckedOrders<M, A, P>): R;

  /**
   * The number of rows.
   *
   * @example console.log(await Book.objects.filter({ inStock: true }).count()); // → 2
   */
  count(): Promise<number>;
  /** As `count`, without waiting. */
  countSync(): number;
  /**
   * Whether there is any row.
   *
   * @example console.log(await Book.objects.filter({ pages__gte: 1000 }).exists()); // → false
   */
  exists(): Promise<boolean>;
  /** As `exists`, without waiting. */
  existsSync(): boolean;
  /**
   * Whether this object is among the rows.
   *
   * @example
   * const book = await Book.objects.get({ pk: 1 });
   * console.log(await Book.objects.filter({ pages__gte: 300 }).contains(book)); // → true
   */
  contains(instance: M): Promise<boolean>;
  /** As `contains`, without waiting. */
  containsSync(instance: M): boolean;

  /**
   * Named values over all rows.
   *
   * @example
   * console.log(await Book.objects.aggregate({ pages: Sum("pages"), dearest: Max("price") })); // → { pages: 754, dearest: Decimal(12.5) }
   */
  aggregate<const E extends Readonly<Record<string, AnyExpression>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E>>,
  ): Promise<Outputs<M, A, E>>;
  /** As `aggregate`, without waiting. */
  aggregateSync<const E extends Readonly<Record<string, AnyExpression>>>(
    expressions: InferThenCheck<E, CheckedBindings<M, A, E>>,
  ): Outputs<M, A, E>;

  /**
   * Rows by their key; without keys all of them.
   *
   * @example
   * const books = await Book.objects.inBulk([1, 3]);
   * console.log(books.get(3)?.title); // → Mostly Harmless
   */
  inBulk(keys?: Iterable<PkInput<M>>): Promise<Map<PkValue<M>, R>>;
  /** Rows by the value of a unique field. */
  inBulk<const P extends ColumnName<ShapeOf<M>>>(
    values: Iterable<NonNullable<PathValue<M, unknown, P>>>,
    options: { readonly fieldName: P & CheckedPath<M, unknown, P> },
  ): Promise<Map<NonNullable<PathValue<M, unknown, P>>, R>>;
  /** As `inBulk`, without waiting. */
  inBulkSync(keys?: Iterable<PkInput<M>>): Map<PkValue<M>, R>;
  inBulkSync<const P extends ColumnName<ShapeOf<M>>>(
    values: Iterable<NonNullable<PathValue<M, unknown, P>>>,
    options: { readonly fieldName: P & CheckedPath<M, unknown, P> },
  ): Map<NonNullable<PathValue<M, unknown, P>>, R>;

  /** The row of a key, through a cache of the settings; throws the model's `DoesNotExist`. */
  cacheGet(pk: PkInput<M>, options?: CacheOptions): Promise<R>;
  /** As `cacheGet`, without waiting. */
  cacheGetSync(pk: PkInput<M>, options?: CacheOptions): R;
  /** The rows of these keys that there are, by their key; those that the cache has not are read with one query. */
  cacheGetMany(pks: Iterable<PkInput<M>>, options?: CacheOptions): Promise<Map<PkValue<M>, R>>;
  /** As `cacheGetMany`, without waiting. */
  cacheGetManySync(pks: Iterable<PkInput<M>>, options?: CacheOptions): Map<PkValue<M>, R>;

  /**
   * The rows one by one from a cursor, with flat memory; each kind of loop takes its own colour.
   *
   * @example
   * let pages = 0;
   * for await (const book of Book.objects.iterator({ chunkSize: 500 })) pages += book.pages;
   * console.log(pages); // → 754
   */
  iterator(options?: IteratorOptions): AsyncIterable<R> & Iterable<R>;
  /**
   * The rows after a cursor, a page at a time.
   *
   * @example
   * const page = await Book.objects.cursorPaginate({ orderBy: "-pages", pageSize: 2 });
   * const next = await Book.objects.cursorPaginate({ orderBy: "-pages", pageSize: 2, after: page.nextCursor });
   * console.log(page.items.length, next.items[0]?.title); // → 2 The Lathe of Heaven
   */
  cursorPaginate<const P extends OrderHint<M, A> | (string & {})>(options?: {
    readonly after?: string | null;
    readonly orderBy?: P & CheckedOrderPath<M, A, P>;
    readonly pageSize?: number;
  }): Promise<CursorPage<R>>;
  /** As `cursorPaginate`, without waiting. */
  cursorPaginateSync<const P extends OrderHint<M, A> | (string & {})>(options?: {
    readonly after?: string | null;
    readonly orderBy?: P & CheckedOrderPath<M, A, P>;
    readonly pageSize?: number;
  }): CursorPage<R>;
  /**
   * How the database would run the query, in its own words.
   *
   * @example
   * const plan = await Book.objects.filter({ pages: 3 }).explain();
   * console.log(plan.includes("library_book")); // → true
   */
  explain(options?: ExplainOptions): Promise<string>;
  /** As `explain`, without waiting. */
  explainSync(options?: ExplainOptions): string;
  /**
   * Objects of the model from SQL, with `%s` for each parameter.
   *
   * @example
   * const [author] = await Author.objects.raw("SELECT * FROM library_author WHERE age > %s", [60]);
   * console.log(author?.name); // → Ursula
   */
  raw<Extra = unknown>(sql: string, params?: readonly unknown[]): RawQuerySet<M & Extra>;
  /** Objects of the model from a template: sql`SELECT … WHERE age > ${age}`. */
  raw<Extra = unknown>(sql: SqlTemplate): RawQuerySet<M & Extra>;

  /** Whether there is an order: asked for, or the model's own. */
  readonly ordered: boolean;
}
