import { NotLoadedError } from "../errors.js";
import { attributesOf } from "./attributes.js";
import { isInstance, type ModelCore, metaOfInstance, stateOf } from "./core.js";
import { PendingValue } from "./pending.js";

/**
 * A new, unsaved object with the values of another and no key, or the key's default. Lists, plain objects and dates are
 * copied, so that the two share nothing that can change.
 *
 * @throws NotLoadedError where a column is not loaded, as the copy would lack it
 */
export function copyInstance(instance: ModelCore): ModelCore {
  const meta = metaOfInstance(instance);
  const values = attributesOf(instance);
  const missing = meta.fields.filter((field) => values[field.attname] instanceof PendingValue).map((field) => field.name);
  if (missing.length > 0) {
    throw new NotLoadedError(
      `copy(): ${meta.label} has columns that are not loaded: ${missing.join(", ")}. Load them first, with refreshFromDb({ fields: […] }).`,
    );
  }
  const copy = new meta.modelClass();
  const copied = attributesOf(copy);
  for (const field of meta.fields) {
    if (meta.keyFields.includes(field)) continue;
    copied[field.attname] = field.generated ? null : ownValue(values[field.attname]);
  }
  for (const field of meta.foreignKeys) {
    const related = stateOf(instance).relation(field.name);
    if (isInstance(related) && !meta.keyFields.includes(field)) stateOf(copy).setRelation(field.name, related);
  }
  return copy;
}

function ownValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  const copyable =
    Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value) || prototype === Object.prototype || prototype === null;
  return copyable ? structuredClone(value) : value;
}
