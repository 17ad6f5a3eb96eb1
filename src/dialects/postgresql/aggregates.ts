import type { AggregateTemplate } from "../../sql/dialect.js";
import { outputOf } from "../../sql/nodes.js";
import { quoteText } from "../quoting.js";

function withinGroup(name: string): AggregateTemplate {
  return ({ args, filter }, { options }) => `${name}(${options?.fraction ?? ""}) WITHIN GROUP (ORDER BY ${args.join(", ")})${filter}`;
}

const TEXTS: ReadonlySet<string> = new Set(["varchar", "text", "citext"]);

/** Aggregates whose SQL is not their name over their arguments. */
export const postgresqlAggregates: Readonly<Record<string, AggregateTemplate>> = {
  STRING_AGG: ({ args, distinct, order, filter }, { args: nodes, options }) => {
    const [text = "", delimiter = quoteText(String(options?.delimiter))] = args;
    // beside DISTINCT the order must be that of the argument as it stands, so a text is not cast
    const [argument] = nodes;
    const isText = argument !== undefined && TEXTS.has(outputOf(argument)?.storage.kind ?? "text");
    return `STRING_AGG(${distinct}${text}${isText ? "" : "::text"}, ${delimiter}${order})${filter}`;
  },
  MODE: withinGroup("MODE"),
  PERCENTILE_CONT: withinGroup("PERCENTILE_CONT"),
  PERCENTILE_DISC: withinGroup("PERCENTILE_DISC"),
};
