/** The names of an error's classes, nearest last; shared by all copies of the package in a process. */
const KINDS = Symbol.for("dorm.errors.kinds");

/** What an error may carry besides its message. */
export interface DormErrorOptions {
  /** The database's own code (SQLSTATE, `SQLITE_CONSTRAINT_UNIQUE`) or a word of ours. */
  readonly code?: string | undefined;
  /** The alias of the database in the settings. */
  readonly alias?: string | undefined;
  /** The kind of database, as "postgresql". */
  readonly vendor?: string | undefined;
  readonly sql?: string | undefined;
  /** The error behind it. */
  readonly cause?: unknown;
}

/** What an error of a database may carry besides. */
export interface DatabaseErrorOptions extends DormErrorOptions {
  /** The violated constraint. */
  readonly constraint?: string | undefined;
  /** The table that it belongs to. */
  readonly table?: string | undefined;
  /** The columns that it is about. */
  readonly columns?: readonly string[] | undefined;
  /** True when the statement may or may not have been executed. */
  readonly ambiguous?: boolean | undefined;
}

/**
 * Gives an error class the name by which every copy of the package recognises it.
 *
 * @param errorClass - the class; its parent must be branded already
 * @param name - the class's name, which no minifier may change
 * @param shownAs - the `name` of its errors, where it differs
 */
export function brandError(errorClass: { readonly prototype: Error }, name: string, shownAs = name): void {
  const prototype: object = errorClass.prototype;
  const inherited: unknown = Reflect.get(prototype, KINDS);
  Object.defineProperty(prototype, KINDS, { value: [...(Array.isArray(inherited) ? inherited : []), name] });
  Object.defineProperty(prototype, "name", { value: shownAs, configurable: true, writable: true });
}

function kindsOf(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const kinds: unknown = Reflect.get(value, KINDS);
  return Array.isArray(kinds) ? kinds : [];
}

/** The parent of every error that dorm throws. */
export class DormError extends Error {
  /** A short word for programs, as "unknown_engine"; each kind of mistake has its own. */
  declare code: string | undefined;
  /** The alias of the database, where one is concerned. */
  declare alias: string | undefined;
  /** The kind of database, as "postgresql". */
  declare vendor: string | undefined;
  declare sql: string | undefined;

  static {
    brandError(DormError, "DormError");
  }

  /** Two copies of the package know each other's errors; a user's own subclass is tested as usual. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore-start lint/complexity/noThisInStatic: it is inherited, and asks about the class on the right of instanceof
    if (!Object.hasOwn(this.prototype, KINDS)) return Function.prototype[Symbol.hasInstance].call(this, value);
    return kindsOf(value).includes(kindsOf(this.prototype).at(-1));
    // biome-ignore-end lint/complexity/noThisInStatic: see above
  }

  constructor(message: string, options: DormErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.code !== undefined) this.code = options.code;
    if (options.alias !== undefined) this.alias = options.alias;
    if (options.vendor !== undefined) this.vendor = options.vendor;
    if (options.sql !== undefined) this.sql = options.sql;
  }
}

/** A query that must give one row gave none. */
export class ObjectDoesNotExist extends DormError {
  static {
    brandError(ObjectDoesNotExist, "ObjectDoesNotExist");
  }
}

/** A query that must give one row gave several. */
export class MultipleObjectsReturned extends DormError {
  static {
    brandError(MultipleObjectsReturned, "MultipleObjectsReturned");
  }
}

/** An unknown field, relation, lookup or transform. */
export class FieldError extends DormError {
  static {
    brandError(FieldError, "FieldError");
  }
}

/** A malformed query or argument. */
export class QueryError extends DormError {
  static {
    brandError(QueryError, "QueryError");
  }
}

/** A relation or a column is used as a value before it was loaded. */
export class NotLoadedError extends DormError {
  static {
    brandError(NotLoadedError, "NotLoadedError");
  }
}

/** A setting, a model or an installation that cannot work. */
export class ImproperlyConfigured extends DormError {
  static {
    brandError(ImproperlyConfigured, "ImproperlyConfigured");
  }
}

/** A synchronous call that this database, or this moment, does not allow. */
export class SyncUnavailableError extends DormError {
  static {
    brandError(SyncUnavailableError, "SyncUnavailableError");
  }
}

/** Something gave a promise where a synchronous call needs a value. */
export class AsyncOnlyError extends DormError {
  static {
    brandError(AsyncOnlyError, "AsyncOnlyError");
  }
}

/** A transaction is missing, over, broken, or where none may be. */
export class TransactionManagementError extends DormError {
  static {
    brandError(TransactionManagementError, "TransactionManagementError");
  }
}

/** The parent of everything that comes from a database. */
export class DatabaseError extends DormError {
  /** The violated constraint, where the database names it. */
  declare constraint: string | undefined;
  /** The table, where the database names it. */
  declare table: string | undefined;
  /** The columns, where the database names them. */
  declare columns: readonly string[] | undefined;
  /** True when the connection was lost after the statement had been sent: it may or may not have been executed. */
  declare ambiguous: boolean | undefined;

  static {
    brandError(DatabaseError, "DatabaseError");
  }

  constructor(message: string, options: DatabaseErrorOptions = {}) {
    super(message, options);
    if (options.constraint !== undefined) this.constraint = options.constraint;
    if (options.table !== undefined) this.table = options.table;
    if (options.columns !== undefined) this.columns = options.columns;
    if (options.ambiguous !== undefined) this.ambiguous = options.ambiguous;
  }
}

/** A constraint refuses the data. */
export class IntegrityError extends DatabaseError {
  static {
    brandError(IntegrityError, "IntegrityError");
  }
}

/** A unique constraint, a unique index or a primary key refuses a second row. */
export class UniqueViolation extends IntegrityError {
  static {
    brandError(UniqueViolation, "UniqueViolation");
  }
}

/** A foreign key points at a row that is not there, or a row is still pointed at. */
export class ForeignKeyViolation extends IntegrityError {
  static {
    brandError(ForeignKeyViolation, "ForeignKeyViolation");
  }
}

/** A column that must have a value got null. */
export class NotNullViolation extends IntegrityError {
  static {
    brandError(NotNullViolation, "NotNullViolation");
  }
}

/** A check constraint refuses the data. */
export class CheckViolation extends IntegrityError {
  static {
    brandError(CheckViolation, "CheckViolation");
  }
}

/** A delete is refused because a relation with `PROTECT` points at the row. */
export class ProtectedError extends IntegrityError {
  /** The instances that keep the row. */
  readonly protectedObjects: readonly unknown[];

  static {
    brandError(ProtectedError, "ProtectedError");
  }

  constructor(message: string, protectedObjects: readonly unknown[] = [], options: DatabaseErrorOptions = {}) {
    super(message, options);
    this.protectedObjects = protectedObjects;
  }
}

/** A delete is refused because a relation with `RESTRICT` points at the row. */
export class RestrictedError extends IntegrityError {
  /** The instances that keep the row. */
  readonly restrictedObjects: readonly unknown[];

  static {
    brandError(RestrictedError, "RestrictedError");
  }

  constructor(message: string, restrictedObjects: readonly unknown[] = [], options: DatabaseErrorOptions = {}) {
    super(message, options);
    this.restrictedObjects = restrictedObjects;
  }
}

/** The database cannot do it now: lost connections, locks, timeouts, full disks. */
export class OperationalError extends DatabaseError {
  static {
    brandError(OperationalError, "OperationalError");
  }
}

/** No connection of the pool became free in time. */
export class PoolTimeoutError extends OperationalError {
  static {
    brandError(PoolTimeoutError, "PoolTimeoutError");
  }
}

/** The database ended this transaction because it and another one waited for each other. */
export class DeadlockError extends OperationalError {
  static {
    brandError(DeadlockError, "DeadlockError");
  }
}

/** The transaction could not be ordered among the others; run it again. */
export class SerializationError extends OperationalError {
  static {
    brandError(SerializationError, "SerializationError");
  }
}

/** The row was changed by somebody else since it was read (`versionField`): read it again, then decide. */
export class OptimisticLockError extends OperationalError {
  static {
    brandError(OptimisticLockError, "OptimisticLockError");
  }
}

/** The SQL is wrong: syntax, unknown tables, columns and functions. */
export class ProgrammingError extends DatabaseError {
  static {
    brandError(ProgrammingError, "ProgrammingError");
  }
}

/** A value that the database cannot hold or compute. */
export class DataError extends DatabaseError {
  static {
    brandError(DataError, "DataError");
  }
}

/** This database lacks what is asked for. */
export class NotSupportedError extends DatabaseError {
  static {
    brandError(NotSupportedError, "NotSupportedError");
  }
}

/** A write to a model that is declared read-only. */
export class ReadOnlyModelError extends DatabaseError {
  static {
    brandError(ReadOnlyModelError, "ReadOnlyModelError");
  }
}

/** A query went over the limits of time or rows that its block set. */
export class BudgetExceeded extends DatabaseError {
  static {
    brandError(BudgetExceeded, "BudgetExceeded");
  }
}

/** A circuit breaker refuses the call because the database failed too often. */
export class CircuitOpenError extends DatabaseError {
  static {
    brandError(CircuitOpenError, "CircuitOpenError");
  }
}

/**
 * A file that cannot be stored, found or read.
 *
 * @example
 * const missing = await new InMemoryStorage().open("none.txt").catch((error: unknown) => error);
 * if (missing instanceof StorageError) console.log(missing.code); // → file_not_found
 */
export class StorageError extends DormError {
  static {
    brandError(StorageError, "StorageError");
  }
}

/**
 * A name that would leave the place where files are stored.
 *
 * @example
 * const refused = await new InMemoryStorage().delete("../secret.txt").catch((error: unknown) => error);
 * console.log(refused instanceof SuspiciousFileOperationError); // → true
 */
export class SuspiciousFileOperationError extends StorageError {
  static {
    brandError(SuspiciousFileOperationError, "SuspiciousFileOperationError");
  }
}

/** A migration that cannot be made, read or run. */
export class MigrationError extends DormError {
  static {
    brandError(MigrationError, "MigrationError");
  }
}

/** A migration that has no way back. */
export class IrreversibleError extends MigrationError {
  static {
    brandError(IrreversibleError, "IrreversibleError");
  }
}

/** The recorded migrations contradict their dependencies. */
export class InconsistentHistory extends MigrationError {
  static {
    brandError(InconsistentHistory, "InconsistentHistory");
  }
}

/** A test found a query that is repeated for each row. */
export class NPlusOneError extends DormError {
  static {
    brandError(NPlusOneError, "NPlusOneError", "AssertionError");
  }
}

/** A test found more or fewer queries than it expects. */
export class QueryCountError extends DormError {
  static {
    brandError(QueryCountError, "QueryCountError", "AssertionError");
  }
}

/** What a {@link ValidationError} is made of: one message, several, or messages by field. */
export type ValidationMessages =
  | string
  | ValidationError
  | readonly (string | ValidationError)[]
  | { readonly [field: string]: string | ValidationError | readonly (string | ValidationError)[] };

/** The key of messages that belong to no field; Django's NON_FIELD_ERRORS. */
export const NON_FIELD_ERRORS = "__all__";

/** Values that a field or a model does not take. */
export class ValidationError extends DormError {
  /** The messages by field; those of the whole instance under {@link NON_FIELD_ERRORS}. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  /** The codes by field, as `violationErrorCode` of a constraint, or `code` of an error among the messages, gives them. */
  readonly codes: Readonly<Record<string, readonly string[]>>;

  static {
    brandError(ValidationError, "ValidationError");
  }

  /**
   * @param messages - a message, a list, or messages by field; errors among them are merged in
   * @param options - `code`, what programs know it by; `codes`, the same by field; `model`, the label that comes before
   *   the fields' names in `message`
   * @example new ValidationError({ age: "must not be negative" })
   * @example new ValidationError("the room is taken", { code: "double_booking" })
   */
  constructor(
    messages: ValidationMessages,
    options: DormErrorOptions & { readonly model?: string; readonly codes?: Readonly<Record<string, readonly string[]>> } = {},
  ) {
    const errors = collectMessages(messages, new Map(), NON_FIELD_ERRORS);
    const prefix = options.model === undefined ? "" : `${options.model}.`;
    const lines = [...errors].map(([field, texts]) =>
      field === NON_FIELD_ERRORS ? texts.join("; ") : `${prefix}${field}: ${texts.join("; ")}`,
    );
    super(lines.join("; "), options);
    this.errors = Object.fromEntries(errors);
    const codes = collectCodes(messages, new Map(Object.entries(options.codes ?? {})), NON_FIELD_ERRORS);
    if (options.code !== undefined && codes.size === 0) for (const field of errors.keys()) codes.set(field, [options.code]);
    this.codes = Object.fromEntries(codes);
  }

  /** All messages, one after the other. */
  get messages(): readonly string[] {
    return Object.values(this.errors).flat();
  }
}

function collectMessages(messages: ValidationMessages, into: Map<string, string[]>, field: string): Map<string, string[]> {
  if (typeof messages === "string") {
    const texts = into.get(field);
    if (texts === undefined) into.set(field, [messages]);
    else texts.push(messages);
  } else if (messages instanceof ValidationError) {
    for (const [inner, texts] of Object.entries(messages.errors)) {
      for (const text of texts) collectMessages(text, into, inner === NON_FIELD_ERRORS ? field : inner);
    }
  } else if (isMessageList(messages)) {
    for (const message of messages) collectMessages(message, into, field);
  } else {
    for (const [inner, message] of Object.entries(messages)) collectMessages(message, into, inner);
  }
  return into;
}

/** The codes of the errors among messages, under the same fields as their texts. */
function collectCodes(messages: ValidationMessages, into: Map<string, readonly string[]>, field: string): Map<string, readonly string[]> {
  if (typeof messages === "string") return into;
  if (messages instanceof ValidationError) {
    for (const [inner, codes] of Object.entries(messages.codes)) {
      const key = inner === NON_FIELD_ERRORS ? field : inner;
      into.set(key, [...(into.get(key) ?? []), ...codes]);
    }
  } else if (isMessageList(messages)) {
    for (const message of messages) collectCodes(message, into, field);
  } else {
    for (const [inner, message] of Object.entries(messages)) collectCodes(message, into, inner);
  }
  return into;
}

/** Array.isArray does not narrow readonly arrays. */
function isMessageList(messages: ValidationMessages): messages is readonly (string | ValidationError)[] {
  return Array.isArray(messages);
}
