import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { allOf, type Condition } from "../condition.js";
import { Expression, type ResolveContext } from "../expression.js";
import { conditionNode } from "../filters.js";
import type { Fingerprint } from "../shape.js";
import { simplify } from "../simplify.js";
import { commonOutput } from "./common-output.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

/** One branch of a Case. */
export class WhenBranch {
  readonly condition: Condition;
  readonly then: Expression;

  constructor(condition: Condition, then: Expression) {
    if (condition.isEmpty) throw new QueryError("When needs a condition; put what holds otherwise into Case's default.");
    this.condition = condition;
    this.then = then;
  }
}

export function When(...given: readonly unknown[]): WhenBranch {
  const options = given.at(-1);
  if (typeof options !== "object" || options === null || !("then" in options))
    throw new QueryError("When takes conditions and { then: … }.");
  return new WhenBranch(allOf(given.slice(0, -1)), argument(options.then));
}

/** The value of the first branch whose condition holds. */
export class CaseExpression extends Expression {
  readonly branches: readonly WhenBranch[];
  readonly otherwise: Expression | null;
  readonly outputField: FieldDefinition | null;

  constructor(branches: readonly WhenBranch[], otherwise: Expression | null, outputField: FieldDefinition | null) {
    super();
    this.branches = branches;
    this.otherwise = otherwise;
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Case${this.branches.length}${this.otherwise ? ":default" : ""}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    for (const { condition, then } of this.branches) {
      condition.fingerprint(print);
      then.fingerprint(print);
    }
    this.otherwise?.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const branches: { when: Node; then: Node }[] = [];
    for (const { condition, then } of this.branches) {
      // every branch takes its values, also one that is then left out
      const when = simplify(conditionNode(context, condition));
      const value = then.resolve(context);
      if (when.kind !== "never") branches.push({ when, then: value });
    }
    const otherwise = this.otherwise?.resolve(context) ?? null;
    const values = [...branches.map(({ then }) => then), ...(otherwise ? [otherwise] : [])];
    const output = this.outputField ?? commonOutput(values, "Case");
    if (branches.length === 0) return otherwise ?? { kind: "constant", value: null, output };
    return { kind: "case", branches, otherwise, output };
  }
}

export function Case(...given: readonly unknown[]): CaseExpression {
  const last = given.at(-1);
  const hasOptions = last !== undefined && !(last instanceof WhenBranch);
  const options = (hasOptions ? last : {}) as { readonly default?: unknown; readonly outputField?: unknown };
  const branches = hasOptions ? given.slice(0, -1) : given;
  for (const branch of branches)
    if (!(branch instanceof WhenBranch)) throw new QueryError("Case takes When(…) branches, then perhaps { default: … }.");
  // just checked
  return new CaseExpression(
    branches as readonly WhenBranch[],
    options.default === undefined ? null : argument(options.default),
    outputFieldOf(options),
  );
}
