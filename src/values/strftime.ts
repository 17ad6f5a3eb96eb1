import { MS_PER_DAY, twoDigits } from "./calendar.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** The day of the year, from 1. */
function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1;
}

/** The year and the number of the week by ISO 8601: the week belongs to the year of its Thursday. */
function isoWeek(date: Date): readonly [year: number, week: number] {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * MS_PER_DAY);
  return [thursday.getUTCFullYear(), Math.ceil(dayOfYear(thursday) / 7)];
}

const padded = (value: number, length: number): string => String(value).padStart(length, "0");
const nameOf = (names: readonly string[], index: number): string => names[index] ?? "";

/** What each code of Python's strftime stands for; names are English, as in its C locale. */
const CODES: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => padded(date.getUTCFullYear(), 4),
  y: (date) => twoDigits(date.getUTCFullYear() % 100),
  m: (date) => twoDigits(date.getUTCMonth() + 1),
  d: (date) => twoDigits(date.getUTCDate()),
  H: (date) => twoDigits(date.getUTCHours()),
  I: (date) => twoDigits(date.getUTCHours() % 12 || 12),
  M: (date) => twoDigits(date.getUTCMinutes()),
  S: (date) => twoDigits(date.getUTCSeconds()),
  f: (date) => padded(date.getUTCMilliseconds() * 1000, 6),
  p: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  j: (date) => padded(dayOfYear(date), 3),
  a: (date) => nameOf(DAYS, date.getUTCDay()).slice(0, 3),
  A: (date) => nameOf(DAYS, date.getUTCDay()),
  b: (date) => nameOf(MONTHS, date.getUTCMonth()).slice(0, 3),
  B: (date) => nameOf(MONTHS, date.getUTCMonth()),
  w: (date) => String(date.getUTCDay()),
  u: (date) => String(date.getUTCDay() || 7),
  U: (date) => twoDigits(Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7)),
  W: (date) => twoDigits(Math.floor((dayOfYear(date) + 6 - ((date.getUTCDay() + 6) % 7)) / 7)),
  G: (date) => padded(isoWeek(date)[0], 4),
  V: (date) => twoDigits(isoWeek(date)[1]),
  "%": () => "%",
};

/**
 * Fills in the codes of a date template, as Python's `strftime` does.
 *
 * @param template - text with codes such as `%Y/%m/%d`; others than those of {@link unknownCode} stay as they are
 * @param localMs - the clock's reading in milliseconds since 1970, as if it were UTC
 */
export function strftime(template: string, localMs: number): string {
  const date = new Date(localMs);
  return template.replaceAll(/%(.)/gs, (text, code: string) => CODES[code]?.(date) ?? text);
}

/** The first code of a template that stands for nothing here, with its "%"; null where there is none. */
export function unknownCode(template: string): string | null {
  for (const [text, code = ""] of template.matchAll(/%(.?)/gs)) if (!Object.hasOwn(CODES, code)) return text;
  return null;
}
