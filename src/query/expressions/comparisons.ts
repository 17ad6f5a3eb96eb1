import { QueryError } from "../../errors.js";
import type { Node } from "../../sql/nodes.js";
import type { Expression, ResolveContext } from "../expression.js";
import { buildLookup, rightSide } from "../filters.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { BooleanExpression } from "./boolean-expression.js";
import { argument } from "./references.js";

/** A lookup as an expression: `GreaterThan("bytes", F("milliseconds").mul(200))`. */
class LookupExpression extends BooleanExpression {
  readonly label: string;
  readonly lookup: string;
  readonly left: Expression;
  /** An expression, or a value as a filter takes it. */
  readonly right: unknown;

  constructor(label: string, lookup: string, left: unknown, right: unknown) {
    super();
    this.label = label;
    this.lookup = lookup;
    this.left = argument(left);
    this.right = typeof right === "string" ? argument(right) : right;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`lookup:${this.lookup}`);
    this.left.fingerprint(print);
    print.value(this.right, this.label);
  }

  resolve(context: ResolveContext): Node {
    const node = this.left.resolve(context);
    const right = rightSide(context, this.right);
    return buildLookup({ node, field: fieldOf(node), path: this.label }, [this.lookup], right, this.label).node;
  }
}

/** The factory of a lookup expression. */
export function lookupExpression(label: string, lookup: string): (left: unknown, right: unknown) => Expression {
  return (left, right) => {
    if (left === undefined || right === undefined) throw new QueryError(`${label} takes two values to compare.`);
    return new LookupExpression(label, lookup, left, right);
  };
}

export function In(source: unknown, values: unknown): Expression {
  if (typeof values === "string" || typeof values !== "object" || values === null) throw new QueryError("In takes a list or a queryset.");
  return new LookupExpression("In", "in", source, values);
}

export function IsNull(source: unknown, isNull: unknown): Expression {
  if (typeof isNull !== "boolean") throw new QueryError('IsNull takes true or false, as in IsNull("age", true).');
  return new LookupExpression("IsNull", "isnull", source, isNull);
}
