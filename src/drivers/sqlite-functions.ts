/** A value of SQLite in JavaScript. */
export type SqliteValue = string | number | bigint | Uint8Array | null;

/** An aggregate by its three parts. */
export interface SqliteAggregate {
  readonly start: () => unknown;
  readonly step: (state: unknown, ...values: unknown[]) => unknown;
  readonly result: (state: unknown) => SqliteValue;
  readonly deterministic: boolean;
  readonly varargs: boolean;
}

/** How a driver takes functions. */
export interface SqliteFunctionRegistrar {
  scalar(
    name: string,
    settings: { readonly deterministic: boolean; readonly varargs: boolean },
    implementation: (...values: SqliteValue[]) => SqliteValue,
  ): void;
  aggregate(name: string, settings: SqliteAggregate): void;
}

const CAPACITY = 256;
const patterns = new Map<string, RegExp>();

/** Compiling a pattern costs more than matching it, and one query asks the same one for every row. */
function compiled(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  if (patterns.size >= CAPACITY) patterns.clear();
  const pattern = new RegExp(source, flags);
  patterns.set(key, pattern);
  return pattern;
}

function matches(source: SqliteValue, value: SqliteValue, flags: string): SqliteValue {
  if (source === null || value === null) return null;
  return compiled(String(source), flags).test(String(value)) ? 1n : 0n;
}

/**
 * Registers what SQLite lacks, on each new connection.
 *
 * @param registrar - of the driver
 */
export function registerSqliteFunctions(registrar: SqliteFunctionRegistrar): void {
  const settings = { deterministic: true, varargs: false };
  registrar.scalar("regexp", settings, (pattern, value) => matches(pattern ?? null, value ?? null, "u"));
  registrar.scalar("dorm_iregexp", settings, (pattern, value) => matches(pattern ?? null, value ?? null, "iu"));
}
