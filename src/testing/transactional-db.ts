import { run } from "../engine/run.js";
import { QueryError } from "../errors.js";
import { aliasesOf, closeSandbox, openSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
import { findHooks, type TestHooks } from "./test-hooks.js";

/** Where the transaction is, and whose hooks open it. */
export interface TransactionalDbOptions extends SandboxOptions {
  /** The runner's hooks, where dorm does not find them by itself. */
  readonly hooks?: TestHooks;
}

/** One sandbox at a time, for the tests of a suite. */
export class SuiteSandbox {
  readonly #options: SandboxOptions;
  #entered: Promise<Sandbox> | null = null;

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  async enter(): Promise<void> {
    if (this.#entered !== null) {
      throw new QueryError(
        `Another test has its transaction open on "${aliasesOf(this.#options).join('", "')}": tests that run at the same time in one process cannot share a database. Run them one after the other, or in files of their own.`,
      );
    }
    this.#entered = run(openSandbox(this.#options));
    try {
      await this.#entered;
    } catch (error) {
      this.#entered = null;
      throw error;
    }
  }

  async leave(): Promise<void> {
    const sandbox = await this.#entered;
    this.#entered = null;
    if (sandbox !== null) await run(closeSandbox(sandbox, this.#options));
  }
}

/**
 * Puts a transaction around each test of this file, or of this suite when called inside `describe`, and rolls it back
 * after the test, hooks included. Everything that uses the alias meanwhile joins it, in both colours: the test, its hooks, a
 * server that was started before. `atomic` blocks inside are savepoints, `onCommit` callbacks are dropped (see
 * `captureOnCommitCallbacks`), and foreign keys are checked before the end as a commit would do. Django's `TestCase`.
 *
 * @param options - `using`, one alias or several; `checkConstraints`; `hooks`
 * @example
 * transactionalDb();
 * it("creates", async () => {
 *   await Tag.objects.create({ name: "new" });
 *   expect(await Tag.objects.count()).toBe(4);
 * });
 * it("finds the rows of before", async () => {
 *   expect(await Tag.objects.count()).toBe(3);
 * });
 */
export function transactionalDb(options: TransactionalDbOptions = {}): void {
  const { aroundEach, beforeEach, afterEach } = findHooks(options.hooks);
  const suite = new SuiteSandbox(options);
  if (aroundEach === undefined) {
    beforeEach(() => suite.enter());
    afterEach(() => suite.leave());
    return;
  }
  aroundEach(async (runTest) => {
    await suite.enter();
    try {
      await runTest();
    } finally {
      await suite.leave();
    }
  });
}
