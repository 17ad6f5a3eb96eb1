import {
  CheckViolation,
  DatabaseError,
  type DatabaseErrorOptions,
  DataError,
  DeadlockError,
  DormError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  NotSupportedError,
  OperationalError,
  ProgrammingError,
  SerializationError,
  UniqueViolation,
} from "../../errors.js";

type DatabaseErrorClass = new (message: string, options: DatabaseErrorOptions) => DatabaseError;

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html); what is not here goes by its class below. */
const BY_CODE: Readonly<Record<string, DatabaseErrorClass>> = {
  "23505": UniqueViolation,
  "23503": ForeignKeyViolation,
  "23502": NotNullViolation,
  "23514": CheckViolation,
  "40P01": DeadlockError,
  "40001": SerializationError,
  "0A000": NotSupportedError,
  "44000": IntegrityError,
};

const BY_CLASS: Readonly<Record<string, DatabaseErrorClass>> = {
  "08": OperationalError,
  "21": ProgrammingError,
  "22": DataError,
  "23": IntegrityError,
  "25": OperationalError,
  "26": ProgrammingError,
  "27": IntegrityError,
  "28": OperationalError,
  "34": ProgrammingError,
  "3D": OperationalError,
  "3F": ProgrammingError,
  "40": OperationalError,
  "42": ProgrammingError,
  "53": OperationalError,
  "54": OperationalError,
  "55": OperationalError,
  "57": OperationalError,
  "58": OperationalError,
};

function textOf(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}

/** "Key (email, name)=(a, b) already exists." names the columns of unique and foreign keys. */
function columnsOf(error: Error): readonly string[] | undefined {
  const column = textOf(error, "column");
  if (column !== undefined) return [column];
  const key = /^Key \((.+?)\)=\(/.exec(textOf(error, "detail") ?? "")?.[1];
  return key?.split(", ").map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
}

function hintFor(code: string): string {
  if (code !== "42P01" && code !== "42703") return "";
  return ". If a model has it, the database lags behind the models: run `dorm makemigrations` and `dorm migrate`.";
}

/**
 * Turns an error of `pg` into ours.
 *
 * @param error - what was thrown
 * @param sql - the statement
 * @param sentWrite - whether a statement that may change something had been sent; it decides whether a loss of the connection is ambiguous
 */
export function mapPostgresqlError(error: unknown, sql: string | undefined, sentWrite: boolean): unknown {
  if (error instanceof DormError || !(error instanceof Error)) return error;
  const code = textOf(error, "code");
  const base: DatabaseErrorOptions = { vendor: "postgresql", sql, cause: error };
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && textOf(error, "severity") !== undefined) {
    const Mapped = BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? DatabaseError;
    const lost = /^(08|57P0)/.test(code);
    return new Mapped(error.message + hintFor(code), {
      ...base,
      code,
      constraint: textOf(error, "constraint"),
      table: textOf(error, "table"),
      columns: columnsOf(error),
      ambiguous: lost ? sentWrite : undefined,
    });
  }
  return new OperationalError(`The connection to PostgreSQL was lost: ${error.message}`, {
    ...base,
    code: code ?? "connection_lost",
    ambiguous: sentWrite,
  });
}

/**
 * Turns an error of connecting into ours; nothing has been sent then.
 *
 * @param where - host and port, for the message
 */
export function mapConnectError(error: unknown, where: string): unknown {
  if (error instanceof DormError) return error;
  // Where a name has several addresses, Node gives one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return error;
  const code = textOf(first, "code") ?? (/timeout/.test(first.message) ? "ETIMEDOUT" : "connection_lost");
  return new OperationalError(`PostgreSQL at ${where} cannot be reached: ${first.message}`, {
    vendor: "postgresql",
    code,
    cause: error,
    ambiguous: false,
  });
}
