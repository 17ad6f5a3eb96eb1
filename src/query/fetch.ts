import type { Row } from "../drivers/driver.js";
import { dialectFor, type FlowStream, stream } from "../engine/execute.js";
import { type Flow, ready } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { QueryError } from "../errors.js";
import { isInstance, stateOf } from "../models/core.js";
import { bindParameters } from "../sql/parameters.js";
import type { CacheOptions } from "../types/cache.js";
import { readAlias } from "./alias.js";
import { fetchRows, planFor, requireTransaction } from "./fetch-rows.js";
import { planSelect } from "./plan.js";
import { prefetchInto } from "./prefetch.js";
import type { QuerySetState } from "./state.js";

/**
 * The rows of a query as the caller wants them, with what it prefetches.
 *
 * @param cache - of the rows and of what is prefetched, where the query is read as its user wrote it
 */
export function* fetchAll(state: QuerySetState, cache: CacheOptions | null = null): Flow<unknown[]> {
  const alias = readAlias(state);
  const { plan, rows } = yield* fetchRows(state, alias, cache);
  const result = plan.hydrate(rows, { alias, fetchMode: state.fetchMode ?? settings.fetchMode });
  yield* finishRows(state, result, alias, cache);
  return result;
}

/** What rows get once they are there: the object that they were asked from, and what is prefetched. */
export function* finishRows(state: QuerySetState, rows: readonly unknown[], alias: string, cache: CacheOptions | null = null): Flow<void> {
  if (state.known !== null) linkKnown(rows, state.known);
  if (state.prefetches.length > 0 && state.query.shape.kind === "instances")
    yield* prefetchInto(rows, state.prefetches, state.meta, alias, cache);
}

/** The rows of a related manager know the object that they were asked from. */
function linkKnown(rows: readonly unknown[], { name, instance }: NonNullable<QuerySetState["known"]>): void {
  for (const row of rows) if (isInstance(row)) stateOf(row).setRelation(name, instance);
}

/** A cursor over a query, in portions. */
export interface RowPortions {
  next(): Flow<unknown[] | null>;
  close(): Flow<void>;
}

const NO_PORTIONS: RowPortions = { next: () => ready(null), close: () => ready(undefined) };

export function* openPortions(state: QuerySetState, chunkSize: number): Flow<RowPortions> {
  if (!Number.isInteger(chunkSize) || chunkSize < 1)
    throw new QueryError(`iterator({ chunkSize: ${chunkSize} }): the size is a whole number from 1 up.`);
  const alias = readAlias(state);
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, "select", () => planSelect(state.query, dialect));
  const origin = { alias, fetchMode: state.fetchMode ?? settings.fetchMode };
  if (plan.empty) return NO_PORTIONS;
  requireTransaction(state, alias, dialect);
  // the value of a stream step is a FlowStream
  const opened = (yield stream(
    alias,
    plan.statement,
    bindParameters(plan.binders, state.values),
    chunkSize,
    state.signal && { signal: state.signal },
  )) as FlowStream;
  return {
    *next() {
      // the value of next() is a portion of rows or null
      const rows = (yield opened.next()) as Row[] | null;
      if (rows === null) return null;
      const result = plan.hydrate(rows, origin);
      if (state.prefetches.length > 0) yield* prefetchInto(result, state.prefetches, state.meta, alias);
      return result;
    },
    *close() {
      yield opened.close();
    },
  };
}
