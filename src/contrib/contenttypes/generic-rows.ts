import {
  type AnyModelClass,
  type AnyModelInstance,
  type Flow,
  namesOf,
  PendingValue,
  QueryError,
  type RelatedRows,
  type RelationChanges,
} from "../../index.js";
import { atomically, call, rowsOf, settled } from "./both-colours.js";
import { typeFor } from "./content-type.js";
import type { GenericRelationField } from "./generic-relation.js";

type Values = Readonly<Record<string, unknown>>;
type Rows = AnyModelClass["objects"];

/** The rows that refer to one instance by a generic foreign key. */
export class GenericRows implements RelatedRows {
  readonly field: GenericRelationField;
  readonly instance: AnyModelInstance;

  constructor(field: GenericRelationField, instance: object) {
    this.field = field;
    // a virtual field is asked about instances only
    this.instance = instance as AnyModelInstance;
  }

  get key(): unknown {
    const { pk } = this.instance;
    if (pk === null) throw new QueryError(`${this.field.label}: save the object first; without a key nothing can refer to it.`);
    if (Array.isArray(pk))
      throw new QueryError(`${this.field.label}: an object with a key of several columns cannot be referred to by one.`);
    return pk;
  }

  get #using(): string | null {
    return this.field.databaseOf(this.instance);
  }

  get #objects(): Rows {
    const { objects } = this.field.target;
    return this.#using === null ? objects : objects.dbManager(this.#using);
  }

  queryset(): object {
    const { contentType, objectId } = this.field;
    const { appLabel, name } = namesOf(this.instance.constructor);
    // by the names and not by the type's key, which only the database knows
    return this.#objects.filter({
      [objectId]: String(this.key),
      [`${contentType}__appLabel`]: appLabel,
      [`${contentType}__model`]: name.toLowerCase(),
    });
  }

  loaded(): readonly object[] | null {
    return this.field.prefetched(this.instance) ?? null;
  }

  /** The two columns of a row that refers to the instance. */
  *#reference(): Flow<Values> {
    const type = yield* typeFor(this.instance, this.#using);
    return { [`${this.field.contentType}Id`]: type.id, [this.field.objectId]: String(this.key) };
  }

  *#own(): Flow<Rows> {
    // a queryset has every method of a manager
    return this.#objects.filter(yield* this.#reference()) as unknown as Rows;
  }

  #keyOf(item: unknown, method: string): unknown {
    const { target, label } = this.field;
    if (item instanceof PendingValue) return "pk" in item ? item.pk : undefined;
    if (typeof item !== "object" || item === null) return item;
    if (!(item instanceof target)) throw new QueryError(`${label}.${method} takes objects of ${namesOf(target).label} and keys.`);
    if (item.pk === null) throw new QueryError(`${label}.${method}: an object among them is not saved; save it first, or use create().`);
    return item.pk;
  }

  *add(items: readonly unknown[], { bulk = true }: { readonly bulk?: boolean }): Flow<void> {
    const reference = yield* this.#reference();
    this.field.dropPrefetched(this.instance);
    const saved = bulk ? [] : items.filter((item): item is AnyModelInstance => item instanceof this.field.target);
    const keys = [...new Set(items.filter((item) => !saved.some((each) => each === item)).map((item) => this.#keyOf(item, "add")))];
    const rows = this.#objects.filter({ pk__in: keys });
    yield* atomically(
      this.#using,
      function* (this: GenericRows): Flow<void> {
        const count = keys.length === 0 ? 0 : yield* call<number>(rows, "update", reference);
        if (count < keys.length)
          throw new QueryError(`${this.field.label}.add: of ${keys.length - count} of the objects there is no row. Nothing was changed.`);
        for (const item of saved) {
          item.set(reference);
          yield* call<void>(item, "save", this.#using === null ? {} : { using: this.#using });
        }
      }.bind(this),
    );
    for (const item of items) if (item instanceof this.field.target) (item as AnyModelInstance).set(reference);
  }

  /** Deletes those of the rows that refer to the instance. */
  *remove(items: readonly unknown[]): Flow<void> {
    const keys = items.map((item) => this.#keyOf(item, "remove"));
    this.field.dropPrefetched(this.instance);
    if (keys.length > 0) yield* call((yield* this.#own()).filter({ pk__in: keys }), "delete");
  }

  *clear(): Flow<void> {
    this.field.dropPrefetched(this.instance);
    // what filter() gives can be deleted, unlike a manager
    yield* call(yield* this.#own(), "delete");
  }

  *set(items: readonly unknown[], options: { readonly bulk?: boolean; readonly clear?: boolean }): Flow<void> {
    const unsaved = options.bulk === false ? items.filter((item) => item instanceof this.field.target && item.pk === null) : [];
    const wanted = new Map(items.filter((item) => !unsaved.includes(item)).map((item) => [String(this.#keyOf(item, "set")), item]));
    yield* atomically(
      this.#using,
      function* (this: GenericRows): Flow<void> {
        if (options.clear === true) yield* this.clear();
        const present = new Set(
          (yield* rowsOf((yield* this.#own()).valuesList("pk", { flat: true }) as PromiseLike<unknown[]> & Iterable<unknown>)).map(String),
        );
        const gone = [...present].filter((key) => !wanted.has(key));
        if (gone.length > 0) yield* this.remove(gone);
        const fresh = [...wanted].filter(([key]) => !present.has(key)).map(([, item]) => item);
        if (fresh.length + unsaved.length > 0) yield* this.add([...fresh, ...unsaved], options);
      }.bind(this),
    );
    this.field.dropPrefetched(this.instance);
  }

  /** A method of the manager that makes rows, with the two columns filled in. */
  *make(method: string, values: Values, ...rest: readonly unknown[]): Flow<unknown> {
    const reference = yield* this.#reference();
    this.field.dropPrefetched(this.instance);
    return yield* call(this.#objects, method, { ...values, ...reference }, ...rest);
  }

  *bulkCreate(given: Iterable<unknown>, options: Values): Flow<unknown> {
    const reference = yield* this.#reference();
    this.field.dropPrefetched(this.instance);
    const instances = [...given].map((each) => {
      if (!(each instanceof this.field.target))
        throw new QueryError(`${this.field.label}.bulkCreate takes objects of ${namesOf(this.field.target).label}.`);
      return each.set(reference);
    });
    return yield* call(this.#objects, "bulkCreate", instances, options);
  }
}

function isOptions(value: unknown): value is Values {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function splitOptions(given: readonly unknown[], method: string): [items: readonly unknown[], options: Values] {
  const last = given.at(-1);
  if (!isOptions(last)) return [given, {}];
  for (const name of Object.keys(last))
    if (name !== "bulk") throw new QueryError(`${method}(): there is no option "${name}"; there is bulk.`);
  return [given.slice(0, -1), last];
}

/** The methods that change a generic relation. */
export const GENERIC_CHANGES = {
  *add(rows: GenericRows, ...given: readonly unknown[]): Flow<void> {
    const [items, options] = splitOptions(given, "add");
    yield* rows.add(items, options);
  },
  *remove(rows: GenericRows, ...given: readonly unknown[]): Flow<void> {
    yield* rows.remove(given);
  },
  *clear(rows: GenericRows): Flow<void> {
    yield* rows.clear();
  },
  *set(rows: GenericRows, items: Iterable<unknown>, options: Values = {}): Flow<void> {
    yield* rows.set((yield* settled(items)) as readonly unknown[], options);
  },
  *create(rows: GenericRows, values: Values = {}): Flow<unknown> {
    return yield* rows.make("create", values);
  },
  *getOrCreate(rows: GenericRows, values: Values, options: Values = {}): Flow<unknown> {
    return yield* rows.make("getOrCreate", values, options);
  },
  *updateOrCreate(rows: GenericRows, values: Values, options: Values = {}): Flow<unknown> {
    return yield* rows.make("updateOrCreate", values, options);
  },
  *bulkCreate(rows: GenericRows, given: Iterable<unknown>, options: Values = {}): Flow<unknown> {
    return yield* rows.bulkCreate(given, options);
  },
} satisfies RelationChanges<GenericRows>;
