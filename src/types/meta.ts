import type { Bindable, CONDITIONS, PATHS } from "./expressions.js";
import type { FetchMode } from "./query-options.js";

declare const NAMES: unique symbol;

/** A key that a model's `ordering` may have: a field, with `-` for descending, or a path that starts with one. */
export type OrderingKey<S> = FieldOrder<S> | `${FieldOrder<S>}__${string}`;
type FieldOrder<S> = KnownName<S> | `-${KnownName<S>}`;
/* Nothing but names: to look at the fields themselves would resolve the getters of a shape before their classes are there. */
type KnownName<S> = (keyof S & string) | "pk" | "id";
type SchemaName<S> = FieldOrder<S> | `${keyof S & string}Id`;

/** An index or a constraint of a model, from its factory, with the fields that it names. */
export interface SchemaObject<Names extends string = never> {
  /** The name in the database. */
  readonly name?: string | undefined;
  readonly [NAMES]?: Names | undefined;
}
/** The names of fields that the compiler knows: computed ones are looked at when it runs. */
export type WrittenNames<Names extends string> = string extends Names ? never : Names;
/** The first steps of the paths in a condition or an expression. */
export type NamesIn<X> = X extends Bindable
  ? WrittenNames<FirstStep<X[typeof PATHS]>> | (X[typeof CONDITIONS] extends infer C ? ConditionNames<C> : never)
  : never;
type ConditionNames<C> = C extends unknown ? WrittenNames<FirstStep<keyof C & string>> | NamesIn<C[keyof C]> : never;
type FirstStep<P extends string> = P extends `${infer Head}__${string}` ? Head : P;

/** The options of a model, as Django's `class Meta`. Names of fields are checked against the shape. */
export interface ModelMeta<S> {
  /** The table's name; from the label unless given. */
  readonly dbTable?: string;
  /** A comment on the table, where the database has such. */
  readonly dbTableComment?: string;
  /** The order of queries that ask for none. */
  readonly ordering?: readonly (OrderingKey<S> | "?" | Bindable)[];
  /** What `latest` and `earliest` order by unless told. */
  readonly getLatestBy?: OrderingKey<S> | readonly OrderingKey<S>[];
  /** Lists of fields whose values, taken together, must differ. */
  readonly uniqueTogether?: readonly (readonly (keyof S & string)[])[];
  /** Indexes besides those of fields, made by {@link Index}. */
  readonly indexes?: readonly SchemaObject<SchemaName<S>>[];
  /** Unique, check and exclusion constraints, from their factories. */
  readonly constraints?: readonly SchemaObject<SchemaName<S>>[];
  /** False: migrations leave the table alone. */
  readonly managed?: boolean;
  /** True: every write throws `ReadOnlyModelError`. */
  readonly readOnly?: boolean;
  /** The static property that holds the manager which relations use. */
  readonly defaultManagerName?: string;
  /** Managers that children of an abstract base get as static properties: classes of querysets or of managers. */
  readonly managers?: ManagerClasses;
  /** How what is not loaded is loaded when it is awaited; the settings' mode unless given. */
  readonly fetchMode?: FetchMode;
  /**
   * A column of whole numbers that every change counts up, by `save()` and by querysets: optimistic locking. `save()` does
   * not overwrite a row that somebody else has changed since it was read, but throws `OptimisticLockError`.
   */
  readonly versionField?: keyof S & string;
  /** Names that an application gives to what may be done with the model; dorm only keeps them. */
  readonly permissions?: readonly (readonly [codename: string, name: string])[];
  /** The model's name for people. */
  readonly verboseName?: string;
  /** The same for several objects. */
  readonly verboseNamePlural?: string;
  /** The app, where the label does not name it. */
  readonly appLabel?: string;
}
/** Classes of querysets or of managers, by the name of the static property. */
export type ManagerClasses = Readonly<Record<string, { readonly prototype: unknown }>>;
