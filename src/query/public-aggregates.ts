import type { Aggregates } from "../types/aggregates.js";
import * as aggregates from "./expressions/aggregates.js";
import * as lists from "./expressions/list-aggregates.js";
import { typed } from "./public-type.js";

/* All take `filter`, `distinct`, `default` and `outputField`; over no rows they give null, Count gives 0. */

/**
 * The number of rows, with `"*"`, or of values that are not null.
 *
 * @example
 * const authors = await Author.objects.annotate({ written: Count("books", { distinct: true }) });
 * console.log(authors.map((author) => author.written)); // → [ 2, 1 ]
 */
export const Count = typed<Aggregates["Count"]>(aggregates.Count);

/**
 * The sum. Decimals stay decimals.
 *
 * @example console.log(await Book.objects.aggregate({ pages: Sum("pages") })); // → { pages: 754 }
 */
export const Sum = typed<Aggregates["Sum"]>(aggregates.Sum);

/**
 * The mean: a decimal of decimals, a duration of durations, else a number.
 *
 * @example console.log(await Book.objects.aggregate({ mean: Avg("rating") })); // → { mean: 4.166666666666667 }
 */
export const Avg = typed<Aggregates["Avg"]>(aggregates.Avg);

/**
 * The least value.
 *
 * @example console.log(await Book.objects.aggregate({ cheapest: Min("price") })); // → { cheapest: Decimal(8) }
 */
export const Min = typed<Aggregates["Min"]>(aggregates.Min);

/**
 * The greatest value.
 *
 * @example console.log(await Book.objects.aggregate({ dearest: Max("price") })); // → { dearest: Decimal(12.5) }
 */
export const Max = typed<Aggregates["Max"]>(aggregates.Max);

/**
 * The standard deviation: of the population, or of a sample with `sample: true`.
 *
 * @example console.log(await Book.objects.aggregate({ spread: StdDev("pages") })); // → { spread: 66.01178345989112 }
 */
export const StdDev = typed<Aggregates["StdDev"]>(aggregates.StdDev);

/**
 * The variance: of the population, or of a sample with `sample: true`.
 *
 * @example console.log(await Book.objects.aggregate({ variance: Variance("pages") })); // → { variance: 4357.555555555556 }
 */
export const Variance = typed<Aggregates["Variance"]>(aggregates.Variance);

/**
 * The values joined to one text, in the order of `orderBy`. Nulls are left out.
 *
 * @param delimiter - what stands between them
 * @example
 * const authors = await Author.objects.annotate({ titles: StringAgg("books__title", "; ", { orderBy: "books__title" }) });
 * console.log(authors.map((author) => author.titles)); // → [ 'The Dispossessed; The Lathe of Heaven', 'Mostly Harmless' ]
 */
export const StringAgg = typed<Aggregates["StringAgg"]>(lists.stringAgg);

/**
 * The values as a list, in the order of `orderBy`; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ names: ArrayAgg("tags__name", { distinct: true }) })); // → { names: [ 'dreams', 'humour', 'utopia' ] }
 */
export const ArrayAgg = typed<Aggregates["ArrayAgg"]>(lists.arrayAgg);

/**
 * The values as a JSON list, in the order of `orderBy`; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ names: JSONBAgg("title", { orderBy: "title" }) })); // → { names: [ 'Mostly Harmless', 'The Dispossessed', 'The Lathe of Heaven' ] }
 */
export const JSONBAgg = typed<Aggregates["JSONBAgg"]>(lists.jsonbAgg);

/**
 * Whether all values are true.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ all: BoolAnd("inStock") })); // → { all: false }
 */
export const BoolAnd = typed<Aggregates["BoolAnd"]>(lists.boolAnd);

/**
 * Whether one value is true.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ any: BoolOr("inStock") })); // → { any: true }
 */
export const BoolOr = typed<Aggregates["BoolOr"]>(lists.boolOr);

/**
 * The bits that all values have; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ bits: BitAnd("pages") })); // → { bits: 0 }
 */
export const BitAnd = typed<Aggregates["BitAnd"]>(lists.bitAnd);

/**
 * The bits that one value has; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ bits: BitOr("pages") })); // → { bits: 509 }
 */
export const BitOr = typed<Aggregates["BitOr"]>(lists.bitOr);

/**
 * The bits that an odd number of values have; PostgreSQL 14 and later only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ bits: BitXor("pages") })); // → { bits: 264 }
 */
export const BitXor = typed<Aggregates["BitXor"]>(lists.bitXor);

/**
 * The most frequent value; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ usual: Mode("price") })); // → { usual: Decimal(8) }
 */
export const Mode = typed<Aggregates["Mode"]>(lists.mode);

/**
 * The value at a fraction of the ordered rows, between two of them where it falls there; PostgreSQL only.
 *
 * @param fraction - from 0 to 1
 * @throws QueryError for another fraction
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ median: PercentileCont("pages", 0.5) })); // → { median: 229 }
 */
export const PercentileCont = typed<Aggregates["PercentileCont"]>(lists.percentileCont);

/**
 * The first value at or after a fraction of the ordered rows; PostgreSQL only.
 *
 * @param fraction - from 0 to 1
 * @throws QueryError for another fraction
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.aggregate({ high: PercentileDisc("pages", 0.9) })); // → { high: 341 }
 */
export const PercentileDisc = typed<Aggregates["PercentileDisc"]>(lists.percentileDisc);
