import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { CacheBackend } from "../types/cache.js";
import { type DatabaseSettings, normalizeDatabases } from "./database-settings.js";
import type { DatabaseEntry } from "./database-url.js";
import type { DatabaseRouter } from "./routing.js";
import { checkStorages, NO_STORAGES, type StorageSettings } from "./storage-settings.js";

/** What `configure` and `defineConfig` take; every key may be left out. */
export interface SettingsInput {
  /** By alias: a URL, the parts, or a URL with parts beside it that win. Queries go to "default" unless routed. */
  databases?: Readonly<Record<string, string | DatabaseEntry>>;
  /** The apps, as folders below the configuration file; left out: every folder that holds models. */
  apps?: readonly string[];
  /** Choose the database of a model; the first answer wins. */
  routers?: readonly DatabaseRouter[];
  /** Packages that register backends. */
  backends?: readonly string[];
  /** Milliseconds from which a statement is logged as slow; 0 logs all, null none. Default 500, or DORM_SLOW_QUERY_MS. */
  slowQueryMs?: number | null;
  /** How often a statement is tried when the connection is lost, the first time included. Default 3, or DORM_RETRY_ATTEMPTS. */
  retryAttempts?: number;
  /** Seconds before the second try, doubling each time. Default 0.1, or DORM_RETRY_BACKOFF. */
  retryBackoff?: number;
  /** Seconds for which reads of a model follow its writes to their database; 0 or null is off. Default 3. */
  readAfterWriteWindow?: number | null;
  /** The number of queries from which a guarded block warns; null: never. */
  queryCountWarn?: number | null;
  /** The zone that rules date parts, truncation and strings without offset. Default "UTC". */
  timeZone?: string;
  /** The text search configuration of PostgreSQL that `search` and SearchVector use. Default "english". */
  searchConfig?: string;
  /** How relations and deferred columns load when they are awaited. Default "peers". */
  fetchMode?: "peers" | "one" | "raise";
  /** Places for files by alias, "default" among them; left out: the directory `media`. See `dorm/storage`. */
  storages?: StorageSettings;
  /** By name: where `cache()` of querysets keeps rows; "default" unless it names another. */
  caches?: Readonly<Record<string, CacheBackend>>;
  /** Signs what is kept in caches; all processes that share one need the same. Left out: `secretKey`. */
  cacheSigningKey?: string;
  /** Whether caches without `cacheSigningKey` and `secretKey` are refused; else their entries serve this process alone. */
  cacheRequireSigningKey?: boolean;
  /** A secret of the application, for what has no key of its own. */
  secretKey?: string;
}

/** Settings with everything filled in. */
export interface Settings {
  /** The databases by alias, with everything that a URL says taken apart. */
  readonly databases: Readonly<Record<string, DatabaseSettings>>;
  /** The folders of the apps; null: every folder that holds models. */
  readonly apps: readonly string[] | null;
  /** What chooses the database of a model, in order. */
  readonly routers: readonly DatabaseRouter[];
  /** Packages that register backends. */
  readonly backends: readonly string[];
  /** Milliseconds from which a statement is logged as slow; 0 logs all, null none. */
  readonly slowQueryMs: number | null;
  /** How often a statement is tried when the connection is lost, the first time included. */
  readonly retryAttempts: number;
  /** Seconds before the second try, doubling each time. */
  readonly retryBackoff: number;
  /** Seconds for which reads of a model follow its writes to their database; null is off. */
  readonly readAfterWriteWindow: number | null;
  /** The number of queries from which a guarded block warns; null: never. */
  readonly queryCountWarn: number | null;
  /** The zone that rules date parts, truncation and strings without offset. */
  readonly timeZone: string;
  /** The text search configuration of PostgreSQL that `search` and SearchVector use. */
  readonly searchConfig: string;
  /** How relations and deferred columns load when they are awaited. */
  readonly fetchMode: "peers" | "one" | "raise";
  /** Places for files, by alias. */
  readonly storages: StorageSettings;
  /** Where `cache()` of querysets keeps rows, by name. */
  readonly caches: Readonly<Record<string, CacheBackend>>;
  /** Signs what is kept in caches; null: the secret key does. */
  readonly cacheSigningKey: string | null;
  /** Whether caches without a key are refused. */
  readonly cacheRequireSigningKey: boolean;
  /** The secret of the application, for what has no key of its own; null: there is none. */
  readonly secretKey: string | null;
}

/** The caches of settings that name none. */
export const NO_CACHES: Readonly<Record<string, CacheBackend>> = Object.freeze({});

function invalid(key: string, expected: string, value: unknown): ImproperlyConfigured {
  return new ImproperlyConfigured(`The setting "${key}" must be ${expected}, not ${describe(value)}.`, { code: "invalid_setting" });
}

function describe(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name, perhaps with its schema: it becomes part of SQL. */
export function isSearchConfig(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(value);
}

function isTimeZone(value: unknown): value is string {
  if (typeof value !== "string") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/** Backends have no common class, as two copies of the package may meet in a process. */
const CACHE_METHODS: readonly (keyof CacheBackend)[] = ["get", "set", "delete", "incr", "deleteByTag"];

function isCaches(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.values(value).every((cache) => isRecord(cache) && CACHE_METHODS.every((name) => typeof cache[name] === "function"))
  );
}

const isSecret = (value: unknown): boolean => typeof value === "string" && value !== "";
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === "string");
const isAmount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isAmountOrNull = (value: unknown): boolean => value === null || isAmount(value);

/** For each key what it must be, and how to tell. */
const RULES: { readonly [Key in keyof Required<SettingsInput>]: readonly [expected: string, check: (value: unknown) => boolean] } = {
  databases: ["an object of databases by alias", isRecord],
  apps: ["a list of names", isNames],
  routers: ["a list of objects", (value) => Array.isArray(value) && value.every((router) => typeof router === "object" && router !== null)],
  backends: ["a list of package names", isNames],
  slowQueryMs: ["a number of milliseconds or null", isAmountOrNull],
  retryAttempts: ["a whole number from 1", (value) => Number.isSafeInteger(value) && Number(value) >= 1],
  retryBackoff: ["a number of seconds", isAmount],
  readAfterWriteWindow: ["a number of seconds or null", isAmountOrNull],
  queryCountWarn: ["a number or null", isAmountOrNull],
  timeZone: ['a time zone of the IANA database, such as "Europe/Madrid"', isTimeZone],
  searchConfig: ['the name of a text search configuration, such as "english"', isSearchConfig],
  fetchMode: ['"peers", "one" or "raise"', (value) => value === "peers" || value === "one" || value === "raise"],
  storages: ["an object of storages by alias", isRecord],
  caches: ["an object of caches by name, such as { default: new LocMemCache() }", isCaches],
  cacheSigningKey: ["a text that is not empty", isSecret],
  cacheRequireSigningKey: ["true or false", (value) => typeof value === "boolean"],
  secretKey: ["a text that is not empty", isSecret],
};

/**
 * Checks settings without using them.
 *
 * @throws ImproperlyConfigured naming the key, with the nearest known one when it is unknown
 */
export function checkSettings(input: SettingsInput): void {
  if (!isRecord(input)) throw new ImproperlyConfigured(`configure() takes an object of settings, not ${describe(input)}.`);
  for (const [key, value] of Object.entries(input)) {
    if (!Object.hasOwn(RULES, key)) {
      throw new ImproperlyConfigured(`There is no setting "${key}". ${didYouMean(key, Object.keys(RULES))}`, { code: "unknown_setting" });
    }
    // The line above made sure of the key.
    const [expected, check] = RULES[key as keyof SettingsInput];
    if (value !== undefined && !check(value)) throw invalid(key, expected, value);
  }
  if (isRecord(input.storages)) checkStorages(input.storages);
}

/** A number of the environment; one that is no number is left out, as it may be meant for another program. */
function environmentNumber(name: string, minimum: number): number | undefined {
  const text = process.env[name];
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= minimum ? value : undefined;
}

function resolveCaches({ caches = NO_CACHES, cacheSigningKey, cacheRequireSigningKey, secretKey }: SettingsInput): Settings["caches"] {
  if (Object.keys(caches).length === 0) return NO_CACHES;
  if (cacheRequireSigningKey && cacheSigningKey === undefined && secretKey === undefined) {
    throw new ImproperlyConfigured('The setting "caches" needs "cacheSigningKey" or "secretKey", as "cacheRequireSigningKey" is set.', {
      code: "no_signing_key",
    });
  }
  return caches;
}

/**
 * Fills in what settings leave out: from the environment, then from the defaults.
 *
 * @param input - settings that `checkSettings` let through
 * @param directory - the directory from which relative paths of databases start
 */
export function resolveSettings(input: SettingsInput, directory: string): Settings {
  checkSettings(input);
  const attempts = environmentNumber("DORM_RETRY_ATTEMPTS", 1);
  return Object.freeze({
    databases: normalizeDatabases(input.databases ?? {}, directory),
    apps: input.apps ?? null,
    routers: input.routers ?? [],
    backends: input.backends ?? [],
    slowQueryMs: input.slowQueryMs !== undefined ? input.slowQueryMs : (environmentNumber("DORM_SLOW_QUERY_MS", 0) ?? 500),
    retryAttempts: input.retryAttempts ?? (attempts === undefined ? 3 : Math.floor(attempts)),
    retryBackoff: input.retryBackoff ?? environmentNumber("DORM_RETRY_BACKOFF", 0) ?? 0.1,
    readAfterWriteWindow: input.readAfterWriteWindow === undefined ? 3 : input.readAfterWriteWindow || null,
    queryCountWarn: input.queryCountWarn ?? null,
    timeZone: input.timeZone ?? "UTC",
    searchConfig: input.searchConfig ?? "english",
    fetchMode: input.fetchMode ?? "peers",
    storages: input.storages ?? NO_STORAGES,
    caches: resolveCaches(input),
    cacheSigningKey: input.cacheSigningKey ?? null,
    cacheRequireSigningKey: input.cacheRequireSigningKey ?? false,
    secretKey: input.secretKey ?? null,
  });
}

/**
 * Types a configuration file; gives back what it takes.
 *
 * @example
 * // dorm.config.ts
 * export default defineConfig({
 *   databases: { default: process.env.DATABASE_URL ?? "sqlite:///db.sqlite3" },
 *   apps: ["blog", "shop"],
 * });
 */
export function defineConfig(input: SettingsInput): SettingsInput {
  return input;
}
