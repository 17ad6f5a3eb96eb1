import type { Attributes } from "./attributes.js";
import type { LOADED, Ref } from "./deferred.js";
import type { NoOptions } from "./field.js";
import type { CreateInput, PkInput, SetInput } from "./input.js";
import type { CustomMethods, Manager } from "./manager.js";
import type { ManagerClasses, ModelMeta } from "./meta.js";
import type { Problem } from "./problem.js";
import type { Deleted } from "./query-options.js";
import type { ColumnName, KeyValue, SHAPE, ShapeOf, ToOneName, WithKey, WithKeyOver } from "./shape.js";
import type { StandardSchemaProps } from "./standard-schema.js";

/** What `save` takes. */
export interface SaveOptions<Name extends string = string> {
  /** The alias of the database; the one it was loaded from, or what the routers say, unless given. */
  readonly using?: string;
  /** Insert, and fail where the row is there. */
  readonly forceInsert?: boolean;
  /** Update, and fail where the row is not there. */
  readonly forceUpdate?: boolean;
  /** Write these fields only. */
  readonly updateFields?: readonly Name[];
}
/** What `delete` of an instance takes. */
export interface DeleteOptions {
  /** The alias of the database; the one it was loaded from, or what the routers say, unless given. */
  readonly using?: string;
}
/** What `refreshFromDb` takes. */
export interface RefreshOptions<Name extends string = string> {
  /** The alias of the database; the one it was loaded from unless given. */
  readonly using?: string;
  /** Read these fields only. */
  readonly fields?: readonly Name[];
}
/** What `fullClean` takes. */
export interface CleanOptions<Name extends string = string> {
  /** Fields that are not checked. */
  readonly exclude?: readonly Name[];
  /** False: no query for unique fields. */
  readonly validateUnique?: boolean;
  /** False: no check of the model's constraints. */
  readonly validateConstraints?: boolean;
}
/** What `toJSON` takes. */
export interface JsonOptions {
  /** Also loaded relations. */
  readonly relations?: boolean;
}

/** What every instance has. The twin that ends in `Sync` does the same without waiting. */
export interface ModelMethods<S> {
  readonly [LOADED]: true;
  /**
   * Inserts or updates the row.
   *
   * @example
   * const tag = new Tag({ name: "new" });
   * await tag.save();
   * tag.name = "newer";
   * await tag.save({ updateFields: ["name"] });
   * console.log(await Tag.objects.filter({ name: "newer" }).count()); // → 1
   */
  save(options?: SaveOptions<ColumnName<S>>): Promise<void>;
  /** As `save`, without waiting. */
  saveSync(options?: SaveOptions<ColumnName<S>>): void;
  /**
   * Deletes the row and what goes with it by `onDelete`.
   *
   * @example
   * const author = await Author.objects.get({ name: "Douglas" });
   * const [count] = await author.delete();
   * console.log(count, author.pk); // → 3 null
   */
  delete(options?: DeleteOptions): Promise<Deleted>;
  /** As `delete`, without waiting. */
  deleteSync(options?: DeleteOptions): Deleted;
  /**
   * Reads the row again and forgets loaded relations.
   *
   * @example
   * const author = await Author.objects.get({ name: "Ursula" });
   * await Author.objects.update({ age: 90 });
   * await author.refreshFromDb({ fields: ["age"] });
   * console.log(author.age); // → 90
   */
  refreshFromDb(options?: RefreshOptions<ColumnName<S>>): Promise<void>;
  /** As `refreshFromDb`, without waiting. */
  refreshFromDbSync(options?: RefreshOptions<ColumnName<S>>): void;
  /**
   * Checks fields, `clean`, unique fields and constraints; throws one `ValidationError` with all that is wrong.
   *
   * @example
   * const author = new Author({ name: "", email: "ursula@example.com", age: 1, joined: new Date(0) });
   * await author.fullClean().catch((error: unknown) => {
   *   if (error instanceof ValidationError) console.log(Object.keys(error.errors)); // → [ 'name', 'bio', 'email' ]
   * });
   */
  fullClean(options?: CleanOptions<ColumnName<S>>): Promise<void>;
  /** As `fullClean`, without waiting. */
  fullCleanSync(options?: CleanOptions<ColumnName<S>>): void;
  /** Checks each field by itself. */
  cleanFields(options?: CleanOptions<ColumnName<S>>): void;
  /** Checks that unique fields are unique. */
  validateUnique(options?: CleanOptions<ColumnName<S>>): Promise<void>;
  /** As `validateUnique`, without waiting. */
  validateUniqueSync(options?: CleanOptions<ColumnName<S>>): void;
  /** Checks the check constraints of the model. */
  validateConstraints(options?: CleanOptions<ColumnName<S>>): Promise<void>;
  /** As `validateConstraints`, without waiting. */
  validateConstraintsSync(options?: CleanOptions<ColumnName<S>>): void;
  /** Override it to check fields together; throw a `ValidationError`. */
  clean(): void | Promise<void>;
  /** Override it for what a constructor would do: called after construction and after loading. */
  init(): void;
  /**
   * A new, unsaved object with the same values and no key.
   *
   * @example
   * const tag = await Tag.objects.get({ name: "dreams" });
   * const copy = tag.copy();
   * console.log(copy.pk, copy.name); // → null dreams
   */
  copy(): this;
  /**
   * Assigns values, keys and expressions included, with the types that `create` takes.
   *
   * @example
   * const book = await Book.objects.get({ pk: 1 });
   * book.set({ pages: F("pages").add(1), author: 2 });
   * await book.save();
   * console.log(book.pages, book.authorId); // → 342 2
   */
  set(values: SetInput<S>): this;
  /**
   * Whether both are the same row of the same model.
   *
   * @example
   * const [first, again] = [await Tag.objects.get({ pk: 1 }), await Tag.objects.get({ pk: 1 })];
   * console.log(first === again, first.equals(again)); // → false true
   */
  equals(other: unknown): boolean;
  /**
   * The names of the columns that are not loaded.
   *
   * @example
   * const [author] = await Author.objects.only("name");
   * console.log(author?.getDeferredFields()); // → Set(4) { 'email', 'age', 'bio', 'joined' }
   */
  getDeferredFields(): Set<string>;
  /**
   * Loaded columns, with relations as `authorId`.
   *
   * @example
   * const tag = await Tag.objects.get({ pk: 1 });
   * console.log(JSON.stringify(tag)); // → {"id":1,"name":"utopia"}
   */
  toJSON(options?: JsonOptions | string): Record<string, unknown>;
}

/** An instance of a model of this shape, apart from its fields. */
export interface ModelCore<S> extends ModelMethods<S> {
  readonly [SHAPE]: S;
  /** The primary key, whatever its name is. */
  readonly pk: KeyValue<S>;
}

/** An instance of a model that the compiler does not know. */
// biome-ignore lint/suspicious/noExplicitAny: which fields it has only the program knows
export interface AnyModelInstance extends Omit<ModelMethods<any>, "set"> {
  /** The key; null until it is saved. */
  readonly pk: unknown;
  /** Assigns values, checked when it runs. */
  set(values: Readonly<Record<string, unknown>>): this;
}
/** A model's class that the compiler does not know: names and values of its queries are checked when they run. */
export interface AnyModelClass {
  new (values?: Readonly<Record<string, unknown>>): AnyModelInstance;
  /** The name of the class. */
  readonly name: string;
  /** What its instances have. */
  readonly prototype: AnyModelInstance;
  /** The manager of all rows. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly objects: Manager<any>;
}

/** A class of errors of one model. */
export interface ModelErrorClass<Name extends string> {
  new (message?: string, options?: ErrorOptions): Error & { readonly code: string };
  /** What its errors have. */
  readonly prototype: Error & { readonly code: string; readonly model?: Name };
}

/** The static side of a model. */
export interface ModelStatics<Self> {
  /**
   * A reference to the row with this key, without a query.
   *
   * @example
   * const book = await Book.objects.create({ title: "Changing Planes", author: Author.ref(1) });
   * console.log(book.authorId); // → 1
   */
  ref(pk: PkInput<Self>): Ref<Self>;
  /** The model as a Standard Schema of the values that `create` takes. */
  readonly "~standard": StandardSchemaProps<CreateInput<ShapeOf<Self>>>;
  /** Thrown where a row was expected and there is none. */
  readonly DoesNotExist: ModelErrorClass<"DoesNotExist">;
  /** Thrown where one row was expected and there are several. */
  readonly MultipleObjectsReturned: ModelErrorClass<"MultipleObjectsReturned">;
}
/** The class that `Model("…")({…})` gives, to be extended. */
export interface ModelClass<Self, S> extends ModelStatics<Self> {
  new (values?: CreateInput<WithKey<S>>): ModelCore<WithKey<S>> & Attributes<WithKey<S>>;
  /** The manager of all rows, where queries begin. Django's `Model.objects`. */
  readonly objects: ObjectsOf<Self, WithKey<S>>;
}
/** The class that `Base.extend("…")({…})` gives, to be extended. */
export interface ChildClass<Self, S, Own, Parent> extends ModelStatics<Self> {
  new (values?: CreateInput<WithKey<S & Own>>): ModelCore<WithKey<S & Own>> & Attributes<WithKeyOver<S, Own>> & Parent;
  /** The manager of all rows, where queries begin. Django's `Model.objects`. */
  readonly objects: ObjectsOf<Self, WithKey<S & Own>>;
}
/* Resolved when it is used, so that the check of names may look into the fields. */
type ObjectsOf<Self, S> = [keyof ShapeOf<Self>, keyof S] extends [keyof S, keyof ShapeOf<Self>]
  ? [TakenId<S>] extends [never]
    ? Manager<Self>
    : Problem<`the name '${TakenId<S>}' is the key of a relation`>
  : Problem<"class X extends Model<X>: the X in brackets is not this class">;
type TakenId<S> = Extract<keyof S, `${ToOneName<S>}Id`> & string;

/** The class that `AbstractModel()({…})` gives, to be extended. It has no table. */
export interface AbstractClass<Self, S, Managers> {
  new (): ModelMethods<S> & Attributes<S> & { readonly pk: unknown };
  /**
   * A model with the fields, options, methods and managers of this base.
   *
   * @param label - the child's name, with its app: "blog.Post"
   */
  extend<Child = never>(
    label: string,
  ): <Own extends Shape, const M extends ManagerClasses = NoOptions>(
    shape: Own & CheckedNames<Own>,
    meta?: ModelMeta<S & Own> & { readonly managers?: M },
  ) => [Child] extends [never]
    ? MissingSelf<"class X extends Base.extend<X>(...)({...})">
    : ChildClass<Child, S, Own, Self> & ManagersFor<Child, Managers & M>;
  /** A further abstract base. */
  extendAbstract<Child = never>(): <Own extends Shape, const M extends ManagerClasses = NoOptions>(
    shape: Own & CheckedNames<Own>,
    meta?: ModelMeta<S & Own> & { readonly managers?: M },
  ) => [Child] extends [never]
    ? MissingSelf<"class X extends Base.extendAbstract<X>()({...})">
    : AbstractChild<Child, S, Own, Self, Managers & M>;
}
/** An abstract class that extends an abstract class. */
export interface AbstractChild<Self, S, Own, Parent, Managers>
  extends Pick<AbstractClass<Self, S & Own, Managers>, "extend" | "extendAbstract"> {
  new (): ModelMethods<S & Own> & Attributes<Own> & Parent;
}
/** The managers of an abstract base, for a child. */
export type ManagersFor<Child, Managers> = {
  readonly [K in keyof Managers]: Manager<Child> & (Managers[K] extends { readonly prototype: infer Q } ? CustomMethods<Q> : unknown);
};

/** The fields of a model by name, as they are written. */
// biome-ignore lint/suspicious/noExplicitAny: any tighter constraint makes the compiler resolve the getters of a shape too early
export type Shape = Record<string, any>;
type ReservedName = Exclude<keyof ModelMethods<unknown>, symbol> | "then" | "constructor" | "objects" | "prototype" | "__proto__";
/** Refuses names that every instance has already, and `__`, which separates the steps of a path. */
export type CheckedNames<S> = [Extract<keyof S, ReservedName | `${string}__${string}`>] extends [never]
  ? unknown
  : Problem<`'${Extract<keyof S, ReservedName | `${string}__${string}`> & string}' is a reserved name`>;
type MissingSelf<Line extends string> = Problem<`write: ${Line}`>;

/** Makes the base class of a model. */
export type ModelFactory = <Self = never>(
  label: string,
) => <S extends Shape, const M extends ManagerClasses = NoOptions>(
  shape: S & CheckedNames<S>,
  meta?: ModelMeta<S> & { readonly managers?: M },
) => [Self] extends [never] ? MissingSelf<"class X extends Model<X>(...)({...})"> : ModelClass<Self, S> & ManagersFor<Self, M>;
/** Makes the class of an abstract base, whose fields, options and methods its children have. */
export type AbstractModelFactory = <Self = never>() => <S extends Shape, const M extends ManagerClasses = NoOptions>(
  shape: S & CheckedNames<S>,
  meta?: ModelMeta<S> & { readonly managers?: M },
) => [Self] extends [never] ? MissingSelf<"class X extends AbstractModel<X>()({...})"> : AbstractClass<Self, S, M>;
