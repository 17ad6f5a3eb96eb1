import type { Dialect } from "../../sql/dialect.js";
import { ddlLiteral } from "../ddl-literal.js";
import { onConflict } from "../on-conflict.js";
import { quoteWithDoubleQuotes } from "../quoting.js";
import { postgresqlAggregates } from "./aggregates.js";
import { encodeArrayText } from "./array-text.js";
import { codecFor } from "./codecs.js";
import { postgresqlFunctions } from "./functions.js";
import { postgresqlMatches } from "./matches.js";
import { postgresqlSchema } from "./schema.js";

export const postgresqlDialect: Dialect = {
  vendor: "postgresql",
  features: {
    returning: true,
    updateReturning: true,
    distinctOn: true,
    rowLocks: true,
    rowLocksOf: true,
    listParameters: true,
    parenthesizedSetOperands: true,
    groupByPrimaryKey: true,
    maxParameters: 65_535,
    updateFromValues: true,
    onConflict: true,
    transactionalDdl: true,
    alterConstraints: true,
    aggregateFilter: true,
    nullsSortFirst: false,
    integerDivision: true,
    tupleIn: true,
    nullsOrder: true,
    freeSubqueries: true,
    numberedPlaceholders: true,
    unlimited: null,
  },
  schema: postgresqlSchema,
  functions: postgresqlFunctions,
  expansions: {},
  comparable: (node) => node,
  matches: postgresqlMatches,
  aggregates: postgresqlAggregates,
  codec: codecFor,
  quoteIdentifier: quoteWithDoubleQuotes,
  placeholder: (position) => `$${position}`,
  castParameter: (placeholder, type) => `${placeholder}::${type}`,
  inList: (left, placeholder, elementType) => `${left} = ANY(${placeholder}::${elementType}[])`,
  encodeList: (items) => encodeArrayText(items),
  cast: (operand, _target, type) => `(${operand})::${type}`,
  arithmetic(operator, left, right) {
    return `(${left} ${operator} ${right})`;
  },
  defaultValues: "DEFAULT VALUES",
  onConflict,
  encodeUntyped(value) {
    if (value === null || typeof value === "string") return value;
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
    if (typeof value === "object" && !("toDecimalPlaces" in value)) return JSON.stringify(value);
    return String(value);
  },
  explain({ format, analyze, verbose, buffers }) {
    const options = [analyze && "ANALYZE", verbose && "VERBOSE", buffers && "BUFFERS"].filter((option) => option !== false);
    return `EXPLAIN (${[`FORMAT ${format.toUpperCase()}`, ...options].join(", ")})`;
  },
  literal: ddlLiteral({ true: "true", false: "false", bytes: (digits) => `'\\x${digits}'` }),
};
