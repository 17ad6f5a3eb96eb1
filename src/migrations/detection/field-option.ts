import type { FieldDefinition } from "../../fields/field.js";

/** The same field with another default, or another column. */
export function withFieldOption(
  field: FieldDefinition,
  changes: { readonly default?: unknown; readonly dbColumn?: string },
): FieldDefinition {
  const options = Object.freeze({ ...field.options, ...changes });
  // Object.create gives an object of the same class, which the assignment fills with every own property
  return Object.freeze(Object.assign(Object.create(Object.getPrototypeOf(field)), field, { options })) as FieldDefinition;
}
