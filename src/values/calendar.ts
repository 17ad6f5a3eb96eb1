/**
 * Dates and times as text and as numbers, without `new Date(text)`, which is slow and guesses.
 * Days are proleptic Gregorian; seconds have no leap seconds, as everywhere in SQL.
 */

export const MS_PER_DAY = 86_400_000;
/** The first and the last millisecond of the years 1 to 9999, which all databases hold. */
export const FIRST_INSTANT = -62_135_596_800_000;
export const LAST_INSTANT = 253_402_300_799_999;

/** A date and time as read from text: the clock's reading taken as UTC, and the offset if one was written. */
export interface ParsedDateTime {
  /** The reading in milliseconds since 1970, as if it were UTC. */
  readonly localMs: number;
  /** Microseconds beyond the milliseconds, 0 to 999. */
  readonly micros: number;
  /** The written offset from UTC in milliseconds; null where none was written. */
  readonly offsetMs: number | null;
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The number of a day counted from 1970-01-01; `month` from 1. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  // `| 0` cuts off the fraction, as floor does above zero, in a quarter of the time.
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  return era * 146_097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear - 719_468;
}

/** Whether such a day exists. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0)) return false;
  return !(month === 2 && day === 29) || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?$/;
const DATE_TIME =
  /^(\d{4,6})-(\d{1,2})-(\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?)?\s*([Zz]|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?( BC)?$/;

/** `text` as digits of two places. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * Reads a date.
 *
 * @param text - `2026-11-20`; months and days may have one digit
 * @returns the date in its one form, or null when it is none
 */
export function parseDate(text: string): string | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && isDay(year, month, day) ? `${match[1]}-${twoDigits(month)}-${twoDigits(day)}` : null;
}

/**
 * Reads a time of day; digits beyond microseconds are cut off.
 *
 * @param text - `13:45`, `13:45:00`, `13:45:00.123456`
 * @returns the time in its one form (see {@link formatFraction}), or null when it is none
 */
export function parseTime(text: string): string | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${formatFraction(Number((match[4] ?? "").padEnd(6, "0")))}`;
}

/**
 * The fraction of a second in its one form: nothing for whole seconds (as SQLite's CURRENT_TIMESTAMP writes them), three
 * digits for milliseconds, six for microseconds. One instant has one text, and texts sort as the instants do.
 *
 * @param micros - microseconds, 0 to 999,999
 */
export function formatFraction(micros: number): string {
  if (micros === 0) return "";
  if (micros % 1000 === 0) return `.${String(micros / 1000).padStart(3, "0")}`;
  return `.${String(micros).padStart(6, "0")}`;
}

/**
 * Reads a date and time in ISO 8601 or as databases write it; a date alone is its midnight, digits beyond microseconds
 * are cut off.
 *
 * @param text - `2026-11-20T12:00:00.123456+01:00`, `2026-11-20 12:00`
 * @returns its parts, or null when it is none
 */
export function parseDateTime(text: string): ParsedDateTime | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const year = match[9] === undefined ? Number(match[1]) : 1 - Number(match[1]);
  const [month, day] = [Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const fraction = Number((match[7] ?? "").padEnd(6, "0"));
  const offsetMs = match[8] === undefined ? null : parseOffset(match[8]);
  if (offsetMs !== null && Math.abs(offsetMs) >= MS_PER_DAY) return null;
  const localMs = daysFromCivil(year, month, day) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(fraction / 1000);
  return { localMs, micros: fraction % 1000, offsetMs };
}

function parseOffset(text: string): number {
  if (text === "Z" || text === "z") return 0;
  const digits = text.slice(1).replaceAll(":", "").padEnd(6, "0");
  const seconds = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))) * 60 + Number(digits.slice(4, 6));
  return (text.startsWith("-") ? -seconds : seconds) * 1000;
}

/** A UTC instant as `YYYY-MM-DD`. */
export function formatDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** The time of day of a UTC instant, in its one form. */
export function formatTime(epochMs: number, micros = 0): string {
  const iso = new Date(epochMs).toISOString();
  return iso.slice(11, 19) + formatFraction(Number(iso.slice(20, 23)) * 1000 + micros);
}

/**
 * A UTC instant with six digits of a second: the value of a field with `precision: 6`.
 *
 * @param epochMs - milliseconds since 1970, within the years 1 to 9999
 * @param micros - microseconds beyond them, 0 to 999
 * @returns `2026-11-20T12:00:00.123456Z`
 */
export function formatMicroseconds(epochMs: number, micros: number): string {
  return `${new Date(epochMs).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}
