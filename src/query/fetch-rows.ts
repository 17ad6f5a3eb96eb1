import type { Row } from "../drivers/driver.js";
import { databaseFor, dialectFor, execute, rowsOf } from "../engine/execute.js";
import type { Flow, Step } from "../engine/flow.js";
import { currentScope } from "../engine/scope.js";
import { frameFor } from "../engine/transaction-frame.js";
import { TransactionManagementError } from "../errors.js";
import { currentTimeZone } from "../fields/time-zone.js";
import type { Dialect } from "../sql/dialect.js";
import { bindParameters } from "../sql/parameters.js";
import type { CacheOptions } from "../types/cache.js";
import { readAlias } from "./alias.js";
import { cachedRows, cachedShape } from "./cached-rows.js";
import { type Plan, planSelect } from "./plan.js";
import type { Shape } from "./shape.js";
import type { QuerySetState } from "./state.js";

/** The plan of a structure for one purpose, made on first use. */
export function planFor(shape: Shape, dialect: Dialect, purpose: string, make: () => Plan): Plan {
  let key = purpose === "select" ? dialect.vendor : `${dialect.vendor}:${purpose}`;
  let plan = shape.plans.get(key);
  if (plan !== undefined && plan.timeZone !== null && plan.timeZone !== currentTimeZone()) {
    key = `${key}@${currentTimeZone()}`;
    plan = shape.plans.get(key);
  }
  if (plan === undefined) {
    plan = make();
    shape.plans.set(key, plan);
  }
  return plan;
}

/**
 * A lock lasts until the end of the transaction; outside of one it would be gone before anybody could rely on it.
 *
 * @throws TransactionManagementError for `selectForUpdate()` outside a transaction
 */
export function requireTransaction({ query, meta }: QuerySetState, alias: string, dialect: Dialect): void {
  if (!query.lock || !dialect.features.rowLocks || frameFor(currentScope(), databaseFor(alias)) !== null) return;
  throw new TransactionManagementError(
    `selectForUpdate() of ${meta.label} needs a transaction on "${alias}", at whose end the lock is released: run the query inside transaction.atomic().`,
    { code: "lock_outside_transaction", alias },
  );
}

/**
 * The rows of a query as the driver gave them, with the plan that reads them.
 *
 * @param cache - whence they may come, and whither they go; null: from the database in any case
 */
export function* fetchRows(
  state: QuerySetState,
  alias = readAlias(state),
  cache: CacheOptions | null = null,
): Flow<{ readonly plan: Plan; readonly rows: Row[] }> {
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, "select", () => planSelect(state.query, dialect));
  if (plan.empty) return { plan, rows: [] };
  requireTransaction(state, alias, dialect);
  const cached = cache && cachedShape(state.query, plan, dialect, alias, cache);
  if (cached !== null) return { plan, rows: yield* cachedRows(cached, state.values, () => executed(plan, state, alias)) };
  return { plan, rows: rowsOf(yield statementOf(plan, state, alias)) };
}

function statementOf(plan: Plan, state: QuerySetState, alias: string): Step {
  return execute(alias, plan.statement, bindParameters(plan.binders, state.values), state.signal && { signal: state.signal });
}

function* executed(plan: Plan, state: QuerySetState, alias: string): Flow<Row[]> {
  return rowsOf(yield statementOf(plan, state, alias));
}
