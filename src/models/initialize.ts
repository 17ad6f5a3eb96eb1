import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { ForeignKeyDefinition } from "../fields/relations.js";
import { didYouMean } from "../suggestions.js";
import { attributesOf } from "./attributes.js";
import { isInstance, type ModelCore, stateOf } from "./core.js";
import { isExpression } from "./expression-brand.js";
import type { ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";
import { Ref } from "./ref.js";
import { assignRelation } from "./relation-accessors.js";
import { writeVirtual } from "./virtual-field.js";

/** What a constructor needs to know of a field, looked up once for each model. */
interface InputField {
  readonly field: FieldDefinition;
  readonly name: string;
  readonly attname: string;
  readonly relation: boolean;
}
const inputs = new WeakMap<ModelMeta, readonly InputField[]>();

function inputsOf(meta: ModelMeta): readonly InputField[] {
  let known = inputs.get(meta);
  if (!known) {
    known = meta.fields.map((field) => ({
      field,
      name: field.name,
      attname: field.attname,
      relation: field instanceof ForeignKeyDefinition,
    }));
    inputs.set(meta, known);
  }
  return known;
}

/**
 * The columns of a new instance, in the order of the fields: what was given, and the defaults of the rest. Related
 * objects leave null, until {@link assignGivenRelations}.
 *
 * @throws FieldError for a name that the model does not have, QueryError for one that cannot be given
 */
export function initialValues(meta: ModelMeta, source: unknown): unknown[] {
  if (source !== undefined && (typeof source !== "object" || source === null)) {
    throw new QueryError(`new ${meta.name}(…) takes an object of values, not ${String(source)}.`);
  }
  // an object, whose keys are checked below
  const given = (source ?? {}) as Readonly<Record<string, unknown>>;
  for (const name in given) if (!meta.findColumn(name)) checkOtherName(meta, name, given[name]);
  const fields = inputsOf(meta);
  const values: unknown[] = new Array(fields.length);
  for (let index = 0; index < fields.length; index++) {
    // the index runs over the list
    const { field, name, attname, relation } = fields[index] as InputField;
    let value = given[name];
    if (relation) {
      const key = given[attname];
      if (value !== undefined && key !== undefined) throw new QueryError(`${meta.label}: give "${name}" or "${attname}", not both.`);
      if (value === undefined) value = key;
      else if (isInstance(value) || value instanceof Ref) value = null;
    }
    values[index] = value === undefined ? field.getDefault() : coerceInput(field, value);
  }
  return values;
}

/** Assigns the objects, refs and the `pk` that a constructor was given. */
export function assignGivenRelations(instance: ModelCore, meta: ModelMeta, source: unknown): void {
  if (source === undefined) return;
  // initialValues has refused anything but an object
  const given = source as Readonly<Record<string, unknown>>;
  for (const { name, relation } of inputsOf(meta)) {
    if (!relation) continue;
    const value = given[name];
    if (isInstance(value) || value instanceof Ref) assignRelation(instance, meta, name, value);
  }
  for (const [name, field] of meta.virtual) if (given[name] !== undefined) writeVirtual(field, instance, given[name]);
  if (given.pk !== undefined) instance.pk = given.pk;
}

function checkOtherName(meta: ModelMeta, name: string, value: unknown): void {
  if (name === "pk" || meta.virtual.has(name)) return;
  if (!meta.hasName(name)) throw new FieldError(`${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
  if (value !== undefined) {
    throw new QueryError(
      `${meta.label}.${name} holds many objects, so it cannot be given to new ${meta.name}(…): save it first, then use ${name}.set([…]).`,
    );
  }
}

/** What an attribute gets from an input: expressions wait for the database, everything else becomes the field's value. */
export function coerceInput(field: FieldDefinition, value: unknown): unknown {
  if (isExpression(value)) return value;
  if (field.generated) throw new QueryError(`${field.label} is computed by the database and cannot be assigned.`);
  return field.coerce(value);
}

/**
 * Assigns several values with the rules of the constructor; names that are left out or undefined stay as they are.
 */
export function assignValues(instance: ModelCore, meta: ModelMeta, given: Readonly<Record<string, unknown>>): void {
  const values = attributesOf(instance);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === "pk") {
      instance.pk = value;
      continue;
    }
    const virtual = meta.virtual.get(name);
    if (virtual) {
      writeVirtual(virtual, instance, value);
      continue;
    }
    const field = meta.findColumn(name);
    if (!field) {
      if (meta.hasName(name)) throw new QueryError(`${meta.label}.${name} holds many objects; use ${name}.set([…]).`);
      throw new FieldError(`${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
    }
    if (field instanceof ForeignKeyDefinition && (isInstance(value) || value instanceof PendingValue))
      assignRelation(instance, meta, field.name, value);
    else {
      values[field.attname] = coerceInput(field, value);
      if (field.attname !== field.name) stateOf(instance).clearRelation(field.name);
    }
  }
}
