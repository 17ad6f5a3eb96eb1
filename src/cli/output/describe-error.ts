import { DormError } from "../../errors.js";
import { CommandFailure, ExitCode } from "../failures.js";
import type { Terminal } from "./terminal.js";

/** Ctrl-C at a question. */
export class Cancelled extends CommandFailure {
  constructor() {
    super("Cancelled; nothing was changed.", ExitCode.cancelled);
  }
}

/** What to know of an error beside its message. */
function details(error: unknown): Record<string, unknown> {
  if (!(error instanceof DormError)) return {};
  const { code, alias, vendor, sql } = error;
  return Object.fromEntries(Object.entries({ code, alias, vendor, sql }).filter(([, value]) => value !== undefined));
}

/**
 * Writes an error, on stderr: one message, or an object where the command was to answer a machine.
 *
 * @param traceback - also where it came from
 * @returns the exit code
 */
export function reportError(error: unknown, terminal: Terminal, format: "text" | "json", traceback: boolean): number {
  const exitCode = error instanceof CommandFailure ? error.exitCode : ExitCode.failed;
  const message = error instanceof Error ? error.message : String(error);
  // an error that is none of ours is named, as its message alone may say little
  const known = error instanceof CommandFailure || error instanceof DormError;
  const shown = known || !(error instanceof Error) ? message : `${error.name}: ${message}`;
  if (format === "json") {
    process.stderr.write(
      `${JSON.stringify({ error: { name: error instanceof Error ? error.name : "Error", message: shown, ...details(error), exitCode } })}\n`,
    );
  } else {
    process.stderr.write(`${terminal.colors.red("Error:")} ${shown}\n`);
    if (error instanceof DormError && error.sql !== undefined && terminal.verbosity >= 2)
      process.stderr.write(`${terminal.colors.dim(error.sql)}\n`);
  }
  if (traceback) {
    for (let current: unknown = error; current instanceof Error; current = current.cause) {
      process.stderr.write(`${current === error ? "" : "Caused by: "}${current.stack ?? current.message}\n`);
    }
  }
  return exitCode;
}
