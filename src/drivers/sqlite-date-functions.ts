import { formatDate, formatFraction, formatTime, MS_PER_DAY, parseDate, parseDateTime, parseTime } from "../values/calendar.js";
import { localToUtc, utcToLocal } from "../values/time-zone.js";
import type { SqliteValue } from "./sqlite-functions.js";

/** A column's text as a point on a clock: dates and times as they stand, instants in the zone. */
interface Moment {
  readonly kind: "date" | "time" | "datetime";
  /** Milliseconds since 1970 as the clock of the zone reads, as if it were UTC. */
  readonly localMs: number;
  readonly micros: number;
}

const TIME_OF_DAY = /^\d{1,2}:/;

function readMoment(value: SqliteValue | undefined, zone: SqliteValue | undefined): Moment | null {
  if (typeof value !== "string") return null;
  if (TIME_OF_DAY.test(value)) {
    const time = parseTime(value);
    if (time === null) return null;
    const at = parseDateTime(`1970-01-01 ${time}`);
    return at === null ? null : { kind: "time", localMs: at.localMs, micros: at.micros };
  }
  const parsed = parseDateTime(value);
  if (parsed === null) return null;
  if (parseDate(value) !== null) return { kind: "date", localMs: parsed.localMs, micros: 0 };
  const utc = parsed.localMs - (parsed.offsetMs ?? 0);
  return { kind: "datetime", localMs: utcToLocal(String(zone ?? "UTC"), utc), micros: parsed.micros };
}

function formatInstant(epochMs: number, micros: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${formatFraction(Number(iso.slice(20, 23)) * 1000 + micros)}`;
}

/** The Thursday of a day's week, whose year is the week's year (ISO 8601). */
function thursdayOf(date: Date): Date {
  const weekday = (date.getUTCDay() + 6) % 7;
  return new Date(date.getTime() + (3 - weekday) * MS_PER_DAY);
}

/** Date.UTC takes the years 0 to 99 for those of the last century. */
function startOfMonth(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - startOfMonth(date.getUTCFullYear(), 0)) / MS_PER_DAY) + 1;
}

const PARTS: Readonly<Record<string, (date: Date, moment: Moment) => number>> = {
  year: (date) => date.getUTCFullYear(),
  iso_year: (date) => thursdayOf(date).getUTCFullYear(),
  quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  month: (date) => date.getUTCMonth() + 1,
  week: (date) => Math.floor((dayOfYear(thursdayOf(date)) - 1) / 7) + 1,
  day: (date) => date.getUTCDate(),
  week_day: (date) => date.getUTCDay() + 1,
  iso_week_day: (date) => ((date.getUTCDay() + 6) % 7) + 1,
  dow: (date) => date.getUTCDay(),
  doy: dayOfYear,
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
  microsecond: (date, moment) => date.getUTCMilliseconds() * 1000 + moment.micros,
};

/**
 * A part of a date, a time or an instant.
 *
 * @param part - a key of the table above, or `epoch` for seconds since 1970
 * @param value - text as SQLite holds it; instants in UTC
 * @param zone - whose clock is read, for instants
 * @returns a whole number; null for null and for text that is none of the three
 */
export function extractDatePart(part: SqliteValue | undefined, value: SqliteValue | undefined, zone: SqliteValue | undefined): SqliteValue {
  if (part === "epoch") {
    const utc = readMoment(value, "UTC");
    return utc === null ? null : utc.localMs / 1000 + utc.micros / 1_000_000;
  }
  const moment = readMoment(value, zone);
  if (moment === null) return null;
  const read = PARTS[String(part)];
  if (read === undefined) throw new RangeError(`There is no part "${String(part)}" of a date`);
  return BigInt(read(new Date(moment.localMs), moment));
}

function truncated(unit: string, localMs: number): number {
  const date = new Date(localMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const day = Math.floor(localMs / MS_PER_DAY) * MS_PER_DAY;
  switch (unit) {
    case "year":
      return startOfMonth(year, 0);
    case "quarter":
      return startOfMonth(year, month - (month % 3));
    case "month":
      return startOfMonth(year, month);
    case "week":
      return day - ((date.getUTCDay() + 6) % 7) * MS_PER_DAY;
    case "day":
      return day;
    case "hour":
      return Math.floor(localMs / 3_600_000) * 3_600_000;
    case "minute":
      return Math.floor(localMs / 60_000) * 60_000;
    case "second":
      return Math.floor(localMs / 1000) * 1000;
    default:
      throw new RangeError(`There is no unit "${unit}" to truncate to`);
  }
}

/**
 * The start of the unit that a date, a time or an instant is in, in the same form.
 *
 * @param unit - year, quarter, month, week (from Monday), day, hour, minute, second
 * @param value - text as SQLite holds it; instants in UTC
 * @param zone - in which the unit starts, for instants
 */
export function truncateDate(unit: SqliteValue | undefined, value: SqliteValue | undefined, zone: SqliteValue | undefined): SqliteValue {
  const moment = readMoment(value, zone);
  if (moment === null) return null;
  const start = truncated(String(unit), moment.localMs);
  if (moment.kind === "date") return formatDate(start);
  if (moment.kind === "time") return formatTime(start);
  return formatInstant(localToUtc(String(zone ?? "UTC"), start), 0);
}

/** The date that the zone's calendar shows at an instant. */
export function dateOf(value: SqliteValue | undefined, zone: SqliteValue | undefined): SqliteValue {
  const moment = readMoment(value, zone);
  return moment === null || moment.kind === "time" ? null : formatDate(moment.localMs);
}

/** The time that the zone's clock shows at an instant. */
export function timeOf(value: SqliteValue | undefined, zone: SqliteValue | undefined): SqliteValue {
  const moment = readMoment(value, zone);
  return moment === null ? null : formatTime(moment.localMs, moment.micros);
}

/**
 * Adds a duration to a date, a time or an instant. A date stays one where the duration is of whole days.
 *
 * @param microseconds - may be negative
 */
export function addDuration(value: SqliteValue | undefined, microseconds: SqliteValue | undefined): SqliteValue {
  const moment = readMoment(value, "UTC");
  if (moment === null || (typeof microseconds !== "number" && typeof microseconds !== "bigint")) return null;
  const total = moment.micros + Number(microseconds);
  const localMs = moment.localMs + Math.floor(total / 1000);
  const micros = total - Math.floor(total / 1000) * 1000;
  if (moment.kind === "time") return formatTime(((localMs % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY, micros);
  if (moment.kind === "date" && localMs % MS_PER_DAY === 0 && micros === 0) return formatDate(localMs);
  return formatInstant(localMs, micros);
}

/** The microseconds from one date, time or instant to another of the same kind. */
export function differenceOf(later: SqliteValue | undefined, earlier: SqliteValue | undefined): SqliteValue {
  const [to, from] = [readMoment(later, "UTC"), readMoment(earlier, "UTC")];
  if (to === null || from === null) return null;
  return BigInt(to.localMs - from.localMs) * 1000n + BigInt(to.micros - from.micros);
}

/** A date or an instant as the instants' text; a date is its midnight. */
export function instantOf(value: SqliteValue | undefined): SqliteValue {
  const moment = readMoment(value, "UTC");
  return moment === null || moment.kind === "time" ? null : formatInstant(moment.localMs, moment.micros);
}
