import {
  type AnyModelClass,
  CharField,
  type Flow,
  getModels,
  ImproperlyConfigured,
  Manager,
  Model,
  namesOf,
  runFlow,
  runFlowSync,
  settings,
  transaction,
  UniqueConstraint,
} from "../../index.js";
import { call, rowsOf } from "./both-colours.js";

/** A model's class, or one of its instances. */
export type ModelOrInstance = object;
/** What `getForModel` takes. */
export interface ContentTypeOptions {
  /** The alias of the database; what the routers say unless given. */
  readonly using?: string;
}

interface CacheOfAlias {
  readonly byLabel: Map<string, ContentType>;
  readonly byId: Map<number, ContentType>;
}

/** Content types by the databases that are configured, then by alias: the same alias may mean another database later. */
let caches = new WeakMap<object, Map<string, CacheOfAlias>>();

function cacheOf(alias: string | null): CacheOfAlias {
  const { databases } = settings;
  let byAlias = caches.get(databases);
  if (!byAlias) {
    byAlias = new Map();
    caches.set(databases, byAlias);
  }
  const name = alias ?? "default";
  let cache = byAlias.get(name);
  if (!cache) {
    cache = { byLabel: new Map(), byId: new Map() };
    byAlias.set(name, cache);
  }
  return cache;
}

/** As Django stores it: the app, and the class's name in lower case. */
export function storedNames(of: ModelOrInstance): { readonly appLabel: string; readonly model: string } {
  const { appLabel, name } = namesOf(typeof of === "function" ? of : of.constructor);
  return { appLabel, model: name.toLowerCase() };
}

function keep(type: ContentType, cache: CacheOfAlias): ContentType {
  cache.byLabel.set(`${type.appLabel}.${type.model}`, type);
  cache.byId.set(type.id, type);
  return type;
}

/** The content type of a model where it is known without asking the database. */
export function knownType(of: ModelOrInstance, using: string | null): ContentType | undefined {
  const { appLabel, model } = storedNames(of);
  return cacheOf(using).byLabel.get(`${appLabel}.${model}`);
}

function rowsOn(using: string | null): typeof ContentType.objects {
  return using === null ? ContentType.objects : ContentType.objects.dbManager(using);
}

/** The content type of a model, made where it is not there yet. */
export function* typeFor(of: ModelOrInstance, using: string | null): Flow<ContentType> {
  const known = knownType(of, using);
  if (known) return known;
  const cache = cacheOf(using);
  const names = storedNames(of);
  const [type, created] = yield* call<[ContentType, boolean]>(rowsOn(using), "getOrCreate", names);
  keep(type, cache);
  // the row may never be there for others
  if (created) transaction.onRollback(() => forgetType(type, cache), using === null ? {} : { using });
  return type;
}

function forgetType(type: ContentType, cache: CacheOfAlias): void {
  cache.byLabel.delete(`${type.appLabel}.${type.model}`);
  cache.byId.delete(type.id);
}

/** Content types by their keys; one query for those that are not known. */
export function* typesById(ids: Iterable<number>, using: string | null): Flow<ReadonlyMap<number, ContentType>> {
  const cache = cacheOf(using);
  const missing = [...new Set(ids)].filter((id) => !cache.byId.has(id));
  if (missing.length > 0) for (const type of yield* rowsOf(rowsOn(using).filter({ pk__in: missing }))) keep(type, cache);
  return cache.byId;
}

/**
 * Finds content types by models; what was found is remembered for each database.
 *
 * @example
 * await createTables([ContentType]);
 * const [book, tag] = [await ContentType.objects.getForModel(Book), await ContentType.objects.getForModel(Tag)];
 * console.log(book.pk !== tag.pk); // → true
 */
export class ContentTypeManager extends Manager<ContentType> {
  /**
   * The content type of a model; its row is made where it is not there yet.
   *
   * @param of - a model's class, or one of its instances
   * @throws ImproperlyConfigured for what is no model
   * @example
   * await createTables([ContentType]);
   * const type = await ContentType.objects.getForModel(Book);
   * console.log(type.model); // → book
   */
  getForModel(of: ModelOrInstance, options: ContentTypeOptions = {}): Promise<ContentType> {
    return runFlow(typeFor(of, options.using ?? null));
  }

  /** As `getForModel`, without waiting. */
  getForModelSync(of: ModelOrInstance, options: ContentTypeOptions = {}): ContentType {
    return runFlowSync(typeFor(of, options.using ?? null));
  }

  /** Forgets what was found, for code that replaces the rows of the table. */
  clearCache(): void {
    caches = new WeakMap();
  }
}

/**
 * A model as a row, so that rows can refer to models: what a generic relation stores beside the key of the object.
 * Django's ContentType; the names are stored as there.
 *
 * @example
 * await createTables([ContentType]);
 * const type = await ContentType.objects.getForModel(Book);
 * console.log(type.appLabel, type.model, type.modelClass() === Book); // → library book true
 */
export class ContentType extends Model<ContentType>("contenttypes.ContentType")(
  {
    appLabel: CharField({ maxLength: 100 }),
    model: CharField({ maxLength: 100 }),
  },
  { constraints: [UniqueConstraint({ fields: ["appLabel", "model"], name: "contenttypes_app_label_model" })] },
) {
  static override objects = new ContentTypeManager(() => ContentType);

  /**
   * The class of the model.
   *
   * @throws ImproperlyConfigured where no such model is defined any more
   */
  modelClass(): AnyModelClass {
    const found = getModels().find((model) => {
      const names = storedNames(model);
      return names.appLabel === this.appLabel && names.model === this.model;
    });
    if (!found)
      throw new ImproperlyConfigured(
        `The content type "${this.appLabel}.${this.model}" belongs to no model. Load its module before, or delete the content type where the model is gone.`,
      );
    return found;
  }
}
