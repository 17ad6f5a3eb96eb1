import type BetterSqlite3 from "better-sqlite3";
import { ImproperlyConfigured } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import type { QueryResult, Row, Statement, SyncDriverConnection, SyncRowStream } from "../driver.js";
import { loadPackage } from "../load-package.js";
import { explainOpenError, mapSqliteError } from "../sqlite-errors.js";
import { registerSqliteFunctions } from "../sqlite-functions.js";
import { type SqliteOptions, sqlitePragmas } from "../sqlite-options.js";
import { bindable } from "../sqlite-parameters.js";
import { SqliteRowStream } from "../sqlite-stream.js";
import { StatementCache } from "../statement-cache.js";

type Database = BetterSqlite3.Database;
type Prepared = BetterSqlite3.Statement<unknown[]>;

function codeNameOf(error: unknown): string | null {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : null;
}

/** The rows of a query that has been read to its end: the driver allows no other statement while one is being read. */
class BufferedStream implements SyncRowStream {
  #rows: Row[];
  readonly #chunkSize: number;

  constructor(rows: Row[], chunkSize: number) {
    this.#rows = rows;
    this.#chunkSize = chunkSize;
  }

  next(): Row[] | null {
    return this.#rows.length === 0 ? null : this.#rows.splice(0, this.#chunkSize);
  }

  close(): void {
    this.#rows = [];
  }
}

class BetterSqliteConnection implements SyncDriverConnection {
  readonly dialect: Dialect;
  broken = false;
  readonly #database: Database;
  readonly #statements: StatementCache<Prepared>;
  readonly #readOnly: boolean;

  constructor(database: Database, dialect: Dialect, readOnly: boolean) {
    this.#database = database;
    this.#readOnly = readOnly;
    this.dialect = dialect;
    this.#statements = new StatementCache((sql) => {
      const prepared = database.prepare<unknown[]>(sql);
      if (prepared.reader) prepared.raw(true);
      return prepared;
    });
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  execute(statement: Statement, params: readonly unknown[]): QueryResult {
    const values = bindable(params, statement.sql);
    try {
      const prepared = this.#statements.get(statement);
      if (!prepared.reader) return { rows: [], rowCount: prepared.run(...values).changes };
      // raw() makes every row a list.
      const rows = prepared.all(...values) as Row[];
      if (statement.describe !== true) return { rows, rowCount: rows.length };
      return { rows, rowCount: rows.length, columns: prepared.columns().map((column) => ({ name: column.name, decode: null })) };
    } catch (error) {
      throw mapSqliteError(error, codeNameOf(error), statement.sql);
    }
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): SyncRowStream {
    // A connection that only reads is used for nothing else while the stream is open.
    if (!this.#readOnly) return new BufferedStream(this.execute(statement, params).rows, chunkSize);
    const values = bindable(params, statement.sql);
    try {
      const prepared = this.#database.prepare<unknown[]>(statement.sql).raw(true);
      return new SqliteRowStream(prepared.iterate(...values), chunkSize, statement.sql, codeNameOf);
    } catch (error) {
      throw mapSqliteError(error, codeNameOf(error), statement.sql);
    }
  }

  executeScript(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw mapSqliteError(error, codeNameOf(error), sql);
    }
  }

  close(): void {
    if (!this.#database.open) return;
    this.broken = true;
    this.#statements.clear();
    this.#database.close();
  }
}

/** The module's only export that is used here. */
type DatabaseConstructor = new (path: string, options: BetterSqlite3.Options) => Database;

/**
 * Opens a database with better-sqlite3.
 *
 * @param path - a file, or `:memory:`
 * @param options - what `readSqliteOptions` gave
 * @param dialect - SQLite's
 * @throws OperationalError saying why the file does not open; ImproperlyConfigured where the package cannot be used
 */
export function openBetterSqlite(path: string, options: SqliteOptions, dialect: Dialect): SyncDriverConnection {
  // The package ends the whole process when an older Node loads it, so the version is checked before.
  if (Number(process.versions.node.split(".")[0]) < 22) {
    throw new ImproperlyConfigured(`better-sqlite3 13 needs Node 22 or later, this is ${process.version}.`, {
      code: "node_version",
      vendor: "sqlite",
    });
  }
  // The package's CommonJS export is the class.
  const Database = loadPackage("better-sqlite3", 'The SQLite driver "better-sqlite3"') as DatabaseConstructor;
  let database: Database | null = null;
  try {
    database = new Database(path, { timeout: options.busyTimeout, readonly: options.readOnly });
    const opened = database;
    for (const pragma of sqlitePragmas(options)) opened.exec(pragma);
    registerSqliteFunctions({
      scalar: (name, settings, implementation) => opened.function(name, settings, implementation),
      aggregate: (name, settings) => opened.aggregate(name, settings),
    });
    return new BetterSqliteConnection(opened, dialect, options.readOnly);
  } catch (error) {
    database?.close();
    // It refuses a missing directory by itself, with a TypeError that has no code.
    const codeName = codeNameOf(error) ?? (error instanceof TypeError && /directory/.test(error.message) ? "SQLITE_CANTOPEN" : null);
    throw explainOpenError(mapSqliteError(error, codeName, undefined), path);
  }
}
