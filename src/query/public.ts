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

/**
 * The class of querysets, to be extended with methods of your own. Nothing is sent before a queryset is awaited,
 * iterated, or one of its reading methods is called. Django's QuerySet.
 *
 * @example
 * class BookQuerySet extends QuerySet<Book> {
 *   published() { return this.filter({ published: true }); }
 * }
 * class Book extends Model<Book>("blog.Book")({ … }) { static override objects = BookQuerySet.asManager(() => Book); }
 */
export const QuerySet = typed<QuerySetConstructor>(QuerySetBase);
export type QuerySet<M, R = M, A = unknown> = QuerySetType<M, R, A>;

/**
 * The class of managers, to be extended where queries shall start from other than all rows. Django's Manager.
 *
 * @example
 * class PublishedManager extends Manager<Book> {
 *   override getQueryset() { return super.getQueryset().filter({ published: true }); }
 * }
 */
export const Manager = typed<ManagerConstructor>(ManagerBase);
export type Manager<M, Q = QuerySetType<M>> = ManagerType<M, Q>;

/**
 * A condition that can be combined: `Q({…}).or(Q({…}))`, `.and`, `.xor`, `.not()`, and for lists `Q.and`, `Q.or`,
 * `Q.xor`. An empty Q is no condition, negated or not. Django's Q objects.
 *
 * @param conditions - records of lookups and other Qs, all of which must hold
 * @returns the condition
 * @throws QueryError for what is no condition
 * @example Author.objects.filter(Q({ age__lt: 18 }).or(Q({ age__gt: 65 })), Q({ name: "Admin" }).not())
 */
export const Q = typed<QFactory>(makeCondition);
/**
 * A column or an annotation, by its path, as a value of the database: to compare with, to compute with, to update by,
 * to order by. Django's F expressions.
 *
 * @param path - as in `filter`, without a lookup: `author__age`, `published__year`
 * @throws FieldError, when it is used, for a path that does not exist
 * @example Account.objects.filter({ pk: 3 }).update({ balance: F("balance").add(10) })
 */
export const F = typed<base.FFactory>((path: string) => new Reference(path));
/**
 * A literal where a string would be a path, or a literal with a type of its own. It is bound, never written into SQL.
 *
 * @param value - text, number, bigint, boolean, Date, Decimal, bytes or null
 * @param options - `outputField`: the field that says how it is sent
 * @example Author.objects.annotate({ kind: Value("writer") })
 */
export const Value = typed<base.ValueFactory>(
  (value: unknown, options?: { outputField?: unknown }) => new ValueExpression(value, outputFieldOf(options)),
);
/**
 * A column of the query around a subquery. `OuterRef(OuterRef("pk"))` is one further out.
 *
 * @param path - a path of the outer query's model
 * @example Exists(Book.objects.filter({ author: OuterRef("pk") }))
 */
export const OuterRef = typed<base.OuterRefFactory>((path: string | OuterReference) => new OuterReference(path));
/**
 * One value of another query, for each row. Django's Subquery.
 *
 * @param queryset - with one column, by `values("…")`, and at most one row, by `slice(0, 1)`
 * @param options - `outputField`, where the type cannot be told from the column
 * @throws QueryError for a queryset of several columns
 * @example Author.objects.annotate({ newest: Subquery(Book.objects.filter({ author: OuterRef("pk") }).orderBy("-pk").values("title").slice(0, 1)) })
 */
export const Subquery = typed<base.SubqueryFactory>(subqueries.Subquery);
/**
 * Whether another query has a row, for each row; `.not()` turns it around. It filters by itself. Django's Exists.
 *
 * @param queryset - what is looked for, tied to the outer row by OuterRef
 * @example Author.objects.filter(Exists(Book.objects.filter({ author: OuterRef("pk"), pages__gte: 500 })))
 */
export const Exists = typed<base.ExistsFactory>(subqueries.Exists);
/**
 * The value of the first branch whose condition holds. Django's conditional expressions.
 *
 * @param branches - When(…), then perhaps `{ default, outputField }`
 * @throws QueryError for anything else
 * @example Case(When({ age__lt: 18 }, { then: Value("minor") }), { default: Value("adult") })
 */
export const Case = typed<base.CaseFactory>(conditional.Case);
/**
 * One branch of a Case.
 *
 * @param conditions - as in `filter`, then `{ then: value or expression }`
 * @throws QueryError without a condition
 * @example When({ age__lt: 18 }, { then: Value("minor") })
 */
export const When = typed<base.WhenFactory>(conditional.When);
/**
 * An expression whose type is said, where it cannot be inferred: a decimal times a float, say.
 *
 * @param expression - what is computed
 * @param options - `outputField`: the field whose values it gives
 * @example ExpressionWrapper(F("price").mul(F("rate")), { outputField: FloatField() })
 */
export const ExpressionWrapper = typed<base.ExpressionWrapperFactory>(
  (expression: unknown, options: { outputField: unknown }) => new Wrapper(literal(expression), definitionOf(options.outputField)),
);
/**
 * SQL with its parameters, for `raw`: whatever stands in `${…}` is bound, never written into the text.
 *
 * @example Author.objects.raw(sql`SELECT * FROM authors WHERE age > ${age}`)
 */
export const sql = typed<(strings: TemplateStringsArray, ...values: unknown[]) => SqlTemplate>(sqlTag);
/**
 * A relation to prefetch by a queryset of your own, or into another attribute. Django's Prefetch.
 *
 * @param lookup - the relation's path
 * @param options - `queryset`: which rows, in which order, sliced for each parent; `toAttr`: the attribute that gets the list
 * @throws QueryError for a queryset of another model
 * @example Author.objects.prefetchRelated(Prefetch("books", { queryset: Book.objects.orderBy("-pages").slice(0, 3), toAttr: "longest" }))
 */
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
