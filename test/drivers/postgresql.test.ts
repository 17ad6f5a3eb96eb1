import net from "node:net";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { QueryResult, Statement } from "../../src/drivers/driver.js";
import { readPostgresqlOptions } from "../../src/drivers/postgresql/index.js";
import { getConnection, healthCheck, poolStats } from "../../src/engine/connections.js";
import { preQuery, type QueryEvent } from "../../src/engine/events.js";
import { execute, type FlowStream, stream } from "../../src/engine/execute.js";
import type { Flow } from "../../src/engine/flow.js";
import { setLogger } from "../../src/engine/logging.js";
import { withTransientRetry } from "../../src/engine/retry.js";
import { run } from "../../src/engine/run.js";
import { withScope } from "../../src/engine/scope.js";
import { configure, overrideSettings } from "../../src/engine/settings.js";
import { transaction } from "../../src/engine/transaction.js";
import { DataError, DeadlockError, ImproperlyConfigured, IntegrityError, OperationalError, PoolTimeoutError } from "../../src/errors.js";
import { describeEachBackend } from "../support/backends.js";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const settings = { name: "db", user: "u", password: null, host: "h", port: 5432, poolTimeout: 30, options: {} };

describe("the options of PostgreSQL", () => {
  it("set the session to UTC and ISO dates", () => {
    const { connect } = readPostgresqlOptions({ ...settings, options: { searchPath: "a b,c", statement_timeout: "500" } });
    expect(connect.options).toContain("-c TimeZone=UTC");
    expect(connect.options).toContain("-c search_path=a\\ b,c");
    expect(connect.options).toContain("-c statement_timeout=500");
    expect(connect.connectionTimeoutMillis).toBe(30_000);
  });

  it("take libpq's modes of encryption", () => {
    expect(readPostgresqlOptions(settings).connect.ssl).toBe(false);
    expect(readPostgresqlOptions({ ...settings, options: { sslmode: "require" } }).connect.ssl).toEqual({ rejectUnauthorized: false });
    expect(readPostgresqlOptions({ ...settings, options: { sslmode: "verify-full" } }).connect.ssl).toEqual({});
    expect(() => readPostgresqlOptions({ ...settings, options: { sslmode: "never" } })).toThrow(/sslmode/);
    expect(() => readPostgresqlOptions({ ...settings, options: { sslrootcert: "/nowhere.pem", sslmode: "verify-ca" } })).toThrow(/nowhere/);
  });

  it("prepare nothing and set nothing behind a pooler", () => {
    expect(readPostgresqlOptions({ ...settings, options: { pgbouncer: "true" } })).toMatchObject({
      pooler: true,
      connect: { options: "" },
    });
  });

  it("refuse what they do not know", () => {
    expect(() => readPostgresqlOptions({ ...settings, options: { applicationNmae: "x" } })).toThrow(/"applicationName"/);
    expect(() => readPostgresqlOptions({ ...settings, options: { connectTimeout: "soon" } })).toThrow(ImproperlyConfigured);
  });
});

describeEachBackend("PostgreSQL", { only: ["postgresql"] }, (backend) => {
  const connection = () => getConnection();
  const entry = (extra: object) => ({ databases: { ...backend.databases, default: { ...backend.databases.default, ...extra } } });
  const one = async (sql: string, params: unknown[] = []): Promise<unknown> =>
    Object.values((await connection().execute(sql, params)).rows[0] ?? {})[0];
  const backendPid = () => one("SELECT pg_backend_pid()");

  beforeAll(() =>
    connection().executeScript("CREATE TABLE item (id SERIAL PRIMARY KEY, name VARCHAR(10) UNIQUE, CONSTRAINT short EXCLUDE (id WITH =))"),
  );
  afterEach(() => configure({ databases: backend.databases, retryAttempts: 3 }));

  it("sessions run in UTC", async () => {
    expect(await one("SELECT CURRENT_SETTING('TimeZone')")).toBe("UTC");
    expect(await one("SELECT TIMESTAMPTZ '2026-07-01 12:00:00+02'")).toBe("2026-07-01 10:00:00+00");
  });

  it("gives the nearest types for SQL of the user, and texts else", async () => {
    const { rows } = await connection().execute(
      `SELECT 1::int2 AS a, 9007199254740993::int8 AS b, 5::int8 AS c, 1.5::float8 AS d, 1.10::numeric AS e, true AS f, '{"x": [1]}'::jsonb AS g,
              '\\x00ff'::bytea AS h, DATE '2026-01-02' AS i, ARRAY[1, 2] AS j`,
    );
    expect(rows).toEqual([
      {
        a: 1,
        b: 9007199254740993n,
        c: 5,
        d: 1.5,
        e: "1.10",
        f: true,
        g: { x: [1] },
        h: new Uint8Array([0, 255]),
        i: "2026-01-02",
        j: "{1,2}",
      },
    ]);
  });

  it("statements of plans get texts as they come", async () => {
    const statement: Statement = { sql: "SELECT 1, NULL, true, $1::bytea", kind: "select", returnsRows: true };
    function* flow(): Flow<QueryResult> {
      return (yield execute("default", statement, [new Uint8Array([1, 2])])) as QueryResult;
    }
    expect(await run(flow())).toEqual({ rows: [["1", null, "t", "\\x0102"]], rowCount: 1 });
  });

  it("binds numbers, booleans, nulls and bytes", async () => {
    const { rows } = await connection().execute("SELECT %s::int AS a, %s::float8 AS b, %s::bool AS c, %s::text AS d, %s::int8 AS e", [
      1,
      0.1,
      false,
      null,
      2n ** 60n,
    ]);
    expect(rows).toEqual([{ a: 1, b: 0.1, c: false, d: null, e: 2n ** 60n }]);
  });

  it.each([
    ["SELECT 1 / 0", DataError, "22012"],
    ["INSERT INTO item (id) VALUES (1), (1)", IntegrityError, "23505"],
    ["SELECT CAST('x' AS INT)", DataError, "22P02"],
  ])("maps the error of %s", async (sql, type, code) => {
    const error: unknown = await connection()
      .execute(sql)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, alias: "default", vendor: "postgresql" });
  });

  it("K13: a statement timeout is not retried", async () => {
    configure(entry({ options: { statementTimeout: 50 } }));
    const events: QueryEvent[] = [];
    const listening = preQuery.connect((event) => events.push(event));
    const records: string[] = [];
    const before = setLogger({ log: (record) => records.push(record.logger) });
    try {
      await expect(connection().execute("SELECT pg_sleep(2)")).rejects.toMatchObject({ name: "OperationalError", code: "57014" });
    } finally {
      listening[Symbol.dispose]();
      setLogger(before);
    }
    expect(events).toHaveLength(1);
    expect(records).not.toContain("dorm.db");
  });

  it("K13: a deadlock has its class, and one of the two goes on", async () => {
    await connection().execute("INSERT INTO item (id, name) VALUES (101, 'x'), (102, 'y')");
    const touch = (id: number) => connection().execute("UPDATE item SET name = name WHERE id = %s", [id]);
    const block = (first: number, second: number) =>
      transaction.atomic(async () => {
        await touch(first);
        await pause(100);
        await touch(second);
      });
    const outcomes = await Promise.allSettled([block(101, 102), block(102, 101)]);
    const rejected = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toBeInstanceOf(DeadlockError);
    await connection().execute("DELETE FROM item");
  });

  describe("lost connections", () => {
    const terminate = (pid: unknown) => getConnection("admin").execute("SELECT pg_terminate_backend(%s::int)", [pid]);
    const withAdmin = (extra: object = {}) =>
      configure({ databases: { default: { ...entry(extra).databases.default }, admin: backend.url } });

    it("K16: a killed idle connection is replaced, also for a write", async () => {
      withAdmin({ maxPoolSize: 1 });
      const pid = await backendPid();
      await terminate(pid);
      await pause(30);
      expect((await connection().execute("INSERT INTO item (name) VALUES ('k16')")).rowCount).toBe(1);
      expect(await backendPid()).not.toBe(pid);
      await connection().execute("DELETE FROM item");
    });

    it("K14: a read whose connection is lost is tried again, a write is not and says that it is uncertain", async () => {
      withAdmin({ maxPoolSize: 1 });
      configure({ retryBackoff: 0.01 });
      const attempts = async (sql: string): Promise<{ outcome: PromiseSettledResult<unknown>; runs: number }> => {
        const pid = await backendPid();
        const running = connection().execute(sql);
        const settled = Promise.allSettled([running]);
        await pause(50);
        await terminate(pid);
        const [outcome] = await settled;
        const runs = Number((await getConnection("admin").execute("SELECT count(*) AS n FROM item WHERE name = 'k14'")).rows[0]?.n);
        if (outcome === undefined) throw new Error("one promise has one outcome");
        return { outcome, runs };
      };
      const read = await attempts("SELECT pg_sleep(0.2)");
      expect(read.outcome.status).toBe("fulfilled");
      const write = await attempts("INSERT INTO item (name) SELECT 'k14' FROM pg_sleep(0.2)");
      expect(write).toMatchObject({
        outcome: { status: "rejected", reason: { name: "OperationalError", code: "57P01", ambiguous: true } },
        runs: 0,
      });
    });

    it("K15: nothing is retried inside a transaction, nor with one attempt", async () => {
      withAdmin({ maxPoolSize: 1 });
      const seen: QueryEvent[] = [];
      const block = withScope({ collectors: [(event) => seen.push(event)] }, () =>
        transaction.atomic(async () => {
          await terminate(await backendPid());
          await pause(30);
          await connection().execute("SELECT 1 AS lost");
        }),
      );
      await expect(block).rejects.toBeInstanceOf(OperationalError);
      expect(seen.filter((event) => event.sql === "SELECT 1 AS lost")).toHaveLength(1);

      const pid = await backendPid();
      const running = overrideSettings({ retryAttempts: 1 }, () => connection().execute("SELECT pg_sleep(0.2)"));
      running.catch(() => undefined);
      await pause(50);
      await terminate(pid);
      await expect(running).rejects.toBeInstanceOf(OperationalError);
      expect(await one("SELECT 1")).toBe(1);
    });

    it("K14: a write is tried again where nothing was sent", async () => {
      const free = await new Promise<number>((resolve) => {
        const server = net.createServer().listen(0, "127.0.0.1", () => {
          const address = server.address();
          server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
        });
      });
      configure({ databases: { default: `postgresql://u:geheim@127.0.0.1:${free}/db` }, retryAttempts: 2, retryBackoff: 0.01 });
      const records: string[] = [];
      const before = setLogger({ log: (record) => records.push(`${record.logger} ${record.message}`) });
      try {
        const error: unknown = await connection()
          .execute("INSERT INTO item (name) VALUES ('x')")
          .catch((caught: unknown) => caught);
        expect(error).toMatchObject({ name: "OperationalError", code: "ECONNREFUSED", ambiguous: false, alias: "default" });
        expect((error as Error).message).toContain(`127.0.0.1:${free}`);
        expect(JSON.stringify(error) + (error as Error).stack).not.toContain("geheim");
        expect(await healthCheck()).toMatchObject({ status: "error", error: "OperationalError: ECONNREFUSED" });
      } finally {
        setLogger(before);
      }
      expect(records.filter((line) => line.startsWith("dorm.db the connection failed, try 2 of 2"))).toHaveLength(1);
    });

    it("K23: healthCheck answers in time when the server hangs", async () => {
      const sockets: net.Socket[] = [];
      const server = net.createServer((socket) => sockets.push(socket));
      const port = await new Promise<number>((resolve) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address();
          resolve(typeof address === "object" && address !== null ? address.port : 0);
        });
      });
      configure({ databases: { default: `postgresql://u@127.0.0.1:${port}/db?connectTimeout=1` } });
      const health = await healthCheck("default", { timeoutMs: 100 });
      expect(health).toMatchObject({ status: "error" });
      expect(health.elapsedMs).toBeLessThan(500);
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    it("a wrong password and a missing database are not retried", async () => {
      const url = new URL(backend.url);
      url.pathname = "/no_such_database_here";
      configure({ databases: { default: url.href } });
      const records: string[] = [];
      const before = setLogger({ log: (record) => records.push(record.logger) });
      try {
        await expect(connection().execute("SELECT 1")).rejects.toMatchObject({ name: "OperationalError" });
      } finally {
        setLogger(before);
      }
      expect(records).not.toContain("dorm.db");
    });

    it("withTransientRetry calls again what may run twice", async () => {
      let calls = 0;
      const value = await withTransientRetry(
        () => {
          calls++;
          if (calls < 3) throw new OperationalError("lost", { code: "08006" });
          return "done";
        },
        { backoff: 0.001 },
      );
      expect([value, calls]).toEqual(["done", 3]);
      await expect(
        withTransientRetry(() => {
          calls++;
          throw new OperationalError("timeout", { code: "57014" });
        }),
      ).rejects.toThrow("timeout");
      expect(calls).toBe(4);
    });
  });

  describe("cancelling", () => {
    it("K19: ends the statement on the server, and the pool gets a clean connection back", async () => {
      configure(entry({ maxPoolSize: 1 }));
      const pid = await backendPid();
      const reason = new Error("the client went away");
      const controller = new AbortController();
      const started = performance.now();
      setTimeout(() => controller.abort(reason), 50);
      await expect(connection().execute("SELECT pg_sleep(10)", [], { signal: controller.signal })).rejects.toBe(reason);
      expect(performance.now() - started).toBeLessThan(2000);
      expect(await backendPid()).toBe(pid);
      expect(poolStats()).toMatchObject({ size: 1, inUse: 0 });
    });

    it("K19: an aborted block cancels its statement and is rolled back", async () => {
      configure(entry({ maxPoolSize: 1 }));
      const reason = new Error("stop");
      const controller = new AbortController();
      const block = transaction.atomic(
        async () => {
          await connection().execute("INSERT INTO item (name) VALUES ('aborted')");
          setTimeout(() => controller.abort(reason), 30);
          await connection().execute("SELECT pg_sleep(10)");
        },
        { signal: controller.signal },
      );
      const started = performance.now();
      await expect(block).rejects.toBe(reason);
      expect(await one("SELECT COUNT(*) FROM item WHERE name = 'aborted'")).toBe(0);
      expect(performance.now() - started).toBeLessThan(2000);
    });

    it("a statement that waits for its turn is taken out of the queue", async () => {
      await transaction.atomic(async () => {
        const controller = new AbortController();
        const slow = connection().execute("SELECT pg_sleep(0.1), 1 AS done");
        const queued = connection().execute("INSERT INTO item (name) VALUES ('queued')", [], { signal: controller.signal });
        controller.abort(new Error("not needed"));
        await expect(queued).rejects.toThrow("not needed");
        expect((await slow).rows[0]).toMatchObject({ done: 1 });
        transaction.setRollback(true);
      });
    });
  });

  describe("the pool", () => {
    it("waits no longer than poolTimeout, which is not multiplied by retries", async () => {
      configure(entry({ maxPoolSize: 1, poolTimeout: 0.1 }));
      const started = performance.now();
      const held = connection().execute("SELECT pg_sleep(0.5)");
      await pause(20);
      const late: unknown = await connection()
        .execute("SELECT 1")
        .catch((error: unknown) => error);
      expect(late).toBeInstanceOf(PoolTimeoutError);
      expect(late).toMatchObject({ code: "pool_timeout", alias: "default" });
      expect(performance.now() - started).toBeLessThan(400);
      await held;
      expect(poolStats()).toMatchObject({ timeouts: 1, queued: 1, waiting: 0, inUse: 0 });
    });

    it("opens up to its size", async () => {
      configure(entry({ maxPoolSize: 2 }));
      await Promise.all([1, 2, 3, 4, 5].map(() => connection().execute("SELECT pg_sleep(0.02)")));
      expect(poolStats()).toMatchObject({ size: 2, max: 2, idle: 2, inUse: 0, queued: 3, hasPool: true });
    });

    it("serves those who wait in their order", async () => {
      configure(entry({ maxPoolSize: 1 }));
      const order: number[] = [];
      await Promise.all(
        [1, 2, 3, 4, 5].map(async (number) => {
          await connection().execute("SELECT 1");
          order.push(number);
        }),
      );
      expect(order).toEqual([1, 2, 3, 4, 5]);
    });

    it("opens minPoolSize connections after the first use", async () => {
      configure(entry({ minPoolSize: 3 }));
      await one("SELECT 1");
      for (let tries = 0; tries < 50 && (poolStats() as { idle: number }).idle < 3; tries++) await pause(10);
      expect(poolStats()).toMatchObject({ size: 3, idle: 3 });
    });

    it("replaces connections after maxLifetime, and closes idle ones after maxIdle", async () => {
      configure(entry({ maxLifetime: 0.05 }));
      const pid = await backendPid();
      await pause(60);
      expect(await backendPid()).not.toBe(pid);
      configure(entry({ maxIdle: 0.1, minPoolSize: 0 }));
      await one("SELECT 1");
      expect(poolStats()).toMatchObject({ size: 1 });
      for (let tries = 0; tries < 50 && (poolStats() as { size: number }).size > 0; tries++) await pause(20);
      expect(poolStats()).toMatchObject({ size: 0 });
    });

    it("warns when it is exhausted", async () => {
      configure(entry({ maxPoolSize: 1 }));
      const records: string[] = [];
      const before = setLogger({
        log: (record) => records.push(`${record.logger} ${record.level}`),
        isEnabled: (_logger, level) => level === "warning",
      });
      try {
        await Promise.all([one("SELECT 1"), one("SELECT 2"), one("SELECT 3")]);
      } finally {
        setLogger(before);
      }
      expect(records).toEqual(["dorm.db.pool warning"]);
    });
  });

  describe("prepared statements", () => {
    const prepared = () =>
      one(
        "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%AS prepared_probe%' AND statement NOT LIKE '%pg_prepared_statements%'",
      );
    const runProbe = (statement: Statement): Promise<QueryResult> => {
      function* flow(): Flow<QueryResult> {
        return (yield execute("default", statement, ["1"])) as QueryResult;
      }
      return run(flow());
    };

    it.each([
      [0, 1, 1],
      [2, 2, 0],
      [2, 3, 1],
      [null, 10, 0],
    ])("with the threshold %s, %i uses prepare %i", async (prepareThreshold, uses, expected) => {
      configure(entry({ maxPoolSize: 1, prepareThreshold }));
      const statement: Statement = { sql: `SELECT $1::int AS prepared_probe_${prepareThreshold}`, kind: "select", returnsRows: true };
      for (let use = 0; use < uses; use++) await runProbe(statement);
      expect(await prepared()).toBe(expected);
    });

    it("are made anew when the table changes under them", async () => {
      configure(entry({ maxPoolSize: 1, prepareThreshold: 0 }));
      await connection().executeScript("CREATE TABLE changing (id INT); INSERT INTO changing VALUES (1)");
      const statement: Statement = { sql: "SELECT * FROM changing WHERE id = $1", kind: "select", returnsRows: true };
      expect((await runProbe(statement)).rows).toEqual([["1"]]);
      await connection().executeScript("ALTER TABLE changing ADD COLUMN name TEXT DEFAULT 'new'");
      expect((await runProbe(statement)).rows).toEqual([["1", "new"]]);
      await runProbe(statement);
      await connection().executeScript("ALTER TABLE changing ADD COLUMN more INT");
      await expect(transaction.atomic(() => runProbe(statement))).rejects.toThrow(/cached plan/);
      expect(await transaction.atomic(() => runProbe(statement))).toMatchObject({ rows: [["1", "new", null]] });
    });
  });

  it("SQL with several statements is refused with parameters, as only scripts may have them", async () => {
    await expect(connection().execute("SELECT 1; SELECT %s::int", [2])).rejects.toMatchObject({ name: "ProgrammingError" });
    await expect(connection().execute("DELETE FROM item; SELECT 1")).rejects.toMatchObject({ name: "ProgrammingError" });
  });

  it("K08: an error of a cursor breaks its block as that of a statement does", async () => {
    const statement: Statement = { sql: "SELECT 1 / (3 - n) FROM generate_series(1, 5) AS n", kind: "select", returnsRows: true };
    function* readAll(): Flow<void> {
      // The value of a `stream` step.
      const cursor = (yield stream("default", statement, [], 1)) as FlowStream;
      try {
        while ((yield cursor.next()) !== null);
      } finally {
        yield cursor.close();
      }
    }
    const block = transaction.atomic(async () => {
      await expect(run(readAll())).rejects.toMatchObject({ name: "DataError", sql: statement.sql });
      await expect(connection().execute("SELECT 1")).rejects.toMatchObject({ code: "transaction_broken" });
    });
    await expect(block).rejects.toMatchObject({ code: "transaction_broken" });
    await expect(run(readAll())).rejects.toBeInstanceOf(DataError);
    expect(poolStats()).toMatchObject({ inUse: 0 });
  });

  it("a cursor is over with its block", async () => {
    let late: FlowStream | null = null;
    const statement: Statement = { sql: "SELECT n FROM generate_series(1, 5) AS n", kind: "select", returnsRows: true };
    function* open(): Flow<FlowStream> {
      return (yield stream("default", statement, [], 1)) as FlowStream;
    }
    await transaction.atomic(async () => {
      late = await run(open());
    });
    function* next(): Flow<unknown> {
      return late === null ? null : yield late.next();
    }
    await expect(run(next())).rejects.toMatchObject({ code: "transaction_ended" });
  });
});
