import { QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { ForeignKeyDefinition } from "../fields/relations.js";
import type { Query } from "./query.js";
import { columnNode } from "./references.js";

/**
 * A query that stands behind `in` or `=`: it gives one column. Without values() that is the key that the left side
 * holds.
 *
 * @param left - what it is compared with
 * @param where - the lookup, for errors
 * @throws QueryError for several columns, and for objects of another model than the relation's
 */
export function selectSingleColumn(query: Query, left: FieldDefinition | null, where = "a subquery"): Query {
  const copy = query.clone();
  if (copy.columns !== null) {
    if (copy.columns.size !== 1)
      throw new QueryError(
        `A queryset used as a value must give one column; values(${[...copy.columns.keys()].map((name) => `"${name}"`).join(", ")}) gives ${copy.columns.size}.`,
      );
  } else if (copy.combination) {
    copy.combination = { ...copy.combination, parts: copy.combination.parts.map((part) => selectSingleColumn(part, left, where)) };
  } else {
    if (left instanceof ForeignKeyDefinition) checkModel(left, copy.meta.label, where);
    const target =
      left instanceof ForeignKeyDefinition && left.targetField.modelLabel === copy.meta.label
        ? left.targetField
        : copy.meta.singleKey(where);
    // what groups the rows stays, what was only shown goes
    if (copy.groupBy === "all") copy.groupBy = copy.meta.keyFields.map((field) => columnNode(copy.root, field));
    copy.columns = new Map([[target.name, columnNode(copy.root, target)]]);
  }
  copy.shape = { kind: "flat", names: [...(copy.columns?.keys() ?? [])] };
  copy.selectRelated = null;
  copy.mask = null;
  // the order of a subquery means something only where it decides which rows are in it
  if (!copy.isSliced && copy.distinctOn.length === 0) copy.order = [];
  return copy;
}

/** Keys of another model would be compared in silence. A key that is a relation takes its own model too, as in Django. */
function checkModel(left: ForeignKeyDefinition, given: string, where: string): void {
  const { modelLabel } = left.targetField;
  if (modelLabel === "" || modelLabel === given || (left.primaryKey && left.modelLabel === given)) return;
  throw new QueryError(
    `${where}: the queryset must be of ${modelLabel}, not of ${given}. To compare one of its columns, name it by values(…).`,
  );
}
