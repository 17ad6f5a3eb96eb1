import type { QueryResult } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import type { DeletionResult } from "../models/query-port.js";
import { bindParameters } from "../sql/renderer.js";
import { planFor } from "./fetch-rows.js";
import { requireWritable } from "./inserts.js";
import { renderStatement } from "./plan.js";
import { findsNothing } from "./simplify.js";
import type { QuerySetState } from "./state.js";
import { restriction } from "./updates.js";
import { writeAlias } from "./writing.js";

/** Deletes the rows of a query. */
export function* deleteRows(state: QuerySetState): Flow<DeletionResult> {
  requireWritable(state.meta);
  const alias = writeAlias(state);
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, "delete", () => {
    const { statement, binders } = renderStatement(dialect, "delete", false, (renderer) => {
      const where = restriction(state.query);
      return `DELETE FROM ${renderer.from(state.query.root)}${where ? ` WHERE ${renderer.node(where)}` : ""}`;
    });
    return { statement, binders, empty: findsNothing(state.query), hydrate: () => [], decode: (row) => row, extraStart: 0 };
  });
  if (plan.empty) return [0, {}];
  // the value of an execute step is a QueryResult
  const { rowCount } = (yield execute(alias, plan.statement, bindParameters(plan.binders, state.values))) as QueryResult;
  return [rowCount, rowCount === 0 ? {} : { [state.meta.label]: rowCount }];
}
