import type { AggregateOptions, DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { ImproperlyConfigured } from "../../errors.js";
import type { Dialect } from "../../sql/dialect.js";
import type { QueryResult, Row, Statement, SyncDriverConnection, SyncRowStream } from "../driver.js";
import { explainOpenError, mapSqliteError, sqliteCodeName } from "../sqlite-errors.js";
import { registerSqliteFunctions } from "../sqlite-functions.js";
import { type SqliteOptions, sqlitePragmas } from "../sqlite-options.js";
import { bindable } from "../sqlite-parameters.js";
import { SqliteRowStream } from "../sqlite-stream.js";
import { StatementCache } from "../statement-cache.js";

function codeNameOf(error: unknown): string | null {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "errcode") : undefined;
  return typeof code === "number" ? sqliteCodeName(code) : null;
}

class NodeSqliteConnection implements SyncDriverConnection {
  readonly dialect: Dialect;
  broken = false;
  readonly #database: DatabaseSync;
  readonly #statements: StatementCache<StatementSync>;

  constructor(database: DatabaseSync, dialect: Dialect) {
    this.#database = database;
    this.dialect = dialect;
    this.#statements = new StatementCache((sql) => {
      const prepared = database.prepare(sql);
      prepared.setReturnArrays(true);
      return prepared;
    });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  execute(statement: Statement, params: readonly unknown[]): QueryResult {
    // What SQLite cannot bind is refused by the driver, whose error is mapped below.
    const values = bindable(params, statement.sql) as SQLInputValue[];
    try {
      const prepared = this.#statements.get(statement);
      if (statement.returnsRows) {
        // setReturnArrays makes every row a list.
        const rows = prepared.all(...values) as unknown as Row[];
        if (statement.describe !== true) return { rows, rowCount: rows.length };
        return { rows, rowCount: rows.length, columns: prepared.columns().map((column) => ({ name: column.name, decode: null })) };
      }
      return { rows: [], rowCount: Number(prepared.run(...values).changes) };
    } catch (error) {
      throw mapSqliteError(error, codeNameOf(error), statement.sql);
    }
  }

  stream(statement: Statement, params: readonly unknown[], chunkSize: number): SyncRowStream {
    const values = bindable(params, statement.sql) as SQLInputValue[];
    try {
      // Not from the cache: another run of the same statement would end this one.
      const prepared = this.#database.prepare(statement.sql);
      prepared.setReturnArrays(true);
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
    if (!this.#database.isOpen) return;
    this.broken = true;
    this.#statements.clear();
    this.#database.close();
  }
}

/**
 * Opens a database with Node's own SQLite.
 *
 * @param path - a file, or `:memory:`
 * @param options - what `readSqliteOptions` gave
 * @param dialect - SQLite's
 * @throws OperationalError saying why the file does not open
 */
export function openNodeSqlite(path: string, options: SqliteOptions, dialect: Dialect): SyncDriverConnection {
  const sqlite = process.getBuiltinModule("node:sqlite");
  if (sqlite === undefined) {
    throw new ImproperlyConfigured(
      `SQLite needs Node 22.16 or later, this is ${process.version}. Or install better-sqlite3 and set driver: "better-sqlite3".`,
      { code: "node_version", vendor: "sqlite" },
    );
  }
  let database: DatabaseSync | null = null;
  try {
    const opened = new sqlite.DatabaseSync(path, {
      timeout: options.busyTimeout,
      readOnly: options.readOnly,
      enableForeignKeyConstraints: options.foreignKeys,
    });
    database = opened;
    for (const pragma of sqlitePragmas(options)) opened.exec(pragma);
    registerSqliteFunctions({
      scalar: (name, settings, implementation) => opened.function(name, settings, implementation),
      // Node lets the state of an aggregate be anything; its types name the values of SQLite only.
      aggregate: (name, settings) => opened.aggregate(name, settings as unknown as AggregateOptions),
    });
    return new NodeSqliteConnection(opened, dialect);
  } catch (error) {
    database?.close();
    throw explainOpenError(mapSqliteError(error, codeNameOf(error), undefined), path);
  }
}
