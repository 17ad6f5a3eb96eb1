import { OperationalError, PoolTimeoutError } from "../errors.js";

/** Connections that were lost or refused for the moment: SQLSTATE class 08, shutdowns, too many connections, sockets, locks. */
const TRANSIENT =
  /^(08...|57P0[123]|53300|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|connection_lost|SQLITE_BUSY.*|SQLITE_LOCKED.*|ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS|ER_SERVER_SHUTDOWN)$/;

/** Whether an error is one that passes by itself. Statement timeouts, deadlocks and wrong passwords are not. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof OperationalError && !(error instanceof PoolTimeoutError) && error.code !== undefined && TRANSIENT.test(error.code)
  );
}

/**
 * Whether a statement outside of a transaction may be tried again.
 *
 * @param error - what the try ended with
 * @param writes - whether the statement may change anything; then only when it surely was not executed
 */
export function mayRetry(error: unknown, writes: boolean): boolean {
  if (!isTransient(error)) return false;
  return !writes || (error instanceof OperationalError && error.ambiguous === false);
}
