import { FieldError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { fieldOf } from "../query.js";
import { OUTPUT } from "../value-output.js";

const NUMERIC_RANK: Readonly<Record<string, number>> = { smallint: 0, integer: 1, bigint: 2, decimal: 3, float: 4 };

/** How wide a number's type is; undefined for what is no number. */
export function numericRank(field: FieldDefinition): number | undefined {
  return NUMERIC_RANK[field.storage.kind];
}

/** The type that holds the values of both numbers; null where one of them is no number. */
export function widerNumber(left: FieldDefinition, right: FieldDefinition): FieldDefinition | null {
  const [leftRank, rightRank] = [numericRank(left), numericRank(right)];
  if (leftRank === undefined || rightRank === undefined) return null;
  if (left.storage.kind === "float" || right.storage.kind === "float") return OUTPUT.float;
  if (left.storage.kind === "decimal" || right.storage.kind === "decimal") {
    return left.storage.kind === right.storage.kind && left.storage.decimalPlaces === right.storage.decimalPlaces ? left : OUTPUT.decimal;
  }
  const wider = leftRank >= rightRank ? left : right;
  return wider.auto ? OUTPUT.count : wider;
}

/**
 * The one type of several values of which the database gives one: of Coalesce, of the branches of a Case.
 *
 * @throws FieldError where the values are of different kinds, and nothing says which one is meant
 */
export function commonOutput(nodes: readonly Node[], where: string): FieldDefinition | null {
  let common: FieldDefinition | null = null;
  for (const node of nodes) {
    const field = fieldOf(node);
    if (field === null || field === common) continue;
    if (common === null) common = field;
    else if (common.lookupFamily !== field.lookupFamily || common.storage.kind !== field.storage.kind) {
      const number = widerNumber(common, field);
      if (number) common = number;
      else if (common.lookupFamily !== field.lookupFamily) {
        throw new FieldError(
          `${where} has values of different types, ${common.kind} and ${field.kind}: say which one is meant with outputField, or cast them.`,
        );
      }
    }
  }
  return common;
}
