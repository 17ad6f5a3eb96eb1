import { MigrationError } from "../../errors.js";
import { ForeignKeyDefinition, ReverseRelationDefinition, type TargetThunk } from "../../fields/relations.js";
import { buildModel } from "../../models/define.js";
import { type ModelClass, type ModelMeta, metaOf } from "../../models/meta.js";
import type { ManyToManyRelation } from "../../models/relations.js";
import { didYouMean } from "../../suggestions.js";
import type { ModelState } from "./model-state.js";
import { isRelation, labelIn, retarget } from "./targets.js";

/** An instance of a historical model: columns and relations by their names. */
export type HistoricalInstance = Record<string, unknown> & {
  /** The key; null until it is saved. */
  readonly pk: unknown;
  /** Inserts or updates the row. */
  save(options?: { readonly using?: string }): Promise<void>;
  /** As `save`, without waiting. */
  saveSync(options?: { readonly using?: string }): void;
  /** Deletes the row and what goes with it by `onDelete`. */
  delete(options?: { readonly using?: string }): Promise<unknown>;
  /** As `delete`, without waiting. */
  deleteSync(options?: { readonly using?: string }): unknown;
};

/** The querysets of a historical model, whose fields no type knows. */
export interface HistoricalQuerySet
  extends PromiseLike<HistoricalInstance[]>,
    AsyncIterable<HistoricalInstance>,
    Iterable<HistoricalInstance> {
  /** Runs on this database: that of the migration, `schema.alias`. */
  using(alias: string): HistoricalQuerySet;
  /** The same query, not yet run. */
  all(): HistoricalQuerySet;
  /** Keeps the rows that meet all conditions. */
  filter(...conditions: readonly unknown[]): HistoricalQuerySet;
  /** Leaves out the rows that meet all conditions. */
  exclude(...conditions: readonly unknown[]): HistoricalQuerySet;
  /** Replaces the order. */
  orderBy(...keys: readonly unknown[]): HistoricalQuerySet;
  /** Adds named values to each row. */
  annotate(expressions: Readonly<Record<string, unknown>>): HistoricalQuerySet;
  /** At most so many rows. */
  limit(count: number): HistoricalQuerySet;
  /** Loads these columns and the key. */
  only(...names: readonly string[]): HistoricalQuerySet;
  /** Loads what relations to one object lead to, in the same query. */
  selectRelated(...names: readonly string[]): HistoricalQuerySet;
  /** Objects with these columns. */
  values(...names: readonly string[]): PromiseLike<Record<string, unknown>[]> & Iterable<Record<string, unknown>>;
  /** The rows one after the other, a portion in memory at a time. */
  iterator(options?: { readonly chunkSize?: number }): AsyncIterable<HistoricalInstance> & Iterable<HistoricalInstance>;
  /**
   * The one row that meets the conditions.
   *
   * @throws ObjectDoesNotExist, MultipleObjectsReturned
   */
  get(...conditions: readonly unknown[]): Promise<HistoricalInstance>;
  /** As `get`, without waiting. */
  getSync(...conditions: readonly unknown[]): HistoricalInstance;
  /** The first row, or null. */
  first(): Promise<HistoricalInstance | null>;
  /** As `first`, without waiting. */
  firstSync(): HistoricalInstance | null;
  /** The number of rows. */
  count(): Promise<number>;
  /** As `count`, without waiting. */
  countSync(): number;
  /** Whether there is a row. */
  exists(): Promise<boolean>;
  /** As `exists`, without waiting. */
  existsSync(): boolean;
  /** Makes an object and saves it. */
  create(values: Readonly<Record<string, unknown>>): Promise<HistoricalInstance>;
  /** As `create`, without waiting. */
  createSync(values: Readonly<Record<string, unknown>>): HistoricalInstance;
  /** Saves objects with few statements. */
  bulkCreate(instances: readonly unknown[], options?: object): Promise<HistoricalInstance[]>;
  /** As `bulkCreate`, without waiting. */
  bulkCreateSync(instances: readonly unknown[], options?: object): HistoricalInstance[];
  /** Writes values to every row; gives the number of rows. */
  update(values: Readonly<Record<string, unknown>>): Promise<number>;
  /** As `update`, without waiting. */
  updateSync(values: Readonly<Record<string, unknown>>): number;
  /** Deletes every row and what goes with it by `onDelete`. */
  delete(): Promise<unknown>;
  /** As `delete`, without waiting. */
  deleteSync(): unknown;
}

/** A model as it was at one point of the migrations. It has no methods of the user's class. */
export interface HistoricalModel {
  new (values?: Readonly<Record<string, unknown>>): HistoricalInstance;
  /** Where queries of its rows begin. */
  readonly objects: HistoricalQuerySet;
}

/** A junction that dorm made, and the field that it is for. */
export interface Junction {
  readonly field: string;
  readonly meta: ModelMeta;
}

type ReverseNames = Map<string, { readonly name: string; readonly owner: string; readonly via: string }[]>;

/**
 * The models of a state as classes, apart from the registry: each is made when it is asked for, and its relations lead
 * to its contemporaries. What `RunCode` gets as `apps`.
 *
 * @example
 * const models = stateFromModels(registry.all()).historical;
 * console.log(await models.getModel("library", "Tag").objects.count()); // → 3
 */
export class HistoricalModels {
  readonly #models: ReadonlyMap<string, ModelState>;
  readonly #built = new Map<string, ModelMeta>();
  #reverse: ReverseNames | null = null;

  constructor(models: ReadonlyMap<string, ModelState>) {
    this.#models = models;
  }

  /**
   * A model of this time.
   *
   * @param app - the app's label: "blog"
   * @param name - the model's name: "Author"
   * @throws MigrationError naming the nearest ones where there is none
   * @example
   * export default migration({
   *   operations: [
   *     RunCode({
   *       async forward(apps, schema) {
   *         await apps.getModel("library", "Tag").objects.using(schema.alias).create({ name: "classic" });
   *       },
   *     }),
   *   ],
   * });
   */
  getModel<Managers extends object = object>(app: string, name: string): HistoricalModel & Managers {
    const label = app === "" ? name : `${app}.${name}`;
    // a model's class has its managers and its constructor; that its fields are unknown is what the type says
    return this.meta(label).modelClass as unknown as HistoricalModel & Managers;
  }

  /** The metadata of a model of this time. @throws MigrationError where there is no such model */
  meta(label: string): ModelMeta {
    let meta = this.#built.get(label);
    if (meta === undefined) {
      const model = this.#models.get(label);
      if (model === undefined)
        throw new MigrationError(
          `There is no model ${label} at this point of the migrations. ${didYouMean(label, this.#models.keys())}`.trim(),
        );
      meta = metaOf(this.#build(model));
      this.#built.set(label, meta);
    }
    return meta;
  }

  /** The junctions that dorm makes for the many-to-many fields of a model. */
  junctions(label: string): readonly Junction[] {
    const meta = this.meta(label);
    return (
      meta.manyToMany
        .filter((field) => field.options.through === undefined)
        // the relation of a many-to-many field is one
        .map((field) => ({ field: field.name, meta: (meta.relations.get(field.name) as ManyToManyRelation).through }))
    );
  }

  #build(model: ModelState): ModelClass {
    const thunk = (to: TargetThunk): TargetThunk => {
      const label = labelIn(to);
      return () => this.meta(label).modelClass;
    };
    const shape: Record<string, unknown> = {};
    for (const [name, field] of model.fields) shape[name] = retarget(field, thunk);
    for (const { name, owner, via } of this.#reverseRelations().get(model.label) ?? []) {
      if (!(name in shape)) shape[name] = new ReverseRelationDefinition(thunk(owner), via);
    }
    return buildModel(model.label, shape, resolvable(model));
  }

  /** The other sides that `relatedName` names, by the model that has them. */
  #reverseRelations(): ReverseNames {
    if (this.#reverse !== null) return this.#reverse;
    const reverse: ReverseNames = new Map();
    for (const model of this.#models.values()) {
      for (const [via, field] of model.fields) {
        if (!isRelation(field)) continue;
        const name = field instanceof ForeignKeyDefinition ? field.relatedName : field.options.relatedName;
        if (name === null || name === undefined || name.endsWith("+")) continue;
        const target = labelIn(field.to);
        const found = reverse.get(target) ?? [];
        found.push({ name, owner: model.label, via });
        reverse.set(target, found);
      }
    }
    this.#reverse = reverse;
    return reverse;
  }
}

/** The options of a model without orders by fields, and a version in one, that it does not have at this point: they are changed by an operation of their own. */
function resolvable({ fields, options }: ModelState): ModelState["options"] {
  const { ordering, getLatestBy, versionField, ...rest } = options;
  const known = (key: string): boolean => {
    const [head = ""] = key.replace(/^-/, "").split("__");
    return key === "?" || head === "pk" || fields.has(head) || (head.endsWith("Id") && fields.has(head.slice(0, -2)));
  };
  const orders = ordering?.filter((key) => typeof key !== "string" || known(key));
  const latest = typeof getLatestBy === "string" ? [getLatestBy] : getLatestBy;
  return {
    ...rest,
    ...(orders === undefined ? {} : { ordering: orders }),
    ...(versionField !== undefined && known(versionField) ? { versionField } : {}),
    ...(latest?.every(known) && getLatestBy !== undefined ? { getLatestBy } : {}),
  };
}
