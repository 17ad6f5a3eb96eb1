import type { QueryResult } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { isInstance, metaOfInstance } from "../models/core.js";
import { doesNotExist, multipleObjectsReturned } from "../models/row-errors.js";
import { isUniqueColumn } from "../models/unique-columns.js";
import type { Node } from "../sql/nodes.js";
import { bindParameters } from "../sql/parameters.js";
import { aggregateQuery, countQuery } from "./aggregation.js";
import { readAlias } from "./alias.js";
import type { Expression } from "./expression.js";
import { onlyExistence } from "./expressions/subqueries.js";
import { fetchAll } from "./fetch.js";
import { planFor } from "./fetch-rows.js";
import { planSelect } from "./plan.js";
import type { Query } from "./query.js";
import type { Slots } from "./shape.js";
import { type QuerySetState, takeStep } from "./state.js";
import { filterStep, orderStep, requireExpression, reverseStep, sliceStep } from "./steps.js";

/** The first column of the only row of a query that is derived from another, or undefined. */
function* fetchDerived(state: QuerySetState, purpose: string, derive: (query: Query) => Query): Flow<unknown> {
  const alias = readAlias(state);
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, purpose, () => planSelect(derive(state.query), dialect));
  if (plan.empty) return undefined;
  // the value of an execute step is a QueryResult
  const result = (yield execute(
    alias,
    plan.statement,
    bindParameters(plan.binders, state.values),
    state.signal && { signal: state.signal },
  )) as QueryResult;
  const [row] = result.rows;
  return row === undefined ? undefined : plan.decode(row)[0];
}

export function* count(state: QuerySetState): Flow<number> {
  return Number((yield* fetchDerived(state, "count", countQuery)) ?? 0);
}

export function* exists(state: QuerySetState): Flow<boolean> {
  const limited = state.query.isSliced ? state : { ...state, ...sliceStep(state, 0, 1) };
  return (yield* fetchDerived(limited, "exists", onlyExistence)) !== undefined;
}

export function* get(state: QuerySetState, conditions: readonly unknown[]): Flow<unknown> {
  return requireRow(state, yield* getRows(state, conditions));
}

/** @throws the model's DoesNotExist or MultipleObjectsReturned for anything but one row */
export function requireRow(state: QuerySetState, found: readonly unknown[]): unknown {
  if (found.length > 0) return onlyRow(state, found);
  throw doesNotExist(state.meta, `No ${state.meta.label} matches the query.`);
}

export function* getOrNone(state: QuerySetState, conditions: readonly unknown[]): Flow<unknown> {
  const found = yield* getRows(state, conditions);
  return found.length === 0 ? null : onlyRow(state, found);
}

function onlyRow({ meta }: QuerySetState, found: readonly unknown[]): unknown {
  if (found.length === 1) return found[0];
  throw multipleObjectsReturned(
    meta,
    `get() found more than one ${meta.label}; it must find exactly one. Narrow the conditions, or use filter().`,
  );
}

/** Two rows are enough to see that there is more than one. */
function* getRows(state: QuerySetState, conditions: readonly unknown[]): Flow<unknown[]> {
  let narrowed: QuerySetState = conditions.length > 0 ? { ...state, ...filterStep(state, conditions, false) } : state;
  if (!narrowed.query.isSliced && !narrowed.query.combination) {
    const step = takeStep(
      narrowed,
      ".get",
      () => {},
      (query) => {
        query.order = query.distinctOn.length > 0 ? query.order : [];
        query.limit = { kind: "raw", parts: ["2"], output: null };
        query.sliced = true;
      },
    );
    narrowed = { ...narrowed, ...step };
  }
  return yield* fetchAll(narrowed);
}

/** Ordered by what the query says, else by the model, else by the key. */
function ordered(state: QuerySetState): QuerySetState {
  const { query, meta } = state;
  if (query.order !== null ? query.order.length > 0 : (meta.options.ordering?.length ?? 0) > 0 && query.groupBy === null) return state;
  if (query.groupBy !== null && query.groupBy !== "all")
    throw new QueryError("first() and last() of grouped rows need an order: call orderBy() with what they are grouped by.");
  return {
    ...state,
    ...orderStep(
      state,
      meta.keyFields.map((field) => field.name),
    ),
  };
}

/** @param read - the rows, where they were read in an order already */
export function* first(state: QuerySetState, read: readonly unknown[] | null): Flow<unknown> {
  if (read !== null) return read[0] ?? null;
  if (state.query.isSliced) return (yield* fetchAll({ ...state, ...sliceStep(state, 0, 1) }))[0] ?? null;
  const sorted = ordered(state);
  return (yield* fetchAll({ ...sorted, ...sliceStep(sorted, 0, 1) }))[0] ?? null;
}

export function* last(state: QuerySetState): Flow<unknown> {
  if (state.query.isSliced)
    throw new QueryError("last() cannot follow a slice: the end of a slice is not the end in SQL. Await it and take the last row.");
  const sorted = ordered(state);
  const turned: QuerySetState = { ...sorted, ...reverseStep(sorted) };
  return (yield* fetchAll({ ...turned, ...sliceStep(turned, 0, 1) }))[0] ?? null;
}

/** The first row by the given fields, or by the model's getLatestBy. */
function* extreme(state: QuerySetState, fields: readonly string[], method: "earliest" | "latest"): Flow<unknown> {
  const { getLatestBy } = state.meta.options;
  const names = fields.length > 0 ? fields : getLatestBy === undefined ? [] : typeof getLatestBy === "string" ? [getLatestBy] : getLatestBy;
  if (names.length === 0) throw new QueryError(`${method}() needs fields, or getLatestBy in the options of ${state.meta.label}.`);
  if (state.query.isSliced) throw new QueryError(`${method}() cannot follow a slice.`);
  let sorted: QuerySetState = { ...state, ...orderStep(state, names) };
  if (method === "latest") sorted = { ...sorted, ...reverseStep(sorted) };
  const [found] = yield* fetchAll({ ...sorted, ...sliceStep(sorted, 0, 1) });
  if (found !== undefined) return found;
  throw doesNotExist(state.meta, `No ${state.meta.label} matches the query.`);
}

export function* earliest(state: QuerySetState, fields: readonly string[]): Flow<unknown> {
  return yield* extreme(state, fields, "earliest");
}
export function* latest(state: QuerySetState, fields: readonly string[]): Flow<unknown> {
  return yield* extreme(state, fields, "latest");
}

/** @param read - the rows, where they were read already */
export function* contains(state: QuerySetState, object: unknown, read: readonly unknown[] | null): Flow<boolean> {
  if (!isInstance(object)) throw new QueryError("contains() takes an instance.");
  if (state.query.columns !== null) throw new QueryError("contains() cannot follow values(): its rows are no instances.");
  if (metaOfInstance(object) !== state.meta) return false;
  if (object.pk === null) throw new QueryError(`contains(): the ${state.meta.label} is not saved.`);
  if (read !== null || state.query.isSliced || state.query.combination) {
    const rows = read ?? (yield* fetchAll(state));
    return rows.some((row) => object.equals(row));
  }
  return yield* exists({ ...state, ...filterStep(state, [{ pk: object.pk }], false) });
}

/** Names come from the keys, or from the expression where it is given alone. */
function namedExpressions(given: readonly unknown[]): Record<string, Expression> {
  const named: Record<string, Expression> = {};
  for (const each of given) {
    if (typeof each === "object" && each !== null && "defaultAlias" in each) {
      const expression = requireExpression(each, "aggregate");
      if (expression.defaultAlias === null)
        throw new QueryError("aggregate(): give this expression a name, as in aggregate({ total: … }).");
      named[expression.defaultAlias] = expression;
    } else
      for (const [name, expression] of Object.entries(each as Record<string, unknown>))
        named[name] = requireExpression(expression, `aggregate({ ${name} })`);
  }
  return named;
}

export function* aggregate(state: QuerySetState, given: readonly unknown[]): Flow<Record<string, unknown>> {
  const expressions = namedExpressions(given);
  const names = Object.keys(expressions);
  if (names.length === 0) return {};
  const step = takeStep(
    state,
    ".aggregate",
    (print) => {
      for (const [name, expression] of Object.entries(expressions)) {
        print.token(`=${name}`);
        expression.fingerprint(print);
      }
    },
    (query, slots: Slots) => {
      const result = aggregateQuery(query, expressions, slots);
      // the step's own query takes over what was derived from it
      Object.assign(query, result);
    },
  );
  const aggregated: QuerySetState = { ...state, ...step, prefetches: [] };
  const rows = yield* fetchAll(aggregated);
  const [row] = rows as Record<string, unknown>[];
  return row ?? emptyAggregates(aggregated, names);
}

/** What aggregates give where no SQL was sent as there can be no rows: nothing, and COUNT zero, and defaults. */
function emptyAggregates({ query, values }: QuerySetState, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, overNothing(query.columns?.get(name), values)]));
}

function overNothing(node: Node | undefined, values: readonly unknown[]): unknown {
  switch (node?.kind) {
    case "aggregate":
      return node.emptyValue;
    case "parameter":
      return node.prepare ? node.prepare(values[node.slot]) : values[node.slot];
    case "constant":
      return node.value;
    case "call":
      return node.name === "COALESCE" ? (node.args.map((arg) => overNothing(arg, values)).find((value) => value !== null) ?? null) : null;
    default:
      return null;
  }
}

/** Rows by their key, or by another unique field. */
export function* inBulk(state: QuerySetState, keys: Iterable<unknown> | undefined, fieldName: string): Flow<Map<unknown, unknown>> {
  const { meta, query } = state;
  if (query.isSliced) throw new QueryError("inBulk() cannot follow a slice.");
  if (query.columns !== null) throw new QueryError("inBulk() cannot follow values(): its rows are no instances.");
  const field = fieldName === "pk" ? meta.singleKey("inBulk()") : meta.column(fieldName);
  const unique = isUniqueColumn(meta, field) || (query.distinctOn.length === 1 && query.distinctOn[0] === fieldName);
  if (!unique) throw new QueryError(`inBulk(): ${field.label} is not unique, so its rows cannot be told apart.`);
  const list = keys === undefined ? null : [...keys];
  if (list?.length === 0) return new Map();
  const rows = yield* fetchAll(list === null ? state : { ...state, ...filterStep(state, [{ [`${field.name}__in`]: list }], false) });
  const byKey = new Map<unknown, unknown>();
  for (const row of rows) byKey.set((row as Record<string, unknown>)[field.attname], row);
  return byKey;
}
