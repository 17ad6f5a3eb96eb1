import type { SchemaDialect } from "../../sql/schema-dialect.js";
import { quoteText, quoteWithDoubleQuotes } from "../quoting.js";

const list = (texts: readonly string[]): string => texts.map(quoteText).join(", ");

/** For tables that refer to each other, and for one statement only. */
const UNCHECKED = "SET STATEMENT foreign_key_checks = 0 FOR";

export const mysqlSchema: SchemaDialect = {
  autoKey: "NOT NULL AUTO_INCREMENT PRIMARY KEY",
  indexMethods: false,
  concurrentIndexes: false,
  deferrableUnique: false,
  deferrableForeignKeys: false,
  partialIndexes: false,
  expressionIndexes: false,
  nullsNotDistinct: false,
  exclusionConstraints: false,
  serverObjects: false,
  generatedNotNull: true,
  comments: false,
  dropTogether: "DROP TABLE",
  extensions: {},
  tablesAmong: (names) =>
    `SELECT table_name, 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (${list(names)})`,
  referencesTo: (names) =>
    `SELECT DISTINCT table_name, referenced_table_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE() AND referenced_table_name IN (${list(names)}) AND table_name NOT IN (${list(names)}) ORDER BY 1, 2`,
  missingTypesAmong: null,
  virtualColumns: null,
  // Nothing is put off to the end of the transaction.
  checkConstraints: "DO 0",
  deferConstraints: null,
  emptyTables: (tables, numbered) => [
    ...tables.map((table) => `DELETE /*+ SET_VAR(foreign_key_checks = 0) */ FROM ${quoteWithDoubleQuotes(table)}`),
    ...numbered.map((table) => `ALTER TABLE ${quoteWithDoubleQuotes(table)} AUTO_INCREMENT = 1`),
  ],
  dropAll: null,
  continueNumbering: null,
  // Locks belong to the server, and their names are short.
  migrationLock: {
    tryToTake: "SELECT IF(GET_LOCK(CONCAT('dorm_', MD5(DATABASE())), 0) = 1, 't', 'f')",
    giveBack: "SELECT IF(RELEASE_LOCK(CONCAT('dorm_', MD5(DATABASE()))) = 1, 't', 'f')",
  },
};

export const mariadbSchema: SchemaDialect = {
  ...mysqlSchema,
  generatedNotNull: false,
  dropTogether: `${UNCHECKED} DROP TABLE`,
  emptyTables: (tables) => tables.map((table) => `${UNCHECKED} TRUNCATE TABLE ${quoteWithDoubleQuotes(table)}`),
};
