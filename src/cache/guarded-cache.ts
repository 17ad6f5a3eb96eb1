import { isThenable, type Step } from "../engine/flow.js";
import { log } from "../engine/logging.js";
import { ImproperlyConfigured } from "../errors.js";
import type { CacheBackend } from "../types/cache.js";

/** How long a cache is left alone after an error. */
const PAUSE_MS = 1000;

/**
 * A cache whose failures are no one's: a call that fails gives null, and for a second the cache is not asked again. What
 * could not be invalidated meanwhile is owed: it is made up for before anything is read, as the entries may be stale.
 */
export class GuardedCache {
  readonly backend: CacheBackend;
  readonly #name: string;
  #pausedUntil = 0;
  #failing = false;
  /** Counters that have to go up, each with the number of the call that asked for it last. */
  readonly #owed = new Map<string, number>();
  #calls = 0;
  #retry: NodeJS.Timeout | null = null;

  constructor(backend: CacheBackend, name: string) {
    this.backend = backend;
    this.#name = name;
  }

  /**
   * A step whose value is what the action gives; null where the cache fails, is paused, or has no synchronous form. What
   * is wrong with the settings, as a package that is not installed, is thrown.
   */
  step<T>(action: () => T | PromiseLike<T>): Step {
    return {
      perform: () => this.#ask(action),
      performSync: () => (this.backend.synchronous ? this.#ask(action) : null),
    };
  }

  #ask<T>(action: () => T | PromiseLike<T>): T | null | PromiseLike<T | null> {
    if (this.#paused) return null;
    if (this.#owed.size === 0) return this.#attempt(action, true);
    const settled = this.#settle();
    const proceed = () => (this.#paused || this.#owed.size > 0 ? null : this.#attempt(action, true));
    return isThenable(settled) ? settled.then(proceed) : proceed();
  }

  get #paused(): boolean {
    return performance.now() < this.#pausedUntil;
  }

  /** A step that lets counters go up; without a synchronous form it goes on in the background. */
  increment(counters: Iterable<string>): Step {
    const perform = (): unknown => {
      const call = ++this.#calls;
      for (const counter of counters) this.#owed.set(counter, call);
      return this.#settle();
    };
    return {
      perform,
      performSync: () => {
        perform();
      },
    };
  }

  /** Lets all that is owed go up. @returns a promise, which never fails, where the cache is asynchronous */
  #settle(): undefined | Promise<undefined> {
    if (this.#paused) {
      this.#retryLater();
      return undefined;
    }
    const owed = [...this.#owed];
    const done = this.#attempt(() => {
      const counts = owed.map(([counter]) => this.backend.incr(counter));
      return counts.some(isThenable) ? Promise.all(counts) : counts;
    }, false);
    const forget = (counts: unknown): undefined => {
      if (counts === null) this.#retryLater();
      // what was asked for again in the meantime is still owed
      else for (const [counter, call] of owed) if (this.#owed.get(counter) === call) this.#owed.delete(counter);
      return undefined;
    };
    return isThenable(done) ? Promise.resolve(done).then(forget) : forget(done);
  }

  #retryLater(): void {
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#settle();
    }, PAUSE_MS);
    // a process that has nothing else to do may end
    this.#retry.unref();
  }

  #attempt<T>(action: () => T | PromiseLike<T>, reading: boolean): T | null | PromiseLike<T | null> {
    try {
      const result = action();
      if (isThenable(result))
        return result.then(
          (value) => this.#succeeded(value as T),
          (error: unknown) => this.#failed(error, reading),
        );
      return this.#succeeded(result);
    } catch (error) {
      return this.#failed(error, reading);
    }
  }

  #succeeded<T>(value: T): T {
    if (this.#failing) {
      this.#failing = false;
      log("dorm.cache", "info", `The cache "${this.#name}" answers again.`);
    }
    return value;
  }

  #failed(error: unknown, reading: boolean): null {
    // a write is committed by now, and must not look as if it were not
    if (reading && error instanceof ImproperlyConfigured) throw error;
    this.#pausedUntil = performance.now() + PAUSE_MS;
    if (!this.#failing) {
      this.#failing = true;
      log("dorm.cache", "warning", `The cache "${this.#name}" fails; queries go to the database until it answers again.`, error);
    }
    return null;
  }
}

const guards = new WeakMap<CacheBackend, GuardedCache>();

/** The guard of a cache: one for all who use it. */
export function guarded(backend: CacheBackend, name: string): GuardedCache {
  let guard = guards.get(backend);
  if (guard === undefined) {
    guard = new GuardedCache(backend, name);
    guards.set(backend, guard);
  }
  return guard;
}
