import { existsSync } from "node:fs";
import { dirname } from "node:path";
import {
  CheckViolation,
  DatabaseError,
  type DatabaseErrorOptions,
  DataError,
  DormError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  OperationalError,
  ProgrammingError,
  UniqueViolation,
} from "../errors.js";

/** Names of SQLite's result codes (sqlite.org/rescode.html); of extended ones only those that decide something here. */
const CODE_NAMES: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  2: "SQLITE_INTERNAL",
  3: "SQLITE_PERM",
  4: "SQLITE_ABORT",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  9: "SQLITE_INTERRUPT",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  12: "SQLITE_NOTFOUND",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  17: "SQLITE_SCHEMA",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  21: "SQLITE_MISUSE",
  22: "SQLITE_NOLFS",
  23: "SQLITE_AUTH",
  25: "SQLITE_RANGE",
  26: "SQLITE_NOTADB",
  261: "SQLITE_BUSY_RECOVERY",
  517: "SQLITE_BUSY_SNAPSHOT",
  773: "SQLITE_BUSY_TIMEOUT",
  262: "SQLITE_LOCKED_SHAREDCACHE",
  275: "SQLITE_CONSTRAINT_CHECK",
  531: "SQLITE_CONSTRAINT_COMMITHOOK",
  787: "SQLITE_CONSTRAINT_FOREIGNKEY",
  1043: "SQLITE_CONSTRAINT_FUNCTION",
  1299: "SQLITE_CONSTRAINT_NOTNULL",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
  1811: "SQLITE_CONSTRAINT_TRIGGER",
  2067: "SQLITE_CONSTRAINT_UNIQUE",
  2323: "SQLITE_CONSTRAINT_VTAB",
  2579: "SQLITE_CONSTRAINT_ROWID",
  2835: "SQLITE_CONSTRAINT_PINNED",
  3091: "SQLITE_CONSTRAINT_DATATYPE",
  520: "SQLITE_READONLY_ROLLBACK",
  1032: "SQLITE_READONLY_DBMOVED",
};

/** @returns the name of a result code; of an unknown extended one that of its primary code */
export function sqliteCodeName(code: number): string {
  return CODE_NAMES[code] ?? CODE_NAMES[code & 0xff] ?? `SQLITE_${code}`;
}

/** "UNIQUE constraint failed: author.email, author.name" names columns, or "index 'name'" for an index on expressions. */
function failedColumns(message: string): Pick<DatabaseErrorOptions, "table" | "columns" | "constraint"> {
  const subject = /constraint failed: ([\s\S]*)$/.exec(message)?.[1]?.trim();
  if (subject === undefined) return {};
  const index = /^index '([\s\S]*)'$/.exec(subject)?.[1];
  if (index !== undefined) return { constraint: index };
  const parts = subject.split(", ").map((column) => column.split("."));
  return { table: parts[0]?.[0], columns: parts.map((part) => part.slice(1).join(".")) };
}

function hintFor(message: string): string {
  if (/no such (table|column)|has no column named/.test(message)) {
    return ". If a model has it, the database lags behind the models: run `dorm makemigrations` and `dorm migrate`.";
  }
  return "";
}

/**
 * Turns an error of an SQLite driver into ours.
 *
 * @param codeName - SQLite's result code by name, extended where known
 * @param message - SQLite's own message
 * @param context - the statement and the driver's error
 */
export function sqliteError(codeName: string, message: string, context: DatabaseErrorOptions): DatabaseError {
  const options: DatabaseErrorOptions = { ...context, vendor: "sqlite", code: codeName };
  const constraint = codeName.startsWith("SQLITE_CONSTRAINT") ? codeName.slice("SQLITE_CONSTRAINT_".length) : null;
  if (constraint !== null) {
    const withColumns = { ...options, ...failedColumns(message) };
    if (constraint === "UNIQUE" || constraint === "PRIMARYKEY" || constraint === "ROWID") return new UniqueViolation(message, withColumns);
    if (constraint === "NOTNULL") return new NotNullViolation(message, withColumns);
    if (constraint === "FOREIGNKEY") return new ForeignKeyViolation(message, options);
    if (constraint === "CHECK") {
      return new CheckViolation(message, { ...options, constraint: /constraint failed: ([\s\S]*)$/.exec(message)?.[1] });
    }
    return new IntegrityError(message, options);
  }
  // Nothing has been executed when the lock was not to be had.
  if (/^SQLITE_(BUSY|LOCKED)/.test(codeName)) return new OperationalError(message, { ...options, ambiguous: false });
  if (codeName === "SQLITE_MISMATCH" || codeName === "SQLITE_TOOBIG") return new DataError(message, options);
  if (codeName === "SQLITE_RANGE") return new ProgrammingError(message, options);
  if (codeName !== "SQLITE_ERROR") return new OperationalError(message, options);
  if (/malformed JSON|integer overflow|bad JSON path|string or blob too big|domain error/i.test(message))
    return new DataError(message, options);
  if (/^cannot (start|commit|rollback)|no such savepoint|too many/.test(message)) return new OperationalError(message, options);
  return new ProgrammingError(message + hintFor(message), options);
}

/**
 * Turns what a driver throws into one of ours; our own errors and those of the user's functions pass.
 *
 * @param error - what was thrown
 * @param codeName - SQLite's result code by name, or null where the driver refused by itself
 * @param sql - the statement
 */
export function mapSqliteError(error: unknown, codeName: string | null, sql: string | undefined): unknown {
  if (error instanceof DormError || !(error instanceof Error)) return error;
  if (codeName !== null) return sqliteError(codeName, error.message, { sql, cause: error });
  const code: unknown = Reflect.get(error, "code");
  const options: DatabaseErrorOptions = { sql, cause: error, vendor: "sqlite", code: typeof code === "string" ? code : undefined };
  if (code === "ERR_OUT_OF_RANGE" || /too (large|big)/.test(error.message)) {
    return new DataError(`${error.message} SQLite holds whole numbers of 64 bits; read larger ones as text.`, options);
  }
  if (code === "ERR_INVALID_ARG_TYPE" || code === "ERR_INVALID_ARG_VALUE" || error instanceof TypeError || error instanceof RangeError) {
    return new ProgrammingError(error.message, options);
  }
  // Of a pattern, in our REGEXP.
  if (error instanceof SyntaxError) return new DataError(error.message, options);
  if (code === "ERR_INVALID_STATE") return new OperationalError(error.message, options);
  return error;
}

/**
 * Says why a database file does not open.
 *
 * @param error - ours, from `mapSqliteError`
 * @param path - the file
 */
export function explainOpenError(error: unknown, path: string): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const options: DatabaseErrorOptions = { code: error.code, vendor: "sqlite", cause: error.cause };
  if (error.code?.startsWith("SQLITE_CANTOPEN")) {
    const directory = dirname(path);
    const reason = existsSync(directory)
      ? "check that it is a file and that this process may read and write it and its directory"
      : `the directory ${directory} does not exist; create it first`;
    return new OperationalError(`The SQLite database ${path} cannot be opened: ${reason}.`, options);
  }
  if (error.code === "SQLITE_NOTADB") {
    return new OperationalError(`${path} is not an SQLite database (or it is encrypted). Check the path in the settings.`, options);
  }
  return new OperationalError(`The SQLite database ${path} cannot be opened: ${error.message}`, options);
}
