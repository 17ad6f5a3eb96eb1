import type { AggregateTemplate, FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { surround } from "../sqlite/functions.js";

const like: MatchTemplate = (left, right) => `${left}::text LIKE ${right}`;
const likeUpper: MatchTemplate = (left, right) => `UPPER(${left}::text) LIKE UPPER(${right})`;

export const postgresqlMatches: Readonly<Record<string, MatchTemplate>> = {
  iexact: (left, right) => `UPPER(${left}::text) LIKE UPPER(${right})`,
  contains: like,
  icontains: likeUpper,
  startswith: like,
  istartswith: likeUpper,
  endswith: like,
  iendswith: likeUpper,
  regex: (left, right) => `${left}::text ~ ${right}`,
  iregex: (left, right) => `${left}::text ~* ${right}`,
};

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, E'\\\\', E'\\\\\\\\'), '%', E'\\\\%'), '_', E'\\\\_')`;

export const postgresqlFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  CONCAT: (args) => `CONCAT(${args.map((arg) => `(${arg})::text`).join(", ")})`,
  NOW: () => "STATEMENT_TIMESTAMP()",
};

export const postgresqlAggregates: Readonly<Record<string, AggregateTemplate>> = {};
