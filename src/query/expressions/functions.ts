import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { Expression, type ResolveContext } from "../expression.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

/** What is known of a database function apart from its SQL, which is in the dialects. */
export interface FunctionDefinition {
  /** The name in the dialects' tables, and in SQL where they have none. */
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  /** The type of the result. */
  readonly output: (args: readonly Node[]) => FieldDefinition | null;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A call of a database function. */
export class FunctionCall extends Expression {
  readonly definition: FunctionDefinition;
  readonly args: readonly Expression[];
  readonly outputField: FieldDefinition | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the factory takes to make this call again. */
  readonly given: readonly unknown[];

  constructor(
    definition: FunctionDefinition,
    args: readonly unknown[],
    outputField: FieldDefinition | null = null,
    options: Readonly<Record<string, unknown>> = definition.options ?? {},
    given?: readonly unknown[],
  ) {
    super();
    if (args.length < definition.minimum || args.length > definition.maximum) {
      const wanted =
        definition.minimum === definition.maximum
          ? `${definition.minimum}`
          : definition.maximum === Infinity
            ? `at least ${definition.minimum}`
            : `${definition.minimum} to ${definition.maximum}`;
      throw new QueryError(`${definition.name} takes ${wanted} arguments, not ${args.length}.`);
    }
    this.definition = definition;
    this.args = args.map(argument);
    this.outputField = outputField;
    this.options = options;
    this.given = given ?? this.args;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`${this.definition.name}(${this.args.length}`);
    const options = Object.keys(this.options);
    if (options.length > 0) print.token(JSON.stringify(this.options));
    if (this.outputField) print.token(fieldToken(this.outputField));
    for (const arg of this.args) arg.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const args = this.args.map((arg) => arg.resolve(context));
    return {
      kind: "call",
      name: this.definition.name,
      args,
      output: this.outputField ?? this.definition.output(args),
      options: this.options,
    };
  }
}

/** The factory of a function, which tells what it makes: migrations find its name by that. */
export type FunctionFactory = ((...given: readonly unknown[]) => FunctionCall) & { readonly definition: FunctionDefinition };

/** Tells what a factory makes where it checks its arguments itself. */
export function withDefinition<Factory extends (...given: never[]) => FunctionCall>(
  definition: FunctionDefinition,
  factory: Factory,
): Factory & { readonly definition: FunctionDefinition } {
  return Object.assign(factory, { definition });
}

/** Makes the factory of a function: its arguments, then perhaps `{ outputField }`. */
export function defineFunction(definition: FunctionDefinition): FunctionFactory {
  const factory = (...given: readonly unknown[]): FunctionCall => {
    const last = given.at(-1);
    const hasOptions =
      typeof last === "object" &&
      last !== null &&
      !(last instanceof Expression) &&
      Object.getPrototypeOf(last) === Object.prototype &&
      "outputField" in last;
    const args = hasOptions ? given.slice(0, -1) : given;
    // checked above: it has an outputField
    return new FunctionCall(definition, args, hasOptions ? outputFieldOf(last as { outputField: unknown }) : null);
  };
  return Object.assign(factory, { definition });
}

/** The type of the first argument that has one. */
export function sameAsFirst(args: readonly Node[]): FieldDefinition | null {
  for (const arg of args) {
    const field = fieldOf(arg);
    if (field) return field;
  }
  return null;
}

export function always(field: FieldDefinition): () => FieldDefinition {
  return () => field;
}
