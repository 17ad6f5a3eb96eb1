import { DataError } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import { memoizeCodec } from "../memoize-codec.js";
import { onConflict } from "../on-conflict.js";
import { quoteText, quoteWithDoubleQuotes } from "../quoting.js";
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
    onConflict: true,
    transactionalDdl: true,
    alterConstraints: true,
    aggregateFilter: true,
    nullsSortFirst: false,
    integerDivision: true,
    tupleIn: true,
    nullsOrder: true,
    freeSubqueries: true,
    unlimited: null,
  },
  schema: postgresqlSchema,
  functions: postgresqlFunctions,
  expansions: {},
  comparable: (node) => node,
  matches: postgresqlMatches,
  aggregates: postgresqlAggregates,
  codec: memoizeCodec(codecFor),
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
  literal(value) {
    if (value === null) return "NULL";
    switch (typeof value) {
      case "string":
        if (value.includes("\0")) throw new DataError("PostgreSQL holds no text with a NUL character.");
        return quoteText(value);
      case "number":
      case "bigint":
        return String(value);
      case "boolean":
        return value ? "true" : "false";
      default:
        if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString("hex")}'`;
        throw new DataError(`A ${typeof value} cannot stand in a DDL statement.`);
    }
  },
};
