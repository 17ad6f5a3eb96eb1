import type { DatabaseFunctions } from "../types/functions.js";
import * as dates from "./expressions/dates.js";
import { typed } from "./public-type.js";

/* The time zone is that of the option `timeZone`, or of the settings. */

/**
 * A date or a moment cut to a unit in the time zone; the result stays a date or a moment, unless `outputField` says another.
 *
 * @param unit - year, quarter, month, week, day, hour, minute, second
 * @throws QueryError for a unit that the value does not have
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(Trunc("joined", "month"), { flat: true })); // → [ 2024-02-01T00:00:00.000Z ]
 */
export const Trunc = typed<DatabaseFunctions["Trunc"]>(dates.Trunc);

/**
 * A part of a date, a moment or a duration, as a number.
 *
 * @param unit - year, isoYear, quarter, month, week, weekDay, isoWeekDay, day, dayOfYear, hour, minute, second, or epoch for seconds since 1970
 * @throws QueryError for a part that the value does not have
 * @example console.log(await Author.objects.valuesList(Extract("joined", "dayOfYear"), { flat: true })); // → [ 60, 131 ]
 */
export const Extract = typed<DatabaseFunctions["Extract"]>(dates.Extract);

/**
 * A date or a moment cut to the year in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncYear("joined"), { flat: true })); // → [ 2024-01-01T00:00:00.000Z ]
 */
export const TruncYear = typed<DatabaseFunctions["TruncYear"]>(dates.truncateTo("year"));

/**
 * A date or a moment cut to the quarter in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncQuarter("joined"), { flat: true })); // → [ 2024-01-01T00:00:00.000Z ]
 */
export const TruncQuarter = typed<DatabaseFunctions["TruncQuarter"]>(dates.truncateTo("quarter"));

/**
 * A date or a moment cut to the month in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncMonth("joined"), { flat: true })); // → [ 2024-02-01T00:00:00.000Z ]
 */
export const TruncMonth = typed<DatabaseFunctions["TruncMonth"]>(dates.truncateTo("month"));

/**
 * A date or a moment cut to the week in the time zone; a week begins on Monday.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncWeek("joined"), { flat: true })); // → [ 2024-02-26T00:00:00.000Z ]
 */
export const TruncWeek = typed<DatabaseFunctions["TruncWeek"]>(dates.truncateTo("week"));

/**
 * A date or a moment cut to the day in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncDay("joined"), { flat: true })); // → [ 2024-02-29T00:00:00.000Z ]
 */
export const TruncDay = typed<DatabaseFunctions["TruncDay"]>(dates.truncateTo("day"));

/**
 * A date or a moment cut to the hour in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncHour("joined"), { flat: true })); // → [ 2024-02-29T13:00:00.000Z ]
 */
export const TruncHour = typed<DatabaseFunctions["TruncHour"]>(dates.truncateTo("hour"));

/**
 * A date or a moment cut to the minute in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncMinute("joined"), { flat: true })); // → [ 2024-02-29T13:45:00.000Z ]
 */
export const TruncMinute = typed<DatabaseFunctions["TruncMinute"]>(dates.truncateTo("minute"));

/**
 * A date or a moment cut to the second in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncSecond("joined"), { flat: true })); // → [ 2024-02-29T13:45:30.000Z ]
 */
export const TruncSecond = typed<DatabaseFunctions["TruncSecond"]>(dates.truncateTo("second"));

/**
 * The day of a moment in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncDate("joined"), { flat: true })); // → [ '2024-02-29' ]
 */
export const TruncDate = typed<DatabaseFunctions["TruncDate"]>(dates.truncateTo("date"));

/**
 * The time of day of a moment in the time zone.
 *
 * @example
 * console.log(await Author.objects.filter({ name: "Ursula" }).valuesList(TruncTime("joined"), { flat: true })); // → [ '13:45:30' ]
 */
export const TruncTime = typed<DatabaseFunctions["TruncTime"]>(dates.truncateTo("time"));

/**
 * The year of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractYear("joined"), { flat: true })); // → [ 2024, 2025 ]
 */
export const ExtractYear = typed<DatabaseFunctions["ExtractYear"]>(dates.extractPart("year"));

/**
 * The year of its week (ISO 8601) of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractIsoYear("joined"), { flat: true })); // → [ 2024, 2025 ]
 */
export const ExtractIsoYear = typed<DatabaseFunctions["ExtractIsoYear"]>(dates.extractPart("isoYear"));

/**
 * The quarter, 1 to 4, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractQuarter("joined"), { flat: true })); // → [ 1, 2 ]
 */
export const ExtractQuarter = typed<DatabaseFunctions["ExtractQuarter"]>(dates.extractPart("quarter"));

/**
 * The month, 1 to 12, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractMonth("joined"), { flat: true })); // → [ 2, 5 ]
 */
export const ExtractMonth = typed<DatabaseFunctions["ExtractMonth"]>(dates.extractPart("month"));

/**
 * The week (ISO 8601), 1 to 53, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractWeek("joined"), { flat: true })); // → [ 9, 19 ]
 */
export const ExtractWeek = typed<DatabaseFunctions["ExtractWeek"]>(dates.extractPart("week"));

/**
 * The day of the week, 1 for Sunday to 7 for Saturday, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractWeekDay("joined"), { flat: true })); // → [ 5, 1 ]
 */
export const ExtractWeekDay = typed<DatabaseFunctions["ExtractWeekDay"]>(dates.extractPart("weekDay"));

/**
 * The day of the week, 1 for Monday to 7 for Sunday, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractIsoWeekDay("joined"), { flat: true })); // → [ 4, 7 ]
 */
export const ExtractIsoWeekDay = typed<DatabaseFunctions["ExtractIsoWeekDay"]>(dates.extractPart("isoWeekDay"));

/**
 * The day of the month of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractDay("joined"), { flat: true })); // → [ 29, 11 ]
 */
export const ExtractDay = typed<DatabaseFunctions["ExtractDay"]>(dates.extractPart("day"));

/**
 * The hour of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractHour("joined"), { flat: true })); // → [ 13, 8 ]
 */
export const ExtractHour = typed<DatabaseFunctions["ExtractHour"]>(dates.extractPart("hour"));

/**
 * The minute of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractMinute("joined"), { flat: true })); // → [ 45, 0 ]
 */
export const ExtractMinute = typed<DatabaseFunctions["ExtractMinute"]>(dates.extractPart("minute"));

/**
 * The second, without its fraction, of a date or a moment in the time zone.
 *
 * @example console.log(await Author.objects.valuesList(ExtractSecond("joined"), { flat: true })); // → [ 30, 0 ]
 */
export const ExtractSecond = typed<DatabaseFunctions["ExtractSecond"]>(dates.extractPart("second"));
