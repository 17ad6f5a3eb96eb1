import { QueryError } from "../errors.js";
import { isExpression } from "../models/expression-brand.js";
import type { Connector } from "../sql/nodes.js";
import { Expression } from "./expression.js";
import { pathToken } from "./path-token.js";
import { FINGERPRINT, type Fingerprint, type Fingerprinted } from "./shape.js";

/** One `path__lookup: value` of a condition. */
export interface Lookup {
  readonly path: string;
  readonly value: unknown;
}
export type ConditionChild = Lookup | Condition | Expression;

/** Marks conditions for every copy of the package in a process. */
const CONDITION: unique symbol = Symbol.for("dorm.query.condition") as never;

/** Conditions joined by AND, OR or XOR, perhaps negated. Immutable: `or`, `and`, `xor` and `not` give new ones. */
export class Condition implements Fingerprinted {
  declare readonly [CONDITION]: true;
  declare readonly [FINGERPRINT]: true;
  readonly connector: Connector;
  readonly negated: boolean;
  readonly children: readonly ConditionChild[];

  static {
    Object.defineProperty(this.prototype, CONDITION, { value: true });
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
  }

  constructor(children: readonly ConditionChild[], connector: Connector = "AND", negated = false) {
    this.children = children;
    this.connector = connector;
    this.negated = negated;
  }

  get isEmpty(): boolean {
    return this.children.length === 0;
  }

  and(...others: readonly unknown[]): Condition {
    return others.reduce<Condition>((left, right) => combine("AND", left, toCondition(right)), this);
  }
  or(...others: readonly unknown[]): Condition {
    return others.reduce<Condition>((left, right) => combine("OR", left, toCondition(right)), this);
  }
  xor(...others: readonly unknown[]): Condition {
    return others.reduce<Condition>((left, right) => combine("XOR", left, toCondition(right)), this);
  }
  not(): Condition {
    // an empty condition is no condition, negated or not, as in Django
    return this.isEmpty ? this : new Condition([this], "AND", true);
  }

  /** The same structure with the same values. */
  equals(other: unknown): boolean {
    return (
      other instanceof Condition &&
      other.connector === this.connector &&
      other.negated === this.negated &&
      other.children.length === this.children.length &&
      this.children.every((child, index) => sameChild(child, other.children[index]))
    );
  }

  fingerprint(print: Fingerprint): void {
    print.token(this.negated ? "(not" : "(");
    print.token(this.connector);
    for (const child of this.children) {
      if (child instanceof Condition || child instanceof Expression) child.fingerprint(print);
      else {
        print.token(pathToken(child.path));
        print.value(child.value, child.path);
      }
    }
    print.token(")");
  }
}

function sameChild(left: ConditionChild, right: ConditionChild | undefined): boolean {
  if (left instanceof Condition) return left.equals(right);
  if (left instanceof Expression || right === undefined || right instanceof Condition || right instanceof Expression) return left === right;
  return left.path === right.path && (Object.is(left.value, right.value) || JSON.stringify(left.value) === JSON.stringify(right.value));
}

function combine(connector: Connector, left: Condition, right: Condition): Condition {
  if (left.isEmpty) return right;
  if (right.isEmpty) return left;
  const flatten = (condition: Condition): readonly ConditionChild[] =>
    condition.connector === connector && !condition.negated ? condition.children : [condition];
  return new Condition([...flatten(left), ...flatten(right)], connector);
}

/**
 * A condition from what a caller gave: a record of lookups, a Q, or an expression that is true or false.
 *
 * @throws QueryError for anything else
 */
export function toCondition(given: unknown): Condition {
  if (given instanceof Condition) return given;
  if (given instanceof Expression) return new Condition([given]);
  if (isExpression(given) || (typeof given === "object" && given !== null && CONDITION in given)) throw foreign();
  if (typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Date) {
    throw new QueryError(`A condition is an object of lookups, a Q or an expression, not ${describe(given)}.`);
  }
  const children: Lookup[] = [];
  for (const path of Object.keys(given)) children.push({ path, value: (given as Record<string, unknown>)[path] });
  return new Condition(children);
}

/** What has the mark of dorm's and is of none of its classes. */
function foreign(): QueryError {
  return new QueryError(
    "This condition was made by another copy of dorm in the same process. `npm ls dorm` tells who brings it; conditions and models must come from one.",
  );
}

function describe(value: unknown): string {
  return typeof value === "string"
    ? `the string "${value}"`
    : Array.isArray(value)
      ? "a list"
      : value === null || value === undefined
        ? String(value)
        : `a ${typeof value}`;
}

/** Several conditions, all of which must hold. */
export function allOf(given: readonly unknown[]): Condition {
  if (given.length === 1) return toCondition(given[0]);
  const conditions = given.map(toCondition).filter((condition) => !condition.isEmpty);
  if (conditions.length === 1 && conditions[0]) return conditions[0];
  return new Condition(
    conditions.flatMap((condition) => (condition.connector === "AND" && !condition.negated ? condition.children : [condition])),
  );
}

function connect(connector: Connector, given: readonly unknown[]): Condition {
  const conditions = given.map(toCondition).filter((condition) => !condition.isEmpty);
  if (conditions.length === 1 && conditions[0]) return conditions[0];
  return new Condition(conditions, connector);
}

/** `Q({…})`, `Q(Q(…), {…})`; `Q.and`, `Q.or`, `Q.xor` join any number; `Q.untyped` takes computed keys. */
export const Q = Object.assign((...given: readonly unknown[]): Condition => allOf(given), {
  and: (...given: readonly unknown[]): Condition => allOf(given),
  or: (...given: readonly unknown[]): Condition => connect("OR", given),
  xor: (...given: readonly unknown[]): Condition => connect("XOR", given),
  untyped: (record: Readonly<Record<string, unknown>>): Condition => toCondition(record),
});
