import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { QueryResult, Row } from "../../src/drivers/driver.js";
import { closeAll, closeAllSync, getConnection, healthCheck, healthCheckSync, poolStats } from "../../src/engine/connections.js";
import { postQuery, preQuery, type QueryEvent } from "../../src/engine/events.js";
import { execute, type FlowStream, stream } from "../../src/engine/execute.js";
import type { Flow } from "../../src/engine/flow.js";
import { setLogger } from "../../src/engine/logging.js";
import { run, runSync } from "../../src/engine/run.js";
import { withScope } from "../../src/engine/scope.js";
import { configure, overrideSettings } from "../../src/engine/settings.js";
import { transaction } from "../../src/engine/transaction.js";
import {
  CheckViolation,
  DatabaseError,
  ForeignKeyViolation,
  NotNullViolation,
  ProgrammingError,
  QueryError,
  UniqueViolation,
} from "../../src/errors.js";
import { describeEachBackend } from "../support/backends.js";

describeEachBackend("execute", (backend) => {
  const connection = () => getConnection();
  const placeholder = backend.vendor === "postgresql" ? "$1" : "?";

  beforeAll(async () => {
    const id = backend.vendor === "postgresql" ? "SERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
    await connection().executeScript(`
      CREATE TABLE author (id ${id}, email VARCHAR(50) NOT NULL, name VARCHAR(50), age INT CONSTRAINT age_positive CHECK (age > 0), password VARCHAR(20), UNIQUE (email, name));
      CREATE TABLE book (id ${id}, author_id INT REFERENCES author (id))`);
  });

  beforeEach(() => connection().executeScript("DELETE FROM book; DELETE FROM author"));

  const add = (email: string, name = "n", age: number | null = 1) =>
    connection().execute("INSERT INTO author (email, name, age) VALUES (%s, %s, %s)", [email, name, age]);

  describe("raw SQL", () => {
    it("binds parameters of both styles, and gives rows by name in the nearest types", async () => {
      expect(await add("a@b", "A", 7)).toMatchObject({ rowCount: 1, rows: [] });
      const expected = { columns: ["email", "age", "missing"], rows: [{ email: "a@b", age: 7, missing: null }], rowCount: 1 };
      expect(await connection().execute("SELECT email, age, NULL AS missing FROM author WHERE name = %s", ["A"])).toEqual(expected);
      expect(await connection().execute("SELECT email, age, NULL AS missing FROM author WHERE name = ?", ["A"])).toEqual(expected);
    });

    it("K22: leaves quoted text, names and comments alone", async () => {
      const { rows } = await connection().execute(
        `SELECT '%s ? $1 it''s \\' AS "what? %s", /* ? %s */ CAST(%s AS VARCHAR(10)) AS given -- ? %s`,
        ["x"],
      );
      expect(rows).toEqual([{ "what? %s": "%s ? $1 it's \\", given: "x" }]);
      expect((await connection().execute("SELECT '100%' AS a, '?' AS b")).rows).toEqual([{ a: "100%", b: "?" }]);
      expect((await connection().execute("SELECT 7 %% 4 AS a, CAST(%s AS VARCHAR(5)) AS b", ["y"])).rows).toEqual([{ a: 3, b: "y" }]);
    });

    it("refuses text that would arrive as another one", async () => {
      await expect(connection().execute("SELECT CAST(%s AS VARCHAR(5)) AS a", ["\ud800"])).rejects.toThrow(
        /cannot hold text with a lone surrogate/,
      );
      expect((await connection().execute("SELECT CAST(%s AS VARCHAR(5)) AS a", ["\u{1f989}"])).rows).toEqual([{ a: "\u{1f989}" }]);
    });

    it("refuses wrong numbers of parameters, mixed styles and undefined before anything runs", async () => {
      await expect(connection().execute("SELECT %s, %s", [1])).rejects.toThrow(/2 placeholders for 1 parameter\./);
      await expect(connection().execute("SELECT 1", [1])).rejects.toBeInstanceOf(QueryError);
      await expect(connection().execute("SELECT $1 = ?", [1, 2])).rejects.toThrow(/mixes/);
      await expect(connection().execute("SELECT %s", [undefined])).rejects.toThrow(/Parameter 1 is undefined/);
    });

    it("counts rows of writes, and gives rows of RETURNING", async () => {
      await add("a");
      await add("b");
      expect((await connection().execute("UPDATE author SET name = 'x'")).rowCount).toBe(2);
      const returned = await connection().execute("INSERT INTO author (email) VALUES ('c') RETURNING email");
      expect(returned.rows).toEqual([{ email: "c" }]);
      expect((await connection().execute("DELETE FROM author")).rowCount).toBe(3);
    });
  });

  describe("errors", () => {
    it("of constraints carry the constraint, the table and the columns where the database says them", async () => {
      await add("a");
      const unique: unknown = await add("a").catch((error: unknown) => error);
      expect(unique).toBeInstanceOf(UniqueViolation);
      expect(unique).toMatchObject({
        name: "UniqueViolation",
        alias: "default",
        vendor: backend.vendor,
        table: "author",
        columns: ["email", "name"],
      });
      expect((unique as UniqueViolation).sql).toContain("INSERT INTO author");
      expect((unique as UniqueViolation).cause).toBeInstanceOf(Error);

      const missing: unknown = await connection()
        .execute("INSERT INTO author (name) VALUES ('x')")
        .catch((error: unknown) => error);
      expect(missing).toBeInstanceOf(NotNullViolation);
      expect(missing).toMatchObject({ table: "author", columns: ["email"] });

      const check: unknown = await add("b", "n", -1).catch((error: unknown) => error);
      expect(check).toBeInstanceOf(CheckViolation);
      expect(check).toMatchObject({ constraint: "age_positive" });

      const foreign: unknown = await connection()
        .execute("INSERT INTO book (author_id) VALUES (99)")
        .catch((error: unknown) => error);
      expect(foreign).toBeInstanceOf(ForeignKeyViolation);
    });

    it("of SQL say what to do about a missing table", async () => {
      for (const sql of ["SELECT * FROM nothing_here", "SELEC 1"]) {
        await expect(connection().execute(sql)).rejects.toBeInstanceOf(ProgrammingError);
      }
      await expect(connection().execute("SELECT * FROM nothing_here")).rejects.toThrow(/dorm migrate/);
      await expect(connection().executeScript("SELEC 1")).rejects.toBeInstanceOf(DatabaseError);
    });

    it("of awaited calls show the line that awaits", async () => {
      async function theCaller(): Promise<void> {
        await connection().execute("SELECT * FROM nothing_here");
      }
      async function throughThenable(): Promise<void> {
        await {
          then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) =>
            connection().execute("SELECT * FROM nothing_here").then(resolve, reject),
        };
      }
      async function inAtomic(): Promise<void> {
        await transaction.atomic(async () => {
          await theCaller();
        });
      }
      for (const caller of [theCaller, throughThenable, inAtomic]) {
        const error: unknown = await caller().catch((caught: unknown) => caught);
        expect((error as Error).stack).toContain(caller.name);
        expect((error as Error).stack).toMatch(/execute\.test\.ts:\d+:\d+/);
      }
    });

    backend.skipUnless(backend.vendor === "sqlite", "its driver is asynchronous")("of synchronous calls do as well", () => {
      function theCaller(): void {
        connection().executeSync("SELECT * FROM nothing_here");
      }
      try {
        theCaller();
        expect.unreachable();
      } catch (error) {
        expect((error as Error).stack).toContain("theCaller");
      }
    });
  });

  describe("events", () => {
    const collect = async (action: () => Promise<unknown>): Promise<QueryEvent[]> => {
      const events: QueryEvent[] = [];
      await withScope({ collectors: [(event) => events.push(event)] }, action);
      return events;
    };

    it("are sent before and after, with the same number, also for errors", async () => {
      const before: QueryEvent[] = [];
      const after: QueryEvent[] = [];
      const connections = [preQuery.connect((event) => before.push(event)), postQuery.connect((event) => after.push(event))];
      await add("a");
      await connection()
        .execute("SELECT * FROM nothing_here")
        .catch(() => undefined);
      for (const each of connections) each[Symbol.dispose]();
      await add("b");
      expect(before).toHaveLength(2);
      expect(after.map((event) => event.queryId)).toEqual(before.map((event) => event.queryId));
      expect(after[0]).toMatchObject({
        alias: "default",
        vendor: backend.vendor,
        kind: "insert",
        internal: false,
        inTransaction: false,
        rowCount: 1,
      });
      expect(after[0]?.sql).toContain("INSERT INTO author");
      expect(after[0]?.elapsedMs).toBeGreaterThan(0);
      expect(before[0]).not.toHaveProperty("elapsedMs");
      expect(after[1]?.error).toBeInstanceOf(ProgrammingError);
    });

    it("a dispatchUid connects once, and disconnects", async () => {
      const calls: string[] = [];
      postQuery.connect(() => calls.push("first"), { dispatchUid: "uid" });
      postQuery.connect(() => calls.push("second"), { dispatchUid: "uid" });
      await add("a");
      expect(postQuery.disconnect("uid")).toBe(true);
      expect(postQuery.disconnect("uid")).toBe(false);
      await add("b");
      expect(calls).toEqual(["second"]);
    });

    it("a receiver that throws is logged, unless it may end the statement", async () => {
      const records: string[] = [];
      const before = setLogger({
        log: (record) => records.push(`${record.logger} ${record.level}`),
        isEnabled: (_logger, level) => level !== "debug",
      });
      const broken = (): never => {
        throw new Error("receiver");
      };
      try {
        postQuery.connect(broken);
        await add("a");
        expect(records).toEqual(["dorm.signals error"]);
        postQuery.disconnect(broken);
        preQuery.connect(broken, { raiseExceptions: true });
        await expect(add("b")).rejects.toThrow("receiver");
      } finally {
        postQuery.disconnect(broken);
        preQuery.disconnect(broken);
        setLogger(before);
      }
      expect((await connection().execute("SELECT COUNT(*) AS n FROM author")).rows).toEqual([{ n: 1 }]);
    });

    it("transactions have their own kind", async () => {
      const events = await collect(() => transaction.atomic(() => transaction.atomic(() => add("a"))));
      expect(events.map((event) => [event.kind, event.sql.split(" ")[0]])).toEqual([
        ["transaction", "BEGIN"],
        ["transaction", "SAVEPOINT"],
        ["insert", "INSERT"],
        ["transaction", "RELEASE"],
        ["transaction", "COMMIT"],
      ]);
      expect(events.every((event) => event.inTransaction)).toBe(true);
    });

    it("M07: collectors of a scope hear what it starts and nothing else", async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const inside = collect(async () => {
        await held;
        await Promise.all([add("a"), add("b")]);
      });
      const beside = collect(() => add("c"));
      await add("d");
      release();
      expect((await inside).map((event) => event.params[0]).sort()).toEqual(["a", "b"]);
      expect((await beside).map((event) => event.params[0])).toEqual(["c"]);
    });

    it("a receiver that refuses what it hears is told once, and holds nothing", async () => {
      const heard: QueryEvent[] = [];
      const refusal = new Error("not that one");
      const receiver = (event: QueryEvent): void => {
        heard.push(event);
        throw refusal;
      };
      const opening = (): Flow<unknown> =>
        (function* () {
          return yield stream("default", { sql: "SELECT 1", kind: "select", returnsRows: true }, [], 10);
        })();
      const listening = postQuery.connect(receiver, { raiseExceptions: true });
      try {
        await expect(connection().execute("SELECT 1")).rejects.toBe(refusal);
        await expect(connection().executeScript("DELETE FROM author")).rejects.toBe(refusal);
        await expect(run(opening())).rejects.toBe(refusal);
        if (backend.vendor === "sqlite") expect(() => connection().executeSync("SELECT 1")).toThrow(refusal);
      } finally {
        listening[Symbol.dispose]();
      }
      expect(heard.map(({ sql, error }) => [sql, error])).toEqual(
        ["SELECT 1", "DELETE FROM author", "SELECT 1", ...(backend.vendor === "sqlite" ? ["SELECT 1"] : [])].map((sql) => [sql, undefined]),
      );
      const held = (): unknown => Reflect.get(poolStats(), "inUse");
      for (let tries = 0; tries < 100 && held() !== 0; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(held()).toBe(0);
    });

    it("F09: scripts are told of too", async () => {
      const events = await collect(() => connection().executeScript("DELETE FROM author; DELETE FROM author"));
      expect(events.map((event) => event.sql)).toEqual(["DELETE FROM author; DELETE FROM author"]);
      const failed = await collect(() =>
        connection()
          .executeScript("SELEC")
          .catch(() => undefined),
      );
      expect(failed[0]?.error).toBeInstanceOf(DatabaseError);
    });
  });

  describe("logs", () => {
    const logged = async (action: () => Promise<unknown>): Promise<string[]> => {
      const lines: string[] = [];
      const before = setLogger({
        isEnabled: (logger) => logger.startsWith("dorm.db.backends"),
        log: (record) => lines.push(record.message),
      });
      try {
        await action();
      } finally {
        setLogger(before);
      }
      return lines;
    };

    it("K21: hide the values of sensitive columns, and of nothing else", async () => {
      const lines = await logged(async () => {
        await connection().execute("INSERT INTO author (email, password) VALUES (%s, %s), (%s, %s)", ["e1", "s3cret1", "e2", "s3cret2"]);
        await connection().execute("SELECT id FROM author WHERE password IN (%s, %s) AND email = %s", ["s3cret3", "s3cret4", "e3"]);
        await connection().execute("UPDATE author SET password = CASE WHEN email = %s THEN CAST(%s AS VARCHAR(20)) ELSE password END", [
          "e4",
          "s3cret5",
        ]);
        await connection().execute("SELECT '?' FROM author WHERE password BETWEEN %s AND %s", ["s3cret6", "s3cret7"]);
      });
      expect(lines.join("\n")).not.toContain("s3cret");
      for (const shown of ["e1", "e2", "e3"]) expect(lines.join("\n")).toContain(`"${shown}"`);
    });

    it("K21: events keep the values", async () => {
      const events: QueryEvent[] = [];
      await withScope({ collectors: [(event) => events.push(event)] }, () =>
        connection().execute("SELECT id FROM author WHERE password = %s", ["s3cret"]),
      );
      expect(events[0]?.params).toEqual(["s3cret"]);
    });
  });

  describe("streams", () => {
    const many = 25;
    beforeEach(async () => {
      await transaction.atomic(async () => {
        for (let index = 0; index < many; index++) await add(`e${String(index).padStart(2, "0")}`);
      });
    });
    const select = {
      sql: `SELECT email FROM author WHERE email >= ${placeholder} ORDER BY email`,
      kind: "select",
      returnsRows: true,
    } as const;
    function* readAll(chunkSize: number, each: (rows: Row[]) => Flow<void>, limit = Number.POSITIVE_INFINITY): Flow<number[]> {
      // The value of a `stream` step.
      const cursor = (yield stream("default", select, ["e"], chunkSize)) as FlowStream;
      const sizes: number[] = [];
      try {
        for (;;) {
          const rows = (yield cursor.next()) as Row[] | null;
          if (rows === null || sizes.length >= limit) return sizes;
          sizes.push(rows.length);
          yield* each(rows);
        }
      } finally {
        yield cursor.close();
      }
    }
    function* update(rows: Row[]): Flow<void> {
      for (const [email] of rows) {
        const statement = {
          sql: `UPDATE author SET name = 'seen' WHERE email = ${placeholder}`,
          kind: "update",
          returnsRows: false,
        } as const;
        const result = (yield execute("default", statement, [email])) as QueryResult;
        expect(result.rowCount).toBe(1);
      }
    }

    it("give portions, while other statements run", async () => {
      expect(await run(readAll(10, update))).toEqual([10, 10, 5]);
      expect((await connection().execute("SELECT COUNT(*) AS n FROM author WHERE name = 'seen'")).rows).toEqual([{ n: many }]);
      expect(poolStats()).toMatchObject({ inUse: 0 });
    });

    it("see what their transaction did, and are part of it", async () => {
      await transaction.atomic(async () => {
        await add("e99");
        expect(await run(readAll(100, update))).toEqual([many + 1]);
        transaction.setRollback(true);
      });
      expect((await connection().execute("SELECT COUNT(*) AS n FROM author WHERE name = 'seen'")).rows).toEqual([{ n: 0 }]);
    });

    it("may be left early, and two of one statement do not disturb each other", async () => {
      expect(await run(readAll(5, function* () {}, 1))).toEqual([5]);
      expect(poolStats()).toMatchObject({ inUse: 0 });
      const nested = run(
        readAll(10, function* () {
          yield* readAll(7, function* () {});
        }),
      );
      expect(await nested).toEqual([10, 10, 5]);
    });

    it("throw the database's errors, with the alias", async () => {
      function* wrong(): Flow<unknown> {
        const cursor = (yield stream("default", { ...select, sql: "SELECT * FROM nothing_here" }, [], 10)) as FlowStream;
        return yield cursor.next();
      }
      await expect(run(wrong())).rejects.toMatchObject({ name: "ProgrammingError", alias: "default", sql: "SELECT * FROM nothing_here" });
      expect(poolStats()).toMatchObject({ inUse: 0 });
    });

    backend.skipUnless(backend.vendor === "sqlite", "its driver is asynchronous")("work synchronously", () => {
      expect(runSync(readAll(10, update))).toEqual([10, 10, 5]);
    });
  });

  describe("health and closing", () => {
    it("healthCheck says ok, with the pool when asked", async () => {
      expect(await healthCheck()).toEqual({ status: "ok", alias: "default", elapsedMs: expect.any(Number) });
      expect(await healthCheck("default", { deep: true })).toMatchObject({
        status: "ok",
        pool: { alias: "default", vendor: backend.vendor, open: true },
      });
      if (backend.vendor === "sqlite") expect(healthCheckSync()).toMatchObject({ status: "ok" });
      else expect(healthCheckSync()).toMatchObject({ status: "error", error: "SyncUnavailableError" });
    });

    it("K23: healthCheck never throws", async () => {
      expect(await healthCheck("nowhere")).toMatchObject({ status: "error", error: "ImproperlyConfigured" });
      expect(healthCheckSync("nowhere")).toMatchObject({ status: "error" });
    });

    backend.skipUnless(backend.name === "sqlite-file" || backend.vendor === "postgresql", "its data would be gone")(
      "closeAll is legal at any time: the next query opens anew, and an open block goes on",
      async () => {
        await add("a");
        await transaction.atomic(async () => {
          await add("b");
          const closing = closeAll();
          await add("c");
          transaction.onCommit(() => closing);
        });
        await closeAll();
        await closeAll();
        expect(poolStats()).toEqual({ alias: "default", status: "uninitialised" });
        expect((await connection().execute("SELECT email FROM author ORDER BY email")).rows.map((row) => row.email)).toEqual([
          "a",
          "b",
          "c",
        ]);
        closeAllSync();
        expect((await connection().execute("SELECT COUNT(*) AS n FROM author")).rows).toEqual([{ n: 3 }]);
      },
    );

    it("statements with an aborted signal do not run", async () => {
      const reason = new Error("stop");
      await expect(connection().execute("DELETE FROM author", [], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it("settings of the retry are read per call", async () => {
      await overrideSettings({ retryAttempts: 1 }, () => add("a"));
      configure({ retryAttempts: 3 });
      expect((await connection().execute("SELECT COUNT(*) AS n FROM author")).rows).toEqual([{ n: 1 }]);
    });
  });
});
