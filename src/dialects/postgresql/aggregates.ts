import type { AggregateTemplate } from "../../sql/dialect.js";
import { quoteText } from "../quoting.js";

function withinGroup(name: string): AggregateTemplate {
  return ({ args, filter }, { options }) => `${name}(${options?.fraction ?? ""}) WITHIN GROUP (ORDER BY ${args.join(", ")})${filter}`;
}

/** Aggregates whose SQL is not their name over their arguments. */
export const postgresqlAggregates: Readonly<Record<string, AggregateTemplate>> = {
  STRING_AGG: ({ args, distinct, order, filter }, { options }) => {
    const [text = "", delimiter = quoteText(String(options?.delimiter))] = args;
    return `STRING_AGG(${distinct}${text}::text, ${delimiter}${order})${filter}`;
  },
  MODE: withinGroup("MODE"),
  PERCENTILE_CONT: withinGroup("PERCENTILE_CONT"),
  PERCENTILE_DISC: withinGroup("PERCENTILE_DISC"),
};
