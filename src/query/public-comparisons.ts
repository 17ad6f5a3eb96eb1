import type { DatabaseFunctions } from "../types/functions.js";
import * as comparisons from "./expressions/comparisons.js";
import { typed } from "./public-type.js";

/* Lookups as expressions: each is also a condition of its own. A string is the path of a column; a text of your own is Value("…"). */

/**
 * Whether two values are equal.
 *
 * @example
 * console.log(await Book.objects.filter(Exact("author__name", Value("Douglas"))).valuesList("title", { flat: true })); // → [ 'Mostly Harmless' ]
 */
export const Exact = typed<DatabaseFunctions["Exact"]>(comparisons.lookupExpression("Exact", "exact"));

/**
 * Whether two texts are equal whatever the case of their letters.
 *
 * @example
 * console.log(await Book.objects.filter(IExact("title", Value("mostly harmless"))).valuesList("title", { flat: true })); // → [ 'Mostly Harmless' ]
 */
export const IExact = typed<DatabaseFunctions["IExact"]>(comparisons.lookupExpression("IExact", "iexact"));

/**
 * Whether the first is greater.
 *
 * @example
 * console.log(await Book.objects.filter(GreaterThan("pages", F("author__age").mul(4))).valuesList("title", { flat: true })); // → [ 'Mostly Harmless' ]
 */
export const GreaterThan = typed<DatabaseFunctions["GreaterThan"]>(comparisons.lookupExpression("GreaterThan", "gt"));

/**
 * Whether the first is greater or equal.
 *
 * @example
 * console.log(await Book.objects.filter(GreaterThanOrEqual("pages", 229)).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'Mostly Harmless' ]
 */
export const GreaterThanOrEqual = typed<DatabaseFunctions["GreaterThanOrEqual"]>(comparisons.lookupExpression("GreaterThanOrEqual", "gte"));

/**
 * Whether the first is less.
 *
 * @example
 * console.log(await Book.objects.filter(LessThan("pages", F("author__age").mul(4))).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'The Lathe of Heaven' ]
 */
export const LessThan = typed<DatabaseFunctions["LessThan"]>(comparisons.lookupExpression("LessThan", "lt"));

/**
 * Whether the first is less or equal.
 *
 * @example
 * console.log(await Book.objects.filter(LessThanOrEqual("pages", 229)).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven', 'Mostly Harmless' ]
 */
export const LessThanOrEqual = typed<DatabaseFunctions["LessThanOrEqual"]>(comparisons.lookupExpression("LessThanOrEqual", "lte"));

/**
 * Whether the first has the second in it.
 *
 * @example
 * console.log(await Book.objects.filter(Contains("title", Value("of"))).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven' ]
 */
export const Contains = typed<DatabaseFunctions["Contains"]>(comparisons.lookupExpression("Contains", "contains"));

/**
 * Whether the first has the second in it, whatever the case.
 *
 * @example
 * console.log(await Book.objects.filter(IContains("title", Value("THE"))).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'The Lathe of Heaven' ]
 */
export const IContains = typed<DatabaseFunctions["IContains"]>(comparisons.lookupExpression("IContains", "icontains"));

/**
 * Whether the first begins with the second.
 *
 * @example
 * console.log(await Book.objects.filter(StartsWith("title", Value("The"))).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'The Lathe of Heaven' ]
 */
export const StartsWith = typed<DatabaseFunctions["StartsWith"]>(comparisons.lookupExpression("StartsWith", "startswith"));

/**
 * Whether the first begins with the second, whatever the case.
 *
 * @example
 * console.log(await Book.objects.filter(IStartsWith("title", Value("the"))).valuesList("title", { flat: true })); // → [ 'The Dispossessed', 'The Lathe of Heaven' ]
 */
export const IStartsWith = typed<DatabaseFunctions["IStartsWith"]>(comparisons.lookupExpression("IStartsWith", "istartswith"));

/**
 * Whether the first ends with the second.
 *
 * @example
 * console.log(await Book.objects.filter(EndsWith("title", Value("Heaven"))).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven' ]
 */
export const EndsWith = typed<DatabaseFunctions["EndsWith"]>(comparisons.lookupExpression("EndsWith", "endswith"));

/**
 * Whether the first ends with the second, whatever the case.
 *
 * @example
 * console.log(await Book.objects.filter(IEndsWith("title", Value("HEAVEN"))).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven' ]
 */
export const IEndsWith = typed<DatabaseFunctions["IEndsWith"]>(comparisons.lookupExpression("IEndsWith", "iendswith"));

/**
 * Whether the first matches a regular expression of the database.
 *
 * @example
 * console.log(await Book.objects.filter(Regex("title", Value("^The \\w+$"))).valuesList("title", { flat: true })); // → [ 'The Dispossessed' ]
 */
export const Regex = typed<DatabaseFunctions["Regex"]>(comparisons.lookupExpression("Regex", "regex"));

/**
 * Whether the first matches a regular expression, whatever the case.
 *
 * @example
 * console.log(await Book.objects.filter(IRegex("title", Value("^the \\w+$"))).valuesList("title", { flat: true })); // → [ 'The Dispossessed' ]
 */
export const IRegex = typed<DatabaseFunctions["IRegex"]>(comparisons.lookupExpression("IRegex", "iregex"));

/**
 * Whether the value is in a list, or among the rows of a queryset.
 *
 * @throws QueryError for what is neither a list nor a queryset
 * @example
 * console.log(await Book.objects.filter(In("pages", [184, 229])).valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven', 'Mostly Harmless' ]
 */
export const In = typed<DatabaseFunctions["In"]>(comparisons.In);

/**
 * Whether the value is null, or is not.
 *
 * @throws QueryError for what is neither true nor false
 * @example
 * console.log(await Book.objects.values("title", { private: IsNull("publisher__name", true) })); // → [ { title: 'The Dispossessed', private: false }, { title: 'The Lathe of Heaven', private: true }, { title: 'Mostly Harmless', private: false } ]
 */
export const IsNull = typed<DatabaseFunctions["IsNull"]>(comparisons.IsNull);
