import type { FieldDefinition } from "./field.js";

/** A copy of a field that differs in some of its properties: of the same class, and frozen as every field. */
export function copyField<Field extends FieldDefinition>(field: Field, changes: Readonly<Record<string, unknown>>): Field {
  // Object.create gives an object of this very class, which the assignment fills with every own property
  return Object.freeze(Object.assign(Object.create(Object.getPrototypeOf(field)), field, changes)) as Field;
}
