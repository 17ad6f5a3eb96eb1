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
  readonly pk: unknown;
  save(options?: { readonly using?: string }): Promise<void>;
  saveSync(options?: { readonly using?: string }): void;
  delete(options?: { readonly using?: string }): Promise<unknown>;
  deleteSync(options?: { readonly using?: string }): unknown;
};

/** The querysets of a historical model, whose fields no type knows. */
export interface HistoricalQuerySet
  extends PromiseLike<HistoricalInstance[]>,
    AsyncIterable<HistoricalInstance>,
    Iterable<HistoricalInstance> {
  using(alias: string): HistoricalQuerySet;
  all(): HistoricalQuerySet;
  filter(...conditions: readonly unknown[]): HistoricalQuerySet;
  exclude(...conditions: readonly unknown[]): HistoricalQuerySet;
  orderBy(...keys: readonly unknown[]): HistoricalQuerySet;
  annotate(expressions: Readonly<Record<string, unknown>>): HistoricalQuerySet;
  limit(count: number): HistoricalQuerySet;
  only(...names: readonly string[]): HistoricalQuerySet;
  selectRelated(...names: readonly string[]): HistoricalQuerySet;
  values(...names: readonly string[]): PromiseLike<Record<string, unknown>[]> & Iterable<Record<string, unknown>>;
  iterator(options?: { readonly chunkSize?: number }): AsyncIterable<HistoricalInstance> & Iterable<HistoricalInstance>;
  get(...conditions: readonly unknown[]): Promise<HistoricalInstance>;
  getSync(...conditions: readonly unknown[]): HistoricalInstance;
  first(): Promise<HistoricalInstance | null>;
  firstSync(): HistoricalInstance | null;
  count(): Promise<number>;
  countSync(): number;
  exists(): Promise<boolean>;
  existsSync(): boolean;
  create(values: Readonly<Record<string, unknown>>): Promise<HistoricalInstance>;
  createSync(values: Readonly<Record<string, unknown>>): HistoricalInstance;
  bulkCreate(instances: readonly unknown[], options?: object): Promise<HistoricalInstance[]>;
  bulkCreateSync(instances: readonly unknown[], options?: object): HistoricalInstance[];
  update(values: Readonly<Record<string, unknown>>): Promise<number>;
  updateSync(values: Readonly<Record<string, unknown>>): number;
  delete(): Promise<unknown>;
  deleteSync(): unknown;
}

/** A model as it was at one point of the migrations. It has no methods of the user's class. */
export interface HistoricalModel {
  new (values?: Readonly<Record<string, unknown>>): HistoricalInstance;
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
  getModel(app: string, name: string): HistoricalModel {
    const label = app === "" ? name : `${app}.${name}`;
    // a model's class has its managers and its constructor; that its fields are unknown is what the type says
    return this.meta(label).modelClass as unknown as HistoricalModel;
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
