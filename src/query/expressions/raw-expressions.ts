import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { Expression, type ResolveContext } from "../expression.js";
import type { Fingerprint } from "../shape.js";
import { outputForValue } from "../value-output.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

/** The texts between the `%s` of SQL; `%%` is a percent sign. */
function splitPlaceholders(sql: string): string[] {
  const parts = [""];
  for (const piece of sql.split(/(%%|%s)/)) {
    if (piece === "%s") parts.push("");
    else parts.push(`${parts.pop() ?? ""}${piece === "%%" ? "%" : piece}`);
  }
  return parts;
}

/** SQL of the caller's own, with parameters. */
export class RawExpression extends Expression {
  readonly sql: string;
  readonly parts: readonly string[];
  readonly params: readonly unknown[];
  readonly outputField: FieldDefinition | null;

  constructor(sql: string, params: readonly unknown[], outputField: FieldDefinition | null) {
    super();
    if (typeof sql !== "string" || sql.trim() === "") throw new QueryError("RawSQL takes SQL text, and the parameters for its %s.");
    this.sql = sql;
    this.parts = params.length === 0 && !sql.includes("%s") ? [sql] : splitPlaceholders(sql);
    if (this.parts.length - 1 !== params.length) {
      throw new QueryError(`RawSQL has ${this.parts.length - 1} placeholders (%s) for ${params.length} parameters: ${sql}`);
    }
    this.params = params;
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`RawSQL:${this.sql}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    for (const [index, param] of this.params.entries()) print.value(param, `RawSQL parameter ${index + 1}`);
  }

  resolve({ slots }: ResolveContext): Node {
    const parts: (string | Node)[] = ["("];
    for (const [index, text] of this.parts.entries()) {
      if (index > 0) {
        const { slot, value } = slots.next();
        // PostgreSQL cannot always tell the type of a parameter from what is around it; a text is left to it
        parts.push({ kind: "parameter", slot, prepare: null, output: outputForValue(value), cast: typeof value !== "string" });
      }
      parts.push(text);
    }
    return { kind: "raw", parts: [...parts, ")"], output: this.outputField };
  }
}

export function RawSQL(sql: string, params: readonly unknown[] = [], options?: { readonly outputField?: unknown }): Expression {
  if (!Array.isArray(params)) throw new QueryError('RawSQL takes its parameters as a list: RawSQL("age + %s", [1]).');
  return new RawExpression(sql, params, outputFieldOf(options));
}

interface FuncOptions {
  readonly function: string;
  readonly template?: string;
  readonly argJoiner?: string;
  readonly outputField?: unknown;
}

const FUNCTION_NAME = /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*$/;

/** A function of the database by its name. */
class NamedFunction extends Expression {
  readonly args: readonly Expression[];
  readonly name: string;
  readonly template: string;
  readonly joiner: string;
  readonly outputField: FieldDefinition | null;

  constructor(args: readonly Expression[], options: FuncOptions) {
    super();
    if (typeof options.function !== "string" || !FUNCTION_NAME.test(options.function)) {
      throw new QueryError(`Func: ${JSON.stringify(options.function)} is not the name of a function.`);
    }
    this.args = args;
    this.name = options.function;
    this.template = options.template ?? "%(function)s(%(expressions)s)";
    if (args.length > 0 && !this.template.includes("%(expressions)s")) {
      throw new QueryError("Func: the template has no %(expressions)s, where its arguments would stand.");
    }
    this.joiner = options.argJoiner ?? ", ";
    this.outputField = outputFieldOf(options);
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Func${JSON.stringify([this.name, this.args.length, this.joiner, this.template])}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    for (const arg of this.args) arg.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const args = this.args.flatMap((arg, index): (string | Node)[] =>
      index === 0 ? [arg.resolve(context)] : [this.joiner, arg.resolve(context)],
    );
    const parts = this.template.split(/(%\(function\)s|%\(expressions\)s|%%)/).flatMap((piece): (string | Node)[] => {
      if (piece === "%(expressions)s") return args;
      return [piece === "%(function)s" ? this.name : piece === "%%" ? "%" : piece];
    });
    return { kind: "raw", parts, output: this.outputField };
  }
}

export function Func(...given: readonly unknown[]): Expression {
  const options = given.at(-1);
  if (typeof options !== "object" || options === null || !("function" in options)) {
    throw new QueryError('Func takes its arguments, then { function: "NAME" }.');
  }
  // just checked; the constructor checks the name
  return new NamedFunction(given.slice(0, -1).map(argument), options as FuncOptions);
}
