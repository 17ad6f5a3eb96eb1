import { atomicFlow } from "../engine/atomic.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { DeletionResult } from "../models/query-port.js";
import { instanceAlias, writeAlias } from "./alias.js";
import { Collector, canDeleteAtOnce, keysOnly } from "./collector.js";
import { executeDelete } from "./delete-statement.js";
import { fetchAll } from "./fetch.js";
import { requireWritable } from "./inserts.js";
import { baseState } from "./root-state.js";
import type { QuerySetState } from "./state.js";
import { filterStep, loadAllStep, orderStep, selectRelatedStep } from "./steps.js";
import { isOfOneTable } from "./updates.js";

/**
 * Deletes the rows of a query, and what goes with them by `onDelete`.
 *
 * @param origin - the queryset, for receivers
 * @returns how many rows went, in all and by model; `[0, {}]` for none
 * @throws ProtectedError, RestrictedError before anything changed
 */
export function* deleteRows(state: QuerySetState, origin: unknown): Flow<DeletionResult> {
  const { meta, query } = state;
  requireWritable(meta);
  if (query.combination) throw new QueryError("delete() is not possible after a combination. Call it on the parts.");
  if (query.columns !== null) throw new QueryError("delete() cannot follow values(): its rows are no instances.");
  if (query.distinctOn.length > 0) throw new QueryError("delete() cannot follow distinct() with fields.");
  const alias = writeAlias(state);
  if ((meta.keyFields.length === 1 || isOfOneTable(query)) && canDeleteAtOnce(meta))
    return counted(meta.label, yield* executeDelete(state, alias));
  const collector = new Collector(alias, origin);
  const result = yield* atomicFlow(alias, function* () {
    // without values() a query gives instances
    const instances = (yield* fetchAll(plainRows({ ...state, using: alias }))) as ModelCore[];
    yield* collector.collect(instances, meta);
    return yield* collector.run();
  });
  for (const instance of collector.deleted()) forgetRow(instance);
  return result;
}

/** The rows without what is of no use to a deletion. */
function plainRows(state: QuerySetState): QuerySetState {
  let plain: QuerySetState = { ...state, prefetches: [], known: null };
  if (plain.query.selectRelated) plain = { ...plain, ...selectRelatedStep(plain, null) };
  if (plain.query.mask) plain = { ...plain, ...loadAllStep(plain) };
  if (!plain.query.isSliced) plain = { ...plain, ...orderStep(plain, []) };
  return keysOnly(plain);
}

/**
 * Deletes the row of an instance, and what goes with it by `onDelete`. The instance has no key afterwards, so that
 * saving it makes a new row.
 *
 * @throws QueryError for an instance without a key
 */
export function* deleteInstance(instance: ModelCore, options: { readonly using?: string }): Flow<DeletionResult> {
  const meta = metaOfInstance(instance);
  requireWritable(meta);
  if (instance.pk === null) throw new QueryError(`delete(): the ${meta.label} is not saved, so there is no row to delete.`);
  const alias = instanceAlias(instance, "write", options.using ?? null);
  let result: DeletionResult;
  if (canDeleteAtOnce(meta)) {
    const base: QuerySetState = { ...baseState(meta), using: alias };
    result = counted(meta.label, yield* executeDelete({ ...base, ...filterStep(base, [{ pk: instance.pk }], false) }, alias));
    forgetRow(instance);
    return result;
  }
  const collector = new Collector(alias, instance);
  result = yield* atomicFlow(alias, function* () {
    yield* collector.collect([instance], meta);
    return yield* collector.run();
  });
  for (const deleted of collector.deleted()) forgetRow(deleted);
  return result;
}

function counted(label: string, rows: number): DeletionResult {
  return [rows, rows === 0 ? {} : { [label]: rows }];
}

function forgetRow(instance: ModelCore): void {
  const values = attributesOf(instance);
  for (const field of metaOfInstance(instance).keyFields) values[field.attname] = null;
  stateOf(instance).adding = true;
}
