import { copyField } from "../../fields/copy-field.js";
import type { FieldDefinition } from "../../fields/field.js";

/** The same field with another default, or another column. */
export function withFieldOption(
  field: FieldDefinition,
  changes: { readonly default?: unknown; readonly dbColumn?: string },
): FieldDefinition {
  return copyField(field, { options: Object.freeze({ ...field.options, ...changes }) });
}
