import { DataError } from "../../errors.js";
import type { ColumnStorage } from "../../sql/codec.js";
import type { Dialect } from "../../sql/dialect.js";
import { ddlLiteral } from "../ddl-literal.js";
import { explainAmong } from "../explain.js";
import { quoteWithDoubleQuotes } from "../quoting.js";
import { codecFor } from "./codecs.js";
import { mysqlExpansions } from "./date-functions.js";
import { mysqlFunctions, mysqlMatches } from "./functions.js";
import { mariadbSchema, mysqlSchema } from "./schema.js";
import { unsupportedAggregates } from "./unsupported.js";

const INTEGERS = new Set(["smallint", "integer", "bigint"]);

/** The types of CAST are not those of columns, which JSON_TABLE takes. */
const LIST_TYPES: Readonly<Record<string, string>> = { SIGNED: "BIGINT", CHAR: "LONGTEXT" };

/** MySQL; sessions have ANSI_QUOTES, PIPES_AS_CONCAT and NO_BACKSLASH_ESCAPES in their mode. */
export const mysqlDialect: Dialect = {
  vendor: "mysql",
  features: {
    returning: false,
    updateReturning: false,
    distinctOn: false,
    rowLocks: true,
    rowLocksOf: true,
    listParameters: false,
    parenthesizedSetOperands: true,
    groupByPrimaryKey: true,
    maxParameters: 65_535,
    updateFromValues: false,
    onConflict: false,
    transactionalDdl: false,
    alterConstraints: true,
    aggregateFilter: false,
    nullsSortFirst: true,
    integerDivision: true,
    tupleIn: true,
    nullsOrder: false,
    freeSubqueries: false,
    numberedPlaceholders: false,
    unlimited: "18446744073709551615",
  },
  schema: mysqlSchema,
  functions: mysqlFunctions,
  expansions: mysqlExpansions,
  matches: mysqlMatches,
  aggregates: unsupportedAggregates,
  codec: codecFor,
  quoteIdentifier: quoteWithDoubleQuotes,
  placeholder: () => "?",
  // A placeholder takes the type of what is bound, which for decimals is text.
  castParameter: (placeholder, type) => (type.startsWith("DECIMAL") ? `CAST(${placeholder} AS ${type})` : placeholder),
  inList: (left, placeholder, type) =>
    `${left} IN (SELECT value FROM JSON_TABLE(${placeholder}, '$[*]' COLUMNS (value ${LIST_TYPES[type] ?? type} PATH '$')) AS listed)`,
  encodeList: (items) => `[${items.map(jsonItem).join(",")}]`,
  cast: (operand, { storage }) => `CAST(${operand} AS ${castTypeOf(storage)})`,
  comparable: (node) => node,
  arithmetic(operator, left, right, output) {
    switch (operator) {
      case "/":
        // The plain operator gives decimals.
        return `(${left} ${output !== null && INTEGERS.has(output.storage.kind) ? "DIV" : "/"} ${right})`;
      case "^":
        return `POW(${left}, ${right})`;
      case "#":
        return `CAST((${left} ^ ${right}) AS SIGNED)`;
      case "&":
      case "|":
      case "<<":
      case ">>":
        // The result is unsigned here.
        return `CAST((${left} ${operator} ${right}) AS SIGNED)`;
      default:
        return `(${left} ${operator} ${right})`;
    }
  },
  defaultValues: "() VALUES ()",
  // Which unique columns are meant cannot be said; a row that is set to what it is stays as it is.
  onConflict({ update, countUp, anyColumn }) {
    const set = [...update.map((column) => `${column} = VALUES(${column})`), ...countUp.map((column) => `${column} = ${column} + 1`)];
    return `ON DUPLICATE KEY UPDATE ${set.length === 0 ? `${anyColumn} = ${anyColumn}` : set.join(", ")}`;
  },
  encodeUntyped(value) {
    if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    return "toDecimalPlaces" in value ? String(value) : JSON.stringify(value);
  },
  explain: explainAmong("MySQL", "mysql", { text: "EXPLAIN", json: "EXPLAIN FORMAT=JSON", "text analyze": "EXPLAIN ANALYZE" }),
  literal: ddlLiteral({ true: "1", false: "0", bytes: (digits) => `X'${digits}'` }),
};

/** MariaDB from 10.6, which gives back what it inserted. */
export const mariadbDialect: Dialect = {
  ...mysqlDialect,
  vendor: "mariadb",
  features: { ...mysqlDialect.features, returning: true, rowLocksOf: false },
  schema: mariadbSchema,
  explain: explainAmong("MariaDB", "mariadb", {
    text: "EXPLAIN",
    json: "EXPLAIN FORMAT=JSON",
    "text analyze": "ANALYZE",
    "json analyze": "ANALYZE FORMAT=JSON",
  }),
};

/** What a user casts to keeps its length and its places. */
function castTypeOf(storage: ColumnStorage): string | null {
  const { columnType, castType } = codecFor(storage);
  if (storage.kind === "varchar" && storage.maxLength !== undefined) return `CHAR(${storage.maxLength})`;
  return storage.kind === "decimal" ? columnType : castType;
}

function jsonItem(item: unknown): string {
  if (typeof item === "bigint") return item.toString();
  if (item instanceof Uint8Array)
    throw new DataError('A long list of binary values cannot be compared with "in" on MariaDB and MySQL; use at most 32.');
  return JSON.stringify(item);
}
