import type { FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { surround } from "../like-pattern.js";
import { call } from "../quoting.js";
import { dateFunctions } from "./date-functions.js";
import { unsupportedFunctions, unsupportedMatches } from "./unsupported.js";

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
  ...unsupportedMatches,
};

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;

const sha =
  (bits: number): FunctionTemplate =>
  ([text = ""]) =>
    `SHA2(${text}, ${bits})`;

export const mysqlFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  CONCAT: (args) => `CONCAT(${args.map((arg) => `COALESCE(${arg}, '')`).join(", ")})`,
  LENGTH: call("CHAR_LENGTH"),
  STRINDEX: call("INSTR"),
  CHR: ([code = ""]) => `CONVERT(CHAR(${code} USING utf32) USING utf8mb4)`,
  ORD: ([text = ""]) => `ORD(CONVERT(${text} USING utf32))`,
  SHA224: sha(224),
  SHA256: sha(256),
  SHA384: sha(384),
  SHA512: sha(512),
  COLLATE: ([text = ""], { options }, dialect) => `(${text} COLLATE ${dialect.quoteIdentifier(String(options?.collation))})`,

  // Doubles are rounded to even.
  ROUND: ([number = ""], { options }) => `ROUND(CAST(${number} AS DECIMAL(65, 30)), ${Number(options?.precision ?? 0)})`,
  RANDOM: call("RAND"),
  RANDOM_FRACTION: call("RAND"),
  decimal_division: ([left = "", right = ""]) => `(${left} / ${right})`,
  fraction_modulo: ([left = "", right = ""]) => `(${left} % ${right})`,

  ...dateFunctions,
  ...unsupportedFunctions,
};
