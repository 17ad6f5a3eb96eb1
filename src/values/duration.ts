import { MS_PER_DAY } from "./calendar.js";

const BRAND = Symbol.for("dorm.Duration");

/** The parts of a {@link Duration}; they add up, and each may be negative or a fraction. */
export interface DurationParts {
  /** Weeks of seven days. */
  readonly weeks?: number;
  /** Days of 24 hours. */
  readonly days?: number;
  /** Hours. */
  readonly hours?: number;
  /** Minutes. */
  readonly minutes?: number;
  /** Seconds. */
  readonly seconds?: number;
  /** Milliseconds. */
  readonly milliseconds?: number;
  /** Microseconds. */
  readonly microseconds?: number;
}

/** A span of time, in milliseconds; as a number it is those milliseconds. */
export interface Duration {
  readonly [BRAND]: true;
  /** How long, in milliseconds; fractions are microseconds. */
  readonly milliseconds: number;
  /** The milliseconds, so that durations compare and subtract as numbers. */
  valueOf(): number;
  /** The milliseconds, as a DurationField has them. */
  toJSON(): number;
}

const MS_PER_PART: Readonly<Record<keyof DurationParts, number>> = {
  weeks: 7 * MS_PER_DAY,
  days: MS_PER_DAY,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
  milliseconds: 1,
  microseconds: 0.001,
};

/**
 * A span of time, for arithmetic with dates and as the value of a DurationField. Python's timedelta.
 *
 * @param parts - how long, in parts that add up
 * @returns the span; `milliseconds` has it as a number
 * @throws RangeError when a part is unknown or not a finite number
 * @example
 * console.log(await Author.objects.valuesList(F("joined").add(Duration({ days: 30 })), { flat: true })); // → [ 2024-03-30T13:45:30.000Z, 2025-06-10T08:00:00.000Z ]
 */
export function Duration(parts: DurationParts): Duration {
  let milliseconds = 0;
  for (const [part, amount] of Object.entries(parts) as [string, unknown][]) {
    if (!Object.hasOwn(MS_PER_PART, part)) {
      throw new RangeError(`Duration: unknown part "${part}"; there are ${Object.keys(MS_PER_PART).join(", ")}`);
    }
    if (typeof amount !== "number" || !Number.isFinite(amount)) throw new RangeError(`Duration: ${part} must be a finite number`);
    // The check above makes it one of the parts.
    milliseconds += amount * MS_PER_PART[part as keyof DurationParts];
  }
  const rounded = roundToMicrosecond(milliseconds);
  return Object.freeze({ [BRAND]: true as const, milliseconds: rounded, valueOf: () => rounded, toJSON: () => rounded });
}

/**
 * Whether a value is a {@link Duration}, of whichever copy of the package.
 *
 * @example console.log(isDuration(Duration({ days: 1 })), isDuration(86_400_000)); // → true false
 */
export function isDuration(value: unknown): value is Duration {
  return typeof value === "object" && value !== null && BRAND in value;
}

const ISO = /^([+-]?)P(?:([\d.,+-]+)W)?(?:([\d.,+-]+)D)?(?:T(?:([\d.,+-]+)H)?(?:([\d.,+-]+)M)?(?:([\d.,+-]+)S)?)?$/;
const CLOCK = /^(?:([+-]?\d+)\s+(?:days?,?\s+)?)?([+-]?)(\d+):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d*)?)?$/;
const DAYS = /^([+-]?\d+)\s+days?$/;
const SECONDS = /^([+-]?\d+(?:[.,]\d+)?)$/;
const SIGNED_NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;

/**
 * Reads a span of time: ISO 8601 (`P1DT2H`, `-PT0.5S`; no months and years, which have no fixed length), Django's
 * `1 02:03:04.5`, Python's `-1 day, 22:30:00`, `2:30` (hours and minutes), or seconds alone.
 *
 * @param text - the span
 * @returns milliseconds, to the microsecond; null when it is none
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  const clock = CLOCK.exec(trimmed);
  if (clock !== null) return parseClock(clock);
  const days = DAYS.exec(trimmed);
  if (days !== null) return Number(days[1]) * MS_PER_DAY;
  const seconds = SECONDS.exec(trimmed);
  if (seconds !== null) return roundToMicrosecond(Number(seconds[1]?.replace(",", ".")) * 1000);
  const iso = ISO.exec(trimmed);
  return iso === null || /[PT]$/.test(trimmed) ? null : parseIso(iso);
}

function parseClock(match: RegExpExecArray): number | null {
  const [minutes, seconds] = [Number(match[4]), Number(match[5] ?? 0)];
  if (minutes > 59 || seconds > 59) return null;
  const clock = (Number(match[3]) * 3600 + minutes * 60 + seconds) * 1000 + Number((match[6] ?? "").padEnd(6, "0")) / 1000;
  return Number(match[1] ?? 0) * MS_PER_DAY + (match[2] === "-" ? -clock : clock);
}

function parseIso(match: RegExpExecArray): number | null {
  let total = 0;
  for (const [index, unit] of [7 * MS_PER_DAY, MS_PER_DAY, 3_600_000, 60_000, 1000].entries()) {
    const amount = match[index + 2];
    if (amount === undefined) continue;
    if (!SIGNED_NUMBER.test(amount)) return null;
    total += Number(amount.replace(",", ".")) * unit;
  }
  return roundToMicrosecond(match[1] === "-" ? -total : total);
}

/** A span without what is finer than a microsecond. */
function roundToMicrosecond(milliseconds: number): number {
  return microsecondsOf(milliseconds) / 1000;
}

/**
 * A span in microseconds, without the error of a plain multiplication: exact for fractions up to 2^42 milliseconds (139 years) and for
 * whole milliseconds up to 285 years.
 */
export function microsecondsOf(milliseconds: number): number {
  const whole = Math.trunc(milliseconds);
  return whole * 1000 + Math.round((milliseconds - whole) * 1000);
}

/**
 * A span as PostgreSQL reads it: days and seconds apart, both with the sign.
 *
 * @param milliseconds - the span
 */
export function encodeInterval(milliseconds: number): string {
  const micros = microsecondsOf(Math.abs(milliseconds));
  const sign = milliseconds < 0 ? "-" : "";
  const days = Math.floor(micros / (MS_PER_DAY * 1000));
  const rest = micros - days * MS_PER_DAY * 1000;
  return `${sign}${days} days ${sign}${Math.floor(rest / 1e6)}.${String(rest % 1e6).padStart(6, "0")} seconds`;
}

const INTERVAL_PART = /([+-]?\d+) (year|mon|day)s?|([+-]?)(\d+):(\d{2}):(\d{2})(?:\.(\d+))?/g;
/** As PostgreSQL's EXTRACT(EPOCH) counts them. */
const DAYS_PER_INTERVAL_PART: Readonly<Record<string, number>> = { year: 365.25, mon: 30, day: 1 };

/**
 * Reads a span as PostgreSQL writes it (`intervalstyle` postgres, the default).
 *
 * @param text - `1 year 2 mons -3 days +04:05:06.789`
 * @returns milliseconds; months count as 30 days and years as 365.25, as in PostgreSQL's EXTRACT(EPOCH)
 */
export function decodeInterval(text: string): number {
  let micros = 0;
  for (const match of text.matchAll(INTERVAL_PART)) {
    if (match[2] !== undefined) micros += Number(match[1]) * (DAYS_PER_INTERVAL_PART[match[2]] ?? 0) * MS_PER_DAY * 1000;
    else {
      const seconds = Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6]);
      const clock = seconds * 1e6 + Number((match[7] ?? "").padEnd(6, "0"));
      micros += match[3] === "-" ? -clock : clock;
    }
  }
  return micros / 1000;
}
