import type { Node } from "../../sql/nodes.js";
import { Condition } from "../condition.js";
import { Expression, type ResolveContext } from "../expression.js";
import type { Fingerprint } from "../shape.js";

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
