import { QueryError } from "../../errors.js";
import { describe } from "../../fields/describe-value.js";
import type { FieldDefinition } from "../../fields/field.js";
import { ForeignKeyDefinition } from "../../fields/relations.js";
import { attributesOf } from "../../models/attributes.js";
import { isInstance, metaOfInstance } from "../../models/core.js";
import { Ref } from "../../models/ref.js";
import type { Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { OUTPUT, outputForValue } from "../value-output.js";
import { needsWideInteger } from "./integer-limits.js";

/**
 * How a value becomes one of the field's: instances and refs give their key, everything else is coerced.
 *
 * @throws QueryError for an instance of another model, or one without a key
 */
export function prepareFor(field: FieldDefinition | null, where: string): ((value: unknown) => unknown) | null {
  if (field === null) return (value) => (isInstance(value) ? instanceKey(value, null, where) : value);
  return (value) => {
    if (value === null) return null;
    if (typeof value === "object") {
      if (isInstance(value)) return instanceKey(value, field, where);
      if (value instanceof Ref) return field.coerceLookup(value.pk);
    }
    return field.coerceLookup(value);
  };
}

function instanceKey(instance: Parameters<typeof metaOfInstance>[0], field: FieldDefinition | null, where: string): unknown {
  const meta = metaOfInstance(instance);
  const target = field instanceof ForeignKeyDefinition ? field.targetField : field;
  if (target && target.modelLabel !== "" && target.modelLabel !== meta.label) {
    throw new QueryError(`${where}: the value must be a ${target.modelLabel} or its key, not a ${meta.label}.`);
  }
  const values = attributesOf(instance);
  const key = target && target.modelLabel === meta.label ? values[target.attname] : instance.pk;
  if (key === null || key === undefined) throw new QueryError(`${where}: the ${meta.label} has no key yet; save it first.`);
  return key;
}

/** The right side as one value of the left side's type. */
export function valueNode(left: Operand, right: RightSide, where: string): Node {
  switch (right.kind) {
    case "value": {
      if (right.value === null) throw new QueryError(`${where}: null cannot be compared; use isnull.`);
      const prepare = prepareFor(left.field, where);
      if (needsWideInteger(left.field, right.value)) {
        return wrapRight(left, { kind: "parameter", slot: right.slot, prepare, output: OUTPUT.count, cast: true });
      }
      const output = left.field ?? outputForValue(right.value);
      return wrapRight(left, { kind: "parameter", slot: right.slot, prepare, output, cast: left.node.kind !== "column" });
    }
    case "node":
      return wrapRight(left, right.node);
    case "items":
      throw new QueryError(`${where} takes one value, not a list.`);
    case "query":
      // the caller embeds queries before
      throw new QueryError(`${where}: a queryset can be compared with "in", or with Subquery().`);
  }
}

/** A transform of both sides, as `unaccent`, put around the right one. */
export function wrapRight({ wrapRight: wrap }: Operand, node: Node): Node {
  return wrap ? wrap(node) : node;
}

/** A text parameter made from the value: a pattern, a search term. */
export function textNode(right: RightSide, where: string, change: (text: string) => string, output: FieldDefinition): Node {
  if (right.kind === "node") return right.node;
  if (right.kind !== "value" || right.value === null)
    throw new QueryError(`${where} takes a text, not ${right.kind === "value" ? "null" : "a list"}.`);
  return {
    kind: "parameter",
    slot: right.slot,
    prepare: (value) => {
      if (typeof value === "object" && !(value instanceof Date) && !hasText(value))
        throw new QueryError(`${where} takes a text, not ${describe(value)}.`);
      return change(String(value));
    },
    output,
    cast: false,
  };
}

/** Decimals and the like print themselves. */
function hasText(value: unknown): boolean {
  return typeof value === "object" && value !== null && value.toString !== Object.prototype.toString && !Array.isArray(value);
}
