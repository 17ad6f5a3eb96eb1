import {
  CheckViolation,
  type DatabaseErrorOptions,
  DataError,
  DeadlockError,
  DormError,
  ForeignKeyViolation,
  ImproperlyConfigured,
  NotNullViolation,
  NotSupportedError,
  OperationalError,
  ProgrammingError,
  SerializationError,
  UniqueViolation,
} from "../../errors.js";
import { type DatabaseErrorClass, errorClassOf, MISSING_SCHEMA_HINT, textOf } from "../server-errors.js";

/** By the server's number (mariadb.com/kb/en/mariadb-error-codes, dev.mysql.com/doc/mysql-errors); the others go by their SQLSTATE. */
const BY_NUMBER: ReadonlyMap<number, DatabaseErrorClass> = new Map<number, DatabaseErrorClass>([
  ...numbers(UniqueViolation, 1062, 1169, 1586),
  ...numbers(ForeignKeyViolation, 1216, 1217, 1451, 1452),
  ...numbers(NotNullViolation, 1048, 1263, 1364),
  ...numbers(CheckViolation, 4025, 3819),
  ...numbers(DeadlockError, 1213),
  ...numbers(SerializationError, 1020),
  ...numbers(
    OperationalError,
    1040,
    1044,
    1045,
    1049,
    1053,
    1129,
    1130,
    1203,
    1205,
    1206,
    1226,
    1290,
    1317,
    1698,
    1792,
    1836,
    1969,
    3024,
    3572,
  ),
  ...numbers(DataError, 1264, 1265, 1292, 1365, 1366, 1406, 1411, 1441, 1690, 3140, 3141, 4038),
  ...numbers(ProgrammingError, 1046, 1054, 1064, 1093, 1136, 1146, 1170, 1176, 1305, 1370, 1582),
  ...numbers(NotSupportedError, 1235, 1221, 1286),
]);

function numbers(errorClass: DatabaseErrorClass, ...list: readonly number[]): [number, DatabaseErrorClass][] {
  return list.map((number) => [number, errorClass]);
}

/** Of the driver's own numbers, that of a server that does not answer, and those of sockets that close. */
const TIMED_OUT = 45_012;
const SOCKET_ERRORS: ReadonlySet<number> = new Set([45_009, 45_013, 45_019]);

/** The driver's own numbers: what went wrong on its side of the connection. */
const isOfDriver = (number: number): boolean => number >= 45_000 && number < 46_000;

function unquote(identifier: string): string {
  return identifier.replace(/^[`"](.*)[`"]$/s, "$1").replaceAll("``", "`");
}

const IDENTIFIER = '(`(?:[^`]|``)*`|"[^"]*"|[^\\s,)]+)';
const DUPLICATE = /for key '(.+)'$/;
const FOREIGN_KEY = new RegExp(`\\(${IDENTIFIER}\\.${IDENTIFIER}, CONSTRAINT ${IDENTIFIER} FOREIGN KEY \\(([^)]*)\\)`);
const NULL_COLUMN = /^(?:Column|Field) '(.+?)' /;
const CHECK_OF_MARIADB = new RegExp(`^CONSTRAINT ${IDENTIFIER} failed for ${IDENTIFIER}\\.${IDENTIFIER}$`);
const CHECK_OF_MYSQL = /^Check constraint '(.+)' is violated/;

/** What the text of an error tells of the constraint, the table and the columns. */
function details(number: number, message: string): Pick<DatabaseErrorOptions, "constraint" | "table" | "columns"> {
  switch (number) {
    case 1062:
    case 1586: {
      const key = DUPLICATE.exec(message)?.[1];
      // MySQL 8 writes table.key, MariaDB the key alone.
      const [name, table] = key?.split(".").reverse() ?? [];
      return { constraint: name, table };
    }
    case 1451:
    case 1452: {
      const [, , table, constraint, columns] = FOREIGN_KEY.exec(message) ?? [];
      if (table === undefined || constraint === undefined) return {};
      return { table: unquote(table), constraint: unquote(constraint), columns: columns?.split(", ").map(unquote) };
    }
    case 1048:
    case 1364: {
      const column = NULL_COLUMN.exec(message)?.[1];
      return { columns: column === undefined ? undefined : [column] };
    }
    case 4025: {
      const [, constraint, , table] = CHECK_OF_MARIADB.exec(message) ?? [];
      return constraint === undefined || table === undefined ? {} : { constraint: unquote(constraint), table: unquote(table) };
    }
    case 3819:
      return { constraint: CHECK_OF_MYSQL.exec(message)?.[1] };
    default:
      return {};
  }
}

function hintFor(number: number): string {
  return number === 1146 || number === 1054 ? MISSING_SCHEMA_HINT : "";
}

function numberOf(error: Error): number {
  return Number(Reflect.get(error, "errno"));
}

/**
 * Turns an error of the driver into ours.
 *
 * @param error - what was thrown
 * @param vendor - "mysql" or "mariadb"
 * @param sql - the statement
 * @param sentWrite - whether a statement that may change something had been sent; it decides whether a loss of the connection is ambiguous
 */
export function mapMariadbError(error: unknown, vendor: string, sql: string | undefined, sentWrite: boolean): unknown {
  if (error instanceof DormError || !(error instanceof Error)) return error;
  const number = numberOf(error);
  const code = textOf(error, "code");
  const message = textOf(error, "sqlMessage") ?? error.message;
  const base: DatabaseErrorOptions = { vendor, sql, cause: error };
  if (number > 0 && !isOfDriver(number)) {
    const Mapped = BY_NUMBER.get(number) ?? errorClassOf(textOf(error, "sqlState") ?? "");
    // The server told of its own end; what it had not answered it did not do.
    const ambiguous = number === 1053 ? sentWrite : undefined;
    return new Mapped(message + hintFor(number), { ...base, ...details(number, message), code, ambiguous });
  }
  return new OperationalError(`The connection to the database was lost: ${message}`, {
    ...base,
    code: isOfDriver(number) || code === undefined ? "connection_lost" : code,
    ambiguous: sentWrite,
  });
}

/**
 * Turns an error of connecting into ours; nothing has been sent then.
 *
 * @param where - host and port, or the path of a socket, for the message
 */
export function mapConnectError(error: unknown, vendor: string, where: string): unknown {
  if (error instanceof DormError) return error;
  if (!(error instanceof Error)) return error;
  const number = numberOf(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  const message = textOf(error, "sqlMessage") ?? error.message;
  const options: DatabaseErrorOptions = { vendor, cause: error, ambiguous: false };
  if (number > 0 && !isOfDriver(number)) {
    return new OperationalError(`The server at ${where} refuses the connection: ${message}`, { ...options, code: textOf(error, "code") });
  }
  const found = textOf(inner, "code") ?? textOf(error, "code");
  const code = number === TIMED_OUT ? "ETIMEDOUT" : found === undefined || SOCKET_ERRORS.has(number) ? "connection_lost" : found;
  return new OperationalError(`The server at ${where} cannot be reached: ${message}`, { ...options, code });
}

/** @throws ImproperlyConfigured where the server is of the other kind */
export function checkServer(engine: string, version: string, isMariadb: boolean, supported: boolean): void {
  if (engine !== "mariadb" || (isMariadb && supported)) return;
  throw new ImproperlyConfigured(
    `The engine "mariadb" wants MariaDB 10.6 or later, and the server is ${isMariadb ? "MariaDB" : "MySQL"} ${version}. Use the engine "mysql" (mysql://…) there.`,
    { code: "wrong_server", vendor: engine },
  );
}
