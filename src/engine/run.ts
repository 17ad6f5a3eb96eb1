import { AsyncOnlyError, DormError } from "../errors.js";
import { type Flow, isThenable, type Step } from "./flow.js";

/**
 * Adds the frames of the asynchronous functions that wait for a failed flow, which an error made in a socket's
 * callback, or under a thenable, cannot see by itself. V8 knows them once the running function has really awaited.
 */
function addCallerFrames(error: unknown): void {
  if (!(error instanceof DormError) || typeof error.stack !== "string") return;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, addCallerFrames);
  const present = new Set(error.stack.split("\n"));
  const missing = (trace.stack ?? "")
    .split("\n")
    .slice(2)
    .filter((line) => !present.has(line));
  if (missing.length > 0) error.stack = `${error.stack}\n${missing.join("\n")}`;
}

/** The await before the capture is what makes the caller's frames visible. */
async function rejectFromCaller(error: unknown): Promise<never> {
  await null;
  addCallerFrames(error);
  throw error;
}

async function continueAsync<T>(flow: Flow<T>, first: PromiseLike<unknown>): Promise<T> {
  let pending: PromiseLike<unknown> | null = first;
  let value: unknown;
  let failed = false;
  try {
    for (;;) {
      if (pending !== null) {
        try {
          value = await pending;
        } catch (error) {
          value = error;
          failed = true;
        }
        pending = null;
      }
      const step: IteratorResult<Step, T> = failed ? flow.throw(value) : flow.next(value);
      failed = false;
      if (step.done === true) return step.value;
      try {
        value = step.value.perform();
        if (isThenable(value)) pending = value;
      } catch (error) {
        value = error;
        failed = true;
      }
    }
  } catch (error) {
    addCallerFrames(error);
    throw error;
  }
}

/**
 * Runs a flow as far as it goes without waiting.
 *
 * @returns its value when no step gave a promise, else a promise of it
 * @throws what the flow throws before the first promise
 */
export function start<T>(flow: Flow<T>): T | Promise<T> {
  let step = flow.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = step.value.perform();
    } catch (error) {
      step = flow.throw(error);
      continue;
    }
    if (isThenable(value)) return continueAsync(flow, value);
    step = flow.next(value);
  }
  return step.value;
}

/**
 * Runs a flow asynchronously. Steps that give no promise cost no turn of the event loop, and errors are thrown
 * into the flow, so that its `try` and `finally` work.
 *
 * @param flow - the operation
 * @returns a promise of its value; an error's stack shows the line that awaits it
 * @example
 * import type { Flow } from "dorm";
 *
 * function* countAuthors(): Flow<number> {
 *   // the value of this step is a count
 *   return (yield { perform: () => Author.objects.count(), performSync: () => Author.objects.countSync() }) as number;
 * }
 * console.log(await runFlow(countAuthors()), runFlowSync(countAuthors())); // → 2 2
 */
export function run<T>(flow: Flow<T>): Promise<T> {
  try {
    return Promise.resolve(start(flow));
  } catch (error) {
    return rejectFromCaller(error);
  }
}

/**
 * Runs a flow synchronously.
 *
 * @param flow - the operation
 * @returns its value
 * @throws SyncUnavailableError where the database has no synchronous form; AsyncOnlyError when a callback gives a promise
 */
export function runSync<T>(flow: Flow<T>): T {
  let step = flow.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = step.value.performSync();
    } catch (error) {
      step = flow.throw(error);
      continue;
    }
    step = flow.next(value);
  }
  return step.value;
}

/**
 * A step that calls the user's code. The asynchronous runner awaits its promise, the synchronous one refuses it.
 *
 * @param callback - what to call
 * @param description - how errors name the callback, as in "the callback of onCommit"
 */
export function call(callback: () => unknown, description = "the callback"): Step {
  return {
    perform: callback,
    performSync() {
      return refusePromise(callback(), description);
    },
  };
}

/**
 * Lets a value through, and refuses a promise in a synchronous call.
 *
 * @throws AsyncOnlyError naming the callback that gave the promise
 */
export function refusePromise<T>(value: T, description: string): T {
  if (!isThenable(value)) return value;
  // The refused promise may reject later, which must not end the process. Other thenables (querysets) are lazy and stay unrun.
  if (value instanceof Promise) value.catch(() => undefined);
  throw new AsyncOnlyError(
    `${description} gave a promise to a synchronous call. Use the asynchronous form of the call, or the Sync forms inside the callback.`,
    { code: "async_callback" },
  );
}

/**
 * A step that pauses.
 *
 * @param milliseconds - how long
 */
export function sleep(milliseconds: number): Step {
  return {
    perform: () => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    performSync: () => blockFor(milliseconds),
  };
}

/** Keeps the thread waiting. */
export function blockFor(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * A step that runs several flows: at the same time in the asynchronous colour, one after the other in the synchronous one.
 * When one fails, the others are waited for before the first error is thrown, so that nothing goes on in the background.
 *
 * @param flows - the flows; each is run once
 * @returns a step whose value is the list of their values
 */
export function all(flows: readonly Flow<unknown>[]): Step {
  return {
    perform: async () => {
      const settled = await Promise.allSettled(flows.map((flow) => run(flow)));
      return settled.map((outcome) => {
        if (outcome.status === "rejected") throw outcome.reason;
        return outcome.value;
      });
    },
    performSync: () => flows.map((flow) => runSync(flow)),
  };
}
