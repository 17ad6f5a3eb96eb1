import { CommandFailure, ExitCode } from "./failures.js";

const EXIT_CODES = { SIGINT: ExitCode.cancelled, SIGTERM: ExitCode.terminated } as const;

/**
 * Runs a body that can be ended in order: Ctrl-C, or a request to terminate, aborts its signal. The second one ends the
 * process at once, as usual.
 *
 * @param body - heeds the signal
 * @param onInterrupt - called when the first one comes
 */
export async function untilInterrupted<T>(body: (signal: AbortSignal) => Promise<T>, onInterrupt: () => void): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: keyof typeof EXIT_CODES): void => {
    ignore();
    onInterrupt();
    controller.abort(new CommandFailure(`Ended by ${signal}.`, EXIT_CODES[signal]));
  };
  const ignore = (): void => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await body(controller.signal);
  } finally {
    ignore();
  }
}
