import { DatabaseError, type DatabaseErrorOptions, DataError, IntegrityError, OperationalError, ProgrammingError } from "../errors.js";

/* What the errors of database servers have in common. */

export type DatabaseErrorClass = new (message: string, options: DatabaseErrorOptions) => DatabaseError;

/** By the class of an SQLSTATE, its first two characters (ISO/IEC 9075-2, 24.1, and PostgreSQL's and MySQL's own). */
const BY_SQLSTATE_CLASS: Readonly<Record<string, DatabaseErrorClass>> = {
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
  "70": OperationalError,
};

/** The kind of error that an SQLSTATE tells of; a DatabaseError where it is of no class known here. */
export function errorClassOf(sqlState: string): DatabaseErrorClass {
  return BY_SQLSTATE_CLASS[sqlState.slice(0, 2)] ?? DatabaseError;
}

/** A property of a driver's error, where it is a text. */
export function textOf(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}

/** What is added to the message of an error about a table or a column that is not there. */
export const MISSING_SCHEMA_HINT =
  ". If a model has it, the database lags behind the models: run `dorm makemigrations` and `dorm migrate`.";
