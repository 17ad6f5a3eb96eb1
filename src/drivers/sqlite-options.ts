import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";

/** What `options` of an SQLite database may say. */
export interface SqliteOptions {
  readonly journalMode: "delete" | "truncate" | "persist" | "memory" | "wal" | "off";
  /** Milliseconds for which a lock of another process is waited for. */
  readonly busyTimeout: number;
  readonly synchronous: "off" | "normal" | "full" | "extra";
  readonly foreignKeys: boolean;
  /** Pages, or KiB when negative; null: SQLite's default. */
  readonly cacheSize: number | null;
  readonly tempStore: "default" | "file" | "memory";
  /** Bytes; null: SQLite's default. */
  readonly mmapSize: number | null;
  /** Opens the file without the right to write. */
  readonly readOnly: boolean;
}

const DEFAULTS: SqliteOptions = {
  journalMode: "wal",
  busyTimeout: 5000,
  synchronous: "normal",
  foreignKeys: true,
  cacheSize: null,
  tempStore: "default",
  mmapSize: null,
  readOnly: false,
};

const WORDS: Readonly<Record<string, readonly string[]>> = {
  journalMode: ["delete", "truncate", "persist", "memory", "wal", "off"],
  synchronous: ["off", "normal", "full", "extra"],
  tempStore: ["default", "file", "memory"],
};

function simplified(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** From a URL every value is text. */
function optionValue(key: keyof SqliteOptions, value: unknown): unknown {
  const words = WORDS[key];
  if (words !== undefined) {
    const word = String(value).toLowerCase();
    if (words.includes(word)) return word;
    throw new ImproperlyConfigured(
      `The SQLite option "${key}" must be one of ${words.map((known) => `"${known}"`).join(", ")}, not ${JSON.stringify(value)}.`,
      { code: "invalid_setting", vendor: "sqlite" },
    );
  }
  if (key === "foreignKeys" || key === "readOnly") {
    if (value === true || /^(true|1|on|yes)$/i.test(String(value))) return true;
    if (value === false || /^(false|0|off|no)$/i.test(String(value))) return false;
    throw new ImproperlyConfigured(`The SQLite option "${key}" must be true or false, not ${JSON.stringify(value)}.`, {
      code: "invalid_setting",
      vendor: "sqlite",
    });
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (Number.isSafeInteger(number) && (key === "cacheSize" || Number(number) >= 0)) return number;
  throw new ImproperlyConfigured(`The SQLite option "${key}" must be a whole number, not ${JSON.stringify(value)}.`, {
    code: "invalid_setting",
    vendor: "sqlite",
  });
}

/**
 * Reads the options of an SQLite database; nothing that is not in a list reaches a PRAGMA.
 *
 * @param options - of the entry; `journal_mode` and `journalMode` are the same
 * @throws ImproperlyConfigured before anything is opened
 */
export function readSqliteOptions(options: Readonly<Record<string, unknown>>): SqliteOptions {
  const result: Record<string, unknown> = { ...DEFAULTS };
  for (const [given, value] of Object.entries(options)) {
    const key = Object.keys(DEFAULTS).find((known) => simplified(known) === simplified(given));
    if (key === undefined) {
      throw new ImproperlyConfigured(`SQLite has no option "${given}". ${didYouMean(given, Object.keys(DEFAULTS))}`, {
        code: "unknown_setting",
        vendor: "sqlite",
      });
    }
    // The keys of DEFAULTS are those of SqliteOptions.
    if (value !== undefined) result[key] = optionValue(key as keyof SqliteOptions, value);
  }
  // Each value passed the check of its key.
  return result as unknown as SqliteOptions;
}

/**
 * The PRAGMAs that a new connection runs.
 *
 * @param options - what `readSqliteOptions` gave
 */
export function sqlitePragmas(options: SqliteOptions): string[] {
  const pragmas = [
    `foreign_keys = ${options.foreignKeys ? "ON" : "OFF"}`,
    `synchronous = ${options.synchronous}`,
    `temp_store = ${options.tempStore}`,
  ];
  if (options.cacheSize !== null) pragmas.push(`cache_size = ${options.cacheSize}`);
  if (options.mmapSize !== null) pragmas.push(`mmap_size = ${options.mmapSize}`);
  return pragmas.map((pragma) => `PRAGMA ${pragma}`);
}
