import { resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import { type DatabaseEntry, parseDatabaseUrl } from "./database-url.js";

/** A database of the settings with everything filled in. */
export interface DatabaseSettings {
  readonly engine: string;
  /** On SQLite an absolute path, or `:memory:`. */
  readonly name: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly driver: string | null;
  readonly sync: boolean;
  readonly minPoolSize: number;
  readonly maxPoolSize: number;
  readonly poolTimeout: number;
  readonly poolCheck: boolean;
  readonly maxIdle: number;
  readonly maxLifetime: number;
  /** Null never prepares; undefined is the backend's default. */
  readonly prepareThreshold: number | null | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

type Check = readonly [expected: string, check: (value: unknown) => boolean];

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isSeconds = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
const text: Check = ["text", (value) => typeof value === "string"];
const flag: Check = ["true or false", (value) => typeof value === "boolean"];
const seconds: Check = ["a number of seconds", isSeconds];

const RULES: { readonly [Key in keyof Required<DatabaseEntry>]: Check } = {
  engine: text,
  url: text,
  name: text,
  user: text,
  password: text,
  host: text,
  port: ["a port between 1 and 65535", (value) => isCount(value) && Number(value) >= 1 && Number(value) <= 65_535],
  driver: text,
  sync: flag,
  minPoolSize: ["a whole number", isCount],
  maxPoolSize: ["a whole number from 1", (value) => isCount(value) && Number(value) >= 1],
  poolTimeout: seconds,
  poolCheck: flag,
  maxIdle: seconds,
  maxLifetime: seconds,
  prepareThreshold: ["a whole number or null", (value) => value === null || isCount(value)],
  options: ["an object", (value) => typeof value === "object" && value !== null && !Array.isArray(value)],
};

const FILE_ENGINES = new Set(["sqlite", "duckdb", "libsql"]);

function checkEntry(alias: string, entry: DatabaseEntry): void {
  for (const [key, value] of Object.entries(entry)) {
    if (!Object.hasOwn(RULES, key)) {
      throw new ImproperlyConfigured(
        `The database "${alias}" has the unknown key "${key}". ${didYouMean(key, Object.keys(RULES))} What is meant for the driver goes into "options".`,
        { code: "unknown_setting", alias },
      );
    }
    // The line above made sure of the key.
    const [expected, check] = RULES[key as keyof DatabaseEntry];
    if (value !== undefined && !check(value)) {
      const shown = key === "password" || key === "url" ? typeof value : JSON.stringify(value);
      throw new ImproperlyConfigured(`"${key}" of the database "${alias}" must be ${expected}, not ${shown}.`, {
        code: "invalid_setting",
        alias,
      });
    }
  }
}

function normalizeEntry(alias: string, given: string | DatabaseEntry, directory: string): DatabaseSettings {
  if (typeof given !== "string" && (typeof given !== "object" || given === null)) {
    throw new ImproperlyConfigured(`The database "${alias}" must be a URL or an object, not ${String(given)}.`, { alias });
  }
  let entry: DatabaseEntry;
  try {
    if (typeof given === "string") entry = parseDatabaseUrl(given);
    else {
      checkEntry(alias, given);
      const { url, ...parts } = given;
      const fromUrl = url === undefined ? {} : parseDatabaseUrl(url);
      const explicit = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
      entry = { ...fromUrl, ...explicit, options: { ...fromUrl.options, ...parts.options } };
    }
  } catch (error) {
    if (error instanceof ImproperlyConfigured && error.alias === undefined) {
      throw new ImproperlyConfigured(`The database "${alias}": ${error.message}`, { code: error.code, alias, cause: error.cause });
    }
    throw error;
  }
  if (entry.engine === undefined) {
    throw new ImproperlyConfigured(`The database "${alias}" names no engine. Give "engine" or "url".`, { alias });
  }
  const minPoolSize = entry.minPoolSize ?? Math.min(1, entry.maxPoolSize ?? 1);
  const maxPoolSize = entry.maxPoolSize ?? Math.max(10, minPoolSize);
  if (minPoolSize > maxPoolSize) {
    throw new ImproperlyConfigured(`The database "${alias}" has minPoolSize ${minPoolSize} over maxPoolSize ${maxPoolSize}.`, { alias });
  }
  const isFile = FILE_ENGINES.has(entry.engine);
  const name = entry.name ?? (isFile ? ":memory:" : "");
  return Object.freeze({
    engine: entry.engine,
    // Resolved now, so that a later change of the working directory does not open another file.
    name: isFile && name !== ":memory:" && name !== "" ? resolve(directory, name) : name || (isFile ? ":memory:" : ""),
    user: entry.user ?? null,
    password: entry.password ?? null,
    host: entry.host ?? null,
    port: entry.port ?? null,
    driver: entry.driver ?? null,
    sync: entry.sync ?? false,
    minPoolSize,
    maxPoolSize,
    poolTimeout: entry.poolTimeout ?? 30,
    poolCheck: entry.poolCheck ?? true,
    maxIdle: entry.maxIdle ?? 600,
    maxLifetime: entry.maxLifetime ?? 3600,
    prepareThreshold: entry.prepareThreshold,
    options: Object.freeze({ ...entry.options }),
  });
}

/**
 * Fills in the entries of `databases`.
 *
 * @param databases - what the settings say, by alias
 * @param directory - where relative paths start
 * @throws ImproperlyConfigured naming the alias and the key
 */
export function normalizeDatabases(
  databases: Readonly<Record<string, string | DatabaseEntry>>,
  directory: string,
): Readonly<Record<string, DatabaseSettings>> {
  return Object.freeze(
    Object.fromEntries(Object.entries(databases).map(([alias, entry]) => [alias, normalizeEntry(alias, entry, directory)])),
  );
}
