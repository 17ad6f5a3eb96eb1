import { atomicFlow } from "../engine/atomic.js";
import { dialectFor } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { attributesOf } from "../models/attributes.js";
import { keyText, type ModelCore } from "../models/core.js";
import { writeAlias } from "./alias.js";
import { fetchAll } from "./fetch.js";
import { readingBack, requireWritable } from "./inserts.js";
import { baseState } from "./root-state.js";
import { versionFieldOf } from "./row-version.js";
import type { QuerySetState } from "./state.js";
import { filterStep, lockStep, sliceStep, valuesStep } from "./steps.js";
import { assignedField, runUpdate } from "./updates.js";

/**
 * Takes rows from a queue: the first rows of a query in its order that no other transaction has locked get the values,
 * and nobody else gets those rows. Selecting and updating are one transaction.
 *
 * Where the database locks rows they are selected `FOR UPDATE SKIP LOCKED`; elsewhere there is one writer at a time, so
 * that beginning the transaction is lock enough.
 *
 * @param n - how many rows at most, from 1 up
 * @param patch - values or expressions by field
 * @returns the rows in the order of the query, with the values on them
 * @throws QueryError for what cannot be claimed, before anything is sent
 */
export function* claim(state: QuerySetState, n: number, patch: Readonly<Record<string, unknown>>): Flow<ModelCore[]> {
  const { meta } = state;
  checkClaim(state, n, patch);
  const alias = writeAlias(state);
  const changed = [
    ...new Set([
      ...Object.keys(patch).map((name) => assignedField(state, name)),
      ...meta.fields.filter((field) => field.generated || field === versionFieldOf(meta)),
    ]),
  ];
  const claimed = yield* atomicFlow(alias, function* (): Flow<ModelCore[]> {
    const free = firstFree({ ...state, using: alias }, n, alias);
    const byKey = new Map<string, ModelCore>();
    // without values() a query gives instances; a row that is reached by several joined ones comes several times
    for (const instance of (yield* fetchAll(free)) as ModelCore[]) byKey.set(keyText(instance.pk), instance);
    if (byKey.size === 0) return [];
    const base: QuerySetState = { ...baseState(meta), using: alias };
    const taken = { ...base, ...filterStep(base, [{ pk__in: [...byKey.values()].map(({ pk }) => pk) }], false) };
    yield* writePatch(taken, patch, changed, byKey, alias);
    return [...byKey.values()];
  });
  return claimed;
}

function checkClaim(state: QuerySetState, n: number, patch: Readonly<Record<string, unknown>>): void {
  const { meta, query } = state;
  requireWritable(meta);
  if (!Number.isInteger(n) || n < 1) throw new QueryError(`claim(${String(n)}, …): the number of rows is a whole number from 1 up.`);
  if (typeof patch !== "object" || patch === null || Object.keys(patch).length === 0)
    throw new QueryError('claim(n, patch): name what marks a row as taken, as in claim(10, { status: "running" }).');
  if (query.isSliced) throw new QueryError("claim() cannot follow a slice: its number says how many rows.");
  if (query.combination) throw new QueryError("claim() is not possible after a combination. Call it on the parts.");
  if (query.columns !== null) throw new QueryError("claim() cannot follow values(): it gives instances.");
  if (query.distinct || query.distinctOn.length > 0 || query.groupBy !== null)
    throw new QueryError("claim() cannot follow distinct() or aggregates: their rows are no rows of the table, which could be locked.");
}

/** The rows that no other transaction has. */
function firstFree(state: QuerySetState, n: number, alias: string): QuerySetState {
  const limited: QuerySetState = { ...state, ...sliceStep(state, 0, n) };
  const { rowLocks, rowLocksOf } = dialectFor(alias).features;
  if (!rowLocks) return limited;
  // a queue's rows are taken, not what they refer to; and the side of an outer join cannot be locked
  return { ...limited, ...lockStep(limited, { wait: "skip locked", of: rowLocksOf ? ["self"] : [], strength: "UPDATE" }) };
}

/** Updates the rows and puts what they hold now on their instances. */
function* writePatch(
  taken: QuerySetState,
  patch: Readonly<Record<string, unknown>>,
  changed: readonly FieldDefinition[],
  byKey: ReadonlyMap<string, ModelCore>,
  alias: string,
): Flow<void> {
  const { keyFields } = taken.meta;
  const { returning, decode } = readingBack([...keyFields, ...changed], dialectFor(alias));
  let rows: readonly (readonly unknown[])[];
  if (dialectFor(alias).features.updateReturning) {
    const updated = yield* runUpdate(taken, patch, alias, returning);
    rows = updated.rows.map((row) =>
      row.map((raw, index) => {
        const convert = decode[index];
        return raw === null || !convert ? raw : convert(raw);
      }),
    );
  } else {
    yield* runUpdate(taken, patch, alias);
    const names = returning.map(({ attname }) => attname);
    // "list" gives lists
    rows = (yield* fetchAll({ ...taken, ...valuesStep(taken, names, "list") })) as unknown[][];
  }
  for (const row of rows) {
    const instance = byKey.get(keyText(keyFields.length === 1 ? row[0] : row.slice(0, keyFields.length)));
    if (instance === undefined) continue;
    const values = attributesOf(instance);
    for (const [index, field] of changed.entries()) values[field.attname] = row[keyFields.length + index];
  }
}
