import type { Node } from "../../sql/nodes.js";
import type { Condition } from "../condition.js";
import { Expression, type ResolveContext } from "../expression.js";
import { conditionNode } from "../filters.js";
import type { Fingerprint } from "../shape.js";

/** A condition as a value that is true or false, as in `annotate({ dear: Q({ unitPrice__gt: 1 }) })`. */
export class ConditionExpression extends Expression {
  readonly condition: Condition;

  constructor(condition: Condition) {
    super();
    this.condition = condition;
  }

  fingerprint(print: Fingerprint): void {
    print.token("condition");
    this.condition.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return conditionNode(context, this.condition);
  }
}
