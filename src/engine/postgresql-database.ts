import type { DriverConnection, RowStream, Statement } from "../drivers/driver.js";
import { connectPostgresql, decoderOf, type PostgresqlConnection, readPostgresqlOptions } from "../drivers/postgresql/index.js";
import type { Dialect } from "../sql/dialect.js";
import type { Database, TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { isolationLevel } from "./isolation-levels.js";
import { PooledDatabase } from "./pooled-database.js";

const BEGIN: Statement = { sql: "BEGIN", kind: "transaction", returnsRows: false };
const COMMIT: Statement = { sql: "COMMIT", kind: "transaction", returnsRows: false, internal: true };
const ROLLBACK: Statement = { sql: "ROLLBACK", kind: "transaction", returnsRows: false, internal: true };

/** Uses of a statement before it is prepared under a name, where the settings do not say. */
const PREPARE_THRESHOLD = 2;

/** A PostgreSQL database. */
export class PostgresqlDatabase extends PooledDatabase<PostgresqlConnection> {
  readonly errorAbortsTransaction = true;

  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect) {
    const { connect, pooler } = readPostgresqlOptions(settings);
    const threshold = settings.prepareThreshold === undefined ? (pooler ? null : PREPARE_THRESHOLD) : settings.prepareThreshold;
    super(alias, settings, dialect, () => connectPostgresql(connect, dialect, threshold));
  }

  override columnDecoder(type: number | string): ((raw: unknown) => unknown) | null {
    return decoderOf(type);
  }

  begin(options: TransactionOptions): Statement {
    const { isolation, readOnly, deferrable } = options;
    if (isolation === undefined && readOnly === undefined && deferrable === undefined) return BEGIN;
    const parts = ["BEGIN"];
    if (isolation !== undefined) parts.push(`ISOLATION LEVEL ${isolationLevel(isolation, this.alias)}`);
    if (readOnly !== undefined) parts.push(readOnly ? "READ ONLY" : "READ WRITE");
    if (deferrable !== undefined) parts.push(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE");
    return { sql: parts.join(" "), kind: "transaction", returnsRows: false };
  }

  async stream(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    const connection = await this.pool.acquire();
    let open = true;
    const end = async (failed: boolean) => {
      if (!open) return;
      open = false;
      let discard = false;
      try {
        await connection.execute(failed ? ROLLBACK : COMMIT, []);
      } catch {
        discard = true;
      } finally {
        this.pool.release(connection, discard);
      }
    };
    const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
      try {
        return await action();
      } catch (error) {
        await end(true);
        throw error;
      }
    };
    const rows = await guarded(async () => {
      await connection.execute(BEGIN, []);
      return connection.stream(statement, params, chunkSize);
    });
    return {
      next: () =>
        guarded(async () => {
          // The session may be another task's by now.
          if (!open) return null;
          const portion = await rows.next();
          if (portion === null) await end(false);
          return portion;
        }),
      close: () =>
        guarded(async () => {
          if (!open) return;
          await rows.close();
          await end(false);
        }),
    };
  }

  hasTransaction(connection: DriverConnection): boolean {
    // The pool's own sessions are all that it gives out.
    return !connection.broken && (connection as PostgresqlConnection).inTransaction;
  }
}

/** Makes an alias on PostgreSQL; its first session is opened by the first query. */
export function createPostgresqlDatabase(alias: string, settings: DatabaseSettings, dialect: Dialect): Database {
  return new PostgresqlDatabase(alias, settings, dialect);
}
