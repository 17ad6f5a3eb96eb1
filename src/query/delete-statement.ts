import type { QueryResult } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { bindParameters } from "../sql/parameters.js";
import { planFor } from "./fetch-rows.js";
import { renderStatement } from "./plan.js";
import { findsNothing } from "./simplify.js";
import type { QuerySetState } from "./state.js";
import { restriction } from "./updates.js";

/** One DELETE of the rows of a query, and nothing else. @returns how many there were */
export function* executeDelete(state: QuerySetState, alias: string): Flow<number> {
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, "delete", () => {
    const { statement, binders, timeZone } = renderStatement(dialect, "delete", false, (renderer) => {
      const where = restriction(state.query);
      return `DELETE FROM ${renderer.from(state.query.root)}${where ? ` WHERE ${renderer.node(where)}` : ""}`;
    });
    return { statement, binders, empty: findsNothing(state.query), hydrate: () => [], decode: (row) => row, extra: [], timeZone };
  });
  if (plan.empty) return 0;
  const options = state.signal && { signal: state.signal };
  // the value of an execute step is a QueryResult
  const { rowCount } = (yield execute(alias, plan.statement, bindParameters(plan.binders, state.values), options)) as QueryResult;
  const noted = rowCount > 0 ? noteWrite(state.meta, alias) : null;
  if (noted !== null) yield noted;
  return rowCount;
}
