import { FieldError, QueryError } from "../../errors.js";
import { ArrayDefinition } from "../../fields/containers.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { listOf } from "../output-fields.js";
import { OUTPUT, outputForValue } from "../value-output.js";
import { defineFallbackTransform, defineLookup, defineTransform } from "./registry.js";
import { prepareFor, valueNode } from "./right-side.js";

function parameterOf(field: FieldDefinition | null, right: RightSide & { readonly kind: "value" }, where: string, cast = true): Node {
  return {
    kind: "parameter",
    slot: right.slot,
    prepare: prepareFor(field, where),
    output: field ?? outputForValue(right.value),
    cast,
  };
}

/** A lookup whose right side is of the column's own type, which the database takes from the left one: `varchar[]` has no operators with `text[]`. */
function sameType(match: string): (left: Operand, right: RightSide, where: string) => Node {
  return (left, right, where) => ({
    kind: "match",
    lookup: match,
    left: left.node,
    right: right.kind === "value" ? parameterOf(left.field, right, where, false) : valueNode(left, right, where),
  });
}

// arrays
defineLookup(["array"], "contains", sameType("array_contains"));
defineLookup(["array"], "containedBy", sameType("array_contained_by"));
defineLookup(["array"], "overlap", sameType("array_overlap"));
defineTransform(["array"], "len", ({ node, path }) => ({
  node: { kind: "call", name: "array_length", args: [node], output: OUTPUT.integer },
  field: OUTPUT.integer,
  path,
}));

const SLICE = /^(\d+)_(\d+)$/;
const INDEX = /^\d+$/;
// `tags__0` is the first item, `tags__0_2` the first two
defineFallbackTransform("array", {
  accepts: (name) => INDEX.test(name) || SLICE.test(name),
  apply({ node, field, path }, name) {
    const [, start, end] = SLICE.exec(name) ?? [];
    if (start !== undefined && end !== undefined) {
      const slice: Node = {
        kind: "call",
        name: "array_slice",
        args: [node],
        output: field,
        options: { start: Number(start), end: Number(end) },
      };
      return { node: slice, field, path };
    }
    const element = field instanceof ArrayDefinition ? field.base : null;
    return {
      node: { kind: "call", name: "array_item", args: [node], output: element, options: { index: Number(name) } },
      field: element,
      path,
    };
  },
});

// hstore
defineLookup(["hstore"], "contains", sameType("hstore_contains"));
defineLookup(["hstore"], "containedBy", sameType("hstore_contained_by"));
defineLookup(["hstore"], "hasKey", (left, right, where) => {
  if (right.kind !== "value" || typeof right.value !== "string") throw new QueryError(`${where} takes the name of a key.`);
  return { kind: "match", lookup: "hstore_has_key", left: left.node, right: parameterOf(OUTPUT.text, right, where) };
});
for (const [lookup, match] of [
  ["hasKeys", "hstore_has_keys"],
  ["hasAnyKeys", "hstore_has_any_keys"],
] as const) {
  defineLookup(["hstore"], lookup, (left, right, where) => {
    if (right.kind !== "value" || !Array.isArray(right.value)) throw new QueryError(`${where} takes a list of keys.`);
    return { kind: "match", lookup: match, left: left.node, right: parameterOf(listOf(OUTPUT.text), right, where) };
  });
}
for (const part of ["keys", "values"]) {
  defineTransform(["hstore"], part, ({ node, path }) => {
    const output = listOf(OUTPUT.text);
    return { node: { kind: "call", name: `hstore_${part}`, args: [node], output }, field: output, path };
  });
}
defineFallbackTransform("hstore", {
  accepts: (name) => name !== "",
  apply({ node, path }, name) {
    const key: Node = { kind: "constant", value: name, output: OUTPUT.text, cast: true };
    return { node: { kind: "call", name: "hstore_item", args: [node, key], output: OUTPUT.text }, field: OUTPUT.text, path };
  },
});

// ranges
const RANGE_LOOKUPS = {
  containedBy: "range_contained_by",
  overlap: "range_overlap",
  fullyLt: "range_fully_lt",
  fullyGt: "range_fully_gt",
  notLt: "range_not_lt",
  notGt: "range_not_gt",
  adjacentTo: "range_adjacent_to",
} as const;
for (const [lookup, match] of Object.entries(RANGE_LOOKUPS)) defineLookup(["range"], lookup, sameType(match));

/** The field of the bounds of a range. */
const BOUNDS: Readonly<Record<string, FieldDefinition>> = {
  integerRange: OUTPUT.integer,
  bigintRange: OUTPUT.bigint,
  decimalRange: OUTPUT.decimal,
  dateRange: OUTPUT.date,
  datetimeRange: OUTPUT.datetime,
};

function boundOf(field: FieldDefinition | null, path: string): FieldDefinition {
  const bound = field && BOUNDS[field.storage.kind];
  if (!bound) throw new FieldError(`${path}: this is no range.`);
  return bound;
}

/** A range may contain another one, or a value. */
function isRangeValue(value: unknown): boolean {
  return Array.isArray(value) || (typeof value === "object" && value !== null && "lower" in value);
}
defineLookup(["range"], "contains", (left, right, where) => {
  if (right.kind !== "value") return { kind: "match", lookup: "range_contains", left: left.node, right: valueNode(left, right, where) };
  const field = isRangeValue(right.value) ? left.field : boundOf(left.field, where);
  return { kind: "match", lookup: "range_contains", left: left.node, right: parameterOf(field, right, where) };
});

for (const part of ["startswith", "endswith"]) {
  defineTransform(["range"], part, ({ node, field, path }) => {
    const output = boundOf(field, path);
    return { node: { kind: "call", name: "range_part", args: [node], output, options: { part } }, field: output, path };
  });
}
for (const part of ["isempty", "lowerInc", "lowerInf", "upperInc", "upperInf"]) {
  defineTransform(["range"], part, ({ node, path }) => ({
    node: { kind: "call", name: "range_part", args: [node], output: OUTPUT.boolean, options: { part } },
    field: OUTPUT.boolean,
    path,
  }));
}
