export { overrideSettings } from "../engine/settings.js";
export { assertMaxQueries, assertNumQueries, type QueryAssertion } from "./assert-queries.js";
export { type CaptureOptions, captureQueries } from "./capture-queries.js";
export { type CaptureCallbacksOptions, captureOnCommitCallbacks } from "./on-commit-callbacks.js";
export { rolledBack, rolledBackSync, type SandboxOptions } from "./sandbox.js";
export { setUpTestData } from "./set-up-test-data.js";
export type { TestHooks } from "./test-hooks.js";
export { type TransactionalDbOptions, transactionalDb } from "./transactional-db.js";
