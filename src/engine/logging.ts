/** How grave a record is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** One line of a log. */
export interface LogRecord {
  /** Dotted: a logger's level rules those below it. */
  readonly logger: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly error?: unknown;
}

/** Takes records: an adapter over pino, winston or the console. */
export interface Logger {
  /** Whether records of this logger and level are wanted; left out: all from "info". */
  isEnabled?(logger: string, level: LogLevel): boolean;
  /** Takes one record; called for those that are enabled. */
  log(record: LogRecord): void;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 };

/** What is heard without any set-up: warnings and errors, on standard error. */
const standardErrorLogger: Logger = {
  isEnabled: (_logger, level) => RANK[level] >= RANK.warning,
  log(record) {
    const line = `${record.level.toUpperCase()} ${record.logger}: ${record.message}`;
    if (record.error === undefined) console.warn(line);
    else console.warn(line, record.error);
  },
};

let current: Logger = standardErrorLogger;

/**
 * Sets where dorm's logs go. The names are `dorm.db.backends.<vendor>` (statements, slow ones as warnings),
 * `dorm.db.lifecycle.<vendor>`, `dorm.db.pool`, `dorm.db`, `dorm.transaction`, `dorm.storage`, `dorm.signals`, `dorm.migrations`, `dorm.conf`.
 *
 * @param logger - takes the records; null: warnings to standard error again
 * @returns the logger that was set before
 * @example
 * setLogger({ log: ({ level, logger, message }) => console.log(level, logger) });
 * configure({ databases: { default: "sqlite::memory:" }, slowQueryMs: 0 });
 * await getConnection().execute("SELECT 1"); // → warning dorm.db.backends.sqlite
 * setLogger(null);
 */
export function setLogger(logger: Logger | null): Logger {
  const before = current;
  current = logger ?? standardErrorLogger;
  return before;
}

/** Whether a record would be taken; ask before making an expensive message. */
export function isLogged(logger: string, level: LogLevel): boolean {
  return current.isEnabled === undefined ? RANK[level] >= RANK.info : current.isEnabled(logger, level);
}

/**
 * Logs a line.
 *
 * @param logger - the dotted name
 * @param message - the line, or what makes it when it is wanted
 */
export function log(logger: string, level: LogLevel, message: string | (() => string), error?: unknown): void {
  if (!isLogged(logger, level)) return;
  const text = typeof message === "string" ? message : message();
  current.log(error === undefined ? { logger, level, message: text } : { logger, level, message: text, error });
}
