/** How a command ended. */
export const ExitCode = {
  done: 0,
  /** It failed, or found what it looks for. */
  failed: 1,
  /** The command line could not be understood. */
  usage: 2,
  /** A program that it needs is not installed. */
  programMissing: 127,
  /** The user ended it. */
  cancelled: 130,
  /** Another program ended it. */
  terminated: 143,
} as const;

/** An end with an exit code of its own; its message is for the user. */
export class CommandFailure extends Error {
  override readonly name: string = "CommandFailure";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = ExitCode.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An argument that cannot be. */
export class UsageError extends CommandFailure {
  override readonly name: string = "UsageError";

  constructor(message: string) {
    super(message, ExitCode.usage);
  }
}
