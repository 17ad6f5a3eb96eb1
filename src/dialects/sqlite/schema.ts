import type { SchemaDialect } from "../../sql/schema-dialect.js";
import { quoteText, quoteWithDoubleQuotes } from "../quoting.js";

const list = (texts: readonly string[]): string => texts.map(quoteText).join(", ");

export const sqliteSchema: SchemaDialect = {
  autoKey: "NOT NULL PRIMARY KEY AUTOINCREMENT",
  indexMethods: false,
  concurrentIndexes: false,
  deferrableUnique: false,
  deferrableForeignKeys: true,
  partialIndexes: true,
  expressionIndexes: true,
  nullsNotDistinct: false,
  exclusionConstraints: false,
  serverObjects: false,
  generatedNotNull: true,
  comments: false,
  dropTogether: null,
  extensions: {},
  tablesAmong: (names) =>
    `SELECT wanted.column1, 1 FROM (VALUES ${names.map((name) => `(${quoteText(name)})`).join(", ")}) AS wanted WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = wanted.column1 COLLATE NOCASE)`,
  referencesTo: (names) =>
    `SELECT child.name, reference."table" FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS reference WHERE child.type = 'table' AND reference."table" COLLATE NOCASE IN (${list(names)}) AND child.name COLLATE NOCASE NOT IN (${list(names)}) ORDER BY 1, 2`,
  missingTypesAmong: null,
  virtualColumns: null,
  checkConstraints: "PRAGMA foreign_key_check",
  deferConstraints: "PRAGMA defer_foreign_keys = ON",
  emptyTables: (tables, numbered) => [
    ...tables.map((table) => `DELETE FROM ${quoteWithDoubleQuotes(table)}`),
    // the table is there as soon as one table numbers its rows
    ...(numbered.length === 0 ? [] : [`DELETE FROM sqlite_sequence WHERE name IN (${list(numbered)})`]),
  ],
  // the tables behind a virtual one go with it, so that it comes first
  dropAll: `SELECT 'DROP ' || type || ' IF EXISTS "' || replace(name, '"', '""') || '"' FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC, sql NOT LIKE 'CREATE VIRTUAL%'`,
  continueNumbering: null,
  migrationLock: null,
};
