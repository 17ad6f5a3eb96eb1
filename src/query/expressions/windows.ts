import { ImproperlyConfigured, QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node, OrderTerm } from "../../sql/nodes.js";
import { checkOptions } from "../../suggestions.js";
import { Expression, type OrderBy, type ResolveContext } from "../expression.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { Aggregate, orderList } from "./aggregates.js";
import { withOutput } from "./arithmetic.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

interface WindowFunctionDefinition {
  /** The name in SQL. */
  readonly name: string;
  /** The name of the factory, for messages. */
  readonly label: string;
  /** A number of the row by its place in an order: without one it would mean nothing. */
  readonly ranking: boolean;
  readonly output: (first: FieldDefinition | null) => FieldDefinition | null;
}

/** A function that is computed over a window, and nowhere else. */
class WindowFunction extends Expression {
  readonly definition: WindowFunctionDefinition;
  readonly args: readonly Expression[];
  /** Whole numbers behind the first argument; checked, and so part of the text. */
  readonly numbers: readonly number[];

  constructor(definition: WindowFunctionDefinition, args: readonly Expression[], numbers: readonly number[] = []) {
    super();
    this.definition = definition;
    this.args = args;
    this.numbers = numbers;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`${this.definition.label}:${this.numbers.join(",")}:${this.args.length}`);
    for (const arg of this.args) arg.fingerprint(print);
  }

  resolve(): Node {
    throw new QueryError(`${this.definition.label}() is computed over a window: Window(${this.definition.label}(…), { orderBy: "…" }).`);
  }

  resolveInWindow(context: ResolveContext): Node {
    const [first, ...rest] = this.args.map((arg) => arg.resolve(context));
    const numbers = this.numbers.map((number): Node => ({ kind: "raw", parts: [String(number)], output: OUTPUT.integer }));
    const args = first ? [first, ...numbers, ...rest] : numbers;
    return { kind: "call", name: this.definition.name, args, output: this.definition.output(first ? fieldOf(first) : null) };
  }
}

function rankFunction(name: string, label: string, output: FieldDefinition = OUTPUT.count): () => WindowFunction {
  return () => new WindowFunction({ name, label, ranking: true, output: () => output }, []);
}

export const rowNumber = rankFunction("ROW_NUMBER", "RowNumber");
export const rank = rankFunction("RANK", "Rank");
export const denseRank = rankFunction("DENSE_RANK", "DenseRank");
export const percentRank = rankFunction("PERCENT_RANK", "PercentRank", OUTPUT.float);
export const cumeDist = rankFunction("CUME_DIST", "CumeDist", OUTPUT.float);

function checkPositive(given: unknown, where: string): number {
  if (typeof given !== "number" || !Number.isSafeInteger(given) || given < 1)
    throw new QueryError(`${where} is a whole number from 1, not ${String(given)}.`);
  return given;
}

export function ntile(buckets: unknown = 1): WindowFunction {
  const count = checkPositive(buckets, "Ntile: the number of buckets");
  return new WindowFunction({ name: "NTILE", label: "Ntile", ranking: true, output: () => OUTPUT.integer }, [], [count]);
}

function offsetFunction(
  name: string,
  label: string,
): (source: unknown, options?: { readonly offset?: unknown; readonly default?: unknown }) => WindowFunction {
  const definition: WindowFunctionDefinition = { name, label, ranking: false, output: (field) => field };
  return (source, options = {}) => {
    checkOptions(label, options, ["offset", "default"]);
    const { offset = 1, default: otherwise } = options;
    if (source === undefined || source === null) throw new QueryError(`${label} takes a column or an expression.`);
    const args = otherwise === undefined || otherwise === null ? [argument(source)] : [argument(source), argument(otherwise)];
    if (offset === 0) return new WindowFunction(definition, args, [0]);
    return new WindowFunction(definition, args, [checkPositive(offset, `${label}: the offset`)]);
  };
}
export const lag = offsetFunction("LAG", "Lag");
export const lead = offsetFunction("LEAD", "Lead");

function valueFunction(name: string, label: string): (source: unknown) => WindowFunction {
  const definition: WindowFunctionDefinition = { name, label, ranking: false, output: (field) => field };
  return (source) => new WindowFunction(definition, [argument(source)]);
}
export const firstValue = valueFunction("FIRST_VALUE", "FirstValue");
export const lastValue = valueFunction("LAST_VALUE", "LastValue");

export function nthValue(source: unknown, options: { readonly nth?: unknown } = {}): WindowFunction {
  checkOptions("NthValue", options, ["nth"]);
  const nth = checkPositive(options.nth ?? 1, "NthValue: nth");
  return new WindowFunction({ name: "NTH_VALUE", label: "NthValue", ranking: false, output: (field) => field }, [argument(source)], [nth]);
}

/** The rows around the current one that a window function sees. */
class WindowFrame {
  readonly sql: string;
  constructor(sql: string) {
    this.sql = sql;
  }
}

interface FrameBounds {
  readonly start?: number | null;
  readonly end?: number | null;
  readonly exclusion?: keyof typeof EXCLUSIONS;
}
const EXCLUSIONS = { currentRow: " EXCLUDE CURRENT ROW", group: " EXCLUDE GROUP", ties: " EXCLUDE TIES" } as const;

function boundText(bound: number | null, open: string): string {
  if (bound === null) return `UNBOUNDED ${open}`;
  if (bound === 0) return "CURRENT ROW";
  return bound < 0 ? `${-bound} PRECEDING` : `${bound} FOLLOWING`;
}

function frameFactory(mode: "ROWS" | "RANGE", label: string): (bounds?: FrameBounds) => WindowFrame {
  return ({ start = null, end = null, exclusion } = {}) => {
    for (const bound of [start, end]) {
      if (bound !== null && !Number.isSafeInteger(bound))
        throw new QueryError(`${label}: start and end are whole numbers or null, not ${String(bound)}.`);
    }
    if (start !== null && end !== null && start > end) throw new QueryError(`${label}: the start, ${start}, is behind the end, ${end}.`);
    if (exclusion !== undefined && !Object.hasOwn(EXCLUSIONS, exclusion)) {
      throw new QueryError(`${label}: exclusion is one of ${Object.keys(EXCLUSIONS).join(", ")}, not "${String(exclusion)}".`);
    }
    const excluded = exclusion === undefined ? "" : EXCLUSIONS[exclusion];
    return new WindowFrame(`${mode} BETWEEN ${boundText(start, "PRECEDING")} AND ${boundText(end, "FOLLOWING")}${excluded}`);
  };
}
export const rowRange = frameFactory("ROWS", "RowRange");
export const valueRange = frameFactory("RANGE", "ValueRange");

interface WindowOptions {
  readonly partitionBy?: unknown;
  readonly orderBy?: unknown;
  readonly frame?: unknown;
  readonly outputField?: unknown;
}

/** An aggregate or a window function over the rows around each row. */
class WindowExpression extends Expression {
  readonly source: Aggregate | WindowFunction;
  readonly partition: readonly Expression[];
  readonly order: readonly OrderBy[];
  readonly frame: string | null;
  readonly outputField: FieldDefinition | null;

  constructor(source: unknown, options: WindowOptions) {
    super();
    if (!(source instanceof Aggregate || source instanceof WindowFunction)) {
      throw new QueryError("Window takes an aggregate or a window function, as Sum(…) or RowNumber().");
    }
    checkOptions("Window", options, ["partitionBy", "orderBy", "frame", "outputField"]);
    const { partitionBy, frame } = options;
    if (frame !== undefined && frame !== null && !(frame instanceof WindowFrame))
      throw new QueryError("Window: the frame is RowRange(…) or ValueRange(…).");
    this.source = source;
    this.partition = (
      partitionBy === undefined || partitionBy === null ? [] : Array.isArray(partitionBy) ? partitionBy : [partitionBy]
    ).map(argument);
    this.order = orderList(options.orderBy);
    this.frame = frame?.sql ?? null;
    this.outputField = outputFieldOf(options);
    if (source instanceof WindowFunction && source.definition.ranking && this.order.length === 0) {
      const { label } = source.definition;
      throw new ImproperlyConfigured(`Window(${label}(), …) numbers rows by their order: give orderBy.`);
    }
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Window:${this.partition.length}:${this.order.length}:${this.frame}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    this.source.fingerprint(print);
    for (const item of this.partition) item.fingerprint(print);
    for (const item of this.order) item.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const source = this.source instanceof Aggregate ? this.source.resolve(context) : this.source.resolveInWindow(context);
    const partitionBy = this.partition.map((item) => item.resolve(context));
    const orderBy: OrderTerm[] = this.order.map(({ expression, descending, nulls }) => ({
      expression: expression.resolve(context),
      descending,
      nulls,
    }));
    const over = (expression: Node): Node => ({
      kind: "window",
      expression,
      partitionBy,
      orderBy,
      frame: this.frame,
      output: fieldOf(expression),
    });
    // the default of an aggregate stands around the window
    const [inner, ...rest] = source.kind === "call" && source.name === "COALESCE" ? source.args : [];
    const node: Node = source.kind === "call" && inner?.kind === "aggregate" ? { ...source, args: [over(inner), ...rest] } : over(source);
    return this.outputField ? withOutput(node, this.outputField) : node;
  }
}

export function Window(source: unknown, options: WindowOptions = {}): Expression {
  return new WindowExpression(source, options);
}
