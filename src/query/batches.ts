import { atomicFlow } from "../engine/atomic.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { writeAlias } from "./alias.js";
import { checkBatchSize, DEFAULT_BATCH } from "./bulk-create.js";
import { deleteRows } from "./deletion.js";
import { fetchAll } from "./fetch.js";
import { requireWritable } from "./inserts.js";
import type { QuerySetState } from "./state.js";
import { filterStep, orderStep, selectRelatedStep, sliceStep, valuesStep } from "./steps.js";
import { update } from "./writing.js";

interface BatchOptions {
  readonly batchSize?: number;
}

/**
 * Goes through the rows of a query by their key, a batch in each transaction, so that no lock is held for long and what
 * is done stays done when a later batch fails.
 */
function* eachBatch(state: QuerySetState, method: string, options: BatchOptions, act: (rows: QuerySetState) => Flow<number>): Flow<number> {
  const { meta, query } = state;
  requireWritable(meta);
  checkBatchSize(options.batchSize, method);
  const key = meta.singleKey(`${method}()`);
  if (query.isSliced) throw new QueryError(`${method}() cannot follow a slice: its batches are slices of their own.`);
  if (query.combination || query.columns !== null)
    throw new QueryError(`${method}() cannot follow ${query.combination ? "a combination" : "values()"}.`);
  const alias = writeAlias(state);
  const size = options.batchSize ?? DEFAULT_BATCH;
  const whole: QuerySetState = { ...state, ...selectRelatedStep(state, null), using: alias, prefetches: [] };
  const ordered: QuerySetState = { ...whole, ...orderStep(whole, [key.name]) };
  let last: unknown = null;
  let total = 0;
  for (;;) {
    const rest: QuerySetState = last === null ? ordered : { ...ordered, ...filterStep(ordered, [{ [`${key.name}__gt`]: last }], false) };
    const limited = { ...rest, ...sliceStep(rest, 0, size) };
    const keysOnly = { ...limited, ...valuesStep(limited, [key.name], "flat") };
    const done = yield* atomicFlow(alias, function* (): Flow<boolean> {
      const found = yield* fetchAll(keysOnly);
      last = found.at(-1);
      // a row that is reached by several joined ones comes several times
      const keys = [...new Set(found)];
      if (keys.length > 0) total += yield* act({ ...whole, ...filterStep(whole, [{ [`${key.name}__in`]: keys }], false) });
      return found.length < size;
    });
    if (done) return total;
  }
}

/** As `update`, in batches with a transaction each. @returns the number of rows */
export function* updateBatched(state: QuerySetState, changes: Readonly<Record<string, unknown>>, options: BatchOptions = {}): Flow<number> {
  return yield* eachBatch(state, "updateBatched", options, (rows) => update(rows, changes));
}

/** As `delete`, in batches with a transaction each. @returns the number of rows, those that went along included */
export function* deleteBatched(state: QuerySetState, options: BatchOptions, origin: unknown): Flow<number> {
  return yield* eachBatch(state, "deleteBatched", options, function* (rows): Flow<number> {
    const [count] = yield* deleteRows(rows, origin);
    return count;
  });
}
