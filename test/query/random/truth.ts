import type { Leaf } from "./description.js";
import type { Value } from "./models.js";

/** SQL's truth values; null is unknown. */
export type Truth = boolean | null;

export const not = (value: Truth): Truth => (value === null ? null : !value);
export const and = (values: readonly Truth[]): Truth => (values.includes(false) ? false : values.includes(null) ? null : true);
export const or = (values: readonly Truth[]): Truth => not(and(values.map(not)));

function compare(lookup: Leaf["lookup"], left: Value, right: Value | boolean | readonly Value[]): Truth {
  if (lookup === "isnull") return (left === null) === right;
  if (lookup === "in") {
    const list = right as readonly Value[];
    if (list.length === 0) return false;
    if (left !== null && list.includes(left)) return true;
    return left === null || list.includes(null) ? null : false;
  }
  if (lookup === "range") {
    const [low, high] = right as readonly [Value, Value];
    return and([compare("gte", left, low), compare("lte", left, high)]);
  }
  if (left === null || right === null) return null;
  const [a, b] = [left, right as string | number];
  switch (lookup) {
    case "exact":
      return a === b;
    case "gt":
      return a > b;
    case "gte":
      return a >= b;
    case "lt":
      return a < b;
    case "lte":
      return a <= b;
    case "contains":
      return String(a).includes(String(b));
    case "startswith":
      return String(a).startsWith(String(b));
  }
}

/** What a lookup says of a value; `exact` with null asks whether there is none. */
export function lookup(leaf: Leaf, value: Value, right: Value | boolean | readonly Value[]): Truth {
  if (leaf.lookup === "exact" && leaf.right.kind === "value" && right === null) return value === null;
  return compare(leaf.lookup, value, right);
}
