import type { DatabaseFunctions } from "../types/functions.js";
import * as comparisons from "./expressions/comparisons.js";
import { typed } from "./public-type.js";

/* Lookups as expressions: each is also a condition of its own. A string is the path of a column; a text of your own is Value("…"). */

/**
 * Whether two values are equal.
 *
 * @example Exact("city", "birthCity")
 */
export const Exact = typed<DatabaseFunctions["Exact"]>(comparisons.lookupExpression("Exact", "exact"));

/**
 * Whether two texts are equal whatever the case of their letters.
 *
 * @example IExact("name", Value("ada"))
 */
export const IExact = typed<DatabaseFunctions["IExact"]>(comparisons.lookupExpression("IExact", "iexact"));

/**
 * Whether the first is greater.
 *
 * @example Track.objects.filter(GreaterThan("bytes", F("milliseconds").mul(200)))
 */
export const GreaterThan = typed<DatabaseFunctions["GreaterThan"]>(comparisons.lookupExpression("GreaterThan", "gt"));

/**
 * Whether the first is greater or equal.
 *
 * @example GreaterThanOrEqual("age", 18)
 */
export const GreaterThanOrEqual = typed<DatabaseFunctions["GreaterThanOrEqual"]>(comparisons.lookupExpression("GreaterThanOrEqual", "gte"));

/**
 * Whether the first is less.
 *
 * @example LessThan("stock", "reserved")
 */
export const LessThan = typed<DatabaseFunctions["LessThan"]>(comparisons.lookupExpression("LessThan", "lt"));

/**
 * Whether the first is less or equal.
 *
 * @example LessThanOrEqual("price", 10)
 */
export const LessThanOrEqual = typed<DatabaseFunctions["LessThanOrEqual"]>(comparisons.lookupExpression("LessThanOrEqual", "lte"));

/**
 * Whether the first has the second in it.
 *
 * @example Contains("email", F("name"))
 */
export const Contains = typed<DatabaseFunctions["Contains"]>(comparisons.lookupExpression("Contains", "contains"));

/**
 * Whether the first has the second in it, whatever the case.
 *
 * @example IContains("title", Value("live"))
 */
export const IContains = typed<DatabaseFunctions["IContains"]>(comparisons.lookupExpression("IContains", "icontains"));

/**
 * Whether the first begins with the second.
 *
 * @example StartsWith("code", Value("A"))
 */
export const StartsWith = typed<DatabaseFunctions["StartsWith"]>(comparisons.lookupExpression("StartsWith", "startswith"));

/**
 * Whether the first begins with the second, whatever the case.
 *
 * @example IStartsWith("code", Value("a"))
 */
export const IStartsWith = typed<DatabaseFunctions["IStartsWith"]>(comparisons.lookupExpression("IStartsWith", "istartswith"));

/**
 * Whether the first ends with the second.
 *
 * @example EndsWith("email", Value(".org"))
 */
export const EndsWith = typed<DatabaseFunctions["EndsWith"]>(comparisons.lookupExpression("EndsWith", "endswith"));

/**
 * Whether the first ends with the second, whatever the case.
 *
 * @example IEndsWith("email", Value(".ORG"))
 */
export const IEndsWith = typed<DatabaseFunctions["IEndsWith"]>(comparisons.lookupExpression("IEndsWith", "iendswith"));

/**
 * Whether the first matches a regular expression of the database.
 *
 * @example Regex("sku", Value("^[A-Z]{2}"))
 */
export const Regex = typed<DatabaseFunctions["Regex"]>(comparisons.lookupExpression("Regex", "regex"));

/**
 * Whether the first matches a regular expression, whatever the case.
 *
 * @example IRegex("sku", Value("^[a-z]{2}"))
 */
export const IRegex = typed<DatabaseFunctions["IRegex"]>(comparisons.lookupExpression("IRegex", "iregex"));

/**
 * Whether the value is in a list, or among the rows of a queryset.
 *
 * @throws QueryError for what is neither a list nor a queryset
 * @example In("country", ["Peru", "Chile"])
 */
export const In = typed<DatabaseFunctions["In"]>(comparisons.In);

/**
 * Whether the value is null, or is not.
 *
 * @throws QueryError for what is neither true nor false
 * @example Customer.objects.annotate({ anonymous: IsNull("name", true) })
 */
export const IsNull = typed<DatabaseFunctions["IsNull"]>(comparisons.IsNull);
