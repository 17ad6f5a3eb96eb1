import type { BuildingMethods } from "./building.js";
import type { AnyQuerySet, CHAIN, MODEL } from "./markers.js";
import type { ModelThunk, QuerySet, QuerySetClass } from "./queryset.js";
import type { ReadingMethods } from "./reading.js";
import type { ChangingMethods, CreatingMethods } from "./writing.js";

/**
 * Where queries of a model start: `Author.objects`. It has the methods of a queryset, keeps no rows, and is no list
 * itself: `await Author.objects.all()`.
 *
 * @typeParam M - the model
 * @typeParam Q - the class of its querysets
 */
export interface Manager<M, Q = QuerySet<M>>
  extends BuildingMethods<M, M, unknown>,
    ReadingMethods<M, M, unknown>,
    Omit<ChangingMethods<M, M, unknown>, "delete" | "deleteSync">,
    CreatingMethods<M, M, unknown> {
  readonly [CHAIN]: Q;
  /** The queryset that every query of this manager starts from; override it to start from fewer rows. */
  getQueryset(): Q;
  /** The same manager on another database. */
  dbManager(alias: string): this;
}

/** A manager with the methods of a class of querysets. */
export type ManagerFrom<Q extends AnyQuerySet> = Manager<Q[typeof MODEL], Q> & CustomMethods<Q>;
/** The methods that a class of querysets adds to the common ones. */
export type CustomMethods<Q> = Omit<Q, keyof QuerySet<unknown>>;

/** The class of managers, to be extended. */
export interface ManagerConstructor {
  /** True: historical models of migrations have managers of this class too. Django's `use_in_migrations`. */
  readonly useInMigrations: boolean;
  new <M>(model: ModelThunk<M>): Manager<M>;
  /** A class of managers with the methods of a class of querysets. */
  fromQueryset<Q extends AnyQuerySet>(querySet: QuerySetClass<Q>): new (model: ModelThunk<Q[typeof MODEL]>) => ManagerFrom<Q>;
}
