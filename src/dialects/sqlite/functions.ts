import type { FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { surround } from "../like-pattern.js";
import { call } from "../quoting.js";
import { unsupportedFunctions, unsupportedMatches } from "./unsupported.js";

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
  ...unsupportedMatches,
};

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')`;

const coalesce: FunctionTemplate = (args) => (args.length === 1 ? args.join() : `COALESCE(${args.join(", ")})`);

/** Arguments stand once each and in their order here, as placeholders have no numbers; anything else is an expansion. */
export const sqliteFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  COALESCE: coalesce,
  NOW: () => "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')",
  RANDOM_FRACTION: () => "dorm_random()",

  CONCAT: (args) => `(${args.map((arg) => `COALESCE(${arg}, '')`).join(" || ")})`,
  LEFT: ([text = "", length = ""]) => `SUBSTR(${text}, 1, ${length})`,
  STRINDEX: call("INSTR"),
  CHR: call("CHAR"),
  ORD: call("UNICODE"),
  LPAD: call("dorm_lpad"),
  RPAD: call("dorm_rpad"),
  REPEAT: call("dorm_repeat"),
  REVERSE: call("dorm_reverse"),
  MD5: call("dorm_md5"),
  SHA1: call("dorm_sha1"),
  SHA224: call("dorm_sha224"),
  SHA256: call("dorm_sha256"),
  SHA384: call("dorm_sha384"),
  SHA512: call("dorm_sha512"),
  COLLATE: ([text = ""], { options }, dialect) => `${text} COLLATE ${dialect.quoteIdentifier(String(options?.collation))}`,

  ROUND: ([number = ""], { options }) => roundTo(number, Number(options?.precision ?? 0)),
  COT: call("dorm_cot"),

  decimal_division: ([left = "", right = ""]) => `(CAST(${left} AS REAL) / ${right})`,
  fraction_modulo: call("MOD"),

  ...unsupportedFunctions,
};

/** SQLite's ROUND knows no places before the point. */
function roundTo(number: string, precision: number): string {
  if (precision >= 0) return `ROUND(${number}, ${precision})`;
  const unit = `1${"0".repeat(-precision)}`;
  return `(ROUND(${number} / ${unit}.0) * ${unit})`;
}
