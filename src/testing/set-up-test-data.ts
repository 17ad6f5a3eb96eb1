import { ImproperlyConfigured, QueryError } from "../errors.js";
import { copyTestData } from "./copy-test-data.js";
import { findHooks } from "./test-hooks.js";
import { SuiteSandbox, type TransactionalDbOptions } from "./transactional-db.js";

/**
 * Makes rows once for all tests of a suite, or of a file. They are in a transaction around the suite, and each test is in
 * a savepoint of it, so that what a test changes is undone; each test also gets copies of the objects, so that none sees
 * what another did to them. Django's `setUpTestData`.
 *
 * @param callback - makes the rows and gives them by name
 * @param options - as for `transactionalDb`, which is not needed beside it
 * @returns the objects by name, to be read inside tests and their hooks
 * @throws QueryError when they are read outside of a test
 * @example
 * const data = setUpTestData(async () => ({ tag: await Tag.objects.create({ name: "new" }) }));
 * it("has a name", () => {
 *   expect(data.tag.name).toBe("new");
 * });
 */
export function setUpTestData<Data extends object>(callback: () => Data | PromiseLike<Data>, options: TransactionalDbOptions = {}): Data {
  const hooks = findHooks(options.hooks);
  const { beforeEach, afterEach, beforeAll, afterAll } = hooks;
  if (beforeAll === undefined || afterAll === undefined) {
    throw new ImproperlyConfigured("setUpTestData needs the hooks beforeAll and afterAll too.");
  }
  const suite = new SuiteSandbox(options);
  const test = new SuiteSandbox(options);
  let made: Data | null = null;
  let current: Data | null = null;
  beforeAll(async () => {
    await suite.enter();
    try {
      made = await callback();
    } catch (error) {
      // runners call afterAll too, which has nothing to end then
      await suite.leave().catch(() => undefined);
      throw error;
    }
  });
  afterAll(() => suite.leave());
  beforeEach(async () => {
    await test.enter();
    // copyTestData gives what it is given
    current = copyTestData(made) as Data;
  });
  afterEach(async () => {
    current = null;
    await test.leave();
  });
  return lazily(() => {
    if (current !== null) return current;
    throw new QueryError(
      "What setUpTestData made is there inside tests only: read data.name in the test, not where the suite is declared.",
    );
  });
}

/** An object that is another one at each access. */
function lazily<Data extends object>(target: () => Data): Data {
  // a proxy has the type of what it stands for
  return new Proxy({} as Data, {
    get: (_empty, name) => Reflect.get(target(), name),
    has: (_empty, name) => Reflect.has(target(), name),
    set: (_empty, name, value) => Reflect.set(target(), name, value),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_empty, name) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(target(), name);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}
