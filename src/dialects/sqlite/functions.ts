import type { AggregateTemplate, FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { call } from "../quoting.js";

const like: MatchTemplate = (left, right) => `${left} LIKE ${right} ESCAPE '\\'`;

/** LIKE ignores the case of ASCII letters here, with and without the `i`. */
export const sqliteMatches: Readonly<Record<string, MatchTemplate>> = {
  iexact: like,
  contains: like,
  icontains: like,
  startswith: like,
  istartswith: like,
  endswith: like,
  iendswith: like,
  regex: (left, right) => `${left} REGEXP ${right}`,
  iregex: (left, right) => `${left} REGEXP '(?i)' || ${right}`,
};

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;

export const sqliteFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  CONCAT: (args) => `(${args.map((arg) => `COALESCE(${arg}, '')`).join(" || ")})`,
  NOW: () => "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')",
  GREATEST: call("MAX"),
  LEAST: call("MIN"),
};

/** A pattern out of a column: `%` where the lookup leaves the ends open. */
export function surround(lookup: string, text: string): string {
  const before = lookup.endsWith("contains") || lookup.endsWith("endswith") ? "'%' || " : "";
  const after = lookup.endsWith("contains") || lookup.endsWith("startswith") ? " || '%'" : "";
  return before === "" && after === "" ? text : `(${before}${text}${after})`;
}

export const sqliteAggregates: Readonly<Record<string, AggregateTemplate>> = {};
