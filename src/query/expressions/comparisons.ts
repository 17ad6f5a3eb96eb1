import { QueryError } from "../../errors.js";
import type { Node } from "../../sql/nodes.js";
import { Condition } from "../condition.js";
import { Expression, type ResolveContext } from "../expression.js";
import { buildLookup, rightSide } from "../filters.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { argument } from "./references.js";

/** An expression that is true or false: it filters, and combines with other conditions. */
export abstract class BooleanExpression extends Expression {
  and(...others: readonly unknown[]): Condition {
    return new Condition([this]).and(...others);
  }
  or(...others: readonly unknown[]): Condition {
    return new Condition([this]).or(...others);
  }
  xor(...others: readonly unknown[]): Condition {
    return new Condition([this]).xor(...others);
  }
  not(): Expression {
    return new NegatedExpression(this);
  }
}

class NegatedExpression extends BooleanExpression {
  readonly source: Expression;

  constructor(source: Expression) {
    super();
    this.source = source;
  }

  override not(): Expression {
    return this.source;
  }

  fingerprint(print: Fingerprint): void {
    print.token("not");
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return { kind: "logical", connector: "AND", negated: true, children: [this.source.resolve(context)] };
  }
}

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
