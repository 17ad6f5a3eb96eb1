import { MigrationError } from "../../errors.js";
import { Condition, type ConditionChild } from "../../query/condition.js";
import { Expression, OrderBy } from "../../query/expression.js";
import { Arithmetic, ExpressionWrapper } from "../../query/expressions/arithmetic.js";
import { CaseExpression } from "../../query/expressions/conditional.js";
import { FunctionCall, type FunctionDefinition } from "../../query/expressions/functions.js";
import { RawExpression } from "../../query/expressions/raw-expressions.js";
import { Reference, ValueExpression } from "../../query/expressions/references.js";
import * as query from "../../query/index.js";
import { type Code, callCode, entry, flat, layOut, objectCode } from "./code.js";
import type { Serializer } from "./serializer.js";

/** What this file can write: conditions and expressions. */
export type Writable = Condition | Expression | OrderBy;

export function isWritable(value: unknown): value is Writable {
  return value instanceof Condition || value instanceof Expression || value instanceof OrderBy;
}

const METHODS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "^": "pow",
  "&": "bitAnd",
  "|": "bitOr",
  "#": "bitXor",
  "<<": "bitLeftShift",
  ">>": "bitRightShift",
};

/**
 * A condition or an expression as code.
 *
 * @throws MigrationError for a kind that no code is known for
 */
export function expressionCode(value: Writable, serializer: Serializer, where: string): Code {
  if (value instanceof Condition) return conditionCode(value, serializer, where);
  if (value instanceof OrderBy) {
    const options = value.nulls === null ? "" : `{ nulls${value.nulls === "first" ? "First" : "Last"}: true }`;
    return `${inline(value.expression, serializer, where)}.${value.descending ? "desc" : "asc"}(${options})`;
  }
  if (value instanceof Reference) return serializer.call("F", [value.path], where);
  if (value instanceof ValueExpression) {
    return serializer.call("Value", value.outputField === null ? [value.value] : [value.value, { outputField: value.outputField }], where);
  }
  if (value instanceof Arithmetic) {
    return `${inline(value.left, serializer, where)}.${METHODS[value.operator]}(${inline(plain(value.right), serializer, where)})`;
  }
  if (value instanceof RawExpression) {
    const options = value.outputField === null ? [] : [{ outputField: value.outputField }];
    return serializer.call(
      "RawSQL",
      value.params.length === 0 && options.length === 0 ? [value.sql] : [value.sql, value.params, ...options],
      where,
    );
  }
  if (value instanceof ExpressionWrapper)
    return serializer.call("ExpressionWrapper", [value.expression, { outputField: value.outputField }], where);
  if (value instanceof FunctionCall) {
    const name = factoryNames().get(value.definition);
    if (name !== undefined) {
      return serializer.call(name, value.outputField === null ? value.given : [...value.given, { outputField: value.outputField }], where);
    }
  }
  if (value instanceof CaseExpression) {
    const branches = value.branches.map(({ condition, then }) =>
      callCode(serializer.own("When"), [
        conditionCode(condition, serializer, where),
        objectCode([entry("then", serializer.code(then, where))]),
      ]),
    );
    const options = serializer.entries({ default: value.otherwise ?? undefined, outputField: value.outputField ?? undefined }, where);
    return callCode(serializer.own("Case"), [...branches, ...(options.length > 0 ? [objectCode(options)] : [])]);
  }
  throw new MigrationError(
    `${where}: an expression of the kind ${value.constructor.name} cannot be written into a migration. Use F, Value, Q, Case, RawSQL, arithmetic and functions in it, or make it with RunSQL.`,
  );
}

/** A literal in arithmetic needs no Value around it. */
function plain(expression: Expression): unknown {
  return expression instanceof ValueExpression && expression.outputField === null && typeof expression.value !== "string"
    ? expression.value
    : expression;
}

/** On one line, as methods follow it. */
function inline(value: unknown, serializer: Serializer, where: string): string {
  const code = serializer.code(value, where);
  return flat(code) ?? layOut(code);
}

function conditionCode(condition: Condition, serializer: Serializer, where: string): Code {
  if (condition.negated) {
    const inner = new Condition(condition.children, condition.connector);
    const [only] = inner.children;
    const code =
      inner.children.length === 1 && only instanceof Condition
        ? conditionCode(only, serializer, where)
        : conditionCode(inner, serializer, where);
    return typeof code === "string" ? `${code}.not()` : { ...code, close: `${code.close}.not()` };
  }
  const lookups = condition.children.filter(isLookup);
  const paths = new Set(lookups.map(({ path }) => path));
  if (
    lookups.length === condition.children.length &&
    paths.size === lookups.length &&
    (condition.connector === "AND" || lookups.length === 1)
  ) {
    return callCode(serializer.own("Q"), [objectCode(lookups.map(({ path, value }) => entry(path, serializer.code(value, where))))]);
  }
  const name = `${serializer.own("Q")}.${condition.connector.toLowerCase()}`;
  return callCode(
    name,
    condition.children.map((child) =>
      isLookup(child)
        ? callCode(serializer.own("Q"), [objectCode([entry(child.path, serializer.code(child.value, where))])])
        : serializer.code(child, where),
    ),
  );
}

function isLookup(child: ConditionChild): child is Exclude<ConditionChild, Condition | Expression> {
  return !(child instanceof Condition) && !(child instanceof Expression);
}

let factories: Map<FunctionDefinition, string> | null = null;

/** The names of the database functions by what they are made from. */
function factoryNames(): ReadonlyMap<FunctionDefinition, string> {
  if (factories !== null) return factories;
  factories = new Map();
  for (const [name, value] of Object.entries(query) as [string, unknown][]) {
    const definition: unknown = typeof value === "function" ? Reflect.get(value, "definition") : undefined;
    // only the factories of functions have a definition
    if (definition !== undefined) factories.set(definition as FunctionDefinition, name);
  }
  return factories;
}
