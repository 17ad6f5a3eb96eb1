import type { WrongBinding } from "./completion.js";
import type { BindingProblem, CheckedLookups, ConditionHint, QExpression } from "./conditions.js";
import type { AnyExpression, PATHS } from "./expressions.js";
import type { GENERATED, KIND, NoOptions, NULLABLE, TARGET, VALUE } from "./field.js";
import type { CreateInput, DefaultsInput, FieldInput, InputOf, NeededRelations, NeededValues, UnknownNames } from "./input.js";
import type { AnyQuerySet } from "./markers.js";
import type { InferThenCheck, Problem } from "./problem.js";
import type { BatchOptions, BulkCreateOptions, Deleted } from "./query-options.js";
import type { Output } from "./resolve.js";
import type { AttributeName, ColumnName, ColumnOf, IsAny, OrNull, PkValue, RelationLike, ShapeOf, ToOneLike } from "./shape.js";

/** Values for a new object as `create` takes them, or what is wrong with them. */
export type CheckedCreate<M, Implied, V> = IsAny<M> extends true ? V : InferThenCheck<V, NewValues<M, Implied, V>>;
/* A name for messages, which would list the whole shape otherwise. */
type NewValues<M, Implied, V> = CreateInput<ShapeOf<M>> & NeededRelations<M, Implied, V> & UnknownNames<CreateInput<ShapeOf<M>>, V>;

/** Defaults of `getOrCreate` as they are, or what is wrong with them. */
export type CheckedDefaults<M, D> =
  IsAny<M> extends true ? D : InferThenCheck<D, DefaultsInput<ShapeOf<M>> & UnknownNames<DefaultsInput<ShapeOf<M>>, D>>;
/** What neither the lookups nor the defaults give for a new row. Lookups such as `name__iexact` give nothing. */
export type MissingValues<M, Implied, W, D> = IsAny<M> extends true ? unknown : NeededValues<M, Implied, W & D>;

/** Values for `update`, each with the type that its field takes. */
export type CheckedUpdate<M, A, U> = IsAny<M> extends true ? unknown : { [K in keyof U]: UpdateValue<M, A, K & string, U[K]> };
type UpdateValue<M, A, K extends string, Given> = K extends keyof ShapeOf<M>
  ? ShapeOf<M>[K] extends { readonly [GENERATED]: true }
    ? Problem<`the database computes '${K}'`>
    : ShapeOf<M>[K] extends RelationLike
      ? ShapeOf<M>[K] extends ToOneLike
        ? Given extends AnyExpression
          ? UpdateExpression<M, A, Given, OrNull<PkValue<ShapeOf<M>[K][typeof TARGET]>, ShapeOf<M>[K][typeof NULLABLE]>>
          : FieldInput<ShapeOf<M>[K]> | AnyQuerySet
        : Problem<`'${K}' is no column: use its manager`>
      : UpdateColumn<M, A, ShapeOf<M>[K], K, Given>
  : UpdateColumn<M, A, ColumnOf<ShapeOf<M>, K>, K, Given>;
type UpdateColumn<M, A, F, K extends string, Given> = [F] extends [never]
  ? Problem<`no field '${K}'`>
  : F extends { readonly [VALUE]: infer Value; readonly [NULLABLE]: infer Null; readonly [KIND]: infer Kind }
    ? Given extends AnyExpression
      ? UpdateExpression<M, A, Given, OrNull<InputOf<Value, Kind>, Null>>
      : OrNull<InputOf<Value, Kind>, Null> | AnyQuerySet
    : Problem<`'${K}' cannot be updated`>;
/* An UPDATE has no joins, so an expression in it names columns of its own table. Null from a nullable column is left to the database. */
type UpdateExpression<M, A, E extends AnyExpression, Value> = [BindingProblem<M, A, E>] extends [never]
  ? Extract<E[typeof PATHS], `${string}__${string}`> extends infer Joins
    ? [Joins] extends [never]
      ? unknown extends Output<M, A, E>
        ? E
        : [NonNullable<Output<M, A, E>>] extends [Value]
          ? E
          : Problem<"the expression gives another type than the field has">
      : JoinProblem<M, Joins & string, E>
    : never
  : WrongBinding<BindingProblem<M, A, E>, M, A, E>;
/* A transform of an own column is no join. */
type JoinProblem<M, Path extends string, E> = Path extends `${infer Head}__${string}`
  ? Head extends keyof ShapeOf<M>
    ? ShapeOf<M>[Head] extends RelationLike
      ? Problem<`update cannot follow '${Path}': use Subquery`>
      : E
    : E
  : never;

/* Names that an editor offers; anything else is checked after it is typed. */
/** The names that an editor offers for `update`. */
export type UpdateHint<M> = { readonly [K in ColumnName<ShapeOf<M>> | AttributeName<ShapeOf<M>>]?: unknown } & {
  readonly [name: string]: unknown;
};

/** The methods that change the rows of a query. The twin that ends in `Sync` does the same without waiting. */
export interface ChangingMethods<M, R, A> {
  /**
   * Writes these values to every row, without signals; gives the number of rows.
   *
   * @example console.log(await Book.objects.filter({ pages__lt: 200 }).update({ pages: F("pages").add(1), inStock: true })); // → 1
   */
  update<const U extends UpdateHint<M>>(values: InferThenCheck<U, CheckedUpdate<M, A, U>>): Promise<number>;
  /** As `update`, without waiting. */
  updateSync<const U extends UpdateHint<M>>(values: InferThenCheck<U, CheckedUpdate<M, A, U>>): number;
  /**
   * Deletes every row and what goes with it by `onDelete`.
   *
   * @example
   * const [count, byModel] = await Author.objects.filter({ name: "Douglas" }).delete();
   * console.log(count, byModel); // → 3 { 'library.Book_tags': 1, 'library.Book': 1, 'library.Author': 1 }
   */
  delete(): Promise<Deleted>;
  /** As `delete`, without waiting. */
  deleteSync(): Deleted;
  /**
   * Takes rows from a queue: the first `n` rows in the order that no other transaction has locked get these values, and
   * nobody else gets those rows. In one transaction: `SELECT … FOR UPDATE SKIP LOCKED`, then one UPDATE; SQLite has one
   * writer at a time instead of row locks.
   *
   * @param n - how many rows at most, from 1 up
   * @param patch - values or expressions by field, which should make the rows leave the queue
   * @returns the rows in the order of the query, with the values on them; without signals
   * @throws QueryError after a slice, values(), distinct() or aggregates, before anything is sent
   * @example
   * const jobs = await Job.objects.filter({ status: "waiting" }).orderBy("pk").claim(1, { status: "running", attempts: F("attempts").add(1) });
   * console.log(jobs.map((job) => [job.status, job.attempts])); // → [ [ 'running', 1 ] ]
   */
  claim<const U extends UpdateHint<M>>(n: number, patch: InferThenCheck<U, CheckedUpdate<M, A, U>>): Promise<R[]>;
  /** As `claim`, without waiting. */
  claimSync<const U extends UpdateHint<M>>(n: number, patch: InferThenCheck<U, CheckedUpdate<M, A, U>>): R[];
  /**
   * As `update`, in batches with a transaction each.
   *
   * @example console.log(await Job.objects.updateBatched({ status: "old" }, { batchSize: 2 })); // → 3
   */
  updateBatched<const U extends UpdateHint<M>>(values: InferThenCheck<U, CheckedUpdate<M, A, U>>, options?: BatchOptions): Promise<number>;
  /** As `updateBatched`, without waiting. */
  updateBatchedSync<const U extends UpdateHint<M>>(values: InferThenCheck<U, CheckedUpdate<M, A, U>>, options?: BatchOptions): number;
  /**
   * As `delete`, in batches with a transaction each.
   *
   * @example console.log(await Job.objects.deleteBatched({ batchSize: 2 })); // → 3
   */
  deleteBatched(options?: BatchOptions): Promise<number>;
  /** As `deleteBatched`, without waiting. */
  deleteBatchedSync(options?: BatchOptions): number;
  /**
   * Writes other values where other conditions hold, in one statement; the first condition that holds decides.
   *
   * @example
   * await Book.objects.bulkUpdateWhen([[Q({ pages__lt: 200 }), { rating: 1 }]], { default: { rating: 2 } });
   * console.log(await Book.objects.valuesList("rating", { flat: true })); // → [ 2, 1, 2 ]
   */
  bulkUpdateWhen<const U extends UpdateHint<M>>(
    cases: readonly (readonly [QExpression<unknown, string>, InferThenCheck<U, CheckedUpdate<M, A, U>>])[],
    options?: { readonly default?: Readonly<Record<string, unknown>> },
  ): Promise<number>;
  /** As `bulkUpdateWhen`, without waiting. */
  bulkUpdateWhenSync<const U extends UpdateHint<M>>(
    cases: readonly (readonly [QExpression<unknown, string>, InferThenCheck<U, CheckedUpdate<M, A, U>>])[],
    options?: { readonly default?: Readonly<Record<string, unknown>> },
  ): number;
  /**
   * Writes these fields of each object; gives the number of rows.
   *
   * @example
   * const jobs = await Job.objects.all();
   * for (const job of jobs) job.attempts += 1;
   * console.log(await Job.objects.bulkUpdate(jobs, ["attempts"])); // → 3
   */
  bulkUpdate(instances: Iterable<M>, fields: readonly ColumnName<ShapeOf<M>>[], options?: BatchOptions): Promise<number>;
  /** As `bulkUpdate`, without waiting. */
  bulkUpdateSync(instances: Iterable<M>, fields: readonly ColumnName<ShapeOf<M>>[], options?: BatchOptions): number;
}

/**
 * The methods that add rows. `Implied` names the relation that a related manager fills in. The twin that ends in `Sync`
 * does the same without waiting.
 */
export interface CreatingMethods<M, R, A, Implied = never> {
  /** Makes an object and saves it. */
  create<V extends CreateInput<ShapeOf<M>>>(values: CheckedCreate<M, Implied, V>): Promise<R>;
  /** As `create`, without waiting. */
  createSync<V extends CreateInput<ShapeOf<M>>>(values: CheckedCreate<M, Implied, V>): R;
  /**
   * Saves objects with few statements, without their `save` and without signals.
   *
   * @example
   * const tags = await Tag.objects.bulkCreate([new Tag({ name: "new" }), new Tag({ name: "old" })]);
   * console.log(tags.map((tag) => tag.pk)); // → [ 4, 5 ]
   */
  bulkCreate<T extends M>(instances: Iterable<T>, options?: BulkCreateOptions<ColumnName<ShapeOf<M>>>): Promise<T[]>;
  /** As `bulkCreate`, without waiting. */
  bulkCreateSync<T extends M>(instances: Iterable<T>, options?: BulkCreateOptions<ColumnName<ShapeOf<M>>>): T[];
  /**
   * Saves objects, updating those that are there already by their unique fields.
   *
   * @example
   * const joined = new Date("2026-01-01T00:00:00Z");
   * const ursula = new Author({ name: "Ursula", email: "ursula@example.com", age: 89, joined });
   * await Author.objects.upsert([ursula], { uniqueFields: ["email"] });
   * console.log(await Author.objects.valuesList("age", { flat: true })); // → [ 89, 49 ]
   */
  upsert<T extends M>(instances: Iterable<T>, options: UpsertOptions<ColumnName<ShapeOf<M>>>): Promise<T[]>;
  /** As `upsert`, without waiting. */
  upsertSync<T extends M>(instances: Iterable<T>, options: UpsertOptions<ColumnName<ShapeOf<M>>>): T[];
  /**
   * The row that meets the lookups, else a new one from the lookups and the defaults; and whether it is new.
   *
   * @example
   * const [tag, created] = await Tag.objects.getOrCreate({ name: "dreams" });
   * console.log(tag.pk, created); // → 2 false
   */
  getOrCreate<const W extends ConditionHint<M, A>, D extends DefaultsInput<ShapeOf<M>> = NoOptions>(
    lookups: InferThenCheck<W, CheckedLookups<M, A, W> & MissingValues<M, Implied, W, D>>,
    options?: { readonly defaults?: CheckedDefaults<M, D> },
  ): Promise<[instance: R, created: boolean]>;
  /** As `getOrCreate`, without waiting. */
  getOrCreateSync<const W extends ConditionHint<M, A>, D extends DefaultsInput<ShapeOf<M>> = NoOptions>(
    lookups: InferThenCheck<W, CheckedLookups<M, A, W> & MissingValues<M, Implied, W, D>>,
    options?: { readonly defaults?: CheckedDefaults<M, D> },
  ): [instance: R, created: boolean];
  /**
   * The row that meets the lookups with the defaults written to it, else a new one; and whether it is new.
   *
   * @example
   * const [book, created] = await Book.objects.updateOrCreate({ title: "Mostly Harmless" }, { defaults: { pages: 240 }, createDefaults: { author: 2 } });
   * console.log(book.pages, created); // → 240 false
   */
  updateOrCreate<
    const W extends ConditionHint<M, A>,
    D extends DefaultsInput<ShapeOf<M>> = NoOptions,
    C extends DefaultsInput<ShapeOf<M>> = D,
  >(
    lookups: InferThenCheck<W, CheckedLookups<M, A, W> & MissingValues<M, Implied, W, C>>,
    options?: { readonly defaults?: CheckedDefaults<M, D>; readonly createDefaults?: CheckedDefaults<M, C> },
  ): Promise<[instance: R, created: boolean]>;
  /** As `updateOrCreate`, without waiting. */
  updateOrCreateSync<
    const W extends ConditionHint<M, A>,
    D extends DefaultsInput<ShapeOf<M>> = NoOptions,
    C extends DefaultsInput<ShapeOf<M>> = D,
  >(
    lookups: InferThenCheck<W, CheckedLookups<M, A, W> & MissingValues<M, Implied, W, C>>,
    options?: { readonly defaults?: CheckedDefaults<M, D>; readonly createDefaults?: CheckedDefaults<M, C> },
  ): [instance: R, created: boolean];
}
/** What `upsert` takes. */
export interface UpsertOptions<Name extends string> extends BatchOptions {
  /** The fields by which a row is known to be there already. */
  readonly uniqueFields: readonly Name[];
  /** The fields that are written where it is; all but the unique ones and the key unless given. */
  readonly updateFields?: readonly Name[];
  /** Read back what the database filled in: all columns, or these. */
  readonly returning?: boolean | readonly Name[];
}
