import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { mariadbDialect } from "../../src/dialects/mysql/index.js";
import type { Statement } from "../../src/drivers/driver.js";
import { mapMariadbError } from "../../src/drivers/mariadb/errors.js";
import { connectMariadb, readMariadbOptions } from "../../src/drivers/mariadb/index.js";
import { closeAll, getConnection } from "../../src/engine/connections.js";
import { normalizeDatabases } from "../../src/engine/database-settings.js";
import type { DatabaseEntry } from "../../src/engine/database-url.js";
import { execute, type FlowStream, stream } from "../../src/engine/execute.js";
import type { Flow } from "../../src/engine/flow.js";
import { run } from "../../src/engine/run.js";
import { configure } from "../../src/engine/settings.js";
import { transaction } from "../../src/engine/transaction.js";
import {
  CheckViolation,
  DataError,
  DeadlockError,
  ForeignKeyViolation,
  ImproperlyConfigured,
  NotNullViolation,
  NotSupportedError,
  OperationalError,
  PoolTimeoutError,
  ProgrammingError,
  SyncUnavailableError,
  TransactionManagementError,
  UniqueViolation,
} from "../../src/errors.js";
import { type Backend, describeEachBackend } from "../support/backends.js";

const settings = { engine: "mariadb", name: "shop", user: "me", password: null, host: null, port: null, poolTimeout: 30, options: {} };

describe("options of MariaDB and MySQL", () => {
  it("have defaults", () => {
    expect(readMariadbOptions(settings)).toMatchObject({
      host: "127.0.0.1",
      port: 3306,
      database: "shop",
      user: "me",
      ssl: false,
      connectTimeout: 30_000,
    });
  });

  it("are read in any spelling", () => {
    const read = readMariadbOptions({
      ...settings,
      options: { "ssl-mode": "REQUIRED", lock_timeout: "1500", statementTimeout: 250, compress: "true" },
    });
    expect(read).toMatchObject({ ssl: { rejectUnauthorized: false }, statementTimeout: 0.25, compress: true });
    expect(read.session).toContain("innodb_lock_wait_timeout = 2");
  });

  it.each([
    [{ lockTimeuot: 5 }, /lockTimeout/],
    [{ lockTimeout: "soon" }, /must be a number/],
    [{ sslMode: "maybe" }, /sslMode/],
    [{ sslCa: "/no/such/file" }, /cannot be read/],
  ])("refuse %j", (options, message) => {
    expect(() => readMariadbOptions({ ...settings, options })).toThrow(ImproperlyConfigured);
    expect(() => readMariadbOptions({ ...settings, options })).toThrow(message);
  });
});

describe("errors of MySQL, which words some of them in its own way", () => {
  const mapped = (errno: number, sqlMessage: string): unknown =>
    mapMariadbError(Object.assign(new Error(sqlMessage), { errno, sqlMessage, code: "ER", sqlState: "HY000" }), "mysql", "SQL", true);

  it("name the constraint without its table", () => {
    expect(mapped(1062, "Duplicate entry 'a' for key 'shelf.uniq_shelf_name'")).toMatchObject({
      table: "shelf",
      constraint: "uniq_shelf_name",
    });
    expect(mapped(3819, "Check constraint 'places_ok' is violated.")).toMatchObject({ name: "CheckViolation", constraint: "places_ok" });
  });

  it("take names apart that hold signs of their own", () => {
    const text =
      "Cannot delete or update a parent row: a foreign key constraint fails (`my db`.`a``b`, CONSTRAINT `fk, x` FOREIGN KEY (`p`, `q`) REFERENCES `t` (`p`, `q`))";
    expect(mapped(1451, text)).toMatchObject({ name: "ForeignKeyViolation", table: "a`b", constraint: "fk, x", columns: ["p", "q"] });
  });
});

const only = ["mariadb", "mysql"] as const;
const connection = () => getConnection("default");

/** The error of a promise. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function use(backend: Backend, more: Omit<DatabaseEntry, "url"> = {}): void {
  configure({ databases: { default: { url: backend.url, ...more } }, retryAttempts: 1, slowQueryMs: null });
}

describeEachBackend("the driver of MariaDB and MySQL", { only }, (backend) => {
  beforeAll(async () => {
    use(backend);
    await connection().executeScript(`
      CREATE TABLE parent (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) NOT NULL, UNIQUE KEY name_key (name), CONSTRAINT name_ok CHECK (name <> 'bad'));
      CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id))`);
  });

  it("runs sessions in UTC, utf8mb4 and READ COMMITTED, in which SQL means what it means elsewhere", async () => {
    const { rows } = await connection().execute(
      `SELECT @@time_zone AS zone, @@character_set_connection AS charset, @@tx_isolation AS level, 'a' || 'b' AS joined, 'x\\y' AS slash, "name" AS quoted FROM (SELECT 1 AS name) AS one`,
    );
    expect(rows).toEqual([{ zone: "+00:00", charset: "utf8mb4", level: "READ-COMMITTED", joined: "ab", slash: "x\\y", quoted: 1 }]);
  });

  it("gives the nearest JavaScript values", async () => {
    const sql = `SELECT 1 AS i, CAST(1 AS SIGNED) AS b, CAST(%s AS SIGNED) AS big, CAST(1.50 AS DECIMAL(5, 2)) AS d, 1.5e0 AS f, 'é🦉' AS t,
      CAST('2026-11-20' AS DATE) AS day, CAST('2026-11-20 12:00:00.123' AS DATETIME(3)) AS moment, CAST('ab' AS BINARY) AS bytes, NULL AS n, JSON_OBJECT('a', 1) AS j`;
    const { rows, columns } = await connection().execute(sql, [2n ** 62n]);
    expect(columns).toHaveLength(11);
    expect(rows[0]).toMatchObject({
      i: 1,
      b: 1,
      big: 2n ** 62n,
      d: "1.50",
      f: 1.5,
      t: "é🦉",
      day: "2026-11-20",
      moment: "2026-11-20 12:00:00.123",
      bytes: new Uint8Array([97, 98]),
      n: null,
    });
  });

  it("binds what it can, and refuses the rest", async () => {
    const values = [5, 2 ** 40, -(2n ** 63n), 0.1, true, null, "it's \\ %s", new Uint8Array([0, 255]), new Date(Date.UTC(2026, 10, 20))];
    const { rows } = await connection().execute(
      "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f, ? AS g, HEX(?) AS h, ? AS i",
      values,
    );
    expect(rows).toEqual([
      { a: 5, b: 2 ** 40, c: -(2n ** 63n), d: 0.1, e: 1, f: null, g: "it's \\ %s", h: "00FF", i: "2026-11-20 00:00:00.000" },
    ]);
    expect(await failure(connection().execute("SELECT %s", [Number.NaN]))).toBeInstanceOf(DataError);
    expect(await failure(connection().execute("SELECT %s", ["\ud800"]))).toBeInstanceOf(DataError);
    const statement: Statement = { sql: "SELECT ?", kind: "select", returnsRows: true };
    function* flow(): Flow<unknown> {
      return yield execute("default", statement, [{}]);
    }
    expect(await failure(run(flow()))).toMatchObject({ name: "DataError", code: "unbindable" });
  });

  it.each([
    ["INSERT INTO parent (name) VALUES ('x'), ('x')", UniqueViolation, { code: "ER_DUP_ENTRY", constraint: "name_key" }],
    ["INSERT INTO parent (name) VALUES (NULL)", NotNullViolation, { columns: ["name"] }],
    ["INSERT INTO parent () VALUES ()", NotNullViolation, { columns: ["name"] }],
    ["INSERT INTO parent (name) VALUES ('bad')", CheckViolation, { constraint: "name_ok", table: "parent" }],
    [
      "INSERT INTO child (id, parent_id) VALUES (1, 99)",
      ForeignKeyViolation,
      { constraint: "child_parent", table: "child", columns: ["parent_id"] },
    ],
    ["INSERT INTO parent (name) VALUES (REPEAT('x', 21))", DataError, { code: "ER_DATA_TOO_LONG" }],
    ["INSERT INTO child (id, parent_id) VALUES ('five', 1)", DataError, {}],
    ["SELECT * FROM nothing", ProgrammingError, { code: "ER_NO_SUCH_TABLE" }],
    ["SELECT nothing FROM parent", ProgrammingError, { code: "ER_BAD_FIELD_ERROR" }],
    ["SELECT nothing(1)", ProgrammingError, {}],
    ["SELEC", ProgrammingError, { code: "ER_PARSE_ERROR" }],
    ["CREATE TABLE parent (id INT)", ProgrammingError, { code: "ER_TABLE_EXISTS_ERROR" }],
  ])("maps the error of %s", async (sql, type, details) => {
    const error = await failure(connection().execute(sql));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ alias: "default", vendor: backend.vendor, sql, ...details });
  });

  it("refuses to delete what is pointed at", async () => {
    await connection().execute("INSERT INTO parent (id, name) VALUES (50, 'pointed at')");
    await connection().execute("INSERT INTO child (id, parent_id) VALUES (50, 50)");
    expect(await failure(connection().execute("DELETE FROM parent WHERE id = 50"))).toMatchObject({
      name: "ForeignKeyViolation",
      table: "child",
      constraint: "child_parent",
      columns: ["parent_id"],
    });
  });

  it("shows in errors where they come from, and no parameters", async () => {
    const asksForNothing = async () => await connection().execute("SELECT * FROM nothing WHERE a = %s", ["secret"]);
    // ours is an Error
    const error = (await failure(asksForNothing())) as Error;
    expect(error.stack).toContain("asksForNothing");
    expect(`${error.message} ${String(error.cause)}`).not.toContain("secret");
  });

  it("counts rows that an update found, changed or not", async () => {
    await connection().execute("INSERT INTO parent (id, name) VALUES (60, 'same')");
    expect((await connection().execute("UPDATE parent SET name = 'same' WHERE id = 60")).rowCount).toBe(1);
  });

  it("runs what has no prepared form, and the first result of a procedure", async () => {
    await connection().execute("CREATE PROCEDURE two_results() BEGIN SELECT 1 AS one; SELECT 2 AS two; END");
    expect((await connection().execute("CALL two_results()")).rows).toEqual([{ one: 1 }]);
    expect((await connection().execute("SELECT 3 AS three")).rows).toEqual([{ three: 3 }]);
  });

  it("ends a statement on the server when its signal is aborted", async () => {
    const started = performance.now();
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    const sql = "SELECT SLEEP(10) AS slept";
    expect(await failure(connection().execute(sql, [], { signal: controller.signal }))).toBe(reason);
    expect(performance.now() - started).toBeLessThan(5000);
    const { rows } = await connection().execute("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info = ?", [sql]);
    expect(rows).toEqual([{ n: 0 }]);
  });

  it("ends the statement whose signal is aborted, and none of those beside it in the transaction", async () => {
    const reason = new Error("enough");
    await transaction.atomic(async () => {
      const controller = new AbortController();
      const before = connection().execute("SELECT SLEEP(0.3) AS interrupted");
      const aborted = failure(connection().execute("SELECT SLEEP(10)", [], { signal: controller.signal }));
      const after = connection().execute("SELECT SLEEP(0.1) AS interrupted");
      setTimeout(() => controller.abort(reason), 50);
      expect(await aborted).toBe(reason);
      expect((await before).rows).toEqual([{ interrupted: 0 }]);
      expect((await after).rows).toEqual([{ interrupted: 0 }]);
    });
    await transaction.atomic(async () => {
      const controller = new AbortController();
      const aborted = failure(connection().execute("SELECT SLEEP(10)", [], { signal: controller.signal }));
      const after = connection().execute("SELECT SLEEP(0.1) AS interrupted");
      setTimeout(() => controller.abort(reason), 50);
      expect(await aborted).toBe(reason);
      expect((await after).rows).toEqual([{ interrupted: 0 }]);
    });
  });

  it("ends what takes longer than its limits", async () => {
    use(backend, { options: { statementTimeout: 100 } });
    expect(
      await failure(
        connection().execute(
          "SELECT COUNT(*) FROM information_schema.columns AS a, information_schema.columns AS b, information_schema.columns AS c",
        ),
      ),
    ).toMatchObject({
      name: "OperationalError",
      code: expect.stringMatching(/TIMEOUT/),
    });
    use(backend);
  });

  it("begins transactions as they are asked to", async () => {
    await transaction.atomic(
      async () => {
        await connection().execute("SELECT * FROM parent");
        const { rows } = await connection().execute(
          "SELECT trx_isolation_level AS level FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()",
        );
        expect(rows).toEqual([{ level: "SERIALIZABLE" }]);
        await expect(connection().execute("INSERT INTO parent (name) VALUES ('x')")).rejects.toThrow(/READ ONLY/);
      },
      { isolation: "serializable", readOnly: true },
    );
    await expect(transaction.atomic(async () => {}, { deferrable: true })).rejects.toBeInstanceOf(NotSupportedError);
  });

  it("knows that a deadlock ended the whole transaction, and the other one goes on", async () => {
    await connection().execute("INSERT INTO parent (id, name) VALUES (101, 'a'), (102, 'b')");
    const touch = (id: number) => connection().execute("UPDATE parent SET name = CONCAT(name, '!') WHERE id = %s", [id]);
    let arrived = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const block = (first: number, second: number) =>
      transaction.atomic(async () => {
        await touch(first);
        if (++arrived === 2) meet();
        await both;
        const error = await failure(transaction.atomic(() => touch(second)));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(DeadlockError);
        // Nothing can be saved of this block.
        await expect(touch(first)).rejects.toBeInstanceOf(TransactionManagementError);
        throw error;
      });
    const outcomes = await Promise.all([failure(block(101, 102)), failure(block(102, 101))]);
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect((await connection().execute("SELECT name FROM parent WHERE id IN (101, 102) ORDER BY id")).rows).toEqual([
      { name: "a!" },
      { name: "b!" },
    ]);
  });

  it("gives up waiting for a lock", async () => {
    use(backend, { options: { lockTimeout: 1000 } });
    await connection().execute("INSERT INTO parent (id, name) VALUES (110, 'locked')");
    await transaction.atomic(async () => {
      await connection().execute("UPDATE parent SET name = 'mine' WHERE id = 110");
      const other = await connectMariadb(
        readMariadbOptions(normalizedSettings(backend, { lockTimeout: 1000 })),
        mariadbDialectFor(backend),
      );
      try {
        const statement: Statement = { sql: "UPDATE parent SET name = 'theirs' WHERE id = 110", kind: "update", returnsRows: false };
        expect(await failure(other.execute(statement, []))).toMatchObject({ name: "OperationalError", code: "ER_LOCK_WAIT_TIMEOUT" });
      } finally {
        await other.close();
      }
    });
    use(backend);
  });

  it("streams with a session of its own, closes early, and reads on inside a transaction", async () => {
    const statement: Statement = {
      sql: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n",
      kind: "select",
      returnsRows: true,
    };
    function* flow(most: number): Flow<number> {
      let seen = 0;
      // The values of these steps are a FlowStream and its portions.
      const rows = (yield stream("default", statement, [], 100)) as FlowStream;
      while (seen < most) {
        const portion = (yield rows.next()) as unknown[] | null;
        if (portion === null) break;
        seen += portion.length;
        expect(((yield execute("default", { ...statement, sql: "SELECT 1" }, [])) as { rows: unknown }).rows).toEqual([[1]]);
      }
      yield rows.close();
      return seen;
    }
    expect(await run(flow(5000))).toBe(1000);
    expect(await run(flow(200))).toBe(200);
    expect(await transaction.atomic(() => run(flow(5000)))).toBe(1000);
    const wrong: Statement = { ...statement, sql: "SELECT nothing FROM parent" };
    function* failing(): Flow<unknown> {
      return yield stream("default", wrong, [], 10);
    }
    expect(await failure(run(failing()))).toBeInstanceOf(ProgrammingError);
    expect(connection().poolStats()).toMatchObject({ inUse: 0 });
  });

  it("goes on after its session was killed", async () => {
    const idOf = async () => Number((await connection().execute("SELECT CONNECTION_ID() AS id")).rows[0]?.id);
    const killed = await failure(
      transaction.atomic(async () => {
        await connection().execute(`KILL ${await idOf()}`);
        await connection().execute("SELECT 1");
      }),
    );
    expect(killed).toBeInstanceOf(OperationalError);
    expect(await idOf()).toBeGreaterThan(0);
    expect(connection().poolStats()).toMatchObject({ inUse: 0 });
  });

  it("takes no more sessions than it may", async () => {
    use(backend, { maxPoolSize: 1, poolTimeout: 0.1 });
    const [first, second] = await Promise.all([
      failure(connection().execute("SELECT SLEEP(0.5)")),
      failure(connection().execute("SELECT 1")),
    ]);
    expect([first, second]).toEqual([undefined, expect.any(PoolTimeoutError)]);
    use(backend);
  });

  it("has no synchronous calls unless they were asked for", () => {
    expect(() => connection().executeSync("SELECT 1")).toThrow(SyncUnavailableError);
    use(backend, { sync: true });
    expect(connection().executeSync("SELECT %s AS a, 'é' AS b", [2n ** 62n]).rows).toEqual([{ a: 2n ** 62n, b: "é" }]);
    expect(() => connection().executeSync("INSERT INTO parent (name) VALUES ('y'), ('y')")).toThrow(UniqueViolation);
    transaction.atomicSync(() => connection().executeSync("INSERT INTO parent (name) VALUES ('sync')"));
    expect(connection().executeSync("SELECT COUNT(*) AS n FROM parent WHERE name = 'sync'").rows).toEqual([{ n: 1 }]);
    use(backend);
  });

  it("tells who cannot be reached, and who refuses", async () => {
    configure({ databases: { default: { engine: backend.vendor, host: "127.0.0.1", port: 1 } }, retryAttempts: 1 });
    expect(await failure(connection().execute("SELECT 1"))).toMatchObject({
      name: "OperationalError",
      code: "ECONNREFUSED",
      alias: "default",
    });
    const refused = new URL(backend.url);
    refused.username = "nobody_of_that_name";
    refused.password = "wrong";
    configure({ databases: { default: refused.href }, retryAttempts: 1 });
    expect(await failure(connection().execute("SELECT 1"))).toMatchObject({
      name: "OperationalError",
      code: expect.stringMatching(/DENIED/),
    });
    use(backend);
  });

  it("lets a program end by itself although its pool is open", async () => {
    await closeAll();
    const engine = new URL("../../src/engine/", import.meta.url);
    const loader = fileURLToPath(new URL("../engine/source-loader.mjs", import.meta.url));
    const code = `
      import { configure } from "${engine}settings.ts";
      import { getConnection } from "${engine}connections.ts";
      configure({ databases: { default: { url: ${JSON.stringify(backend.url)}, minPoolSize: 2 } } });
      console.log((await getConnection().execute("SELECT 1 AS one")).rows[0].one);`;
    const run = ["--import", loader, "--input-type=module", "-e", code];
    expect(execFileSync(process.execPath, run, { encoding: "utf8", timeout: 15_000 })).toBe("1\n");
  });
});

function normalizedSettings(backend: Backend, options: Readonly<Record<string, unknown>>) {
  const { default: entry } = normalizeDatabases({ default: { url: backend.url, options } }, process.cwd());
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

function mariadbDialectFor(backend: Backend) {
  return { ...mariadbDialect, vendor: backend.vendor };
}
