import { brandError, ImproperlyConfigured, MultipleObjectsReturned, ObjectDoesNotExist } from "../errors.js";
import { checkIdentifier } from "../fields/column-name.js";
import { type FieldDefinition, isField } from "../fields/field.js";
import { BigAutoField } from "../fields/integers.js";
import { CompositePrimaryKeyDefinition, ManyToManyDefinition, ReverseRelationDefinition } from "../fields/relations.js";
import { didYouMean } from "../suggestions.js";
import type { AbstractModelFactory, ModelFactory } from "../types/model.js";
import { generateBase } from "./base-class.js";
import { checkDefinition } from "./check-definition.js";
import { ModelCore } from "./core.js";
import { type ModelClass, ModelMeta, metaOf } from "./meta.js";
import { checkOptionNames, inheritOptions, type MetaOptions } from "./options.js";
import { queryPort } from "./query-port.js";
import { makeRef } from "./ref.js";
import { registry } from "./registry.js";
import { standardSchema } from "./standard-schema.js";
import { VirtualField } from "./virtual-field.js";
import "./resolve-relations.js";

type Shape = Readonly<Record<string, unknown>>;
type Parent = abstract new (...args: never[]) => ModelCore;

/** What an abstract base hands on. */
interface AbstractDefinition {
  readonly shape: Shape;
  readonly options: MetaOptions;
}

interface Parts {
  fields: FieldDefinition[];
  manyToMany: ManyToManyDefinition[];
  reverse: Map<string, ReverseRelationDefinition>;
  virtual: Map<string, VirtualField>;
  composite: readonly string[] | null;
}

/** Sorts the entries of a shape by what they are, and binds the fields to the model. */
function readShape(label: string, shape: Shape): Parts {
  const parts: Parts = { fields: [], manyToMany: [], reverse: new Map(), virtual: new Map(), composite: null };
  for (const name of Object.keys(shape)) {
    // a getter in the shape is how the back edge of a cycle is written; its target is still a function
    const entry = shape[name];
    if (entry instanceof CompositePrimaryKeyDefinition) {
      if (name !== "pk") throw new ImproperlyConfigured(`${label}.${name}: write a composite key as pk: CompositePrimaryKey(…).`);
      parts.composite = entry.names;
      continue;
    }
    checkName(label, name);
    if (isField(entry)) parts.fields.push(entry.bind(name, label));
    else if (entry instanceof ManyToManyDefinition) parts.manyToMany.push(entry.bind(name, label));
    else if (entry instanceof ReverseRelationDefinition) parts.reverse.set(name, entry);
    else if (entry instanceof VirtualField) parts.virtual.set(name, entry.bind(name, label));
    else
      throw new ImproperlyConfigured(
        `${label}.${name} is not a field: ${typeof entry === "function" ? "call it, as in CharField({ maxLength: 100 })" : String(entry)}.`,
      );
  }
  return parts;
}

function checkName(label: string, name: string): void {
  checkIdentifier(name, `field ${label}.${name}`);
  if (name.includes("__") || name.endsWith("_")) {
    throw new ImproperlyConfigured(`${label}.${name}: a name cannot contain "__" or end in "_", which separate the parts of a lookup.`);
  }
  if (name === "pk" || name === "objects" || name === "then" || name === "constructor" || name in ModelCore.prototype) {
    throw new ImproperlyConfigured(
      `${label}: "${name}" is a member of every model and cannot be a field. Choose another name, with dbColumn: "${name}" for the column.`,
    );
  }
}

function makeMeta(label: string, shape: Shape, options: MetaOptions): ModelMeta {
  checkLabel(label);
  const { fields, manyToMany, reverse, virtual, composite } = readShape(label, shape);
  const keyFields = composite === null ? fields.filter((field) => field.primaryKey) : compositeKey(label, fields, composite);
  if (composite === null && keyFields.length > 1) {
    throw new ImproperlyConfigured(
      `${label} has two primary keys: ${keyFields.map((field) => field.name).join(" and ")}. For a key of several columns write pk: CompositePrimaryKey(…).`,
    );
  }
  if (keyFields.length === 0) {
    if (fields.some((field) => field.name === "id"))
      throw new ImproperlyConfigured(`${label}.id must be the primary key, or another field must: write primaryKey: true.`);
    // a factory's result is the definition; its public type only hides that
    const id = (BigAutoField({ primaryKey: true }) as unknown as FieldDefinition).bind("id", label);
    fields.unshift(id);
    keyFields.push(id);
  }
  const meta = new ModelMeta({ label, fields, keyFields, manyToMany, reverse, virtual, options });
  checkDefinition(meta);
  return meta;
}

function compositeKey(label: string, fields: readonly FieldDefinition[], names: readonly string[]): FieldDefinition[] {
  return names.map((name) => {
    const field = fields.find((candidate) => candidate.name === name || candidate.attname === name);
    if (!field)
      throw new ImproperlyConfigured(
        `${label}: CompositePrimaryKey names "${name}", which is no field. ${didYouMean(
          name,
          fields.map((each) => each.name),
        )}`.trim(),
      );
    if (field.primaryKey) throw new ImproperlyConfigured(`${label}.${field.name}: a part of a composite key is not primaryKey itself.`);
    if (field.null) throw new ImproperlyConfigured(`${label}.${field.name} is part of the primary key, so it cannot be null.`);
    return field;
  });
}

function checkLabel(label: string): void {
  if (!/^([A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*$/.test(label)) {
    throw new ImproperlyConfigured(`Model("${label}"): a label is a name, or an app and a name: "blog.Author".`);
  }
}

function refuseExtension(meta: ModelMeta): never {
  throw new ImproperlyConfigured(
    `${meta.label} is a model with a table, which cannot be extended. Put what the models share into an AbstractModel, and extend that.`,
  );
}

/** Puts what every model class has of its own on the generated base. */
function equip(base: ModelClass, meta: ModelMeta): void {
  const errors = {
    DoesNotExist: modelError(ObjectDoesNotExist, meta, "DoesNotExist"),
    MultipleObjectsReturned: modelError(MultipleObjectsReturned, meta, "MultipleObjectsReturned"),
  };
  Object.defineProperties(base, {
    DoesNotExist: { value: errors.DoesNotExist },
    MultipleObjectsReturned: { value: errors.MultipleObjectsReturned },
    objects: {
      configurable: true,
      get(this: unknown) {
        return queryPort().manager(metaOf(this));
      },
    },
    "~standard": {
      get(this: unknown) {
        return standardSchema(metaOf(this));
      },
    },
    // an abstract base hands its own down, which would leave out the fields of this model
    extend: { value: () => refuseExtension(meta) },
    extendAbstract: { value: () => refuseExtension(meta) },
    ref: {
      value(this: unknown, pk: unknown) {
        const owner = metaOf(this);
        const key = owner.singleKey(`${owner.label}.ref()`).coerce(pk);
        return makeRef(owner, key, () => queryPort().loadByKey(owner, key));
      },
    },
  });
  for (const [name, manager] of Object.entries(meta.options.managers ?? {})) {
    if (name in base && name !== "objects")
      throw new ImproperlyConfigured(`${meta.label}: the manager "${name}" has the name of a static member.`);
    Object.defineProperty(base, name, {
      configurable: true,
      get(this: unknown) {
        return queryPort().bindManager(manager, metaOf(this));
      },
    });
  }
}

/** The class of one model's own "does not exist" or "several objects" error. */
function modelError(parent: typeof ObjectDoesNotExist, meta: ModelMeta, name: string): typeof ObjectDoesNotExist {
  const errorClass = class extends parent {};
  Object.defineProperty(errorClass, "name", { value: name });
  brandError(errorClass, `${meta.label}.${name}`, name);
  return errorClass;
}

function defineModel(label: string, shape: Shape, options: MetaOptions, parent: Parent = ModelCore): ModelClass {
  const base = buildModel(label, shape, options, parent);
  registry.register(metaOf(base));
  return base;
}

/** A model that the registry does not know, such as one of an earlier time in a migration. Its targets are functions. */
export function buildModel(label: string, shape: Shape, options: MetaOptions, parent: Parent = ModelCore): ModelClass {
  checkOptionNames(label, options);
  const meta = makeMeta(label, shape, options);
  const base = generateBase(meta, parent);
  meta.base = base;
  equip(base, meta);
  return base;
}

/** The entries of one shape after those of another; getters are evaluated, an entry of the same name is replaced. */
function mergeShapes(parent: Shape, own: Shape): Shape {
  return { ...parent, ...own };
}

function modelFactory(label: string): (shape: Shape, options?: MetaOptions) => ModelClass {
  return (shape, options = {}) => defineModel(label, shape, options);
}

/**
 * Defines a model: its fields, then its options. The class that extends what it gives is the model.
 *
 * @param label - the model's name with its app: "blog.Author"
 * @returns a function of the fields and the options, which gives the base of the class
 * @throws ImproperlyConfigured for what cannot be, naming the model and the part
 * @example
 * class Reader extends Model<Reader>("library.Reader")({ name: CharField({ maxLength: 100 }) }, { ordering: ["name"] }) {
 *   get initial() {
 *     return this.name[0];
 *   }
 * }
 * await createTables([Reader]);
 * console.log((await Reader.objects.create({ name: "Ada" })).initial); // → A
 */
// the types of types/model.ts describe what the factory makes; their members are phantoms, which no code can show
export const Model = modelFactory as unknown as ModelFactory;

function abstractModelFactory(): (shape: Shape, options?: MetaOptions) => unknown {
  return (shape, options = {}) => defineAbstract({ shape, options }, ModelCore);
}

/**
 * Fields, options and methods for several models, without a table of its own.
 *
 * @example
 * class Timestamped extends AbstractModel<Timestamped>()({ createdAt: DateTimeField({ autoNowAdd: true }) }) {}
 * class Post extends Timestamped.extend<Post>("library.Post")({ title: CharField({ maxLength: 200 }) }) {}
 * await createTables([Post]);
 * console.log((await Post.objects.create({ title: "News" })).createdAt instanceof Date); // → true
 */
// as for Model
export const AbstractModel = abstractModelFactory as unknown as AbstractModelFactory;

function defineAbstract(definition: AbstractDefinition, parent: Parent): unknown {
  checkOptionNames("AbstractModel", definition.options);
  // checks the fields themselves; each child binds its own copies
  readShape("AbstractModel", definition.shape);
  const Base = class extends (parent as typeof ModelCore) {};
  Object.defineProperties(Base, {
    extend: {
      value(this: Parent, label: string) {
        return (shape: Shape, options: MetaOptions = {}) =>
          defineModel(label, mergeShapes(definition.shape, shape), inheritOptions(definition.options, options), this);
      },
    },
    extendAbstract: {
      value(this: Parent) {
        return (shape: Shape, options: MetaOptions = {}) =>
          defineAbstract({ shape: mergeShapes(definition.shape, shape), options: inheritOptions(definition.options, options) }, this);
      },
    },
  });
  return Base;
}
