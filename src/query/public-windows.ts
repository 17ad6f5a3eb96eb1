import type { WindowFunctions } from "../types/windows.js";
import * as windows from "./expressions/windows.js";
import { typed } from "./public-type.js";

/**
 * An aggregate or a window function over the rows around each row.
 *
 * @param options - `partitionBy`, `orderBy`, `frame`, `outputField`
 * @throws ImproperlyConfigured for a rank without `orderBy`
 * @example Window(Rank(), { partitionBy: ["genre"], orderBy: ["-price"] })
 */
export const Window = typed<WindowFunctions["Window"]>(windows.Window);

/**
 * The frame of so many rows before and behind the current one.
 *
 * @param bounds - `start` and `end`: negative before the current row, 0 itself, null open; `exclusion`
 * @throws QueryError where the start is behind the end
 * @example Window(Avg("price"), { orderBy: "day", frame: RowRange({ start: -2, end: 0 }) })
 */
export const RowRange = typed<WindowFunctions["RowRange"]>(windows.rowRange);

/**
 * The frame of rows whose values of the order are so far from the current one's.
 *
 * @param bounds - as of RowRange
 * @throws QueryError where the start is behind the end
 * @example Window(Sum("total"), { orderBy: "day", frame: ValueRange({ start: null, end: 0 }) })
 */
export const ValueRange = typed<WindowFunctions["ValueRange"]>(windows.valueRange);

/**
 * The number of the row in its window, from 1.
 *
 * @example Window(RowNumber(), { partitionBy: "album", orderBy: "-milliseconds" })
 */
export const RowNumber = typed<WindowFunctions["RowNumber"]>(windows.rowNumber);

/**
 * The rank of the row; equal rows share one, and the next ranks are left out.
 *
 * @example Window(Rank(), { orderBy: "-points" })
 */
export const Rank = typed<WindowFunctions["Rank"]>(windows.rank);

/**
 * The rank of the row; equal rows share one, and none is left out.
 *
 * @example Window(DenseRank(), { orderBy: "-points" })
 */
export const DenseRank = typed<WindowFunctions["DenseRank"]>(windows.denseRank);

/**
 * The rank as a fraction of the rows, from 0 to 1.
 *
 * @example Window(PercentRank(), { orderBy: "points" })
 */
export const PercentRank = typed<WindowFunctions["PercentRank"]>(windows.percentRank);

/**
 * The fraction of rows up to this one.
 *
 * @example Window(CumeDist(), { orderBy: "points" })
 */
export const CumeDist = typed<WindowFunctions["CumeDist"]>(windows.cumeDist);

/**
 * The number of the bucket that the row falls into, from 1.
 *
 * @param buckets - how many; 1 unless given
 * @throws QueryError for a number below 1
 * @example Window(Ntile(4), { orderBy: "points" })
 */
export const Ntile = typed<WindowFunctions["Ntile"]>(windows.ntile);

/**
 * The value of a row before this one; null, or the default, where there is none.
 *
 * @param options - `offset`: how many rows before, 1 unless given; `default`
 * @example Window(Lag("total"), { orderBy: "invoiceDate" })
 */
export const Lag = typed<WindowFunctions["Lag"]>(windows.lag);

/**
 * The value of a row behind this one; null, or the default, where there is none.
 *
 * @param options - `offset`: how many rows behind, 1 unless given; `default`
 * @example Window(Lead("total", { offset: 2 }), { orderBy: "invoiceDate" })
 */
export const Lead = typed<WindowFunctions["Lead"]>(windows.lead);

/**
 * The value of the first row of the frame.
 *
 * @example Window(FirstValue("name"), { orderBy: "milliseconds" })
 */
export const FirstValue = typed<WindowFunctions["FirstValue"]>(windows.firstValue);

/**
 * The value of the last row of the frame, which ends with the current row unless a frame is given.
 *
 * @example Window(LastValue("name"), { orderBy: "milliseconds" })
 */
export const LastValue = typed<WindowFunctions["LastValue"]>(windows.lastValue);

/**
 * The value of the n-th row of the frame, counted from 1; null where it has fewer.
 *
 * @throws QueryError for a number below 1
 * @example Window(NthValue("name", { nth: 2 }), { orderBy: "milliseconds" })
 */
export const NthValue = typed<WindowFunctions["NthValue"]>(windows.nthValue);
