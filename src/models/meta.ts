import { FieldError, ImproperlyConfigured } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { ForeignKeyDefinition, type ManyToManyDefinition, type ReverseRelationDefinition } from "../fields/relations.js";
import { didYouMean } from "../suggestions.js";
import { attributesOf } from "./attributes.js";
import type { ModelCore } from "./core.js";
import type { MetaOptions } from "./options.js";
import { isSingle, type Relation } from "./relations.js";
import type { VirtualField } from "./virtual-field.js";

type RelationResolver = (meta: ModelMeta) => ReadonlyMap<string, Relation>;
let resolveRelations: RelationResolver | undefined;

/** Resolving relations makes the metas of junctions; it registers here to close the circle. */
export function installRelationResolver(resolver: RelationResolver): void {
  resolveRelations = resolver;
}

/** The class that a user writes, or the generated base of one that nobody has touched yet. */
export type ModelClass = (new (
  source?: unknown,
  row?: unknown,
  offset?: number,
  group?: unknown,
) => ModelCore) & { readonly name: string; readonly prototype: ModelCore };

/** Where a class keeps its meta; shared by all copies of the package in a process. */
export const META: unique symbol = Symbol.for("dorm.models.meta") as never;

export interface ModelMetaInit {
  readonly label: string;
  readonly fields: readonly FieldDefinition[];
  readonly keyFields: readonly FieldDefinition[];
  readonly manyToMany: readonly ManyToManyDefinition[];
  readonly reverse: ReadonlyMap<string, ReverseRelationDefinition>;
  readonly virtual?: ReadonlyMap<string, VirtualField>;
  readonly options: MetaOptions;
  /** The junction of a many-to-many field, made by dorm. */
  readonly autoCreated?: boolean;
}

/** The identity of a model: its label, its table and columns, its relations. The class is bound to it when it is first touched. */
export class ModelMeta {
  readonly label: string;
  readonly appLabel: string;
  readonly name: string;
  readonly table: string;
  /** Everything with a column, in the order of declaration. */
  readonly fields: readonly FieldDefinition[];
  /** The primary key: one field, or several for a composite one. */
  readonly keyFields: readonly FieldDefinition[];
  readonly manyToMany: readonly ManyToManyDefinition[];
  readonly reverse: ReadonlyMap<string, ReverseRelationDefinition>;
  /** Names without a column, by which something else is read. */
  readonly virtual: ReadonlyMap<string, VirtualField>;
  readonly options: MetaOptions;
  readonly autoCreated: boolean;
  /** Whether it is, or was until it was replaced, a model of the program: those of a migration's time are not. */
  registered = false;
  /** Two definitions of one label with one signature are the same model. */
  readonly signature: string;
  readonly #columns = new Map<string, FieldDefinition>();
  #relations: ReadonlyMap<string, Relation> | null = null;
  #base: ModelClass | null = null;
  #class: ModelClass | null = null;

  constructor(init: ModelMetaInit) {
    this.label = init.label;
    const dot = init.label.lastIndexOf(".");
    this.appLabel = init.options.appLabel ?? (dot < 0 ? "" : init.label.slice(0, dot));
    this.name = init.label.slice(dot + 1);
    this.table = init.options.dbTable ?? defaultTable(this.appLabel, this.name);
    this.fields = init.fields;
    this.keyFields = init.keyFields;
    this.manyToMany = init.manyToMany;
    this.reverse = init.reverse;
    this.virtual = init.virtual ?? new Map();
    this.options = init.options;
    this.autoCreated = init.autoCreated ?? false;
    for (const field of init.fields) {
      this.#columns.set(field.name, field);
      if (field.attname !== field.name) this.#columns.set(field.attname, field);
    }
    this.signature = JSON.stringify([
      this.table,
      init.fields.map((field) => [field.kind, field.name, field.column]),
      init.manyToMany.map((field) => field.name),
      [...init.reverse.keys(), ...this.virtual.keys()],
    ]);
  }

  /** The generated class that the user's class extends. */
  get base(): ModelClass {
    // set right after the meta is made
    return this.#base as ModelClass;
  }
  set base(base: ModelClass) {
    this.#base = base;
  }

  /** The user's class once it is known, until then the generated base. */
  get modelClass(): ModelClass {
    return this.#class ?? this.base;
  }

  /**
   * Takes the class that was touched as this model's, if it is the one directly over the generated base.
   *
   * @throws ImproperlyConfigured for a class that extends the model's class
   */
  bindClass(touched: ModelClass): void {
    this.#class ??= this.#classAbove(touched);
    if (touched === this.#class || touched === this.#base) return;
    throw new ImproperlyConfigured(
      `${touched.name} extends ${this.label}, a model with a table, which cannot be. Put what they share into an AbstractModel.`,
    );
  }

  /** The class directly over the generated base; null where the base itself was touched. */
  #classAbove(touched: ModelClass): ModelClass | null {
    let current: ModelClass = touched;
    while (current !== this.#base) {
      const parent = Object.getPrototypeOf(current) as ModelClass;
      if (parent === this.#base) return current;
      current = parent;
    }
    return null;
  }

  /** The column of a name, of an attribute name (`authorId`), or of `pk` where the key is one column. */
  findColumn(name: string): FieldDefinition | undefined {
    if (name === "pk") return this.keyFields.length === 1 ? this.keyFields[0] : undefined;
    return this.#columns.get(name);
  }

  /** @throws FieldError where there is no such column */
  column(name: string): FieldDefinition {
    const found = this.findColumn(name);
    if (!found) throw new FieldError(`${this.label} has no field "${name}". ${didYouMean(name, this.fieldNames())}`.trim());
    return found;
  }

  /** @throws ImproperlyConfigured where the key is composite, saying who wanted one column */
  singleKey(wantedBy: string): FieldDefinition {
    const [key] = this.keyFields;
    if (key === undefined || this.keyFields.length > 1) {
      throw new ImproperlyConfigured(
        `${wantedBy} refers to ${this.label}, whose primary key has ${this.keyFields.length} columns; a foreign key needs a target with one.`,
      );
    }
    return key;
  }

  get relations(): ReadonlyMap<string, Relation> {
    // resolve-relations.ts is loaded with the package
    if (!resolveRelations) throw new Error("relations cannot be resolved: import from the package's entry");
    this.#relations ??= resolveRelations(this);
    return this.#relations;
  }

  /** Forward, backward or many-to-many, by its name. */
  findRelation(name: string): Relation | undefined {
    return this.relations.get(name);
  }

  /** The names that a path may begin with. */
  fieldNames(): readonly string[] {
    const names = this.fields.flatMap((field) => (field.attname === field.name ? [field.name] : [field.name, field.attname]));
    return [...names, "pk", ...this.manyToMany.map((field) => field.name), ...this.reverse.keys(), ...this.virtual.keys()];
  }

  /** Whether a path may begin with this name. */
  hasName(name: string): boolean {
    return (
      name === "pk" ||
      this.#columns.has(name) ||
      this.reverse.has(name) ||
      this.virtual.has(name) ||
      this.manyToMany.some((field) => field.name === name)
    );
  }

  /** The key of an instance: a value, or a list for a composite key; null where it has none yet. */
  keyOf(instance: ModelCore): unknown {
    const values = attributesOf(instance);
    const [single] = this.keyFields;
    if (single !== undefined && this.keyFields.length === 1) return values[single.attname] ?? null;
    const key = this.keyFields.map((field) => values[field.attname] ?? null);
    return key.includes(null) ? null : key;
  }

  get foreignKeys(): readonly ForeignKeyDefinition[] {
    return this.fields.filter((field) => field instanceof ForeignKeyDefinition);
  }

  /** To-one relations, which `selectRelated` can join. */
  singleRelations(): readonly Relation[] {
    return [...this.relations.values()].filter(isSingle);
  }

  toString(): string {
    return this.label;
  }
}

/** `blog.BlogPost` has the table `blog_blogpost`, as in Django: the class name in lower case. */
function defaultTable(appLabel: string, name: string): string {
  const app = appLabel.slice(appLabel.lastIndexOf(".") + 1);
  return app === "" ? name.toLowerCase() : `${app.toLowerCase()}_${name.toLowerCase()}`;
}

/** The meta of a model class, which is bound to it thereby. */
export function metaOf(modelClass: unknown): ModelMeta {
  const meta = findMeta(modelClass);
  if (!meta) throw new ImproperlyConfigured(`${describe(modelClass)} is not a model: write class X extends Model<X>("app.X")({…}) {}.`);
  return meta;
}

export function findMeta(modelClass: unknown): ModelMeta | undefined {
  if (typeof modelClass !== "function" || !(META in modelClass)) return undefined;
  // what is under META was put there by the model factory
  const meta = (modelClass as unknown as Record<typeof META, ModelMeta>)[META];
  // and a class that has it descends from the generated base
  meta.bindClass(modelClass as unknown as ModelClass);
  return meta;
}

function describe(value: unknown): string {
  return typeof value === "function" && value.name !== "" ? value.name : String(value);
}
