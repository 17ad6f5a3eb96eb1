import { Count, Exists, F, Max, Min, OuterRef, Q, Sum } from "../../../src/index.js";
import { type ModelName, models, type Value } from "./models.js";

/* Querysets as data: what the generator makes, the evaluator answers, and dorm runs. */

export type LookupName = "exact" | "gt" | "gte" | "lt" | "lte" | "in" | "range" | "isnull" | "contains" | "startswith";

export type RightSide =
  | { readonly kind: "value"; readonly value: Value | boolean | readonly Value[] }
  | { readonly kind: "reference"; readonly path: readonly string[] }
  | { readonly kind: "queryset"; readonly model: ModelName; readonly column: string; readonly condition: Condition | null };

export interface Leaf {
  readonly kind: "leaf";
  /** Relations and perhaps a column; a path that ends in a relation means its key. */
  readonly path: readonly string[];
  readonly lookup: LookupName;
  readonly right: RightSide;
}
export interface Tree {
  readonly kind: "tree";
  readonly connector: "and" | "or" | "xor";
  readonly negated: boolean;
  readonly children: readonly Condition[];
}
/** Whether there is a row of a model whose column holds the key of this row, and that meets a condition. */
export interface ExistsCondition {
  readonly kind: "exists";
  readonly negated: boolean;
  readonly model: ModelName;
  readonly link: string;
  readonly condition: Condition | null;
}
export type Condition = Leaf | Tree | ExistsCondition;

export interface AggregateCall {
  readonly name: "Count" | "Sum" | "Min" | "Max";
  /** Empty: the rows themselves. */
  readonly path: readonly string[];
  readonly distinct: boolean;
  readonly filter: Condition | null;
}
export interface OrderBy {
  readonly path: readonly string[];
  readonly descending: boolean;
}

export interface Filter {
  readonly kind: "filter" | "exclude";
  readonly condition: Condition;
}
export type Step =
  | Filter
  | { readonly kind: "annotate"; readonly name: string; readonly aggregate: AggregateCall }
  /** A column under another name. */
  | { readonly kind: "reference"; readonly name: string; readonly path: readonly string[] }
  /** Another queryset of the model, put together with this one. */
  | { readonly kind: "merge"; readonly connector: "and" | "or" | "xor"; readonly filters: readonly Filter[] }
  /** The results of both put together by the database. */
  | { readonly kind: "combine"; readonly operator: "union" | "intersection" | "difference"; readonly filters: readonly Filter[] }
  | { readonly kind: "values"; readonly paths: readonly (readonly string[])[] }
  | { readonly kind: "order"; readonly terms: readonly OrderBy[] }
  | { readonly kind: "distinct" }
  | { readonly kind: "slice"; readonly start: number; readonly end: number };

export type Terminal = { readonly kind: "rows" | "count" | "exists" } | { readonly kind: "aggregate"; readonly aggregate: AggregateCall };

export interface Description {
  readonly model: ModelName;
  readonly steps: readonly Step[];
  readonly terminal: Terminal;
}

/** Querysets without their types, which names made at random have no use for. */
export interface AnyQuerySet extends PromiseLike<readonly unknown[]> {
  filter(condition: unknown): AnyQuerySet;
  exclude(condition: unknown): AnyQuerySet;
  annotate(expressions: object): AnyQuerySet;
  values(...names: readonly string[]): AnyQuerySet;
  orderBy(...terms: readonly string[]): AnyQuerySet;
  and(other: AnyQuerySet): AnyQuerySet;
  or(other: AnyQuerySet): AnyQuerySet;
  xor(other: AnyQuerySet): AnyQuerySet;
  union(other: AnyQuerySet): AnyQuerySet;
  intersection(other: AnyQuerySet): AnyQuerySet;
  difference(other: AnyQuerySet): AnyQuerySet;
  distinct(): AnyQuerySet;
  slice(start: number, end: number): AnyQuerySet;
  all(): AnyQuerySet;
  count(): Promise<number>;
  exists(): Promise<boolean>;
  aggregate(expressions: object): Promise<Record<string, unknown>>;
}

const path = (names: readonly string[]): string => names.join("__");

function objects(model: ModelName): AnyQuerySet {
  // the loose interface has a part of the methods that every manager has
  return models[model].objects.all() as unknown as AnyQuerySet;
}

function right(side: RightSide): unknown {
  switch (side.kind) {
    case "value":
      return side.value;
    case "reference":
      return F(path(side.path));
    case "queryset": {
      const base = objects(side.model);
      const filtered = side.condition ? base.filter(toQ(side.condition)) : base;
      return side.column === "id" ? filtered : filtered.values(side.column);
    }
  }
}

export function toQ(condition: Condition): ReturnType<typeof Q.untyped> {
  switch (condition.kind) {
    case "leaf": {
      const name = condition.lookup === "exact" ? path(condition.path) : `${path(condition.path)}__${condition.lookup}`;
      return Q.untyped({ [name]: right(condition.right) });
    }
    case "exists": {
      const linked = objects(condition.model).filter(Q.untyped({ [condition.link]: OuterRef("pk") }));
      const exists = Exists((condition.condition ? linked.filter(toQ(condition.condition)) : linked) as never);
      return Q((condition.negated ? exists.not() : exists) as never) as never;
    }
    case "tree": {
      const joined = Q[condition.connector](...(condition.children.map(toQ) as never[])) as ReturnType<typeof Q.untyped>;
      return (condition.negated ? joined.not() : joined) as ReturnType<typeof Q.untyped>;
    }
  }
}

const AGGREGATES = { Count, Sum, Min, Max };

function toAggregate({ name, path: names, distinct, filter }: AggregateCall): unknown {
  const make = AGGREGATES[name] as (argument: string, options: object) => unknown;
  const options = { ...(distinct && { distinct }), ...(filter && { filter: toQ(filter) }) };
  return make(names.length === 0 ? "*" : path(names), options);
}

function take(model: ModelName, queryset: AnyQuerySet, step: Step): AnyQuerySet {
  switch (step.kind) {
    case "filter":
      return queryset.filter(toQ(step.condition));
    case "exclude":
      return queryset.exclude(toQ(step.condition));
    case "annotate":
      return queryset.annotate({ [step.name]: toAggregate(step.aggregate) });
    case "reference":
      return queryset.annotate({ [step.name]: F(path(step.path)) });
    case "merge":
      return queryset[step.connector](toQuerySet({ model, steps: step.filters }));
    case "combine":
      return queryset[step.operator](toQuerySet({ model, steps: step.filters }));
    case "values":
      return queryset.values(...step.paths.map(path));
    case "order":
      return queryset.orderBy(...step.terms.map((term) => `${term.descending ? "-" : ""}${path(term.path)}`));
    case "distinct":
      return queryset.distinct();
    case "slice":
      return queryset.slice(step.start, step.end);
  }
}

export function toQuerySet({ model, steps }: Pick<Description, "model" | "steps">): AnyQuerySet {
  return steps.reduce((queryset, step) => take(model, queryset, step), objects(model));
}

/** What dorm answers: keys for instances, records for values, a number, a boolean or an aggregate's value. */
export async function ask(description: Description): Promise<unknown> {
  const queryset = toQuerySet(description);
  const { terminal } = description;
  switch (terminal.kind) {
    case "count":
      return await queryset.count();
    case "exists":
      return await queryset.exists();
    case "aggregate":
      return (await queryset.aggregate({ result: toAggregate(terminal.aggregate) })).result;
    case "rows": {
      const names = description.steps.flatMap((step) => (step.kind === "annotate" || step.kind === "reference" ? [step.name] : []));
      return (await queryset).map((row) => {
        const record = row as Record<string, unknown>;
        return "pk" in record ? [record.id, ...names.map((name) => record[name])] : Object.values(record);
      });
    }
  }
}
