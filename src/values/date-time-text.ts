import { DataError } from "../errors.js";
import { daysFromCivil, formatFraction, formatMicroseconds, MS_PER_DAY, parseDateTime, twoDigits } from "./calendar.js";

/* The forms in which databases hand instants over; on the path of every row, so read digit by digit. */

const ZERO = 48;

/** The number that two digits spell, or -1. */
function twoAt(text: string, index: number): number {
  const high = text.charCodeAt(index) - ZERO;
  const low = text.charCodeAt(index + 1) - ZERO;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1;
}

/** Milliseconds since 1970 of the midnight of `YYYY-MM-DD…`; NaN for any other form. */
function dateMs(text: string): number {
  const century = twoAt(text, 0);
  const year = twoAt(text, 2);
  const month = twoAt(text, 5);
  const day = twoAt(text, 8);
  if (century < 0 || year < 0 || month < 0 || day < 0 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  return daysFromCivil(century * 100 + year, month, day) * MS_PER_DAY;
}

/**
 * Milliseconds since 1970 of `YYYY-MM-DD HH:MM:SS[.fraction]` in UTC, with or without `+00` or `Z`; NaN for any other
 * form, which the slow way takes.
 */
function fastMs(text: string): number {
  const day = dateMs(text);
  const hour = twoAt(text, 11);
  const minute = twoAt(text, 14);
  const second = twoAt(text, 17);
  if (hour < 0 || minute < 0 || second < 0) return Number.NaN;
  let end = text.length;
  if (text.charCodeAt(end - 1) === 90) end -= 1;
  else if (text.charCodeAt(end - 3) === 43 && text.charCodeAt(end - 2) === ZERO && text.charCodeAt(end - 1) === ZERO) end -= 3;
  let ms = 0;
  if (end > 19) {
    if (text.charCodeAt(19) !== 46 || end === 20) return Number.NaN;
    let unit = 100;
    for (let index = 20; index < end; index++) {
      const digit = text.charCodeAt(index) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      ms += Math.floor(digit * unit);
      unit /= 10;
    }
  }
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function slowInstant(text: string): { readonly ms: number; readonly micros: number } {
  const parsed = parseDateTime(text);
  if (parsed === null)
    throw new DataError(`the database gave '${text}' for a date and time, which is not an instant that JavaScript can hold`);
  return { ms: parsed.localMs - (parsed.offsetMs ?? 0), micros: parsed.micros };
}

/**
 * Reads an instant as a database writes it; text without an offset is UTC.
 *
 * @param text - `2026-11-20 12:00:00.123+00`
 * @returns the instant, to the millisecond
 * @throws DataError for `infinity` and what else is no instant
 */
export function decodeInstant(text: string): Date {
  const ms = fastMs(text);
  return new Date(Number.isNaN(ms) ? slowInstant(text).ms : ms);
}

/**
 * As {@link decodeInstant}, to the microsecond.
 *
 * @returns `2026-11-20T12:00:00.123456Z`
 */
export function decodeInstantToMicroseconds(text: string): string {
  const { ms, micros } = slowInstant(text);
  return formatMicroseconds(ms, micros);
}

/** 0 to 99 with two digits. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => twoDigits(value));

/**
 * An instant as SQLite holds it, in UTC.
 *
 * @returns `2026-11-20 12:00:00`, with a fraction where it has one
 * @throws DataError outside the years 1 to 9999, for an invalid date too
 */
export function encodeInstantAsText(value: Date): string {
  const year = value.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw new DataError(`${String(value)} is outside the years 1 to 9999`);
  const ms = value.getUTCMilliseconds();
  const fraction = ms === 0 ? "" : formatFraction(ms * 1000);
  return `${TWO_DIGITS[Math.floor(year / 100)]}${TWO_DIGITS[year % 100]}-${TWO_DIGITS[value.getUTCMonth() + 1]}-${TWO_DIGITS[value.getUTCDate()]} ${TWO_DIGITS[value.getUTCHours()]}:${TWO_DIGITS[value.getUTCMinutes()]}:${TWO_DIGITS[value.getUTCSeconds()]}${fraction}`;
}

/** As {@link encodeInstantAsText}, for values with microseconds. */
export function encodeMicrosecondsAsText(value: string): string {
  return `${value.slice(0, 10)} ${value.slice(11, 19)}${formatFraction(Number(value.slice(20, 26)))}`;
}
