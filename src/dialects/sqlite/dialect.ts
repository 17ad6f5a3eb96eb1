import { DataError } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import { ddlLiteral } from "../ddl-literal.js";
import { explainAmong } from "../explain.js";
import { onConflict } from "../on-conflict.js";
import { quoteWithDoubleQuotes } from "../quoting.js";
import { sqliteAggregates } from "./aggregates.js";
import { castTo } from "./cast.js";
import { codecFor } from "./codecs.js";
import { comparable, sqliteExpansions } from "./expansions.js";
import { sqliteFunctions, sqliteMatches } from "./functions.js";
import { sqliteSchema } from "./schema.js";

/** SQLite, and what is built on it. */
export const sqliteDialect: Dialect = {
  vendor: "sqlite",
  features: {
    returning: true,
    updateReturning: true,
    distinctOn: false,
    rowLocks: false,
    rowLocksOf: false,
    listParameters: false,
    parenthesizedSetOperands: false,
    groupByPrimaryKey: true,
    maxParameters: 32_766,
    updateFromValues: true,
    onConflict: true,
    transactionalDdl: true,
    alterConstraints: false,
    aggregateFilter: true,
    nullsSortFirst: true,
    integerDivision: true,
    tupleIn: true,
    nullsOrder: true,
    freeSubqueries: true,
    numberedPlaceholders: false,
    unlimited: "-1",
  },
  schema: sqliteSchema,
  functions: sqliteFunctions,
  expansions: sqliteExpansions,
  matches: sqliteMatches,
  aggregates: sqliteAggregates,
  codec: codecFor,
  quoteIdentifier: quoteWithDoubleQuotes,
  placeholder: () => "?",
  castParameter: (placeholder) => placeholder,
  inList: (left, placeholder) => `${left} IN (SELECT value FROM json_each(${placeholder}))`,
  encodeList: (items) => `[${items.map(jsonItem).join(",")}]`,
  cast: castTo,
  comparable,
  arithmetic(operator, left, right) {
    switch (operator) {
      case "^":
        return `POWER(${left}, ${right})`;
      case "#":
        return `dorm_bitxor(${left}, ${right})`;
      case "%":
        return `(${left} % ${right})`;
      default:
        return `(${left} ${operator} ${right})`;
    }
  },
  defaultValues: "DEFAULT VALUES",
  onConflict,
  encodeUntyped(value) {
    if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
    if (typeof value === "boolean") return value ? 1n : 0n;
    if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
    if (value === null || typeof value === "string" || typeof value === "bigint" || value instanceof Uint8Array) return value;
    if (hasDecimalText(value)) return value.toString();
    return JSON.stringify(value);
  },
  explain: explainAmong("SQLite", "sqlite", { text: "EXPLAIN QUERY PLAN" }),
  literal: ddlLiteral({ true: "1", false: "0", bytes: (digits) => `X'${digits}'` }),
};

function jsonItem(item: unknown): string {
  if (typeof item === "bigint") return item.toString();
  if (item instanceof Uint8Array)
    throw new DataError('A long list of binary values cannot be compared with "in" on SQLite; use at most 32.');
  return JSON.stringify(item);
}

function hasDecimalText(value: unknown): value is { toString(): string } {
  return typeof value === "object" && value !== null && "toDecimalPlaces" in value;
}
