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
 * class BookQuerySet extends QuerySet<Novel> {
 *   long() {
 *     return this.filter({ pages__gte: 300 });
 *   }
 * }
 * class Novel extends Model<Novel>("library.Novel")({ title: CharField({ maxLength: 200 }), pages: IntegerField() }) {
 *   static override objects = BookQuerySet.asManager(() => Novel);
 * }
 * await createTables([Novel]);
 * await Novel.objects.create({ title: "The Dispossessed", pages: 341 });
 * console.log(await Novel.objects.long().count()); // → 1
 */
export const QuerySet = typed<QuerySetConstructor>(QuerySetBase);
export type QuerySet<M, R = M, A = unknown> = QuerySetType<M, R, A>;

/**
 * The class of managers, to be extended where queries shall start from other than all rows. Django's Manager.
 *
 * @example
 * class AvailableManager extends Manager<Novel> {
 *   override getQueryset() {
 *     return super.getQueryset().filter({ sold: false });
 *   }
 * }
 * class Novel extends Model<Novel>("library.Novel")({ title: CharField({ maxLength: 200 }), sold: BooleanField({ default: false }) }) {
 *   static available = new AvailableManager(() => Novel);
 * }
 * await createTables([Novel]);
 * await Novel.objects.create({ title: "The Dispossessed", sold: true });
 * console.log(await Novel.objects.count(), await Novel.available.count()); // → 1 0
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
 * @example
 * const found = await Author.objects.filter(Q({ age__lt: 50 }).or(Q({ name__startswith: "U" })), Q({ bio: "secret" }).not());
 * console.log(found.length); // → 2
 */
export const Q = typed<QFactory>(makeCondition);
/**
 * A column or an annotation, by its path, as a value of the database: to compare with, to compute with, to update by,
 * to order by. Django's F expressions.
 *
 * @param path - as in `filter`, without a lookup: `author__age`, `published__year`
 * @throws FieldError, when it is used, for a path that does not exist
 * @example
 * await Book.objects.filter({ title: "Mostly Harmless" }).update({ pages: F("pages").add(10) });
 * console.log(await Book.objects.filter({ pages__gt: F("author__age") }).valuesList("pages", { flat: true })); // → [ 341, 184, 239 ]
 */
export const F = typed<base.FFactory>((path: string) => new Reference(path));
/**
 * A literal where a string would be a path, or a literal with a type of its own. It is bound, never written into SQL.
 *
 * @param value - text, number, bigint, boolean, Date, Decimal, bytes or null
 * @param options - `outputField`: the field that says how it is sent
 * @example
 * console.log(await Author.objects.values("name", { kind: Value("writer") })); // → [ { name: 'Ursula', kind: 'writer' }, { name: 'Douglas', kind: 'writer' } ]
 */
export const Value = typed<base.ValueFactory>(
  (value: unknown, options?: { outputField?: unknown }) => new ValueExpression(value, outputFieldOf(options)),
);
/**
 * A column of the query around a subquery. `OuterRef(OuterRef("pk"))` is one further out.
 *
 * @param path - a path of the outer query's model
 * @example
 * const newest = Book.objects.filter({ author: OuterRef("pk") }).orderBy("-published").values("title").slice(0, 1);
 * console.log(await Author.objects.values("name", { newest: Subquery(newest) })); // → [ { name: 'Ursula', newest: 'The Dispossessed' }, { name: 'Douglas', newest: 'Mostly Harmless' } ]
 */
export const OuterRef = typed<base.OuterRefFactory>((path: string | OuterReference) => new OuterReference(path));
/**
 * One value of another query, for each row. Django's Subquery.
 *
 * @param queryset - with one column, by `values("…")`, and at most one row, by `slice(0, 1)`
 * @param options - `outputField`, where the type cannot be told from the column
 * @throws QueryError for a queryset of several columns
 * @example
 * const longest = Book.objects.filter({ author: OuterRef("pk") }).orderBy("-pages").values("title").slice(0, 1);
 * const authors = await Author.objects.annotate({ longest: Subquery(longest) });
 * console.log(authors.map((author) => author.longest)); // → [ 'The Dispossessed', 'Mostly Harmless' ]
 */
export const Subquery = typed<base.SubqueryFactory>(subqueries.Subquery);
/**
 * Whether another query has a row, for each row; `.not()` turns it around. It filters by itself. Django's Exists.
 *
 * @param queryset - what is looked for, tied to the outer row by OuterRef
 * @example
 * const thick = Book.objects.filter({ author: OuterRef("pk"), pages__gte: 300 });
 * console.log(await Author.objects.filter(Exists(thick)).valuesList("name", { flat: true })); // → [ 'Ursula' ]
 */
export const Exists = typed<base.ExistsFactory>(subqueries.Exists);
/**
 * The value of the first branch whose condition holds. Django's conditional expressions.
 *
 * @param branches - When(…), then perhaps `{ default, outputField }`
 * @throws QueryError for anything else
 * @example
 * const size = Case(When({ pages__lt: 200 }, { then: Value("short") }), { default: Value("long") });
 * console.log(await Book.objects.valuesList("pages", size)); // → [ [ 341, 'long' ], [ 184, 'short' ], [ 229, 'long' ] ]
 */
export const Case = typed<base.CaseFactory>(conditional.Case);
/**
 * One branch of a Case.
 *
 * @param conditions - as in `filter`, then `{ then: value or expression }`
 * @throws QueryError without a condition
 * @example
 * const level = Case(
 *   When({ rating__gte: 4.5 }, { then: Value("gold") }),
 *   When({ rating__gte: 4 }, { then: Value("tin") }),
 * );
 * console.log(await Book.objects.valuesList(level, { flat: true })); // → [ 'gold', 'tin', null ]
 */
export const When = typed<base.WhenFactory>(conditional.When);
/**
 * An expression whose type is said, where it cannot be inferred: a decimal times a float, say.
 *
 * @param expression - what is computed
 * @param options - `outputField`: the field whose values it gives
 * @example
 * const value = ExpressionWrapper(F("pages").mul(F("rating")), { outputField: FloatField() });
 * console.log(await Book.objects.valuesList(value, { flat: true })); // → [ 1534.5, 754.4, 893.1 ]
 */
export const ExpressionWrapper = typed<base.ExpressionWrapperFactory>(
  (expression: unknown, options: { outputField: unknown }) => new Wrapper(literal(expression), definitionOf(options.outputField)),
);
/**
 * SQL with its parameters, for `raw`: whatever stands in `${…}` is bound, never written into the text.
 *
 * @example
 * const least = 60;
 * for (const author of await Author.objects.raw(sql`SELECT * FROM library_author WHERE age > ${least}`)) console.log(author.name); // → Ursula
 */
export const sql = typed<(strings: TemplateStringsArray, ...values: unknown[]) => SqlTemplate>(sqlTag);
/**
 * A relation to prefetch by a queryset of your own, or into another attribute. Django's Prefetch.
 *
 * @param lookup - the relation's path
 * @param options - `queryset`: which rows, in which order, sliced for each parent; `toAttr`: the attribute that gets the list
 * @throws QueryError for a queryset of another model
 * @example
 * const longest = Prefetch("books", { queryset: Book.objects.orderBy("-pages").slice(0, 1), toAttr: "longest" });
 * for (const author of await Author.objects.prefetchRelated(longest)) console.log(author.name, author.longest[0]?.title);
 * // → Ursula The Dispossessed
 * // → Douglas Mostly Harmless
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
 * @example
 * const sheets = RawSQL("pages / %s", [2], { outputField: IntegerField() });
 * console.log(await Book.objects.valuesList(sheets, { flat: true })); // → [ 170, 92, 114 ]
 */
export const RawSQL = typed<base.RawSQLFactory>(raw.RawSQL);
/**
 * A function of the database that has no factory of its own.
 *
 * @param args - paths, expressions and values, then `{ function, template, argJoiner, outputField }`
 * @throws QueryError without the function's name
 * @example
 * const code = Func("name", { function: "HEX", outputField: TextField() });
 * console.log(await Author.objects.valuesList(code, { flat: true })); // → [ '557273756C61', '446F75676C6173' ]
 */
export const Func = typed<base.FuncFactory>(raw.Func);
/**
 * A relation that is joined with a condition of its own, under the name of the annotation: rows without a match stay, with nulls.
 * The condition's paths begin with the relation, as everywhere. Django's FilteredRelation.
 *
 * @param relation - the path of the relation
 * @param options - `condition`: which related rows are joined
 * @throws FieldError where the path is no relation, or the condition goes beyond it
 * @example
 * const long = FilteredRelation("books", { condition: Q({ books__pages__gte: 300 }) });
 * console.log(await Author.objects.annotate({ long }).valuesList("name", "long__title")); // → [ [ 'Ursula', 'The Dispossessed' ], [ 'Douglas', null ] ]
 */
export const FilteredRelation = typed<base.FilteredRelationFactory>(makeFilteredRelation);
