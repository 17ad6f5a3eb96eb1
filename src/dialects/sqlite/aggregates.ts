import type { AggregateParts, AggregateTemplate } from "../../sql/dialect.js";
import { quoteText } from "../quoting.js";
import { unsupportedAggregates } from "./unsupported.js";

function called(name: string): AggregateTemplate {
  return ({ args, distinct, order, filter }) => `${name}(${distinct}${args.join(", ")}${order})${filter}`;
}

/** GROUP_CONCAT takes no separator beside DISTINCT; then the values go through a JSON list. */
function joined({ args, distinct, order, filter }: AggregateParts, delimiter: unknown): string {
  if (distinct === "") {
    const separator = typeof delimiter === "string" ? [quoteText(delimiter)] : [];
    return `GROUP_CONCAT(${[...args, ...separator].join(", ")}${order})${filter}`;
  }
  const [value = "", separator = quoteText(String(delimiter))] = args;
  return `dorm_join(JSON_GROUP_ARRAY(DISTINCT ${value}${order})${filter}, ${separator})`;
}

export const sqliteAggregates: Readonly<Record<string, AggregateTemplate>> = {
  STDDEV_POP: called("dorm_stddev_pop"),
  STDDEV_SAMP: called("dorm_stddev_samp"),
  VAR_POP: called("dorm_var_pop"),
  VAR_SAMP: called("dorm_var_samp"),
  BOOL_AND: called("MIN"),
  BOOL_OR: called("MAX"),
  STRING_AGG: (parts, { options }) => joined(parts, options?.delimiter),
  ...unsupportedAggregates,
};
