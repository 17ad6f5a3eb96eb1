import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";

/** Where awaitable rows say how they are read. Not a name, as users add methods to querysets. */
export const FETCH: unique symbol = Symbol("dorm.query.fetch");

/** Rows that are read when they are awaited, or iterated in either colour. */
export abstract class AwaitableRows implements PromiseLike<unknown[]> {
  abstract [FETCH](): Flow<unknown[]>;

  then<Fulfilled = unknown[], Rejected = never>(
    onFulfilled?: ((rows: unknown[]) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return run(this[FETCH]()).then(onFulfilled, onRejected);
  }

  [Symbol.iterator](): Iterator<unknown> {
    return runSync(this[FETCH]())[Symbol.iterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    yield* await run(this[FETCH]());
  }
}
