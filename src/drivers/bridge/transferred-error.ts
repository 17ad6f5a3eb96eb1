import * as errors from "../../errors.js";
import { DatabaseError, type DatabaseErrorOptions, DormError } from "../../errors.js";

/** An error in a form that goes from thread to thread. */
export interface TransferredError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What a driver's error tells besides; texts and numbers only. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly cause: TransferredError | null;
}

const PLAIN = new Set(["string", "number", "boolean", "bigint"]);

function isTransferable(value: unknown): boolean {
  return PLAIN.has(typeof value) || (Array.isArray(value) && value.every((item) => PLAIN.has(typeof item)));
}

/** Takes an error apart; what is no error is told by its text. */
export function transferError(error: unknown): TransferredError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, details: {}, cause: null };
  const details: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    const value: unknown = Reflect.get(error, key);
    if (key !== "name" && key !== "stack" && isTransferable(value)) details[key] = value;
  }
  const cause = error.cause === undefined ? null : transferError(error.cause);
  return { name: error.name, message: error.message, stack: error.stack, details, cause };
}

type ErrorClass = new (message: string, options: DatabaseErrorOptions) => DormError;

function classNamed(name: string): ErrorClass | null {
  const found: unknown = Reflect.get(errors, name);
  if (typeof found !== "function" || !(found === DormError || found.prototype instanceof DormError)) return null;
  // Those that take something else than a message and options are about models, which no driver knows.
  return found as ErrorClass;
}

function restorePlain({ name, message, stack, details, cause }: TransferredError): Error {
  const error = new Error(message, cause === null ? undefined : { cause: restorePlain(cause) });
  Object.assign(error, details);
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  return error;
}

/**
 * Makes the error again in this thread: one of ours in its class, with a stack that begins at the caller; others, and
 * the driver's as `cause`, with the stack that they had.
 *
 * @param below - the function above which the stack is left out
 */
export function restoreError(transferred: TransferredError, below: (...args: never[]) => unknown): Error {
  const Class = classNamed(transferred.name);
  if (Class === null) return restorePlain(transferred);
  const { details, cause } = transferred;
  const error = new Class(transferred.message, { ...details, cause: cause === null ? undefined : restorePlain(cause) });
  if (!(error instanceof DatabaseError)) Object.assign(error, details);
  const limit = Error.stackTraceLimit;
  // The engine's own frames must not push the caller's off the end.
  Error.stackTraceLimit = limit + 20;
  Error.captureStackTrace(error, below);
  Error.stackTraceLimit = limit;
  return error;
}
