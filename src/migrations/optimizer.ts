import { independent } from "./operations/footprints.js";
import type { Operation } from "./operations/operation.js";

/**
 * Joins operations that can be one: what is made and deleted again vanishes, what is made and changed is made as it is to
 * be. Nothing is moved across an operation that depends on it, or that may depend on anything (RunSQL, RunCode).
 *
 * @param operations - in their order
 * @param app - whose they are
 * @returns operations that do the same, joined as far as they can be
 * @example
 * const operations = [CreateModel("Reader", { name: CharField({ maxLength: 50 }) }), AddField("Reader", "age", IntegerField())];
 * console.log(optimize(operations, "library").map((operation) => operation.describe())); // → [ 'Create model Reader' ]
 */
export function optimize(operations: readonly Operation[], app: string): readonly Operation[] {
  let current = operations;
  for (;;) {
    const next = joinOnce(current, app);
    if (next === null) return current;
    current = next;
  }
}

/** The operations with the first two that can be joined made one; null where there are none. */
function joinOnce(operations: readonly Operation[], app: string): readonly Operation[] | null {
  const passes = (moved: Operation, across: readonly Operation[]): boolean =>
    across.every((other) => independent(other.footprint(app), moved.footprint(app)));
  for (const [first, operation] of operations.entries()) {
    for (const [offset, later] of operations.slice(first + 1).entries()) {
      const second = first + 1 + offset;
      const joined = operation.reduce(later, app);
      if (joined === null) continue;
      const between = operations.slice(first + 1, second);
      const [before, after] = [operations.slice(0, first), operations.slice(second + 1)];
      if (passes(later, between)) return [...before, ...joined, ...between, ...after];
      if (passes(operation, between)) return [...before, ...between, ...joined, ...after];
    }
  }
  return null;
}
