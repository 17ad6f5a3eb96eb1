import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { DataError, ImproperlyConfigured, OperationalError } from "../../errors.js";

/** Milliseconds in which a worker must have loaded its modules. */
const START_PATIENCE = 30_000;

/** Places in the memory that both threads see. */
const ANSWERED = 0;
const STATE = 1;
const LOADED = 1;
const ENDED = 2;

/** What a worker gets when it starts. */
export interface ChannelEnd {
  readonly port: MessagePort;
  readonly memory: Int32Array;
  readonly setup: unknown;
}

/** Flags for evaluating a text belong to the main thread's program; the others (loaders, conditions) to every thread. */
function inheritedArguments(): string[] {
  const kept: string[] = [];
  for (let index = 0; index < process.execArgv.length; index++) {
    const argument = process.execArgv[index] ?? "";
    if (/^(-e|-p|-pe|--eval|--print|--input-type)$/.test(argument)) index++;
    else if (!/^--(eval|print|input-type)=/.test(argument)) kept.push(argument);
  }
  return kept;
}

/** The caller's end of a worker thread whose answers are waited for without the event loop. */
export class WorkerChannel {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #memory = new Int32Array(new SharedArrayBuffer(8));
  readonly #ended: Promise<void>;
  #closed = false;

  /**
   * @param entry - the module that the worker runs; it calls `answerCalls`
   * @param setup - goes to the worker by copy
   * @throws ImproperlyConfigured when the module is not there, or the set-up cannot be copied
   */
  constructor(entry: URL, setup: unknown) {
    if (!existsSync(fileURLToPath(entry))) {
      throw new ImproperlyConfigured(
        `Synchronous calls through a worker thread need the file ${fileURLToPath(entry)}, which is not there. Where dorm is bundled into one file, leave it out of the bundle (as an external package).`,
        { code: "bridge_worker" },
      );
    }
    const { port1, port2 } = new MessageChannel();
    try {
      this.#worker = new Worker(entry, {
        workerData: { port: port2, memory: this.#memory, setup } satisfies ChannelEnd,
        transferList: [port2],
        execArgv: inheritedArguments(),
        name: "dorm",
      });
    } catch (cause) {
      port1.close();
      if (!isUncloneable(cause)) throw cause;
      throw new ImproperlyConfigured(
        `Settings of a database with "sync": true go to a worker thread, where functions cannot go: ${cause.message}`,
        { code: "bridge_settings", cause },
      );
    }
    this.#port = port1;
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", () => resolve());
    });
    // A failure comes to the one who waits; this listener keeps it from ending the process a second time.
    this.#worker.on("error", () => undefined);
    this.#worker.unref();
    this.#port.unref();
  }

  /** Whether no call will be answered any more. */
  get closed(): boolean {
    return this.#closed || this.#memory[STATE] === ENDED;
  }

  /**
   * Sends a message and blocks the thread until its answer is there.
   *
   * @throws DataError for a message that cannot be copied; OperationalError when the worker is gone
   */
  call(message: unknown): unknown {
    this.post(message);
    const deadline = performance.now() + START_PATIENCE;
    for (;;) {
      const outcome = Atomics.wait(this.#memory, ANSWERED, 0, 1000);
      // Before looking: a message is there before its sign, so that none is missed.
      Atomics.store(this.#memory, ANSWERED, 0);
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) return received.message;
      const state = Atomics.load(this.#memory, STATE);
      if (state === ENDED) throw this.#lost("ended before it answered");
      if (state !== LOADED && outcome === "timed-out" && performance.now() > deadline) throw this.#lost("did not start");
    }
  }

  /** Sends a message that nobody answers. */
  post(message: unknown): void {
    if (this.closed) throw this.#lost("is closed");
    try {
      this.#port.postMessage(message);
    } catch (cause) {
      if (!isUncloneable(cause)) throw cause;
      throw new DataError(`A parameter cannot be sent to the database's thread: ${cause.message}`, { code: "unbindable", cause });
    }
  }

  #lost(how: string): OperationalError {
    this.#closed = true;
    return new OperationalError(`The worker thread of the database ${how}.`, { code: "bridge_lost" });
  }

  /** When the worker has ended; the process waits for it. */
  async whenEnded(): Promise<void> {
    this.#worker.ref();
    await this.#ended;
  }
}

function isUncloneable(error: unknown): error is Error {
  return error instanceof Error && error.name === "DataCloneError";
}

/**
 * Answers the calls of the other thread, one after the other; a message whose answer is undefined gets none.
 *
 * @param end - the worker's data
 * @param answer - must not throw
 */
export function answerCalls(end: ChannelEnd, answer: (message: unknown) => Promise<unknown>): void {
  const { port, memory } = end;
  process.once("exit", () => {
    Atomics.store(memory, STATE, ENDED);
    wake(memory);
  });
  Atomics.store(memory, STATE, LOADED);
  port.on("message", (message: unknown) => {
    answer(message).then((value) => {
      if (value === undefined) return;
      port.postMessage(value);
      wake(memory);
    });
  });
}

function wake(memory: Int32Array): void {
  Atomics.store(memory, ANSWERED, 1);
  Atomics.notify(memory, ANSWERED);
}
