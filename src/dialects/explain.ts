import { NotSupportedError } from "../errors.js";
import type { Dialect, ExplainRequest } from "../sql/dialect.js";

/**
 * EXPLAIN of a database that says less than PostgreSQL.
 *
 * @param title - the database's name, for the message
 * @param statements - what is written for each combination that there is: the format, with `analyze` behind it where the query is run
 */
export function explainAmong(
  title: string,
  vendor: string,
  statements: Readonly<Partial<Record<`${ExplainRequest["format"]}${"" | " analyze"}`, string>>>,
): Dialect["explain"] {
  return ({ format, analyze, verbose, buffers }) => {
    const statement = statements[analyze ? (`${format} analyze` as const) : format];
    if (statement !== undefined && !verbose && !buffers) return statement;
    throw new NotSupportedError(`explain(): ${title} has ${Object.keys(statements).join(", ")} only, without verbose and buffers.`, {
      vendor,
    });
  };
}
