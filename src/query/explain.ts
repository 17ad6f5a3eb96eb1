import type { QueryResult } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import type { ExplainRequest } from "../sql/dialect.js";
import { bindParameters } from "../sql/parameters.js";
import { checkOptions } from "../suggestions.js";
import { readAlias } from "./alias.js";
import { planFor } from "./fetch-rows.js";
import { planSelect } from "./plan.js";
import type { QuerySetState } from "./state.js";

const FORMATS = ["text", "json", "yaml", "xml"];

/** What the database says of how it would run the query; with `analyze` it runs it. */
export function* explain(state: QuerySetState, options: Readonly<Record<string, unknown>>): Flow<string> {
  checkOptions("explain()", options, ["format", "analyze", "verbose", "buffers"]);
  const { format = "text", analyze = false, verbose = false, buffers = false } = options;
  if (typeof format !== "string" || !FORMATS.includes(format.toLowerCase()))
    throw new QueryError(`explain(): unknown format "${String(format)}". There are: ${FORMATS.join(", ")}.`);
  const alias = readAlias(state);
  const dialect = dialectFor(alias);
  const plan = planFor(state.shape, dialect, "select", () => planSelect(state.query, dialect));
  if (plan.empty) return "the query can find nothing, so it is not sent";
  const head = dialect.explain({
    // checked above
    format: format.toLowerCase() as ExplainRequest["format"],
    analyze: Boolean(analyze),
    verbose: Boolean(verbose),
    buffers: Boolean(buffers),
  });
  const statement = { sql: `${head} ${plan.statement.sql}`, kind: "other", returnsRows: true, once: true } as const;
  // the value of an execute step is a QueryResult
  const { rows } = (yield execute(alias, statement, bindParameters(plan.binders, state.values))) as QueryResult;
  return rows.map((row) => row.filter((value) => value !== null).join(" ")).join("\n");
}
