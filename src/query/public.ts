import type { Aggregates } from "../types/aggregates.js";
import type * as base from "../types/base-expressions.js";
import type { QFactory } from "../types/conditions.js";
import type { DatabaseFunctions } from "../types/functions.js";
import type { SqlTemplate } from "../types/raw.js";
import type { PrefetchFactory } from "../types/prefetch.js";
import type { QuerySetConstructor, QuerySet as QuerySetType } from "../types/queryset.js";
import { Q as makeCondition } from "./condition.js";
import * as aggregates from "./expressions/aggregates.js";
import { ExpressionWrapper as Wrapper } from "./expressions/arithmetic.js";
import * as functions from "./expressions/basic-functions.js";
import * as conditional from "./expressions/conditional.js";
import * as dates from "./expressions/dates.js";
import { literal, OuterReference, outputFieldOf, Reference, ValueExpression } from "./expressions/references.js";
import * as subqueries from "./expressions/subqueries.js";
import { Prefetch as PrefetchLookup } from "./prefetch-lookup.js";
import { QuerySetBase } from "./queryset.js";
import { sql as sqlTag } from "./raw.js";
import { definitionOf } from "./value-output.js";

/**
 * What users call, under its public type. The implementations take anything and check it when they run; the types
 * of types/ are stricter, and made of phantom members that no implementation can show. This is the one place where
 * the two meet.
 */
function typed<Public>(implementation: unknown): Public {
  return implementation as Public;
}

export const QuerySet = typed<QuerySetConstructor>(QuerySetBase);
export type QuerySet<M, R = M, A = unknown> = QuerySetType<M, R, A>;

export const Q = typed<QFactory>(makeCondition);
export const F = typed<base.FFactory>((path: string) => new Reference(path));
export const Value = typed<base.ValueFactory>(
  (value: unknown, options?: { outputField?: unknown }) => new ValueExpression(value, outputFieldOf(options)),
);
export const OuterRef = typed<base.OuterRefFactory>((path: string | OuterReference) => new OuterReference(path));
export const Subquery = typed<base.SubqueryFactory>(subqueries.Subquery);
export const Exists = typed<base.ExistsFactory>(subqueries.Exists);
export const Case = typed<base.CaseFactory>(conditional.Case);
export const When = typed<base.WhenFactory>(conditional.When);
export const ExpressionWrapper = typed<base.ExpressionWrapperFactory>(
  (expression: unknown, options: { outputField: unknown }) => new Wrapper(literal(expression), definitionOf(options.outputField)),
);
export const sql = typed<(strings: TemplateStringsArray, ...values: unknown[]) => SqlTemplate>(sqlTag);
export const Prefetch = typed<PrefetchFactory>(
  (lookup: string, options?: { queryset?: unknown; toAttr?: string }) => new PrefetchLookup(lookup, options),
);

export const Count = typed<Aggregates["Count"]>(aggregates.Count);
export const Sum = typed<Aggregates["Sum"]>(aggregates.Sum);
export const Avg = typed<Aggregates["Avg"]>(aggregates.Avg);
export const Min = typed<Aggregates["Min"]>(aggregates.Min);
export const Max = typed<Aggregates["Max"]>(aggregates.Max);
export const StdDev = typed<Aggregates["StdDev"]>(aggregates.StdDev);
export const Variance = typed<Aggregates["Variance"]>(aggregates.Variance);

export const Upper = typed<DatabaseFunctions["Upper"]>(functions.upper);
export const Lower = typed<DatabaseFunctions["Lower"]>(functions.lower);
export const Length = typed<DatabaseFunctions["Length"]>(functions.length);
export const Concat = typed<DatabaseFunctions["Concat"]>(functions.concat);
export const Coalesce = typed<DatabaseFunctions["Coalesce"]>(functions.coalesce);
export const Abs = typed<DatabaseFunctions["Abs"]>(functions.abs);
export const Now = typed<DatabaseFunctions["Now"]>(functions.now);
export const Trunc = typed<DatabaseFunctions["Trunc"]>(dates.Trunc);
export const Extract = typed<DatabaseFunctions["Extract"]>(dates.Extract);
