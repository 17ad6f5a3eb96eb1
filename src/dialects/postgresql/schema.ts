import type { SchemaDialect } from "../../sql/schema-dialect.js";
import { quoteText, quoteWithDoubleQuotes } from "../quoting.js";

const list = (texts: readonly string[]): string => texts.map(quoteText).join(", ");

export const postgresqlSchema: SchemaDialect = {
  autoKey: "NOT NULL PRIMARY KEY",
  indexMethods: true,
  concurrentIndexes: true,
  deferrableUnique: true,
  deferrableForeignKeys: true,
  partialIndexes: true,
  expressionIndexes: true,
  nullsNotDistinct: true,
  exclusionConstraints: true,
  serverObjects: true,
  generatedNotNull: true,
  comments: true,
  dropTogether: "DROP TABLE",
  extensions: { citext: "citext", hstore: "hstore" },
  // a table of another schema on the search path can be referred to, and does not stand in the way of a new one
  tablesAmong: (names) =>
    `SELECT relation.relname, MAX(CASE WHEN space.nspname = current_schema() THEN 1 ELSE 0 END) FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relation.relnamespace WHERE relation.relname IN (${list(names)}) AND relation.relkind IN ('r', 'p', 'v', 'm', 'f') AND space.nspname = ANY(current_schemas(false)) GROUP BY 1`,
  referencesTo: (names) =>
    `SELECT DISTINCT child.relname, parent.relname FROM pg_constraint AS reference JOIN pg_class AS child ON child.oid = reference.conrelid JOIN pg_class AS parent ON parent.oid = reference.confrelid WHERE reference.contype = 'f' AND pg_table_is_visible(parent.oid) AND parent.relname IN (${list(names)}) AND NOT (pg_table_is_visible(child.oid) AND child.relname IN (${list(names)})) ORDER BY 1, 2`,
  missingTypesAmong: (types) =>
    `SELECT wanted.name FROM (VALUES ${types.map((type) => `(${quoteText(type)})`).join(", ")}) AS wanted (name) WHERE to_regtype(wanted.name) IS NULL`,
  virtualColumns: "SELECT 1 WHERE current_setting('server_version_num')::integer >= 180000",
  checkConstraints: "SET CONSTRAINTS ALL IMMEDIATE",
  deferConstraints: "SET CONSTRAINTS ALL DEFERRED",
  emptyTables: (tables) => [`TRUNCATE ${tables.map(quoteWithDoubleQuotes).join(", ")} RESTART IDENTITY`],
  dropAll:
    "SELECT format(action, current_schema()) FROM (VALUES (1, 'DROP SCHEMA %I CASCADE'), (2, 'CREATE SCHEMA %I')) AS steps (step, action) ORDER BY step",
  continueNumbering: (table, column) =>
    `SELECT setval(pg_get_serial_sequence(${quoteText(quoteWithDoubleQuotes(table))}, ${quoteText(column)}), COALESCE(MAX(${quoteWithDoubleQuotes(column)}), 1), MAX(${quoteWithDoubleQuotes(column)}) IS NOT NULL) FROM ${quoteWithDoubleQuotes(table)}`,
  // any number does, as long as it is always the same
  migrationLock: { tryToTake: "SELECT pg_try_advisory_lock(4830193172)", giveBack: "SELECT pg_advisory_unlock(4830193172)" },
};
