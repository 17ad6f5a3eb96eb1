import { daysFromCivil, MS_PER_DAY } from "./calendar.js";

/** There are fewer zones, but each in any spelling of upper and lower case. */
const MAX_ZONES = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Since 1973 clocks have been changed at full minutes only, so that an offset serves a whole minute. */
const MODERN = Date.UTC(1973, 0, 1);
const MINUTE = 60_000;
const MAX_MINUTES = 10_000;
const offsets = new Map<string, Map<number, number>>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= MAX_ZONES) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/**
 * How far a zone's clocks are ahead of UTC at an instant.
 *
 * @param zone - a name of the IANA database
 * @param epochMs - the instant
 * @returns milliseconds, negative west of Greenwich
 */
export function offsetAt(zone: string, epochMs: number): number {
  if (zone === "UTC") return 0;
  if (epochMs < MODERN) return computedOffset(zone, epochMs);
  let known = offsets.get(zone);
  if (known === undefined) {
    known = new Map();
    if (offsets.size >= MAX_ZONES) offsets.clear();
    offsets.set(zone, known);
  }
  const key = Math.floor(epochMs / MINUTE);
  let offset = known.get(key);
  if (offset === undefined) {
    offset = computedOffset(zone, epochMs);
    if (known.size >= MAX_MINUTES) known.clear();
    known.set(key, offset);
  }
  return offset;
}

function computedOffset(zone: string, epochMs: number): number {
  const whole = Math.floor(epochMs / 1000) * 1000;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(whole)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return daysFromCivil(year, month, day) * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 - whole;
}

/**
 * The instant of a clock's reading. A reading that occurs twice is the first of the two, one that is skipped counts from before
 * the change; as Python's datetime with `fold=0`.
 *
 * @param zone - a name of the IANA database
 * @param localMs - the reading in milliseconds since 1970, as if it were UTC
 */
export function localToUtc(zone: string, localMs: number): number {
  if (zone === "UTC") return localMs;
  const before = offsetAt(zone, localMs - MS_PER_DAY);
  const after = offsetAt(zone, localMs + MS_PER_DAY);
  const early = localMs - before;
  if (before === after || offsetAt(zone, early) === before) return early;
  const late = localMs - after;
  return offsetAt(zone, late) === after ? late : early;
}

/** What the zone's clocks read at an instant, in milliseconds since 1970 as if it were UTC. */
export function utcToLocal(zone: string, epochMs: number): number {
  return epochMs + offsetAt(zone, epochMs);
}
