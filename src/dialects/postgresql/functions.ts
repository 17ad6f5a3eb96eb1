import type { FunctionTemplate } from "../../sql/dialect.js";
import { type CallNode, outputOf } from "../../sql/nodes.js";
import { surround } from "../like-pattern.js";
import { call } from "../quoting.js";
import { dateFunctions } from "./date-functions.js";
import { jsonFunctions } from "./json-functions.js";
import { searchFunctions } from "./search-functions.js";

const escaped = (operand: string): string => `REPLACE(REPLACE(REPLACE(${operand}, E'\\\\', E'\\\\\\\\'), '%', E'\\\\%'), '_', E'\\\\_')`;

/** SHA-2 is built in and takes bytes; SHA-1 is pgcrypto's. */
function sha(bits: string): FunctionTemplate {
  return ([text = ""]) => `ENCODE(SHA${bits}(CONVERT_TO(${text}, 'UTF8')), 'hex')`;
}

/** LOG and MOD are there for numeric only. */
function overNumeric(name: string): FunctionTemplate {
  return (args) => `${name}(${args.map((arg) => `(${arg})::numeric`).join(", ")})`;
}

/** Doubles are rounded to even, and not to places: all are rounded as numeric, halves away from zero. */
const round: FunctionTemplate = ([number = ""], { options }) => `ROUND((${number})::numeric, ${Number(options?.precision ?? 0)})`;

/** A name of a collation, perhaps with its schema. */
const collate: FunctionTemplate = ([text = ""], { options }, dialect) =>
  `(${text} COLLATE ${dialect.quoteIdentifier(String(options?.collation))})`;

const RANGE_PARTS: Readonly<Record<string, string>> = {
  startswith: "LOWER",
  endswith: "UPPER",
  isempty: "ISEMPTY",
  lowerInc: "LOWER_INC",
  lowerInf: "LOWER_INF",
  upperInc: "UPPER_INC",
  upperInf: "UPPER_INF",
};

function isFloat(node: CallNode): boolean {
  return node.args.some((arg) => outputOf(arg)?.storage.kind === "float");
}

/** Functions whose SQL is not their name over their arguments. */
export const postgresqlFunctions: Readonly<Record<string, FunctionTemplate>> = {
  pattern: ([operand = ""], { options }) => surround(String(options?.lookup), escaped(operand)),
  RANDOM_FRACTION: () => "RANDOM()",

  // the function of that name is not for computed columns and indexes, as it is not immutable
  CONCAT: (args) => `(${args.map((arg) => `COALESCE((${arg})::text, '')`).join(" || ")})`,
  STRINDEX: call("STRPOS"),
  ORD: call("ASCII"),
  SHA1: ([text = ""]) => `ENCODE(DIGEST(${text}, 'sha1'), 'hex')`,
  SHA224: sha("224"),
  SHA256: sha("256"),
  SHA384: sha("384"),
  SHA512: sha("512"),
  COLLATE: collate,

  ROUND: round,
  LOG: overNumeric("LOG"),
  MOD: overNumeric("MOD"),

  decimal_division: ([left = "", right = ""]) => `(${left} / ${right})`,
  fraction_modulo: (args, node) =>
    isFloat(node) ? `MOD(${args.map((arg) => `(${arg})::numeric`).join(", ")})::double precision` : `(${args.join(" % ")})`,

  array_length: ([array = ""]) => `CASE WHEN ${array} IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH(${array}, 1), 0) END`,
  array_item: ([array = ""], { options }) => `(${array})[${Number(options?.index) + 1}]`,
  array_slice: ([array = ""], { options }) => `(${array})[${Number(options?.start) + 1}:${Number(options?.end)}]`,
  range_part: ([range = ""], { options }) => `${RANGE_PARTS[String(options?.part)]}(${range})`,
  hstore_item: ([hstore = "", key = ""]) => `(${hstore} -> ${key})`,
  hstore_keys: call("AKEYS"),
  hstore_values: call("AVALS"),

  ...dateFunctions,
  ...jsonFunctions,
  ...searchFunctions,
};
