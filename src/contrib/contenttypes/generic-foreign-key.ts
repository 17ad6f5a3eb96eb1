import {
  type AnyModelInstance,
  type Deferred,
  type Flow,
  ImproperlyConfigured,
  PendingValue,
  QueryError,
  type Virtual,
  VirtualField,
  type VirtualLoad,
} from "../../index.js";
import { rowsOf, settled } from "./both-colours.js";
import { type ContentType, knownType, typeFor, typesById } from "./content-type.js";

/** The names of the columns that a generic foreign key stands for. */
export interface GenericForeignKeyNames {
  /** The foreign key to ContentType; "contentType" unless given. */
  readonly contentType: string;
  /** The column that holds the object's key; "objectId" unless given. */
  readonly objectId: string;
}

/** What an instance holds in the two columns. */
interface Held {
  readonly typeId: number | null;
  readonly objectId: unknown;
}

/** The object that a property was given, or that was loaded for it. */
interface Remembered {
  readonly object: AnyModelInstance | null;
  readonly typeId: number | null;
  readonly objectId: unknown;
}

function same(left: unknown, right: unknown): boolean {
  return String(left) === String(right);
}

/** A relation to an object of any model, by a content type and a key. */
export class GenericForeignKeyField extends VirtualField {
  readonly contentType: string;
  readonly objectId: string;

  constructor({ contentType, objectId }: GenericForeignKeyNames) {
    super();
    for (const [option, name] of Object.entries({ contentType, objectId }))
      if (typeof name !== "string" || name === "")
        throw new ImproperlyConfigured(
          `GenericForeignKey: ${option} is the name of a field of the same model, as in { ${option}: "${option}" }.`,
        );
    this.contentType = contentType;
    this.objectId = objectId;
  }

  copy(): GenericForeignKeyField {
    return new GenericForeignKeyField({ contentType: this.contentType, objectId: this.objectId });
  }

  read(instance: object): unknown {
    const values = instance as Readonly<Record<string, unknown>>;
    const [typeId, objectId] = [values[`${this.contentType}Id`], values[this.objectId]];
    if (typeId === undefined || objectId === undefined) throw this.#misnamed(typeId === undefined ? this.contentType : this.objectId);
    const remembered = this.#remembered(instance);
    if (remembered && this.#isCurrent(remembered, { typeId: typeId as number | null, objectId })) return remembered.object;
    if (typeId === null || objectId === null) return null;
    return new PendingObject(this.label, () => this.#loadOne(instance));
  }

  override write(instance: object, value: unknown): void {
    const values = instance as Record<string, unknown>;
    if (value === null) {
      values[`${this.contentType}Id`] = null;
      values[this.objectId] = null;
      this.forget(instance);
      return;
    }
    if (typeof value !== "object" || !("pk" in value) || value instanceof PendingValue)
      throw new QueryError(`${this.label} takes an object of a model, or null.`);
    const { pk } = value;
    if (pk === null) throw new QueryError(`${this.label}: the object is not saved, so it has no key to keep; save it first.`);
    if (Array.isArray(pk)) throw new QueryError(`${this.label}: an object with a key of several columns cannot be kept in one.`);
    const type = knownType(value, this.aliasOf(instance));
    values[`${this.contentType}Id`] = type?.id ?? null;
    this.#setKey(instance, pk);
    // an instance of a model, as it has a key
    const object = value as AnyModelInstance;
    this.remember(instance, { object, typeId: type?.id ?? null, objectId: pk } satisfies Remembered);
  }

  /** The content type of an object that was assigned, where it was not known then. */
  override *fill(instances: readonly object[], using: string): Flow<void> {
    for (const instance of instances) {
      const remembered = this.#remembered(instance);
      const values = instance as Record<string, unknown>;
      const typeName = `${this.contentType}Id`;
      if (!remembered?.object || !same(values[this.objectId], remembered.objectId)) continue;
      // a content type that was chosen afterwards stays
      if (values[typeName] !== remembered.typeId && values[typeName] !== null) continue;
      const type: ContentType = yield* typeFor(remembered.object, using);
      values[typeName] = type.id;
      this.remember(instance, { ...remembered, typeId: type.id } satisfies Remembered);
    }
  }

  override *load(instances: readonly object[], request: VirtualLoad): Flow<readonly object[]> {
    if (request.queryset !== null)
      throw new QueryError(`prefetchRelated: ${this.label} leads to several models, so that one queryset cannot choose among them.`);
    const { using, put } = request;
    const loaded: AnyModelInstance[] = [];
    const wanted = new Map<number, Map<string, unknown>>();
    const held = new Map<object, Held>();
    for (const instance of instances) {
      const own = yield* this.#held(instance);
      held.set(instance, own);
      const remembered = this.#remembered(instance);
      if (remembered && this.#isCurrent(remembered, own)) {
        if (remembered.object) loaded.push(remembered.object);
        put?.(instance, remembered.object);
        held.delete(instance);
      } else if (own.typeId === null || own.objectId === null) {
        put?.(instance, null);
        held.delete(instance);
      } else {
        const keys = wanted.get(own.typeId) ?? new Map<string, unknown>();
        wanted.set(own.typeId, keys.set(String(own.objectId), own.objectId));
      }
    }
    const found = yield* this.#objects(wanted, using);
    for (const [instance, own] of held) {
      const object = found.get(`${own.typeId}:${String(own.objectId)}`) ?? null;
      if (object) loaded.push(object);
      if (put) put(instance, object);
      else this.remember(instance, { object, ...own } satisfies Remembered);
    }
    return loaded;
  }

  /** The objects by type and key, with one query for each content type. */
  *#objects(wanted: ReadonlyMap<number, ReadonlyMap<string, unknown>>, using: string): Flow<ReadonlyMap<string, AnyModelInstance>> {
    const found = new Map<string, AnyModelInstance>();
    if (wanted.size === 0) return found;
    const types = yield* typesById(wanted.keys(), using);
    for (const [typeId, keys] of wanted) {
      const type = types.get(typeId);
      // its row is gone, and so the objects are nobody's
      if (!type) continue;
      const { objects } = type.modelClass();
      const queryset = objects.using(using).filter({ pk__in: [...keys.values()] });
      // a queryset of a model gives its instances
      for (const object of (yield* rowsOf(queryset)) as AnyModelInstance[]) found.set(`${typeId}:${String(object.pk)}`, object);
    }
    return found;
  }

  *#loadOne(instance: object): Flow<AnyModelInstance | null> {
    yield* this.load(this.peersOf(instance), { using: this.aliasOf(instance) ?? "default", queryset: null, put: null });
    return this.#remembered(instance)?.object ?? null;
  }

  /** The two columns; what is not loaded of them is loaded. */
  *#held(instance: object): Flow<Held> {
    const values = instance as Readonly<Record<string, unknown>>;
    const typeId = (yield* settled(values[`${this.contentType}Id`])) as number | null;
    const objectId = yield* settled(values[this.objectId]);
    return { typeId, objectId };
  }

  #remembered(instance: object): Remembered | undefined {
    // only this class remembers anything under its name
    return this.recall(instance) as Remembered | undefined;
  }

  #isCurrent(remembered: Remembered, { typeId, objectId }: Held): boolean {
    return remembered.typeId === typeId && same(remembered.objectId, objectId);
  }

  /** The key as the column takes it: a column of text keeps keys of every kind. */
  #setKey(instance: object, pk: unknown): void {
    const target = instance as AnyModelInstance;
    try {
      target.set({ [this.objectId]: pk });
    } catch (error) {
      if (typeof pk === "string") throw error;
      target.set({ [this.objectId]: String(pk) });
    }
  }

  #misnamed(name: string): ImproperlyConfigured {
    return new ImproperlyConfigured(
      `${this.label}: GenericForeignKey names "${name}", which is no ${name === this.contentType ? "foreign key" : "field"} of ${this.modelLabel}.`,
    );
  }
}

/** The object of a generic foreign key that is not loaded. */
class PendingObject extends PendingValue {
  protected readonly description: string;
  readonly #load: () => Flow<AnyModelInstance | null>;

  constructor(description: string, load: () => Flow<AnyModelInstance | null>) {
    super();
    this.description = description;
    this.#load = load;
  }

  protected load(): Flow<AnyModelInstance | null> {
    return this.#load();
  }
}

/** What a generic foreign key reads as: the object, null, or what is awaited for either. */
export type GenericObject<Target> = Target | Deferred<Target | null> | null;

/**
 * A relation to an object of any model, by two columns of the same model: a foreign key to `ContentType` and the
 * object's key. Read it as `await item.contentObject`; assign it, or give it to `create`. It cannot be filtered by, as it
 * has no column: filter by the two columns. Django's GenericForeignKey.
 *
 * @typeParam Target - the models that it leads to, as a union, where they are known
 * @param names - the two columns: `contentType`, a foreign key to `ContentType`, and `objectId`, a number, a text or a UUID
 * @example
 * class Label extends Model<Label>("library.Label")({
 *   text: CharField({ maxLength: 50 }),
 *   contentType: ForeignKey(() => ContentType, { onDelete: CASCADE, relatedName: "+" }),
 *   objectId: PositiveBigIntegerField({ mode: "number" }),
 *   target: GenericForeignKey({ contentType: "contentType", objectId: "objectId" }),
 * }) {}
 * await createTables([ContentType, Label]);
 * const label = await Label.objects.create({ text: "classic", target: await Book.objects.get({ pk: 1 }) });
 * console.log(label.objectId); // → 1
 */
export function GenericForeignKey<
  Target = AnyModelInstance,
  const Type extends string = "contentType",
  const Id extends string = "objectId",
>(names: { readonly contentType: Type; readonly objectId: Id }): Virtual<GenericObject<Target>, Target | null, Type | Id, Target> {
  // phantom members only, as for fields
  return new GenericForeignKeyField(names) as unknown as Virtual<GenericObject<Target>, Target | null, Type | Id, Target>;
}
