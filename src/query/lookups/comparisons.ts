import { QueryError } from "../../errors.js";
import { type ComparisonOperator, NEVER, type Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { QuerySource } from "../query-source.js";
import { selectSingleColumn } from "../select-single.js";
import { paddedLength } from "../shape.js";
import { OUTPUT, outputForValue } from "../value-output.js";
import { yearComparison } from "./dates.js";
import { fitsIntegerColumn, isIntegerField, sideOutsideLimits, within64Bits } from "./integer-limits.js";
import { defineLookup } from "./registry.js";
import { prepareFor, valueNode, wrapRight } from "./right-side.js";
import { SEARCH_VECTOR, searchMatch } from "./search.js";

/** A fraction compared with a column of integers, as Django does: `age__gte: 2.5` is `age__gte: 3`, `age: 2.5` is `age: 2`. */
function roundedFor(operator: ComparisonOperator): (value: number) => number {
  if (operator === "=") return Math.trunc;
  return operator === ">=" || operator === "<" ? Math.ceil : Math.floor;
}

function comparison(operator: ComparisonOperator): (left: Operand, right: RightSide, where: string) => Node {
  return (left, right, where) => {
    if (right.kind === "query") {
      if (right.query.limit === null)
        throw new QueryError(`${where}: a queryset compared as one value must be limited to one row: slice(0, 1).`);
      const query = selectSingleColumn(right.query, left.field, where);
      return {
        kind: "comparison",
        operator,
        left: left.node,
        right: { kind: "subquery", source: new QuerySource(query), output: left.field },
      };
    }
    if (right.kind === "value" && typeof right.value === "number" && !Number.isInteger(right.value) && isIntegerField(left.field)) {
      const round = roundedFor(operator);
      // the fingerprint tells fractions from integers, so every value of this slot is one
      return {
        kind: "comparison",
        operator,
        left: left.node,
        right: { kind: "parameter", slot: right.slot, prepare: (value) => round(value as number), output: left.field, cast: false },
      };
    }
    const outside = sideOutsideLimits(left, right);
    if (outside !== null) return beyondLimits(left, operator, outside);
    const year = yearComparison(left, operator, right, where);
    if (year !== null) return year;
    return { kind: "comparison", operator, left: left.node, right: valueNode(left, right, where) };
  };
}

defineLookup(["*"], "gt", comparison(">"));
defineLookup(["*"], "gte", comparison(">="));
defineLookup(["*"], "lt", comparison("<"));
defineLookup(["*"], "lte", comparison("<="));

const equal = comparison("=");
defineLookup(["*"], "exact", (left, right, where) =>
  left.field === SEARCH_VECTOR ? searchMatch(left, right, where) : equal(left, right, where),
);

/** No value of the column is as great, or as small: the condition holds for every value or for none. */
function beyondLimits(left: Operand, operator: ComparisonOperator, outside: "above" | "below"): Node {
  if (operator === "=") return NEVER;
  const every = outside === "above" ? operator === "<" || operator === "<=" : operator === ">" || operator === ">=";
  return every ? isNullNode(left.node, true) : NEVER;
}

/** The left side is null, or is not. */
export function isNullNode(node: Node, negated: boolean): Node {
  return { kind: "isNull", operand: node, negated };
}

defineLookup(["*"], "isnull", (left, right, where) => {
  if (right.kind !== "value" || typeof right.value !== "boolean") throw new QueryError(`${where} takes true or false.`);
  return isNullNode(left.node, !right.value);
});

defineLookup(["*"], "isnotnull", (left, right, where) => {
  if (right.kind !== "value" || typeof right.value !== "boolean") throw new QueryError(`${where} takes true or false.`);
  return isNullNode(left.node, right.value);
});

defineLookup(["*"], "range", (left, right, where) => {
  if (right.kind === "items") {
    const [low, high] = right.items;
    if (!low || !high || right.items.length !== 2) throw new QueryError(`${where} takes a list of two values.`);
    return { kind: "between", operand: left.node, low: valueNode(left, low, where), high: valueNode(left, high, where) };
  }
  if (right.kind !== "value" || !Array.isArray(right.value) || right.value.length !== 2 || right.value.includes(null)) {
    throw new QueryError(`${where} takes a list of two values.`);
  }
  const integers = isIntegerField(left.field);
  const prepare = integers ? within64Bits(null, prepareFor(left.field, where), where) : prepareFor(left.field, where);
  const bound = (index: 0 | 1): Node => {
    const output = integers ? OUTPUT.count : (left.field ?? outputForValue((right.value as readonly unknown[])[index]));
    const whole = index === 0 ? Math.ceil : Math.floor;
    return wrapRight(left, {
      kind: "parameter",
      slot: right.slot,
      prepare: (value) => {
        const pair = value as readonly unknown[];
        if (pair.length !== 2) throw new QueryError(`${where} takes a list of two values.`);
        const end = integers && typeof pair[index] === "number" ? whole(pair[index]) : pair[index];
        return prepare ? prepare(end) : end;
      },
      output,
      cast: integers,
    });
  };
  return { kind: "between", operand: left.node, low: bound(0), high: bound(1) };
});

defineLookup(["*"], "in", (left, right, where) => {
  switch (right.kind) {
    case "query": {
      if (right.query.empty) return NEVER;
      const query = selectSingleColumn(right.query, left.field, where);
      return { kind: "in", left: left.node, right: { kind: "subquery", source: new QuerySource(query), output: left.field } };
    }
    case "node":
      // RawSQL stands for a subquery here, as Django documents it
      if (right.node.kind === "subquery" || right.node.kind === "raw") return { kind: "in", left: left.node, right: right.node };
      throw new QueryError(`${where} takes a list, a queryset or RawSQL("SELECT …").`);
    case "items": {
      const items = right.items.filter((item) => item.kind !== "value" || item.value !== null);
      if (items.length === 0) return NEVER;
      return { kind: "in", left: left.node, right: { kind: "tuple", items: items.map((item) => valueNode(left, item, where)) } };
    }
    case "value": {
      if (!Array.isArray(right.value))
        throw new QueryError(
          `${where} takes a list or a queryset, not ${typeof right.value === "string" ? `the text "${right.value}"` : String(right.value)}.`,
        );
      const length = paddedLength(right.value);
      if (length === 0) return NEVER;
      if (left.wrapRight)
        throw new QueryError(`${where}: a list cannot be compared after this transform; join comparisons with Q(…).or(…).`);
      const prepare = prepareFor(left.field, where);
      if (isIntegerField(left.field)) {
        const items = within64Bits(left.field, prepare, where);
        const fitting = right.value.filter(fitsIntegerColumn);
        const fittingLength = paddedLength(fitting);
        if (fittingLength === 0) return NEVER;
        const keeps = fitting.length < right.value.length ? fitsIntegerColumn : null;
        return {
          kind: "in",
          left: left.node,
          right: {
            kind: "parameterList",
            slot: right.slot,
            length: fittingLength,
            prepare: items,
            output: OUTPUT.count,
            cast: true,
            keeps,
          },
        };
      }
      const sample = right.value.find((item) => item !== null);
      const output = left.field ?? outputForValue(sample);
      return { kind: "in", left: left.node, right: { kind: "parameterList", slot: right.slot, length, prepare, output } };
    }
  }
});
