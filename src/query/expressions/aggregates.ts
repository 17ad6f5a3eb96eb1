import { FieldError, QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import { type Node, type OrderTerm, STAR } from "../../sql/nodes.js";
import { containsAggregate } from "../../sql/traverse.js";
import { checkOptions } from "../../suggestions.js";
import { Condition, toCondition } from "../condition.js";
import { Expression, OrderBy, type ResolveContext } from "../expression.js";
import { conditionNode } from "../filters.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { argument, fieldToken, outputFieldOf, Reference } from "./references.js";

export interface AggregateDefinition {
  readonly name: string;
  /** The type of the result, from that of the argument. */
  readonly output: (arg: FieldDefinition | null) => FieldDefinition | null;
  /** What it gives over no rows; null unless said. */
  readonly emptyValue?: unknown;
  readonly star?: boolean;
  /** Its name as the end of a default alias, where that is not `name`. */
  readonly alias?: string;
  /** What the dialects' templates need besides the arguments. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface AggregateOptions {
  readonly distinct?: boolean;
  /** Only rows that satisfy this count. */
  readonly filter?: unknown;
  /** What it gives instead of null over no rows. */
  readonly default?: unknown;
  readonly outputField?: unknown;
  readonly orderBy?: unknown;
  readonly sample?: boolean;
}

const OPTIONS = [
  "distinct",
  "filter",
  "default",
  "outputField",
  "orderBy",
  "sample",
] as const satisfies readonly (keyof AggregateOptions)[];

/** A value computed from many rows. */
export class Aggregate extends Expression {
  readonly definition: AggregateDefinition;
  readonly args: readonly Expression[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly filter: Condition | null;
  readonly fallback: Expression | null;
  readonly order: readonly OrderBy[];
  readonly outputField: FieldDefinition | null;

  constructor(definition: AggregateDefinition, args: readonly unknown[], options: AggregateOptions = {}) {
    super();
    checkOptions(definition.name, options, OPTIONS);
    this.definition = definition;
    this.star = args[0] === "*";
    if (this.star && !definition.star) throw new QueryError(`${definition.name} takes a field or an expression, not "*".`);
    if (this.star && options.distinct) throw new QueryError('Count("*") counts rows and cannot be distinct; name a field.');
    this.args = this.star ? [] : args.map(argument);
    this.distinct = options.distinct ?? false;
    this.filter = options.filter === undefined || options.filter === null ? null : toCondition(options.filter);
    if (options.default !== undefined && definition.emptyValue !== undefined)
      throw new QueryError(`${definition.name} is never null, so it takes no default.`);
    this.fallback =
      options.default === undefined ? null : typeof options.default === "string" ? literalText(options.default) : argument(options.default);
    this.order = orderList(options.orderBy);
    this.outputField = outputFieldOf(options);
  }

  override get defaultAlias(): string | null {
    const [only] = this.args;
    const name = this.definition.alias ?? this.definition.name.toLowerCase();
    return this.args.length === 1 && only instanceof Reference ? `${only.path}__${name}` : this.star ? `__${name}` : null;
  }

  fingerprint(print: Fingerprint): void {
    // what may be there or not is told before, so that nothing behind it can be taken for it
    print.token(
      `${this.definition.name}[${this.star}:${this.distinct}:${this.args.length}:${this.order.length}:${this.filter !== null}:${this.fallback !== null}]`,
    );
    if (this.definition.options) print.token(JSON.stringify(this.definition.options));
    if (this.outputField) print.token(fieldToken(this.outputField));
    for (const arg of this.args) arg.fingerprint(print);
    for (const order of this.order) order.fingerprint(print);
    this.filter?.fingerprint(print);
    this.fallback?.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const counts = this.definition === COUNT && !this.distinct;
    const args = this.star
      ? [STAR]
      : this.args.map((arg) => arg.resolve(counts && arg instanceof Reference ? { ...context, anyKeyColumn: true } : context));
    for (const arg of args) {
      if (!containsAggregate(arg) || context.summarize) continue;
      const name = this.args[0] instanceof Reference ? `"${this.args[0].path}"` : "its argument";
      throw new FieldError(
        `${this.definition.name}: ${name} is an aggregate already. Aggregate over it with aggregate(), which puts it into a subquery.`,
      );
    }
    const orderBy: OrderTerm[] = this.order.map((order) => ({
      expression: order.expression.resolve(context),
      descending: order.descending,
      nulls: order.nulls,
    }));
    const filter = this.filter ? conditionNode(context, this.filter) : null;
    const [first] = args;
    const output = this.outputField ?? this.definition.output(first ? fieldOf(first) : null);
    const node: Node = {
      kind: "aggregate",
      name: this.definition.name,
      args,
      distinct: this.distinct,
      filter,
      orderBy,
      output,
      emptyValue: this.definition.emptyValue ?? null,
      ...(this.definition.options ? { options: this.definition.options } : {}),
    };
    if (!this.fallback) return node;
    return { kind: "call", name: "COALESCE", args: [node, this.fallback.resolve(context)], output };
  }
}

function literalText(text: string): Expression {
  return new TextLiteral(text);
}

/** A default that is a text is a value, where other strings are names. */
class TextLiteral extends Expression {
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
  fingerprint(print: Fingerprint): void {
    print.value(this.text, "default");
  }
  resolve({ slots }: ResolveContext): Node {
    return { kind: "parameter", slot: slots.next().slot, prepare: null, output: OUTPUT.text, cast: true };
  }
}

/** One item or a list of them, as `orderBy` of aggregates and windows takes. */
export function orderList(given: unknown): OrderBy[] {
  return given === undefined || given === null ? [] : (Array.isArray(given) ? given : [given]).map(toOrder);
}

/** `"-name"` or an expression with its direction. */
export function toOrder(given: unknown): OrderBy {
  if (given instanceof OrderBy) return given;
  if (given instanceof Expression) return given.asc();
  if (given instanceof Condition) return argument(given).asc();
  if (typeof given === "string") return given.startsWith("-") ? new Reference(given.slice(1)).desc() : new Reference(given).asc();
  throw new QueryError(`An order is a name or an expression, not ${String(given)}.`);
}

/** Integers add up to more than their column holds; decimals and durations keep their kind. */
function sumOutput(field: FieldDefinition | null): FieldDefinition | null {
  switch (field?.storage.kind) {
    case "smallint":
    case "integer":
      return OUTPUT.count;
    case "bigint":
      return field.storage.mode === "number" ? OUTPUT.count : OUTPUT.bigint;
    case "decimal":
      return OUTPUT.decimal;
    default:
      return field;
  }
}

function averageOutput(field: FieldDefinition | null): FieldDefinition | null {
  switch (field?.storage.kind) {
    case "decimal":
      return OUTPUT.decimal;
    case "duration":
      return field;
    default:
      return OUTPUT.float;
  }
}

function spreadOutput(field: FieldDefinition | null): FieldDefinition | null {
  return field?.storage.kind === "decimal" ? OUTPUT.decimal : OUTPUT.float;
}

function defineAggregate(definition: AggregateDefinition): (arg: unknown, options?: AggregateOptions) => Aggregate {
  return (arg, options) => new Aggregate(definition, [arg], options);
}

export const Count = (arg: unknown = "*", options?: AggregateOptions): Aggregate => new Aggregate(COUNT, [arg], options);
export const COUNT: AggregateDefinition = { name: "COUNT", output: () => OUTPUT.count, emptyValue: 0, star: true };
export const Sum = defineAggregate({ name: "SUM", output: sumOutput });
export const Avg = defineAggregate({ name: "AVG", output: averageOutput });
export const Min = defineAggregate({ name: "MIN", output: (field) => field });
export const Max = defineAggregate({ name: "MAX", output: (field) => field });
export const StdDev = (arg: unknown, options: AggregateOptions = {}): Aggregate =>
  new Aggregate({ name: options.sample ? "STDDEV_SAMP" : "STDDEV_POP", alias: "stddev", output: spreadOutput }, [arg], options);
export const Variance = (arg: unknown, options: AggregateOptions = {}): Aggregate =>
  new Aggregate({ name: options.sample ? "VAR_SAMP" : "VAR_POP", alias: "variance", output: spreadOutput }, [arg], options);
