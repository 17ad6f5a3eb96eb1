import { QueryError, TransactionManagementError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import { type AtomicOptions, atomicFlow } from "./atomic.js";
import { type Flow, isThenable } from "./flow.js";
import { log } from "./logging.js";
import { call, run, runSync } from "./run.js";
import * as savepoints from "./savepoints.js";
import { openFrame } from "./transaction-callbacks.js";
import type { TransactionFrame } from "./transaction-frame.js";

/** Which database, and how. */
export interface AtomicCallOptions extends AtomicOptions {
  /** The alias; default "default". */
  readonly using?: string;
}

/** Which database. */
export interface UsingOptions {
  /** The alias; default "default". */
  readonly using?: string;
}

function* calling<T>(callback: () => T | PromiseLike<T>): Flow<T> {
  // The runner gives back what the callback gives, awaited.
  return (yield call(callback, "The callback of atomicSync")) as T;
}

const ATOMIC_OPTIONS = ["using", "durable", "isolation", "readOnly", "deferrable", "signal"];

function* atomicCall<T>(callback: () => T | PromiseLike<T>, options: AtomicCallOptions): Flow<T> {
  checkOptions("transaction.atomic()", options, ATOMIC_OPTIONS);
  if (typeof callback !== "function") throw new QueryError(`transaction.atomic() takes a function, not ${String(callback)}.`);
  return yield* atomicFlow(options.using ?? "default", () => calling(callback), options);
}

function atomicAsync<T>(callback: () => T | PromiseLike<T>, options: AtomicCallOptions = {}): Promise<T> {
  return run(atomicCall(callback, options));
}

function atomicSync<T>(callback: () => T, options: AtomicCallOptions = {}): T {
  return runSync(atomicCall(callback, options));
}

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

/** A decorator of methods, for the standard decorators and for TypeScript's older ones. */
export interface MethodDecorator {
  <This, Args extends unknown[], Result>(
    method: Method<This, Args, Promise<Result>>,
    context: ClassMethodDecoratorContext<This, Method<This, Args, Promise<Result>>>,
  ): Method<This, Args, Promise<Result>>;
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

function wrapped(method: Callable, options: AtomicCallOptions): Callable {
  return function (this: unknown, ...args: unknown[]) {
    return atomicAsync(() => method.apply(this, args), options);
  };
}

/** Standard decorators give the method and its context, the older ones the class, the name and the descriptor. */
function decorate(options: AtomicCallOptions, args: readonly unknown[]): unknown {
  const [first, , descriptor] = args;
  // A decorator's first argument is the method itself in the standard form.
  if (typeof first === "function" && descriptor === undefined) return wrapped(first as Callable, options);
  const method: unknown = typeof descriptor === "object" && descriptor !== null ? Reflect.get(descriptor, "value") : undefined;
  if (typeof method !== "function") throw new QueryError("@transaction.atomic.method decorates methods only.");
  // A function is callable with any this.
  return { ...(descriptor as PropertyDescriptor), value: wrapped(method as Callable, options) };
}

interface MethodDecoratorFactory extends MethodDecorator {
  (options: AtomicCallOptions): MethodDecorator;
}

function methodDecorator(...args: unknown[]): unknown {
  const [options] = args;
  if (args.length === 1 && typeof options === "object" && options !== null) {
    // The one argument of the factory's form.
    return (...decorated: unknown[]) => decorate(options as AtomicCallOptions, decorated);
  }
  return decorate({}, args);
}

/** The form of {@link transaction.atomic}. */
export interface Atomic {
  <T>(callback: () => T | PromiseLike<T>, options?: AtomicCallOptions): Promise<T>;
  /**
   * A function whose every call is a transaction.
   *
   * @example const transfer = transaction.atomic.wrap(async (from: number, to: number) => { … })
   */
  wrap<This, Args extends unknown[], T>(
    callback: (this: This, ...args: Args) => T | PromiseLike<T>,
    options?: AtomicCallOptions,
  ): (this: This, ...args: Args) => Promise<T>;
  /** A decorator by which every call of a method is a transaction: `@transaction.atomic.method`, or with options. */
  readonly method: MethodDecoratorFactory;
}

const atomic: Atomic = Object.assign(
  <T>(callback: () => T | PromiseLike<T>, options?: AtomicCallOptions): Promise<T> => atomicAsync(callback, options),
  {
    wrap<This, Args extends unknown[], T>(callback: (this: This, ...args: Args) => T | PromiseLike<T>, options?: AtomicCallOptions) {
      return function (this: This, ...args: Args): Promise<T> {
        return atomicAsync(() => callback.apply(this, args), options);
      };
    },
    // It tells the three forms of a decorator apart by what it is called with.
    method: methodDecorator as MethodDecoratorFactory,
  },
);

function onCommit(callback: () => unknown, options: UsingOptions = {}): void {
  const frame = openFrame(options.using ?? "default");
  const description = "The callback of onCommit";
  if (frame !== null) {
    frame.checkUsable();
    frame.commitCallbacks.push({ ...call(callback, description), description });
    return;
  }
  const failed = (error: unknown) => log("dorm.transaction", "error", `${description} failed`, error);
  try {
    const result = callback();
    if (isThenable(result)) result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

function onRollback(callback: () => unknown, options: UsingOptions = {}): void {
  const frame = openFrame(options.using ?? "default");
  if (frame === null) return;
  frame.checkUsable();
  const description = "The callback of onRollback";
  frame.rollbackCallbacks.push({ ...call(callback, description), description });
}

function requireFrame(what: string, using: string): TransactionFrame {
  const frame = openFrame(using);
  if (frame !== null) return frame;
  throw new TransactionManagementError(`${what} needs a transaction on "${using}": call it inside transaction.atomic().`, {
    code: "no_transaction",
    alias: using,
  });
}

function setRollback(rollback: boolean, options: UsingOptions = {}): void {
  requireFrame("setRollback()", options.using ?? "default").rollbackOnly = rollback;
}

function getRollback(options: UsingOptions = {}): boolean {
  return requireFrame("getRollback()", options.using ?? "default").rollbackOnly;
}

function isOpen(options: UsingOptions = {}): boolean {
  return openFrame(options.using ?? "default") !== null;
}

/**
 * Transactions.
 *
 * @example
 * await transaction.atomic(async () => {
 *   await Author.objects.filter({ name: "Ursula" }).update({ age: 89 });
 *   transaction.onCommit(() => console.log("saved"));
 * }); // → saved
 */
export const transaction = {
  /**
   * Runs a callback inside a transaction: committed when it returns, rolled back when it throws or its promise is
   * rejected. Inside another one on the same alias it is a savepoint. Queries of the callback take part by themselves.
   *
   * @param callback - what belongs together; what it gives is awaited inside
   * @param options - `using`, `durable`, `isolation`, `readOnly`, `deferrable`, `signal`
   * @returns a promise of what the callback gives
   * @example
   * const outcome = transaction.atomic(async () => {
   *   await Author.objects.all().delete();
   *   throw new Error("on second thoughts");
   * });
   * await outcome.catch((error: Error) => console.log(error.message)); // → on second thoughts
   * console.log(await Author.objects.count()); // → 2
   */
  atomic,
  /**
   * Runs a synchronous callback inside a transaction: `atomic` without waiting.
   *
   * @param callback - what belongs together; a promise is refused
   * @returns what the callback gives
   * @throws SyncUnavailableError where the database has no synchronous form; what the callback throws
   * @example console.log(transaction.atomicSync(() => Author.objects.countSync())); // → 2
   */
  atomicSync,
  /**
   * Calls a function after the commit of the outermost block; at once where no transaction is open. It is dropped when
   * its block is rolled back. Asynchronous blocks await its promise; what it throws is logged.
   *
   * @param callback - what to do
   * @example
   * await transaction.atomic(async () => {
   *   transaction.onCommit(() => console.log("committed"));
   *   console.log("written");
   * });
   * // → written
   * // → committed
   */
  onCommit,
  /**
   * Calls a function when its block, or one around it, is rolled back; never where no transaction is open.
   *
   * @param callback - what to do
   * @example
   * const failed = transaction.atomic(async () => {
   *   transaction.onRollback(() => console.log("rolled back"));
   *   throw new Error("no");
   * });
   * await failed.catch((error: Error) => console.log(error.message));
   * // → rolled back
   * // → no
   */
  onRollback,
  /**
   * Decides that the innermost block is rolled back although its callback returns.
   *
   * @param rollback - false takes it back
   * @throws TransactionManagementError outside of a transaction
   * @example
   * await transaction.atomic(async () => {
   *   await Author.objects.all().delete();
   *   transaction.setRollback(true);
   * });
   * console.log(await Author.objects.count()); // → 2
   */
  setRollback,
  /**
   * Whether the innermost block will be rolled back.
   *
   * @throws TransactionManagementError outside of a transaction
   */
  getRollback,
  /**
   * Whether a transaction is open on the alias in the code that runs now.
   *
   * @example console.log(transaction.isOpen(), await transaction.atomic(async () => transaction.isOpen())); // → false true
   */
  isOpen,
  /**
   * Marks a place in the transaction to which it can go back.
   *
   * @returns its name, for `savepointCommit` and `savepointRollback`
   * @throws TransactionManagementError outside of a transaction
   * @example
   * await transaction.atomic(async () => {
   *   const place = await transaction.savepoint();
   *   await Job.objects.all().delete();
   *   await transaction.savepointRollback(place);
   * });
   * console.log(await Job.objects.count()); // → 3
   */
  savepoint: (options: UsingOptions = {}): Promise<string> =>
    run(savepoints.create(requireFrame("savepoint()", options.using ?? "default"))),
  /** As `savepoint`, without waiting. */
  savepointSync: (options: UsingOptions = {}): string =>
    runSync(savepoints.create(requireFrame("savepoint()", options.using ?? "default"))),
  /** Forgets a savepoint and keeps what came after it. @throws QueryError when it is none of this block's */
  savepointCommit: (name: string, options: UsingOptions = {}): Promise<void> =>
    run(savepoints.commit(requireFrame("savepointCommit()", options.using ?? "default"), name)),
  /** As `savepointCommit`, without waiting. */
  savepointCommitSync: (name: string, options: UsingOptions = {}): void =>
    runSync(savepoints.commit(requireFrame("savepointCommit()", options.using ?? "default"), name)),
  /** Undoes what came after a savepoint, and forgets it. @throws QueryError when it is none of this block's */
  savepointRollback: (name: string, options: UsingOptions = {}): Promise<void> =>
    run(savepoints.rollBack(requireFrame("savepointRollback()", options.using ?? "default"), name)),
  /** As `savepointRollback`, without waiting. */
  savepointRollbackSync: (name: string, options: UsingOptions = {}): void =>
    runSync(savepoints.rollBack(requireFrame("savepointRollback()", options.using ?? "default"), name)),
};
