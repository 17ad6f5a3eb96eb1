import type { FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { surround } from "../like-pattern.js";
import { call } from "../quoting.js";

/* Sessions take a backslash for a character like any other, and `||` for joining texts. */

/** The collation decides whatever that of the column is. */
const like: MatchTemplate = (left, right) => `${left} LIKE ${right} COLLATE utf8mb4_bin ESCAPE '\\'`;
const likeUpper: MatchTemplate = (left, right) => `UPPER(${left}) LIKE UPPER(${right}) COLLATE utf8mb4_bin ESCAPE '\\'`;

export const mysqlMatches: Readonly<Record<string, MatchTemplate>> = {
  iexact: likeUpper,
  contains: like,
  icontains: likeUpper,
  startswith: like,
  istartswith: likeUpper,
  endswith: like,
  iendswith: likeUpper,
  regex: (left, right) => `${left} REGEXP CONCAT('(?-i)', ${right})`,
  iregex: (left, right) => `${left} REGEXP CONCAT('(?i)', ${right})`,
};

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;

export const mysqlFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  CONCAT: (args) => `CONCAT(${args.map((arg) => `COALESCE(${arg}, '')`).join(", ")})`,
  LENGTH: call("CHAR_LENGTH"),
  // As in a transaction on PostgreSQL: when the statement began.
  NOW: () => "NOW(3)",
};
