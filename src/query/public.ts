import type * as base from "../types/base-expressions.js";
import type { QFactory } from "../types/conditions.js";
import type { ManagerConstructor, Manager as ManagerType } from "../types/manager.js";
import type { PrefetchFactory } from "../types/prefetch.js";
import type { QuerySetConstructor, QuerySet as QuerySetType } from "../types/queryset.js";
import type { SqlTemplate } from "../types/raw.js";
import { Q as makeCondition } from "./condition.js";
import { ExpressionWrapper as Wrapper } from "./expressions/arithmetic.js";
import * as conditional from "./expressions/conditional.js";
import { FilteredRelation as makeFilteredRelation } from "./expressions/filtered-relation.js";
import * as raw from "./expressions/raw-expressions.js";
import { literal, OuterReference, outputFieldOf, Reference, ValueExpression } from "./expressions/references.js";
import * as subqueries from "./expressions/subqueries.js";
import { ManagerBase } from "./manager.js";
import { Prefetch as PrefetchLookup } from "./prefetch-lookup.js";
import { typed } from "./public-type.js";
import { QuerySetBase } from "./queryset.js";
import { sql as sqlTag } from "./raw.js";
import { definitionOf } from "./value-output.js";

export const QuerySet = typed<QuerySetConstructor>(QuerySetBase);
export type QuerySet<M, R = M, A = unknown> = QuerySetType<M, R, A>;

export const Manager = typed<ManagerConstructor>(ManagerBase);
export type Manager<M, Q = QuerySetType<M>> = ManagerType<M, Q>;

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
/**
 * SQL of your own as an expression, with `%s` for each parameter and `%%` for a percent sign. The text is sent as it is: never put
 * what users give into it.
 *
 * @param sql - the SQL
 * @param params - one value for each `%s`
 * @param options - `outputField`: the field whose values it gives
 * @throws QueryError where the placeholders and the parameters differ in number
 * @example Book.objects.annotate({ size: RawSQL("pages * %s", [2], { outputField: IntegerField() }) })
 */
export const RawSQL = typed<base.RawSQLFactory>(raw.RawSQL);
/**
 * A function of the database that has no factory of its own.
 *
 * @param args - paths, expressions and values, then `{ function, template, argJoiner, outputField }`
 * @throws QueryError without the function's name
 * @example Func("name", { function: "SOUNDEX", outputField: TextField() })
 */
export const Func = typed<base.FuncFactory>(raw.Func);
/**
 * A relation that is joined with a condition of its own, under the name of the annotation: rows without a match stay, with nulls.
 * The condition's paths begin with the relation, as everywhere. Django's FilteredRelation.
 *
 * @param relation - the path of the relation
 * @param options - `condition`: which related rows are joined
 * @throws FieldError where the path is no relation, or the condition goes beyond it
 * @example Artist.objects.annotate({ live: FilteredRelation("albums", { condition: Q({ albums__title__icontains: "live" }) }) }).values("name", "live__title")
 */
export const FilteredRelation = typed<base.FilteredRelationFactory>(makeFilteredRelation);
