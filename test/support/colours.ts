import { transaction } from "../../src/index.js";

type Rows<T> = AsyncIterable<T> & Iterable<T> & PromiseLike<readonly T[]>;

/** One of the two ways to call what has both: a test body written with it, and with `await`, runs in either. */
export interface Colour {
  /** `target.name(…)`, or `target.nameSync(…)`; the caller says what it gives. */
  call<Value>(target: object, name: string, ...args: readonly unknown[]): Value | Promise<Value>;
  /** The rows of a queryset, awaited or iterated. */
  rows<T>(queryset: Rows<T>): readonly T[] | PromiseLike<readonly T[]>;
  /** One step after the other in an atomic block; one that fails ends it. */
  atomic(...steps: readonly (() => unknown)[]): unknown;
}

function method(target: object, name: string): (...args: unknown[]) => unknown {
  const found: unknown = Reflect.get(target, name);
  if (typeof found !== "function") throw new Error(`There is no ${name}().`);
  return (...args) => Reflect.apply(found, target, args) as unknown;
}

export const asynchronous: Colour = {
  // The caller says what the method gives.
  call: <Value>(target: object, name: string, ...args: readonly unknown[]) => method(target, name)(...args) as Promise<Value>,
  rows: (queryset) => queryset,
  atomic: (...steps) =>
    transaction.atomic(async () => {
      for (const step of steps) await step();
    }),
};

export const synchronous: Colour = {
  // The caller says what the method gives.
  call: <Value>(target: object, name: string, ...args: readonly unknown[]) => method(target, `${name}Sync`)(...args) as Value,
  rows: (queryset) => [...queryset],
  atomic: (...steps) =>
    transaction.atomicSync(() => {
      for (const step of steps) step();
    }),
};
