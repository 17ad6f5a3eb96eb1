import type { BuildingMethods } from "./building.js";
import type { ManagerFrom } from "./manager.js";
import type { AnyQuerySet, CHAIN, MODEL, ROW } from "./markers.js";
import type { ReadingMethods } from "./reading.js";
import type { ChangingMethods, CreatingMethods } from "./writing.js";

/**
 * A query of a model. Nothing is sent until it is awaited, iterated in either colour, or one of its reading or writing
 * methods is called; the rows are then kept.
 *
 * @typeParam M - the model, as the type of its instances
 * @typeParam R - the type of a row
 * @typeParam A - the annotations, by name
 */
export interface QuerySet<M, R = M, A = unknown>
  extends BuildingMethods<M, R, A>,
    ReadingMethods<M, R, A>,
    ChangingMethods<M, R, A>,
    CreatingMethods<M, R, A>,
    AnyQuerySet<M, R>,
    PromiseLike<R[]>,
    AsyncIterable<R>,
    Iterable<R> {
  readonly [CHAIN]: this;
  readonly [MODEL]: M;
  readonly [ROW]: R;
}

/** Gives a model's class, late, as it may not be defined yet. */
export type ModelThunk<M> = () => { readonly prototype: M };

/** The class of querysets, to be extended with methods of one's own. */
export interface QuerySetConstructor {
  /** True: historical models of migrations have managers of this class too. Django's `use_in_migrations`. */
  readonly useInMigrations: boolean;
  new <M, R = M, A = unknown>(model: ModelThunk<M>): QuerySet<M, R, A>;
  /** A manager with this class's methods: `static override objects = BookQuerySet.asManager(() => Book)`. */
  asManager<Q extends AnyQuerySet>(this: QuerySetClass<Q>, model: ModelThunk<Q[typeof MODEL]>): ManagerFrom<Q>;
}
/** A class of querysets. */
export interface QuerySetClass<Q> {
  /** What its querysets have. */
  readonly prototype: Q;
}
