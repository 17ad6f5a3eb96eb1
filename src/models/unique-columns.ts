import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "./meta.js";

/** Whether the table itself says that a column is unique: its key, or a column with `unique`. */
export function isUniqueField(meta: ModelMeta, field: FieldDefinition): boolean {
  return field.unique || (field.primaryKey && meta.keyFields.length === 1);
}

/**
 * Whether no two rows of a model have one value in a column, by whatever it is that holds this: the field, a constraint, or
 * an index.
 *
 * @param meta - the model
 * @param field - one of its columns
 * @param atAnyTime - true: also between two statements of a transaction, as a foreign key to the column needs
 */
export function isUniqueColumn(meta: ModelMeta, field: FieldDefinition, atAnyTime = false): boolean {
  const isOnly = (names: readonly string[]): boolean => names.length === 1 && meta.findColumn(names[0] ?? "") === field;
  return (
    isUniqueField(meta, field) ||
    (meta.options.constraints ?? []).some(
      (each) =>
        each.type === "unique" && each.condition === undefined && isOnly(each.fields) && !(atAnyTime && each.deferrable !== undefined),
    ) ||
    (meta.options.uniqueTogether ?? []).some(isOnly) ||
    (meta.options.indexes ?? []).some((each) => each.unique === true && each.condition === undefined && isOnly(each.fields))
  );
}
