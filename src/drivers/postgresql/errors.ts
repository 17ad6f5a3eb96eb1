import {
  CheckViolation,
  type DatabaseErrorOptions,
  DeadlockError,
  DormError,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  NotSupportedError,
  OperationalError,
  SerializationError,
  UniqueViolation,
} from "../../errors.js";
import { type DatabaseErrorClass, errorClassOf, MISSING_SCHEMA_HINT, textOf } from "../server-errors.js";

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html); what is not here goes by its class. */
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

/** "Key (email, name)=(a, b) already exists." names the columns of unique and foreign keys. */
function columnsOf(error: Error): readonly string[] | undefined {
  const column = textOf(error, "column");
  if (column !== undefined) return [column];
  const key = /^Key \((.+?)\)=\(/.exec(textOf(error, "detail") ?? "")?.[1];
  return key?.split(", ").map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
}

function hintFor(code: string): string {
  return code === "42P01" || code === "42703" ? MISSING_SCHEMA_HINT : "";
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
    const Mapped = BY_CODE[code] ?? errorClassOf(code);
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
  // what the server itself says has a severity
  const what = textOf(first, "severity") === undefined ? "cannot be reached" : "refuses the connection";
  return new OperationalError(`PostgreSQL at ${where} ${what}: ${first.message}`, {
    vendor: "postgresql",
    code,
    cause: error,
    ambiguous: false,
  });
}
