import { createHash } from "node:crypto";
import { addDuration, dateOf, differenceOf, extractDatePart, instantOf, timeOf, truncateDate } from "./sqlite-date-functions.js";

/** A value of SQLite in JavaScript. */
export type SqliteValue = string | number | bigint | Uint8Array | null;

/** An aggregate by its three parts. */
export interface SqliteAggregate {
  readonly start: () => unknown;
  readonly step: (state: unknown, ...values: unknown[]) => unknown;
  /** Takes a value out again, as the frame of a window moves on. */
  readonly inverse: (state: unknown, ...values: unknown[]) => unknown;
  readonly result: (state: unknown) => SqliteValue;
  readonly deterministic: boolean;
  readonly varargs: boolean;
}

type Scalar = (...values: SqliteValue[]) => SqliteValue;

/** How a driver takes functions. */
export interface SqliteFunctionRegistrar {
  scalar(name: string, settings: { readonly deterministic: boolean; readonly varargs: boolean }, implementation: Scalar): void;
  aggregate(name: string, settings: SqliteAggregate): void;
}

const MAX_PATTERNS = 256;
const patterns = new Map<string, RegExp>();

/** Compiling a pattern costs more than matching it, and one query asks the same one for every row. */
function compiled(source: string, ignoreCase: boolean): RegExp {
  const key = `${ignoreCase ? "i" : ""}/${source}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  // Python's and PostgreSQL's way to ignore case stands in the pattern.
  const inline = source.startsWith("(?i)");
  const text = inline ? source.slice(4) : source;
  const flags = inline || ignoreCase ? "i" : "";
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, `${flags}u`);
  } catch {
    // Without the unicode flag, needless escapes such as `\-` are allowed.
    pattern = new RegExp(text, flags);
  }
  patterns.set(key, pattern);
  return pattern;
}

function matching(ignoreCase: boolean): Scalar {
  return (pattern, value) => {
    if (isNull(pattern) || isNull(value)) return null;
    return compiled(String(pattern), ignoreCase).test(String(value)) ? 1n : 0n;
  };
}

function isNull(value: SqliteValue | undefined): value is null | undefined {
  return value === null || value === undefined;
}

/** A function that gives null as soon as one of its values is null. */
function strict(implementation: (...values: Exclude<SqliteValue, null>[]) => SqliteValue): Scalar {
  return (...values) => {
    const given: Exclude<SqliteValue, null>[] = [];
    for (const value of values) {
      if (value === null) return null;
      given.push(value);
    }
    return implementation(...given);
  };
}

/** To a length, counted in characters; a longer text is cut, as PostgreSQL does. */
function padding(text: string, length: number, fill: string): { readonly text: string; readonly pad: string } {
  const characters = [...text];
  if (characters.length >= length) return { text: characters.slice(0, Math.max(0, length)).join(""), pad: "" };
  const filling = [...fill];
  const missing = filling.length === 0 ? 0 : length - characters.length;
  // repeat() refuses what is too long for a string, before it takes any memory
  const whole = filling.length === 0 ? "" : fill.repeat(Math.floor(missing / filling.length));
  return { text, pad: whole + filling.slice(0, missing % (filling.length || 1)).join("") };
}

function hashing(algorithm: string): Scalar {
  return strict((value) =>
    createHash(algorithm)
      .update(value instanceof Uint8Array ? value : String(value))
      .digest("hex"),
  );
}

const DETERMINISTIC: Readonly<Record<string, Scalar>> = {
  regexp: matching(false),
  dorm_iregexp: matching(true),

  dorm_date_extract: extractDatePart,
  dorm_date_trunc: truncateDate,
  dorm_to_date: dateOf,
  dorm_to_time: timeOf,
  dorm_to_datetime: instantOf,
  dorm_date_add: addDuration,
  dorm_date_diff: differenceOf,

  dorm_lpad: strict((text, length, fill) => {
    const padded = padding(String(text), Number(length), String(fill));
    return padded.pad + padded.text;
  }),
  dorm_rpad: strict((text, length, fill) => {
    const padded = padding(String(text), Number(length), String(fill));
    return padded.text + padded.pad;
  }),
  dorm_repeat: strict((text, times) => String(text).repeat(Math.max(0, Number(times)))),
  dorm_reverse: strict((text) => [...String(text)].reverse().join("")),

  dorm_join: strict((list, separator) => {
    const joined = (JSON.parse(String(list)) as readonly (string | number | null)[]).filter((item) => item !== null);
    return joined.length === 0 ? null : joined.join(String(separator));
  }),

  dorm_md5: hashing("md5"),
  dorm_sha1: hashing("sha1"),
  dorm_sha224: hashing("sha224"),
  dorm_sha256: hashing("sha256"),
  dorm_sha384: hashing("sha384"),
  dorm_sha512: hashing("sha512"),

  dorm_bitxor: strict((left, right) => BigInt.asIntN(64, whole(left) ^ whole(right))),
  dorm_cot: strict((angle) => 1 / Math.tan(Number(angle))),
};

function whole(value: Exclude<SqliteValue, null>): bigint {
  return typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)));
}

/** Running mean and sum of squared distances from it, which lose no digits on large values (Welford). */
interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const NOTHING: Spread = { count: 0, mean: 0, squares: 0 };

function spread(finish: (variance: number) => number, sample: boolean): SqliteAggregate {
  return {
    deterministic: true,
    varargs: false,
    start: () => NOTHING,
    step: (state, value) => {
      // The drivers hand back what start and step gave.
      const { count, mean, squares } = state as Spread;
      if (value === null || value === undefined) return state;
      const number = Number(value);
      const distance = number - mean;
      const nextMean = mean + distance / (count + 1);
      return { count: count + 1, mean: nextMean, squares: squares + distance * (number - nextMean) };
    },
    inverse: (state, value) => {
      const { count, mean, squares } = state as Spread;
      if (value === null || value === undefined) return state;
      if (count <= 1) return NOTHING;
      const number = Number(value);
      const before = (mean * count - number) / (count - 1);
      return { count: count - 1, mean: before, squares: Math.max(0, squares - (number - before) * (number - mean)) };
    },
    result: (state) => {
      const { count, squares } = state as Spread;
      const divisor = sample ? count - 1 : count;
      return divisor <= 0 ? null : finish(squares / divisor);
    },
  };
}

const same = (variance: number): number => variance;

const AGGREGATES: Readonly<Record<string, SqliteAggregate>> = {
  dorm_stddev_pop: spread(Math.sqrt, false),
  dorm_stddev_samp: spread(Math.sqrt, true),
  dorm_var_pop: spread(same, false),
  dorm_var_samp: spread(same, true),
};

/**
 * Registers what SQLite lacks, on each new connection. Functions of dates read text as the codecs write it:
 * `dorm_date_extract(part, value, zone)`, `dorm_date_trunc(unit, value, zone)`, `dorm_to_date(value, zone)`,
 * `dorm_to_time(value, zone)`, `dorm_to_datetime(value)`, `dorm_date_add(value, microseconds)`, `dorm_date_diff(later, earlier)` in microseconds.
 *
 * @param registrar - of the driver
 */
export function registerSqliteFunctions(registrar: SqliteFunctionRegistrar): void {
  for (const [name, implementation] of Object.entries(DETERMINISTIC)) {
    registrar.scalar(name, { deterministic: true, varargs: true }, implementation);
  }
  registrar.scalar("dorm_random", { deterministic: false, varargs: true }, () => Math.random());
  for (const [name, aggregate] of Object.entries(AGGREGATES)) registrar.aggregate(name, aggregate);
}
