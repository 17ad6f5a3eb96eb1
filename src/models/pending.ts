import { inspect } from "node:util";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { NotLoadedError } from "../errors.js";

/**
 * Something of an instance that is not loaded: it is awaited for its value. Looking at it (printing, JSON, listing
 * keys) never loads it, and using it as a value is an error that says so.
 *
 * @example
 * const book = await Book.objects.get({ pk: 1 });
 * console.log(book.author instanceof PendingValue, (await book.author).name); // → true Ursula
 */
export abstract class PendingValue implements PromiseLike<unknown> {
  /** `blog.Author.bio`, for messages. */
  protected abstract readonly description: string;
  protected abstract load(): Flow<unknown>;

  /** Loads the value; what `await` calls. */
  then<Fulfilled = unknown, Rejected = never>(
    onFulfilled?: ((value: unknown) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return run(this.load()).then(onFulfilled, onRejected);
  }

  /**
   * Loads the value without waiting.
   *
   * @throws SyncUnavailableError where the database has no synchronous form
   */
  getSync(): unknown {
    return runSync(this.load());
  }

  [Symbol.toPrimitive](): never {
    throw new NotLoadedError(`${this.description} is not loaded. Await it, or load it with the query.`);
  }

  /** Nothing: what is not loaded is left out of JSON. */
  toJSON(): undefined {
    return undefined;
  }

  [inspect.custom](): string {
    return `[not loaded: ${this.description}]`;
  }
}
