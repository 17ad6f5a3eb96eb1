import { ImproperlyConfigured } from "../errors.js";

type Hook = (callback: () => Promise<void>) => unknown;

/** What a test runner offers to run code around tests. */
export interface TestHooks {
  /** Registers what runs before each test. */
  readonly beforeEach: Hook;
  /** Registers what runs after each test. */
  readonly afterEach: Hook;
  /** vitest from 4.1 on: around the hooks of a test too. */
  readonly aroundEach?: (callback: (runTest: () => Promise<void>) => Promise<void>) => unknown;
  /** Once before the tests of a suite: `before` in node:test. */
  readonly beforeAll?: Hook;
  /** Registers what runs after the last test. */
  readonly afterAll?: Hook;
}

function isHooks(value: unknown): value is TestHooks {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "beforeEach") === "function" &&
    typeof Reflect.get(value, "afterEach") === "function"
  );
}

/**
 * The hooks of the runner that runs now: those given, vitest's, those that a runner puts on the global object (Jest, Mocha,
 * Bun, vitest with `globals`), else those of node:test. Found, not imported, so that no runner is a dependency.
 *
 * @param given - the `hooks` option
 */
export function findHooks(given: TestHooks | undefined): TestHooks {
  if (given !== undefined) {
    if (isHooks(given)) return given;
    throw new ImproperlyConfigured(
      "hooks must have beforeEach and afterEach, as in transactionalDb({ hooks: { beforeEach, afterEach } }).",
    );
  }
  // vitest keeps its module here for import.meta.vitest
  for (const found of [Reflect.get(globalThis, "__vitest_index__"), globalThis]) if (isHooks(found)) return found;
  const { before, after, beforeEach, afterEach } = process.getBuiltinModule("node:test");
  return { beforeEach, afterEach, beforeAll: before, afterAll: after };
}
