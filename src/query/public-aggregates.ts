import type { Aggregates } from "../types/aggregates.js";
import * as aggregates from "./expressions/aggregates.js";
import * as lists from "./expressions/list-aggregates.js";
import { typed } from "./public-type.js";

/* All take `filter`, `distinct`, `default` and `outputField`; over no rows they give null, Count gives 0. */

/**
 * The number of rows, with `"*"`, or of values that are not null.
 *
 * @example Author.objects.annotate({ n: Count("books", { distinct: true }) })
 */
export const Count = typed<Aggregates["Count"]>(aggregates.Count);

/**
 * The sum. Decimals stay decimals.
 *
 * @example Invoice.objects.aggregate({ total: Sum("total", { default: 0 }) })
 */
export const Sum = typed<Aggregates["Sum"]>(aggregates.Sum);

/**
 * The mean: a decimal of decimals, a duration of durations, else a number.
 *
 * @example Author.objects.aggregate({ mean: Avg("age") })
 */
export const Avg = typed<Aggregates["Avg"]>(aggregates.Avg);

/**
 * The least value.
 *
 * @example Min("price")
 */
export const Min = typed<Aggregates["Min"]>(aggregates.Min);

/**
 * The greatest value.
 *
 * @example Max("price")
 */
export const Max = typed<Aggregates["Max"]>(aggregates.Max);

/**
 * The standard deviation: of the population, or of a sample with `sample: true`.
 *
 * @example StdDev("price", { sample: true })
 */
export const StdDev = typed<Aggregates["StdDev"]>(aggregates.StdDev);

/**
 * The variance: of the population, or of a sample with `sample: true`.
 *
 * @example Variance("price")
 */
export const Variance = typed<Aggregates["Variance"]>(aggregates.Variance);

/**
 * The values joined to one text, in the order of `orderBy`. Nulls are left out.
 *
 * @param delimiter - what stands between them
 * @example Author.objects.annotate({ titles: StringAgg("books__title", ", ", { orderBy: "books__title" }) })
 */
export const StringAgg = typed<Aggregates["StringAgg"]>(lists.stringAgg);

/**
 * The values as a list, in the order of `orderBy`; PostgreSQL only.
 *
 * @example ArrayAgg("tags__name", { distinct: true })
 */
export const ArrayAgg = typed<Aggregates["ArrayAgg"]>(lists.arrayAgg);

/**
 * The values as a JSON list, in the order of `orderBy`; PostgreSQL only.
 *
 * @example JSONBAgg("tags__name")
 */
export const JSONBAgg = typed<Aggregates["JSONBAgg"]>(lists.jsonbAgg);

/**
 * Whether all values are true.
 *
 * @example BoolAnd("published")
 */
export const BoolAnd = typed<Aggregates["BoolAnd"]>(lists.boolAnd);

/**
 * Whether one value is true.
 *
 * @example BoolOr("published")
 */
export const BoolOr = typed<Aggregates["BoolOr"]>(lists.boolOr);

/**
 * The bits that all values have; PostgreSQL only.
 *
 * @example BitAnd("flags")
 */
export const BitAnd = typed<Aggregates["BitAnd"]>(lists.bitAnd);

/**
 * The bits that one value has; PostgreSQL only.
 *
 * @example BitOr("flags")
 */
export const BitOr = typed<Aggregates["BitOr"]>(lists.bitOr);

/**
 * The bits that an odd number of values have; PostgreSQL 14 and later only.
 *
 * @example BitXor("flags")
 */
export const BitXor = typed<Aggregates["BitXor"]>(lists.bitXor);

/**
 * The most frequent value; PostgreSQL only.
 *
 * @example Mode("country")
 */
export const Mode = typed<Aggregates["Mode"]>(lists.mode);

/**
 * The value at a fraction of the ordered rows, between two of them where it falls there; PostgreSQL only.
 *
 * @param fraction - from 0 to 1
 * @throws QueryError for another fraction
 * @example PercentileCont("price", 0.5)
 */
export const PercentileCont = typed<Aggregates["PercentileCont"]>(lists.percentileCont);

/**
 * The first value at or after a fraction of the ordered rows; PostgreSQL only.
 *
 * @param fraction - from 0 to 1
 * @throws QueryError for another fraction
 * @example PercentileDisc("price", 0.9)
 */
export const PercentileDisc = typed<Aggregates["PercentileDisc"]>(lists.percentileDisc);
