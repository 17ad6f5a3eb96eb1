import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { ForeignKeyDefinition } from "../fields/relations.js";
import { didYouMean } from "../suggestions.js";
import { isInstance, type ModelCore, stateOf } from "./core.js";
import { isExpression } from "./expression-brand.js";
import type { ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";
import { Ref } from "./ref.js";
import { assignRelation } from "./relation-accessors.js";

/** Fills a new instance: what was given, and the defaults of the rest. */
export function initialize(instance: ModelCore, meta: ModelMeta, source: unknown): void {
  if (source !== undefined && (typeof source !== "object" || source === null)) {
    throw new QueryError(`new ${meta.name}(…) takes an object of values, not ${String(source)}.`);
  }
  const given: Record<string, unknown> = { ...source };
  const values = instance as unknown as Record<string, unknown>;
  const later: [FieldDefinition, unknown][] = [];
  for (const field of meta.fields) {
    const value = take(given, field, meta);
    if (value === undefined) values[field.attname] = field.getDefault();
    else if (field instanceof ForeignKeyDefinition && (isInstance(value) || value instanceof Ref)) {
      values[field.attname] = null;
      later.push([field, value]);
    } else values[field.attname] = coerceInput(field, value);
  }
  for (const [field, value] of later) assignRelation(instance, meta, field.name, value);
  if (given.pk !== undefined) instance.pk = given.pk;
  delete given.pk;
  for (const [name, value] of Object.entries(given)) {
    if (meta.hasName(name)) {
      if (value === undefined) continue;
      throw new QueryError(
        `${meta.label}.${name} holds many objects, so it cannot be given to new ${meta.name}(…): save it first, then use ${name}.set([…]).`,
      );
    }
    throw new FieldError(`${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
  }
}

/** Takes a field's value out of what was given, under its own name or its attribute's. */
function take(given: Record<string, unknown>, field: FieldDefinition, meta: ModelMeta): unknown {
  const value = given[field.name];
  delete given[field.name];
  if (field.attname === field.name) return value;
  const key = given[field.attname];
  delete given[field.attname];
  if (value !== undefined && key !== undefined)
    throw new QueryError(`${meta.label}: give "${field.name}" or "${field.attname}", not both.`);
  return value ?? key;
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
  const values = instance as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === "pk") {
      instance.pk = value;
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
