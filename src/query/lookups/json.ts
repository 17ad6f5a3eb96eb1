import { QueryError } from "../../errors.js";
import { NEVER, type Node } from "../../sql/nodes.js";
import { isJSONNull } from "../../values/json-null.js";
import type { Operand } from "../operand.js";
import { fieldOf } from "../query.js";
import { paddedLength } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { PATTERN_LOOKUPS, patternNode } from "./patterns.js";
import { defineFallbackTransform, defineLookup, findLookup, type LookupBuilder } from "./registry.js";
import { valueNode } from "./right-side.js";

/** A document and the names that lead into it. */
interface Member {
  readonly source: Node;
  readonly path: readonly string[];
}

function memberOf(node: Node): Member {
  if (node.kind !== "call" || node.name !== "json_path") return { source: node, path: [] };
  const [source] = node.args;
  // the fallback transform below makes these nodes, with one argument and a path
  return { source: source as Node, path: node.options?.path as readonly string[] };
}

// any name behind a document is that of a member; digits are a place in a list
defineFallbackTransform("json", {
  accepts: (name) => name !== "",
  apply({ node, path: where }, name) {
    const { source, path } = memberOf(node);
    const member: Node = { kind: "call", name: "json_path", args: [source], output: OUTPUT.json, options: { path: [...path, name] } };
    return { node: member, field: OUTPUT.json, path: where };
  },
});

/** What kind of value JSON makes of a right side. The kind of a value is part of the query's structure. */
function jsonType(value: unknown): string {
  // its document is equal to null's, but its fingerprint is that of an object
  if (isJSONNull(value)) return "document";
  switch (typeof value) {
    case "number":
    case "bigint":
      return "number";
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    default:
      return "document";
  }
}

/** JSON knows no 64-bit integers of its own: they are written as its numbers. */
function jsonValue(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new QueryError(`${value} is beyond the integers that JSON holds exactly.`);
  return number;
}

/** A comparison of a member with a document. */
function memberComparison(left: Operand, operator: string, type: string, value: Node | null): Node {
  const { source, path } = memberOf(left.node);
  const args = value === null ? [source] : [source, value];
  return { kind: "call", name: "json_compare", args, output: OUTPUT.boolean, options: { path, operator, type } };
}

/** A value as a JSON document. */
function document(slot: number, pick: (value: unknown) => unknown = (value) => value): Node {
  return { kind: "parameter", slot, prepare: (value) => jsonValue(pick(value)), output: OUTPUT.json, cast: false };
}

function compare(lookup: string, operator: "=" | ">" | ">=" | "<" | "<="): LookupBuilder {
  return (left, right, where) => {
    const whole = memberOf(left.node).path.length === 0;
    switch (right.kind) {
      case "node":
        if (fieldOf(right.node)?.lookupFamily !== "json") return memberComparison(left, operator, "column", right.node);
        return memberComparison(left, operator, operator === "=" ? "document" : "any", right.node);
      case "value": {
        if (right.value === null) return memberComparison(left, operator, "null", null);
        if (whole && operator === "=") return { kind: "comparison", operator, left: left.node, right: document(right.slot) };
        const type = jsonType(right.value);
        return memberComparison(left, operator, type, document(right.slot));
      }
      default:
        return generalLookup(lookup)(left, right, where);
    }
  };
}

/** The lookup of all other columns. */
function generalLookup(name: string): LookupBuilder {
  const general = findLookup(null, name);
  // every lookup that has a form of its own here has a general one
  if (!general) throw new Error(`no lookup "${name}"`);
  return general;
}

const COMPARISONS = { exact: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
for (const [lookup, operator] of Object.entries(COMPARISONS)) defineLookup(["json"], lookup, compare(lookup, operator));

defineLookup(["json"], "range", (left, right, where) => {
  if (right.kind !== "value" || !Array.isArray(right.value) || right.value.length !== 2)
    throw new QueryError(`${where} takes a list of two values.`);
  // the check above was of a list of two, and only lists are in this slot
  const end = (index: 0 | 1): Node => document(right.slot, (value) => (value as readonly unknown[])[index]);
  const children = [memberComparison(left, ">=", "any", end(0)), memberComparison(left, "<=", "any", end(1))];
  return { kind: "logical", connector: "AND", negated: false, children };
});

defineLookup(["json"], "in", (left, right, where) => {
  if (right.kind !== "value" || !Array.isArray(right.value)) return generalLookup("in")(left, right, where);
  const length = paddedLength(right.value);
  if (length === 0) return NEVER;
  return {
    kind: "in",
    left: left.node,
    right: { kind: "parameterList", slot: right.slot, length, prepare: jsonValue, output: OUTPUT.json, cast: true },
  };
});

/** The member as plain text. */
function textOf(left: Operand): Operand {
  const { source, path } = memberOf(left.node);
  if (path.length === 0) return left;
  return { ...left, node: { kind: "call", name: "json_text", args: [source], output: OUTPUT.text, options: { path } } };
}
for (const lookup of PATTERN_LOOKUPS) {
  if (lookup !== "contains") defineLookup(["json"], lookup, (left, right, where) => patternNode(lookup, textOf(left), right, where));
}

for (const [lookup, match] of [
  ["contains", "json_contains"],
  ["containedBy", "json_contained_by"],
] as const) {
  defineLookup(["json"], lookup, (left, right, where) => ({
    kind: "match",
    lookup: match,
    left: left.node,
    right:
      right.kind === "value"
        ? { kind: "parameter", slot: right.slot, prepare: jsonValue, output: OUTPUT.json, cast: true }
        : valueNode(left, right, where),
  }));
}

defineLookup(["json"], "hasKey", (left, right, where) => {
  const { source, path } = memberOf(left.node);
  if (right.kind !== "value" || (typeof right.value !== "string" && typeof right.value !== "number"))
    throw new QueryError(`${where} takes the name of a member.`);
  const key: Node = { kind: "parameter", slot: right.slot, prepare: String, output: OUTPUT.text, cast: true };
  return { kind: "call", name: "json_has_key", args: [source, key], output: OUTPUT.boolean, options: { path } };
});

for (const [lookup, any] of [
  ["hasKeys", false],
  ["hasAnyKeys", true],
] as const) {
  defineLookup(["json"], lookup, (left, right, where) => {
    const { source, path } = memberOf(left.node);
    if (right.kind !== "value" || !Array.isArray(right.value)) throw new QueryError(`${where} takes a list of names.`);
    const prepare = (value: unknown): unknown => {
      // the fingerprint admits only lists to this slot
      return (value as readonly unknown[]).map((name) => {
        if (typeof name !== "string" && typeof name !== "number") throw new QueryError(`${where} takes a list of names.`);
        return String(name);
      });
    };
    const keys: Node = { kind: "parameter", slot: right.slot, prepare, output: OUTPUT.json, cast: false };
    return { kind: "call", name: "json_has_keys", args: [source, keys], output: OUTPUT.boolean, options: { path, any } };
  });
}
