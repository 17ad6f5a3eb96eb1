import { mariadbDialect, mysqlDialect } from "../dialects/mysql/index.js";
import { postgresqlDialect } from "../dialects/postgresql/index.js";
import { sqliteDialect } from "../dialects/sqlite/index.js";
import { loadPackage } from "../drivers/load-package.js";
import { ImproperlyConfigured } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import { withBridge } from "./bridged-database.js";
import type { Database } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { engineSuggestion } from "./database-url.js";
import { createMysqlDatabase } from "./mysql-database.js";
import { createPostgresqlDatabase } from "./postgresql-database.js";
import { createSqliteDatabase } from "./sqlite-database.js";

/** A kind of database. */
export interface Backend {
  /** How its SQL is written, and what it can do. */
  readonly dialect: Dialect;
  /**
   * Makes an alias ready; opens nothing.
   *
   * @throws ImproperlyConfigured when the settings cannot work
   */
  createDatabase(alias: string, settings: DatabaseSettings, dialect: Dialect): Database;
}

const backends = new Map<string, Backend>([
  ["sqlite", { dialect: sqliteDialect, createDatabase: createSqliteDatabase }],
  ["postgresql", { dialect: postgresqlDialect, createDatabase: withBridge(createPostgresqlDatabase) }],
  ["mysql", { dialect: mysqlDialect, createDatabase: withBridge(createMysqlDatabase) }],
  ["mariadb", { dialect: mariadbDialect, createDatabase: withBridge(createMysqlDatabase) }],
]);

/**
 * Adds an engine, or replaces one for the aliases that are opened from now on.
 *
 * @param name - as `engine` in the settings says it
 * @param backend - its dialect and its connections
 * @example
 * import type { Backend } from "dorm";
 *
 * // in a package that the setting `backends` names
 * export function install(cockroach: Backend): void {
 *   registerBackend("cockroachdb", cockroach);
 * }
 */
export function registerBackend(name: string, backend: Backend): void {
  backends.set(name, backend);
}

/**
 * Finds an engine; packages of the setting `backends` are loaded when no other has it.
 *
 * @throws ImproperlyConfigured listing the registered ones
 */
export function backendFor(alias: string, engine: string, packages: readonly string[]): Backend {
  let backend = backends.get(engine);
  if (backend !== undefined) return backend;
  for (const name of packages) loadPackage(name, 'The setting "backends"');
  backend = backends.get(engine);
  if (backend !== undefined) return backend;
  throw new ImproperlyConfigured(
    `The database "${alias}" has the unknown engine "${engine}". ${engineSuggestion(engine, backends.keys())}`,
    {
      code: "unknown_engine",
      alias,
    },
  );
}
