import {
  type AnyModelClass,
  type END,
  type FILLS,
  type FilledName,
  type Flow,
  ImproperlyConfigured,
  type INPUT,
  type KIND,
  type READ,
  type RemovableManager,
  relationManager,
  type ShapeOf,
  Subquery,
  type TARGET,
  VirtualField,
  type VirtualJoin,
  type VirtualLoad,
} from "../../index.js";
import { rowsOf } from "./both-colours.js";
import { ContentType, storedNames, typeFor } from "./content-type.js";
import { GENERIC_CHANGES, GenericRows } from "./generic-rows.js";

/** The columns of the other model, and its generic foreign key where it has several. */
export interface GenericRelationOptions {
  /** The foreign key to ContentType on the other side; "contentType" unless given. */
  readonly contentType?: string;
  /** The column on the other side that holds the object's key; "objectId" unless given. */
  readonly objectId?: string;
}

/** The other side of a generic foreign key: the rows of one model that refer to an instance. */
export class GenericRelationField extends VirtualField {
  readonly to: () => unknown;
  readonly contentType: string;
  readonly objectId: string;
  readonly managers = new WeakMap<object, object>();

  constructor(to: () => unknown, { contentType = "contentType", objectId = "objectId" }: GenericRelationOptions) {
    super();
    if (typeof to !== "function")
      throw new ImproperlyConfigured(
        "GenericRelation: the first argument is a function that gives the model, as in GenericRelation(() => TaggedItem).",
      );
    this.to = to;
    this.contentType = contentType;
    this.objectId = objectId;
  }

  /** The model on the other side. */
  get target(): AnyModelClass {
    // what is no model is refused where it is first used
    return this.to() as AnyModelClass;
  }

  copy(): GenericRelationField {
    return new GenericRelationField(this.to, { contentType: this.contentType, objectId: this.objectId });
  }

  read(instance: object): unknown {
    let manager = this.managers.get(instance);
    if (!manager) {
      manager = relationManager(this.target, new GenericRows(this, instance), GENERIC_CHANGES);
      this.managers.set(instance, manager);
    }
    return manager;
  }

  /** The rows that a prefetch loaded; undefined: none did. */
  prefetched(instance: object): readonly object[] | undefined {
    // only this class remembers anything under its name
    return this.recall(instance) as readonly object[] | undefined;
  }

  dropPrefetched(instance: object): void {
    this.forget(instance);
  }

  databaseOf(instance: object): string | null {
    return this.aliasOf(instance);
  }

  override *load(instances: readonly object[], { using, queryset, put }: VirtualLoad): Flow<readonly object[]> {
    const byKey = new Map<string, object[]>();
    for (const instance of instances) if (put !== null || !this.prefetched(instance)) byKey.set(keyOf(instance), []);
    const rows = byKey.size === 0 ? [] : yield* this.#rowsOf(instances, using, queryset);
    for (const row of rows) byKey.get(String((row as Readonly<Record<string, unknown>>)[this.objectId]))?.push(row);
    for (const instance of instances) {
      const own = byKey.get(keyOf(instance)) ?? [];
      if (put) put(instance, own);
      else if (!this.prefetched(instance)) this.remember(instance, own);
    }
    return put ? rows : instances.flatMap((instance) => this.prefetched(instance) ?? []);
  }

  *#rowsOf(instances: readonly object[], using: string, queryset: unknown): Flow<object[]> {
    const [first] = instances;
    if (!first) return [];
    const type = yield* typeFor(first, using);
    // dorm has checked that it is a queryset
    const base = (queryset ?? this.target.objects) as AnyModelClass["objects"];
    const keys = [...new Set(instances.map(keyOf))];
    return yield* rowsOf(
      base.using(using).filter({ [`${this.contentType}Id`]: type.id, [`${this.objectId}__in`]: keys }) as PromiseLike<object[]> &
        Iterable<object>,
    );
  }

  override join(model: unknown): VirtualJoin {
    // the field is bound to models only; the type's key is asked for in the query, as only the database knows it
    const type = ContentType.objects.filter(storedNames(model as AnyModelClass)).values("id");
    return { target: this.target, columns: [["pk", this.objectId]], where: { [this.contentType]: Subquery(type) } };
  }

  /** What refers to an instance goes with it. */
  override *dependents(instances: readonly object[], using: string): Flow<readonly object[]> {
    const [first] = instances;
    if (!first) return [];
    const type = yield* typeFor(first, using);
    return [
      this.target.objects.using(using).filter({ [`${this.contentType}Id`]: type.id, [`${this.objectId}__in`]: instances.map(keyOf) }),
    ];
  }
}

function keyOf(instance: object): string {
  return String((instance as { readonly pk: unknown }).pk);
}

/** The type of a {@link GenericRelation}; its parts are worked out when they are used, as models may refer to each other. */
export interface GenericMany<M> {
  readonly [READ]: RemovableManager<M, FilledName<ShapeOf<M>>>;
  readonly [INPUT]: never;
  readonly [FILLS]: never;
  readonly [END]: M;
  readonly [TARGET]: M;
  readonly [KIND]: "virtual";
}

/**
 * The other side of a `GenericForeignKey`: `book.tags` are the tagged items that refer to the book. It has the methods of
 * a queryset and `add`, `create`, `set`, `remove` and `clear`; the last two delete the rows, as in Django. When the
 * object is deleted the rows go with it.
 *
 * @param to - a function that gives the model with the generic foreign key
 * @param options - `contentType` and `objectId`: its columns, where they have other names
 * @example
 * class Label extends Model<Label>("library.Label")({
 *   text: CharField({ maxLength: 50 }),
 *   contentType: ForeignKey(() => ContentType, { onDelete: CASCADE, relatedName: "+" }),
 *   objectId: PositiveBigIntegerField({ mode: "number" }),
 *   target: GenericForeignKey({ contentType: "contentType", objectId: "objectId" }),
 * }) {}
 * class Film extends Model<Film>("library.Film")({ title: CharField({ maxLength: 50 }), labels: GenericRelation(() => Label) }) {}
 * await createTables([ContentType, Label, Film]);
 * const film = await Film.objects.create({ title: "Solaris" });
 * await film.labels.create({ text: "classic" });
 * console.log(await film.labels.count()); // → 1
 */
export function GenericRelation<M>(to: () => { readonly prototype: M }, options: GenericRelationOptions = {}): GenericMany<M> {
  // phantom members only, as for fields
  return new GenericRelationField(to, options) as unknown as GenericMany<M>;
}
