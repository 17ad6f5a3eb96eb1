import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { Condition } from "../condition.js";
import { Expression, type ResolveContext } from "../expression.js";
import { pathToken } from "../path-token.js";
import { resolveReference } from "../references.js";
import type { Fingerprint } from "../shape.js";
import { definitionOf, outputForValue } from "../value-output.js";
import { ConditionExpression } from "./condition-expression.js";

/** A column or an annotation, by its path. */
export class Reference extends Expression {
  readonly path: string;

  constructor(path: string) {
    super();
    if (typeof path !== "string" || path === "") throw new QueryError(`F takes the name of a field, as in F("age"), not ${String(path)}.`);
    this.path = path;
  }

  fingerprint(print: Fingerprint): void {
    print.token("F");
    print.token(pathToken(this.path));
  }

  resolve(context: ResolveContext): Node {
    return resolveReference(context, this.path);
  }
}

/** A column of the query around this one. */
export class OuterReference extends Expression {
  readonly path: string;
  readonly levels: number;

  constructor(path: string | OuterReference) {
    super();
    if (!(path instanceof OuterReference) && (typeof path !== "string" || path === ""))
      throw new QueryError(`OuterRef takes the name of a field of the outer query or another OuterRef, not ${String(path)}.`);
    this.path = typeof path === "string" ? path : path.path;
    this.levels = typeof path === "string" ? 1 : path.levels + 1;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`OuterRef${this.levels}`);
    print.token(pathToken(this.path));
  }

  resolve(): Node {
    return { kind: "outer", path: this.path, levels: this.levels, output: null };
  }
}

/** A literal value. */
export class ValueExpression extends Expression {
  readonly value: unknown;
  readonly outputField: FieldDefinition | null;

  constructor(value: unknown, outputField: FieldDefinition | null = null) {
    super();
    this.value = value;
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token("Value");
    if (this.outputField) print.token(fieldToken(this.outputField));
    print.value(this.value, "Value(…)");
  }

  resolve({ slots }: ResolveContext): Node {
    const { slot, value } = slots.next();
    const output = this.outputField ?? outputForValue(value);
    if (value === null) return { kind: "constant", value: null, output };
    const field = this.outputField;
    return { kind: "parameter", slot, prepare: field && ((given) => field.coerceLookup(given)), output, cast: true };
  }
}

/** What tells output fields apart in a shape. */
export function fieldToken(field: FieldDefinition): string {
  return `${field.kind}${JSON.stringify(field.storage)}`;
}

/** The definition behind an `outputField` option. */
export function outputFieldOf(options: { readonly outputField?: unknown } | undefined): FieldDefinition | null {
  const given = options?.outputField;
  if (given === undefined || given === null) return null;
  if (typeof given !== "object" || !("storage" in given))
    throw new QueryError("outputField takes a field, as in outputField: DecimalField().");
  return definitionOf(given);
}

/** An argument of a function: a string is a path, an expression is itself, anything else a literal. */
export function argument(given: unknown): Expression {
  if (given instanceof Expression) return given;
  if (given instanceof Condition) return new ConditionExpression(given);
  if (typeof given === "string") return new Reference(given);
  return new ValueExpression(given);
}

/** A value in arithmetic: expressions are themselves, everything else is a literal. */
export function literal(given: unknown): Expression {
  if (given instanceof Condition) return new ConditionExpression(given);
  return given instanceof Expression ? given : new ValueExpression(given);
}
