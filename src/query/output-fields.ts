import { ColumnDefinition } from "../fields/column-definition.js";
import type { FieldDefinition } from "../fields/field.js";
import type { ColumnStorage } from "../sql/codec.js";
import type { LookupFamily } from "../types/field.js";

/** The field of values that no column holds. */
class OutputField extends ColumnDefinition {
  protected convert(input: unknown): unknown {
    return input;
  }
}

/** A field for what an expression gives, of a type that no field has. */
export function outputNamed(kind: string, family: LookupFamily, storage: ColumnStorage): FieldDefinition {
  const field = new OutputField(kind, family, storage, {});
  Object.freeze(field);
  return field;
}

const lists = new WeakMap<FieldDefinition, FieldDefinition>();

/** The field of lists of another field's values. */
export function listOf(element: FieldDefinition): FieldDefinition {
  let list = lists.get(element);
  if (list === undefined) {
    list = outputNamed("ArrayField", "array", { kind: "array", element: element.storage });
    lists.set(element, list);
  }
  return list;
}
