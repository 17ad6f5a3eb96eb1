import { FieldError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { ArithmeticOperator, Node } from "../../sql/nodes.js";
import { Expression, installCombiner, type ResolveContext } from "../expression.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { numericRank } from "./common-output.js";
import { literal } from "./references.js";

/** Two values and an operator between them. */
export class Arithmetic extends Expression {
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;

  constructor(left: Expression, operator: ArithmeticOperator, right: Expression) {
    super();
    this.left = left;
    this.operator = operator;
    this.right = right;
  }

  fingerprint(print: Fingerprint): void {
    print.token(this.operator);
    this.left.fingerprint(print);
    this.right.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const left = this.left.resolve(context);
    const right = this.right.resolve(context);
    const [leftField, rightField] = [fieldOf(left), fieldOf(right)];
    const temporal = temporalArithmetic(this.operator, left, right, leftField, rightField);
    if (temporal) return temporal;
    return arithmeticNode(this.operator, left, right, arithmeticOutput(this.operator, leftField, rightField));
  }
}

// the operators of Expression's methods are these
installCombiner((left, operator, right) => new Arithmetic(left, operator as ArithmeticOperator, literal(right)));

const TEMPORAL = new Set(["datetime", "date", "time"]);

/** Instants and durations: a database has functions or types of its own for these. */
function temporalArithmetic(
  operator: ArithmeticOperator,
  left: Node,
  right: Node,
  leftField: FieldDefinition | null,
  rightField: FieldDefinition | null,
): Node | null {
  const [a, b] = [leftField?.lookupFamily, rightField?.lookupFamily];
  if (a === undefined || b === undefined || (operator !== "+" && operator !== "-")) return null;
  if (TEMPORAL.has(a) && b === "duration") {
    return {
      kind: "call",
      name: "temporal_shift",
      args: [left, right],
      output: a === "date" ? OUTPUT.datetime : leftField,
      options: { operator, kind: a },
    };
  }
  if (a === "duration" && TEMPORAL.has(b) && operator === "+") {
    return {
      kind: "call",
      name: "temporal_shift",
      args: [right, left],
      output: b === "date" ? OUTPUT.datetime : rightField,
      options: { operator, kind: b },
    };
  }
  if (TEMPORAL.has(a) && a === b && operator === "-") {
    return { kind: "call", name: "temporal_difference", args: [left, right], output: OUTPUT.duration, options: { kind: a } };
  }
  return null;
}

/** Division of decimals, and the remainder of fractions, are not everywhere what the operator says. */
function arithmeticNode(operator: ArithmeticOperator, left: Node, right: Node, output: FieldDefinition | null): Node {
  const kind = output?.storage.kind;
  if (operator === "/" && kind === "decimal") return { kind: "call", name: "decimal_division", args: [left, right], output };
  if (operator === "%" && (kind === "decimal" || kind === "float"))
    return { kind: "call", name: "fraction_modulo", args: [left, right], output };
  return { kind: "arithmetic", operator, left, right, output };
}

/** The type of a result: of equal types the same, of integers the wider, of an integer and a fraction the fraction. */
function arithmeticOutput(
  operator: ArithmeticOperator,
  left: FieldDefinition | null,
  right: FieldDefinition | null,
): FieldDefinition | null {
  if (left === null || right === null) return left ?? right;
  const [a, b] = [left.storage.kind, right.storage.kind];
  const [rankA, rankB] = [numericRank(left), numericRank(right)];
  if (rankA === undefined || rankB === undefined) {
    if (a === b || left.lookupFamily === right.lookupFamily) return left;
    if (left.lookupFamily === "duration" || right.lookupFamily === "duration") return OUTPUT.duration;
    throw new FieldError(
      `The result of ${left.kind} ${operator} ${right.kind} has no clear type: wrap it in ExpressionWrapper(…, { outputField: … }).`,
    );
  }
  if ((a === "decimal" && b === "float") || (a === "float" && b === "decimal")) {
    throw new FieldError(
      `The result of ${left.kind} ${operator} ${right.kind} has no clear type: wrap it in ExpressionWrapper(…, { outputField: … }).`,
    );
  }
  if (a === "decimal" || b === "decimal") return OUTPUT.decimal;
  if (a === "float" || b === "float") return OUTPUT.float;
  const wider = rankA >= rankB ? left : right;
  return wider.auto ? OUTPUT.count : wider;
}

/** An expression of which the type is said, where it cannot be inferred. */
export class ExpressionWrapper extends Expression {
  readonly expression: Expression;
  readonly outputField: FieldDefinition;

  constructor(expression: Expression, outputField: FieldDefinition) {
    super();
    this.expression = expression;
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`wrapper${this.outputField.kind}${JSON.stringify(this.outputField.storage)}`);
    this.expression.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return withOutput(this.#inner(context), this.outputField);
  }

  /** The wrapped arithmetic is resolved without the question of its own type. */
  #inner(context: ResolveContext): Node {
    const { expression } = this;
    if (!(expression instanceof Arithmetic)) return expression.resolve(context);
    const left = new ExpressionWrapper(expression.left, this.outputField).#side(context);
    const right = new ExpressionWrapper(expression.right, this.outputField).#side(context);
    const temporal = temporalArithmetic(expression.operator, left, right, fieldOf(left), fieldOf(right));
    return temporal ?? arithmeticNode(expression.operator, left, right, this.outputField);
  }

  #side(context: ResolveContext): Node {
    return this.expression instanceof Arithmetic ? this.#inner(context) : this.expression.resolve(context);
  }
}

/** The same node, read as another field. */
export function withOutput(node: Node, output: FieldDefinition): Node {
  if (node.kind === "parameter" || node.kind === "column" || !("output" in node)) return { kind: "raw", parts: [node], output };
  // of the nodes with an output, all but star and outer may have any
  return { ...node, output } as Node;
}
