import { inspect } from "node:util";
import { run, runSync } from "../engine/run.js";
import { QueryError } from "../errors.js";
import { isFieldFile } from "../fields/field-file.js";
import { attributesOf } from "./attributes.js";
import { fileFieldsOf } from "./file-fields.js";
import { findMeta, META, type ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";
import { type DeletionResult, queryPort, type SaveOptions } from "./query-port.js";
import { InstanceState, type ResultGroup } from "./state.js";
import type { CleanOptions } from "./validation.js";

/** The first argument of a constructor that is entered with a row from the database. */
export const HYDRATE: unique symbol = Symbol.for("dorm.models.hydrate") as never;

const INSTANCE = Symbol.for("dorm.models.instance");

let readState: (instance: ModelCore) => InstanceState;

/** What every model instance can do. Its columns are plain properties; everything else it remembers is in one private slot. */
export class ModelCore {
  /** A row from the database begins with the group of its result, which its peers share; few rows need more than that. */
  #state: InstanceState | ResultGroup;

  static {
    readState = (instance) => {
      const state = instance.#state;
      if (state instanceof InstanceState) return state;
      const made = new InstanceState(state);
      instance.#state = made;
      return made;
    };
  }

  constructor(source?: unknown, _row?: unknown, _offset?: unknown, group?: unknown) {
    // a hydrator that enters with HYDRATE hands over the group of its result
    this.#state = source === HYDRATE ? (group as ResultGroup) : new InstanceState(null);
  }

  /** The primary key: a value, or a list for a composite key; null until the row has one. */
  get pk(): unknown {
    return metaOfInstance(this).keyOf(this);
  }

  set pk(value: unknown) {
    const meta = metaOfInstance(this);
    const fields = meta.keyFields;
    const values = fields.length === 1 ? [value] : value;
    if (!Array.isArray(values) || values.length !== fields.length) {
      throw new QueryError(`${meta.label}.pk is a list of ${fields.length} values: ${fields.map((field) => field.name).join(", ")}.`);
    }
    const target = attributesOf(this);
    for (const [index, field] of fields.entries()) target[field.attname] = field.coerce(values[index]);
  }

  /** Called after an instance is made, by hand or from a row; override it instead of writing a constructor. */
  init(): void {}

  /** The model's own rules, which `fullClean` calls; throw a `ValidationError`. */
  clean(): void | Promise<void> {}

  save(options: SaveOptions = {}): Promise<void> {
    return run(queryPort().save(this, options));
  }

  saveSync(options: SaveOptions = {}): void {
    runSync(queryPort().save(this, options));
  }

  delete(options: { readonly using?: string } = {}): Promise<DeletionResult> {
    return run(queryPort().delete(this, options));
  }

  deleteSync(options: { readonly using?: string } = {}): DeletionResult {
    return runSync(queryPort().delete(this, options));
  }

  refreshFromDb(options: { readonly using?: string; readonly fields?: readonly string[] } = {}): Promise<void> {
    return run(queryPort().refresh(this, options));
  }

  refreshFromDbSync(options: { readonly using?: string; readonly fields?: readonly string[] } = {}): void {
    runSync(queryPort().refresh(this, options));
  }

  /** Checks fields, `clean`, unique fields and constraints; throws one `ValidationError` with all that is wrong. */
  fullClean(options: CleanOptions = {}): Promise<void> {
    return run(queryPort().fullClean(this, options));
  }

  fullCleanSync(options: CleanOptions = {}): void {
    runSync(queryPort().fullClean(this, options));
  }

  /** Checks each field by itself. */
  cleanFields(options: CleanOptions = {}): void {
    queryPort().cleanFields(this, options);
  }

  validateUnique(options: CleanOptions = {}): Promise<void> {
    return run(queryPort().validateUnique(this, options));
  }

  validateUniqueSync(options: CleanOptions = {}): void {
    runSync(queryPort().validateUnique(this, options));
  }

  validateConstraints(options: CleanOptions = {}): Promise<void> {
    return run(queryPort().validateConstraints(this, options));
  }

  validateConstraintsSync(options: CleanOptions = {}): void {
    runSync(queryPort().validateConstraints(this, options));
  }

  /** Assigns values by the rules of the constructor: names that are left out or undefined stay as they are. */
  set(values: Readonly<Record<string, unknown>>): this {
    queryPort().assign(this, values);
    return this;
  }

  /** A new, unsaved object with the same values and no key. */
  copy(): this {
    // a copy is of the same class
    return queryPort().copy(this) as this;
  }

  /** The attribute names of the columns that are not loaded. */
  getDeferredFields(): Set<string> {
    const values = attributesOf(this);
    return new Set(
      metaOfInstance(this)
        .fields.map((field) => field.attname)
        .filter((attname) => values[attname] instanceof PendingValue),
    );
  }

  /** The same model and the same key; an instance without a key equals only itself. */
  equals(other: unknown): boolean {
    if (this === other) return true;
    if (!isInstance(other) || metaOfInstance(other) !== metaOfInstance(this)) return false;
    const [own, others] = [this.pk, other.pk];
    return own !== null && keyText(own) === keyText(others);
  }

  /** Loaded columns, and loaded relations where asked for; never touches the database. */
  toJSON(options?: unknown): Record<string, unknown> {
    // JSON.stringify passes the property's name here
    const relations = typeof options === "object" && options !== null && "relations" in options && options.relations === true;
    const meta = metaOfInstance(this);
    const values = attributesOf(this);
    const json: Record<string, unknown> = {};
    for (const name of attributeNames(this)) {
      const value = plainFile(values[name]);
      if (!(value instanceof PendingValue)) json[name] = typeof value === "bigint" ? value.toString() : value;
    }
    if (!relations) return json;
    const { relations: loaded } = readState(this);
    for (const relation of meta.relations.values()) {
      const value = loaded?.get(relation.name);
      if (isInstance(value)) json[relation.name] = value.toJSON({ relations: true });
      else if (Array.isArray(value))
        json[relation.name] = value.map((item) => (isInstance(item) ? item.toJSON({ relations: true }) : item));
    }
    return json;
  }

  toString(): string {
    const key = this.pk;
    return `${metaOfInstance(this).name}(${key === null ? "unsaved" : keyText(key)})`;
  }

  /** What the console shows: columns as they are, and what is not loaded as such. */
  [inspect.custom](_depth: number, options: object): string {
    const meta = metaOfInstance(this);
    const { relations } = readState(this);
    const values = attributesOf(this);
    const shown: Record<string, unknown> = Object.fromEntries(attributeNames(this).map((name) => [name, values[name]]));
    for (const [name, value] of relations ?? []) if (isInstance(value) || Array.isArray(value)) shown[name] = value;
    return `${meta.name} ${inspect(shown, options)}`;
  }
}
Object.defineProperty(ModelCore.prototype, INSTANCE, { value: true });

export function stateOf(instance: ModelCore): InstanceState {
  return readState(instance);
}

/** Columns in the order of the fields, then what else the instance has: annotations, and properties of the user's class. */
function attributeNames(instance: ModelCore): readonly string[] {
  const own = Object.keys(instance);
  const meta = metaOfInstance(instance);
  // the attributes of file fields are accessors, all others are the instance's own
  return fileFieldsOf(meta).length === 0 ? own : [...new Set([...meta.fields.map(({ attname }) => attname), ...own])];
}

/** The name for a file, as it stands in JSON. */
function plainFile(value: unknown): unknown {
  return isFieldFile(value) ? value.name : value;
}

/** A model instance, of whichever copy of the package. */
export function isInstance(value: unknown): value is ModelCore {
  return typeof value === "object" && value !== null && INSTANCE in value;
}

export function metaOfInstance(instance: ModelCore): ModelMeta {
  const meta = findMeta(instance.constructor);
  // ModelCore itself is never constructed: a generated base with a meta stands in between
  if (!meta) throw new QueryError(`${String(instance.constructor)} has no ${String(META)}`);
  return meta;
}

/** A key as text, for maps and comparison: composite keys by their parts. */
export function keyText(key: unknown): string {
  return Array.isArray(key) ? JSON.stringify(key.map(String)) : String(key);
}
