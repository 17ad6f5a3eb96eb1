import type { WindowFunctions } from "../types/windows.js";
import * as windows from "./expressions/windows.js";
import { typed } from "./public-type.js";

/**
 * An aggregate or a window function over the rows around each row.
 *
 * @param options - `partitionBy`, `orderBy`, `frame`, `outputField`
 * @throws ImproperlyConfigured for a rank without `orderBy`
 * @example
 * const books = await Book.objects.annotate({ rank: Window(Rank(), { partitionBy: "author", orderBy: "-pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.rank])); // → [ [ 184, 2 ], [ 229, 1 ], [ 341, 1 ] ]
 */
export const Window = typed<WindowFunctions["Window"]>(windows.Window);

/**
 * The frame of so many rows before and behind the current one.
 *
 * @param bounds - `start` and `end`: negative before the current row, 0 itself, null open; `exclusion`
 * @throws QueryError where the start is behind the end
 * @example
 * const books = await Book.objects.annotate({ mean: Window(Avg("pages"), { orderBy: "pages", frame: RowRange({ start: -1, end: 0 }) }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.mean])); // → [ [ 184, 184 ], [ 229, 206.5 ], [ 341, 285 ] ]
 */
export const RowRange = typed<WindowFunctions["RowRange"]>(windows.rowRange);

/**
 * The frame of rows whose values of the order are so far from the current one's.
 *
 * @param bounds - as of RowRange
 * @throws QueryError where the start is behind the end
 * @example
 * const books = await Book.objects.annotate({ total: Window(Sum("pages"), { orderBy: "pages", frame: ValueRange({ start: null, end: 0 }) }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.total])); // → [ [ 184, 184 ], [ 229, 413 ], [ 341, 754 ] ]
 */
export const ValueRange = typed<WindowFunctions["ValueRange"]>(windows.valueRange);

/**
 * The number of the row in its window, from 1.
 *
 * @example
 * const books = await Book.objects.annotate({ number: Window(RowNumber(), { orderBy: "-pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.number])); // → [ [ 184, 3 ], [ 229, 2 ], [ 341, 1 ] ]
 */
export const RowNumber = typed<WindowFunctions["RowNumber"]>(windows.rowNumber);

/**
 * The rank of the row; equal rows share one, and the next ranks are left out.
 *
 * @example
 * const books = await Book.objects.annotate({ rank: Window(Rank(), { orderBy: "price" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.rank])); // → [ [ 184, 1 ], [ 229, 1 ], [ 341, 3 ] ]
 */
export const Rank = typed<WindowFunctions["Rank"]>(windows.rank);

/**
 * The rank of the row; equal rows share one, and none is left out.
 *
 * @example
 * const books = await Book.objects.annotate({ rank: Window(DenseRank(), { orderBy: "price" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.rank])); // → [ [ 184, 1 ], [ 229, 1 ], [ 341, 2 ] ]
 */
export const DenseRank = typed<WindowFunctions["DenseRank"]>(windows.denseRank);

/**
 * The rank as a fraction of the rows, from 0 to 1.
 *
 * @example
 * const books = await Book.objects.annotate({ rank: Window(PercentRank(), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.rank])); // → [ [ 184, 0 ], [ 229, 0.5 ], [ 341, 1 ] ]
 */
export const PercentRank = typed<WindowFunctions["PercentRank"]>(windows.percentRank);

/**
 * The fraction of rows up to this one.
 *
 * @example
 * const books = await Book.objects.annotate({ share: Window(CumeDist(), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.share])); // → [ [ 184, 0.3333333333333333 ], [ 229, 0.6666666666666666 ], [ 341, 1 ] ]
 */
export const CumeDist = typed<WindowFunctions["CumeDist"]>(windows.cumeDist);

/**
 * The number of the bucket that the row falls into, from 1.
 *
 * @param buckets - how many; 1 unless given
 * @throws QueryError for a number below 1
 * @example
 * const books = await Book.objects.annotate({ half: Window(Ntile(2), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.half])); // → [ [ 184, 1 ], [ 229, 1 ], [ 341, 2 ] ]
 */
export const Ntile = typed<WindowFunctions["Ntile"]>(windows.ntile);

/**
 * The value of a row before this one; null, or the default, where there is none.
 *
 * @param options - `offset`: how many rows before, 1 unless given; `default`
 * @example
 * const books = await Book.objects.annotate({ shorter: Window(Lag("pages"), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.shorter])); // → [ [ 184, null ], [ 229, 184 ], [ 341, 229 ] ]
 */
export const Lag = typed<WindowFunctions["Lag"]>(windows.lag);

/**
 * The value of a row behind this one; null, or the default, where there is none.
 *
 * @param options - `offset`: how many rows behind, 1 unless given; `default`
 * @example
 * const books = await Book.objects.annotate({ longer: Window(Lead("pages", { default: 0 }), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.longer])); // → [ [ 184, 229 ], [ 229, 341 ], [ 341, 0 ] ]
 */
export const Lead = typed<WindowFunctions["Lead"]>(windows.lead);

/**
 * The value of the first row of the frame.
 *
 * @example
 * const books = await Book.objects.annotate({ least: Window(FirstValue("pages"), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.least])); // → [ [ 184, 184 ], [ 229, 184 ], [ 341, 184 ] ]
 */
export const FirstValue = typed<WindowFunctions["FirstValue"]>(windows.firstValue);

/**
 * The value of the last row of the frame, which ends with the current row unless a frame is given.
 *
 * @example
 * const books = await Book.objects.annotate({ most: Window(LastValue("pages"), { orderBy: "pages", frame: RowRange() }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.most])); // → [ [ 184, 341 ], [ 229, 341 ], [ 341, 341 ] ]
 */
export const LastValue = typed<WindowFunctions["LastValue"]>(windows.lastValue);

/**
 * The value of the n-th row of the frame, counted from 1; null where it has fewer.
 *
 * @throws QueryError for a number below 1
 * @example
 * const books = await Book.objects.annotate({ second: Window(NthValue("pages", { nth: 2 }), { orderBy: "pages" }) }).orderBy("pages");
 * console.log(books.map((book) => [book.pages, book.second])); // → [ [ 184, null ], [ 229, 229 ], [ 341, 229 ] ]
 */
export const NthValue = typed<WindowFunctions["NthValue"]>(windows.nthValue);
