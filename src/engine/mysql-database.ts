import type { DriverConnection, RowStream, Statement } from "../drivers/driver.js";
import { connectMariadb, decoderOf, type MariadbConnection, readMariadbOptions } from "../drivers/mariadb/index.js";
import { NotSupportedError } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import type { Database, TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { isolationLevel } from "./isolation-levels.js";
import { PooledDatabase } from "./pooled-database.js";

const BEGIN: Statement = { sql: "START TRANSACTION", kind: "transaction", returnsRows: false };
const BEGIN_READ_ONLY: Statement = { sql: "START TRANSACTION READ ONLY", kind: "transaction", returnsRows: false };

/** A MariaDB or MySQL database. */
export class MysqlDatabase extends PooledDatabase<MariadbConnection> {
  readonly errorAbortsTransaction = false;

  constructor(alias: string, settings: DatabaseSettings, dialect: Dialect) {
    const options = readMariadbOptions(settings);
    super(alias, settings, dialect, () => connectMariadb(options, dialect));
  }

  override columnDecoder(type: number | string): ((raw: unknown) => unknown) | null {
    return decoderOf(type);
  }

  override async acquire(options: TransactionOptions, signal?: AbortSignal): Promise<DriverConnection> {
    const { isolation } = options;
    const level = isolation === undefined ? null : isolationLevel(isolation, this.alias);
    const connection = await this.pool.acquire(signal);
    if (level === null) return connection;
    try {
      // It holds for the next transaction only.
      await connection.execute({ sql: `SET TRANSACTION ISOLATION LEVEL ${level}`, kind: "transaction", returnsRows: false }, []);
      return connection;
    } catch (error) {
      this.release(connection, true);
      throw error;
    }
  }

  begin(options: TransactionOptions): Statement {
    if (options.deferrable === true) {
      throw new NotSupportedError('MariaDB and MySQL have no deferrable transactions; leave "deferrable" out.', {
        alias: this.alias,
        vendor: this.vendor,
      });
    }
    return options.readOnly === true ? BEGIN_READ_ONLY : BEGIN;
  }

  async stream(statement: Statement, params: readonly unknown[], chunkSize: number): Promise<RowStream> {
    const connection = await this.pool.acquire();
    let open = true;
    const giveBack = (): void => {
      if (!open) return;
      open = false;
      this.release(connection, connection.broken);
    };
    const guarded = async <T>(action: () => T | Promise<T>): Promise<T> => {
      try {
        return await action();
      } catch (error) {
        connection.destroy();
        giveBack();
        throw error;
      }
    };
    const rows = await guarded(() => connection.streamAlone(statement, params, chunkSize));
    return {
      next: () =>
        guarded(async () => {
          // The session may be another task's by now.
          if (!open) return null;
          const portion = await rows.next();
          if (portion === null) giveBack();
          return portion;
        }),
      close: async () => {
        if (!open) return;
        await rows.close();
        giveBack();
      },
    };
  }

  hasTransaction(connection: DriverConnection): boolean {
    // The pool's own sessions are all that it gives out.
    return !connection.broken && (connection as MariadbConnection).inTransaction;
  }
}

/** Makes an alias on MariaDB or MySQL; its first session is opened by the first query. */
export function createMysqlDatabase(alias: string, settings: DatabaseSettings, dialect: Dialect): Database {
  return new MysqlDatabase(alias, settings, dialect);
}
