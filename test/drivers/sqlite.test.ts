import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDialect } from "../../src/dialects/sqlite/index.js";
import type { Statement, SyncDriverConnection } from "../../src/drivers/driver.js";
import { openBetterSqlite } from "../../src/drivers/sqlite-better/index.js";
import { openNodeSqlite } from "../../src/drivers/sqlite-node/index.js";
import { readSqliteOptions } from "../../src/drivers/sqlite-options.js";
import { closeAll, getConnection } from "../../src/engine/connections.js";
import { configure } from "../../src/engine/settings.js";
import { transaction } from "../../src/engine/transaction.js";
import { DataError, ImproperlyConfigured, IntegrityError, OperationalError, ProgrammingError, UniqueViolation } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-drivers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drivers = [
  ["node:sqlite", openNodeSqlite],
  ["better-sqlite3", openBetterSqlite],
] as const;

const select = (sql: string): Statement => ({ sql, kind: "select", returnsRows: true });
const write = (sql: string): Statement => ({ sql, kind: "insert", returnsRows: false });

describe.each(drivers)("the driver %s", (driver, open) => {
  let connection: SyncDriverConnection;
  const value = (expression: string, ...params: unknown[]): unknown =>
    connection.execute(select(`SELECT ${expression}`), params).rows[0]?.[0];
  const failure = (sql: string, ...params: unknown[]): unknown => {
    try {
      connection.execute(write(sql), params);
    } catch (error) {
      return error;
    }
    return null;
  };

  beforeEach(() => {
    connection = open(":memory:", readSqliteOptions({}), sqliteDialect);
  });
  afterEach(() => connection.close());

  it("gives rows as lists, and counts", () => {
    connection.executeScript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
    expect(connection.execute(select("SELECT a, b, a AS b FROM t"), [])).toEqual({
      rows: [
        [1, "x", 1],
        [2, null, 2],
      ],
      rowCount: 2,
    });
    expect(connection.execute(write("UPDATE t SET b = 'y'"), [])).toEqual({ rows: [], rowCount: 2 });
    expect(connection.execute({ ...write("DELETE FROM t RETURNING a"), returnsRows: true }, [])).toEqual({ rows: [[1], [2]], rowCount: 2 });
  });

  it("describes columns where asked", () => {
    expect(connection.execute({ ...select("SELECT 1 AS a, 2 AS b"), describe: true }, []).columns?.map((column) => column.name)).toEqual([
      "a",
      "b",
    ]);
  });

  it("binds booleans as 0 and 1, bytes and big numbers as they are, and refuses NaN", () => {
    expect(value("? || ? || typeof(?) || typeof(?)", true, false, new Uint8Array([1]), 2n ** 62n)).toBe("10blobinteger");
    const error = failure("SELECT ?, ?", 1, Number.NaN);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain("parameter 2");
    expect(failure("SELECT ?, ?", true, Number.NaN)).toBeInstanceOf(DataError);
    expect(failure("SELECT ?", 2n ** 70n)).toBeInstanceOf(DataError);
    for (const wrong of [{}, undefined, Symbol("x"), new Date(0)]) expect(failure("SELECT ?", wrong)).toBeInstanceOf(DataError);
    expect(failure("SELECT ?", 1, 2)).toMatchObject({ vendor: "sqlite" });
  });

  it("a statement object keeps its prepared statement, which follows the table", () => {
    connection.executeScript("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    const statement = select("SELECT * FROM t");
    expect(connection.execute(statement, []).rows).toEqual([[1]]);
    connection.executeScript("ALTER TABLE t ADD COLUMN b DEFAULT 'new'");
    expect(connection.execute(statement, []).rows).toEqual([[1, "new"]]);
    for (let index = 0; index < 600; index++) connection.execute(select(`SELECT ${index}`), []);
    expect(connection.execute(statement, []).rows).toEqual([[1, "new"]]);
  });

  it("says whether a transaction is open, also after the database ended it", () => {
    connection.executeScript("CREATE TABLE t (a UNIQUE)");
    expect(connection.inTransaction).toBe(false);
    connection.executeScript("BEGIN; INSERT INTO t VALUES (1)");
    expect(connection.inTransaction).toBe(true);
    expect(failure("INSERT OR ROLLBACK INTO t VALUES (1)")).toBeInstanceOf(UniqueViolation);
    expect(connection.inTransaction).toBe(false);
  });

  it("maps errors of every kind", () => {
    connection.executeScript(`
      CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE, low TEXT);
      CREATE UNIQUE INDEX p_low ON p (lower(low));
      CREATE TABLE s (a INTEGER) STRICT;
      CREATE TRIGGER no_low BEFORE INSERT ON p WHEN NEW.low = 'never' BEGIN SELECT RAISE(ABORT, 'never is refused'); END;
      INSERT INTO p VALUES (1, 'a', 'x')`);
    expect(failure("INSERT INTO p VALUES (1, 'b', 'y')")).toMatchObject({
      name: "UniqueViolation",
      table: "p",
      columns: ["id"],
      code: "SQLITE_CONSTRAINT_PRIMARYKEY",
    });
    expect(failure("INSERT INTO p VALUES (2, 'a', 'y')")).toMatchObject({
      name: "UniqueViolation",
      columns: ["code"],
      code: "SQLITE_CONSTRAINT_UNIQUE",
    });
    expect(failure("INSERT INTO p VALUES (2, 'b', 'X')")).toMatchObject({ name: "UniqueViolation", constraint: "p_low" });
    expect(failure("INSERT INTO s VALUES ('text')")).toBeInstanceOf(IntegrityError);
    expect(failure("INSERT INTO p VALUES (3, 'c', 'never')")).toMatchObject({ name: "IntegrityError", message: "never is refused" });
    expect(failure("INSERT INTO p VALUES ('no', 'c', 'z')")).toBeInstanceOf(DataError);
    expect(failure("SELECT json_extract('{', '$')")).toBeInstanceOf(DataError);
    expect(failure("SELECT abs(-9223372036854775808)")).toBeInstanceOf(DataError);
    expect(failure("INSERT INTO nothing_here VALUES (1)")).toMatchObject({
      name: "ProgrammingError",
      message: expect.stringContaining("dorm migrate"),
    });
    expect(failure("SELECT no_such_function(1)")).toBeInstanceOf(ProgrammingError);
    expect(failure("COMMIT")).toBeInstanceOf(OperationalError);
    expect((failure("SELEC 1") as ProgrammingError).cause).toBeInstanceOf(Error);
    expect(failure("SELEC 1")).toMatchObject({ sql: "SELEC 1" });
  });

  it("a value beyond 2^53 is refused by name and not rounded (node:sqlite)", () => {
    if (driver !== "node:sqlite") return;
    expect(() => value("9007199254740993")).toThrow(DataError);
    expect(value("CAST(9007199254740993 AS TEXT)")).toBe("9007199254740993");
  });

  describe("functions", () => {
    it.each([
      ["'Django' REGEXP '^d'", 0],
      ["'Django' REGEXP '(?i)^d'", 1],
      ["NULL REGEXP 'x'", null],
      ["dorm_iregexp('^D\\w+$', 'django')", 1],
      ["'a-b' REGEXP '\\-'", 1],
      ["dorm_lpad('añb', 6, 'xy')", "xyxañb"],
      ["dorm_rpad('añb', 6, 'xy')", "añbxyx"],
      ["dorm_lpad('hello', 3, 'x')", "hel"],
      ["dorm_lpad('a', 3, '')", "a"],
      ["dorm_lpad(NULL, 3, 'x')", null],
      ["dorm_repeat('ab', 3) || dorm_repeat('x', -1)", "ababab"],
      ["dorm_reverse('añ👍')", "👍ña"],
      ["dorm_bitxor(5, 3)", 6],
      ["dorm_bitxor(-1, 1)", -2],
      ["typeof(dorm_bitxor(5, 3))", "integer"],
      ["round(dorm_cot(1.0), 6)", 0.642093],
      ["dorm_random() BETWEEN 0 AND 1", 1],
    ])("%s", (expression, expected) => {
      expect(value(expression)).toBe(expected);
    });

    it("hashes, of texts and of bytes", () => {
      expect(value("dorm_md5('')")).toBe("d41d8cd98f00b204e9800998ecf8427e");
      expect(value("dorm_sha1('')")).toBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
      expect(value("dorm_sha256('')")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
      expect(value("dorm_sha256(x'')")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
      expect(value("length(dorm_sha224('x')) || ' ' || length(dorm_sha384('x')) || ' ' || length(dorm_sha512('x'))")).toBe("56 96 128");
    });

    it("a wrong pattern is our error", () => {
      expect(failure("SELECT 'x' REGEXP '('")).toBeInstanceOf(DataError);
    });

    it("stddev and variance", () => {
      connection.executeScript(
        "CREATE TABLE n (g, v); INSERT INTO n VALUES (1, 2), (1, 4), (1, 4), (1, 4), (1, 5), (1, 5), (1, 7), (1, 9), (1, NULL), (2, 3), (3, NULL)",
      );
      const rows = (name: string) =>
        connection.execute(select(`SELECT ${name}(v) FROM n GROUP BY g ORDER BY g`), []).rows.map(([first]) => first);
      expect(rows("dorm_stddev_pop")).toEqual([2, 0, null]);
      expect(rows("dorm_var_pop")).toEqual([4, 0, null]);
      expect(rows("dorm_var_samp")).toEqual([32 / 7, null, null]);
      expect(rows("dorm_stddev_samp")).toEqual([Math.sqrt(32 / 7), null, null]);
      expect(
        value("dorm_var_pop(v) FROM (SELECT 1e9 + 4 AS v UNION ALL SELECT 1e9 + 7 UNION ALL SELECT 1e9 + 13 UNION ALL SELECT 1e9 + 16)"),
      ).toBe(22.5);
      expect(value("dorm_var_pop(v) FROM n WHERE 0")).toBe(null);
    });

    it.each([
      ["year", "2026-01-01 03:30:00.250", "America/New_York", 2025],
      ["month", "2026-01-01 03:30:00", "America/New_York", 12],
      ["day", "2026-01-01 03:30:00", "America/New_York", 31],
      ["hour", "2026-07-01 03:30:00", "America/New_York", 23],
      ["hour", "2026-01-01 03:30:00", "UTC", 3],
      ["minute", "2026-01-01 03:30:00", "Asia/Kathmandu", 15],
      ["second", "2026-01-01 03:30:59.999", "UTC", 59],
      ["microsecond", "2026-01-01 03:30:00.000123", "UTC", 123],
      ["iso_year", "2021-01-03", "UTC", 2020],
      ["week", "2021-01-03", "UTC", 53],
      ["week", "2024-12-30", "UTC", 1],
      ["iso_week_day", "2026-11-22", "UTC", 7],
      ["week_day", "2026-11-22", "UTC", 1],
      ["dow", "2026-11-22", "UTC", 0],
      ["doy", "2024-12-31", "UTC", 366],
      ["quarter", "2026-11-20", "UTC", 4],
      ["epoch", "1970-01-02 00:00:00.500", "Asia/Tokyo", 86400.5],
      ["hour", "13:45:10", "Asia/Tokyo", 13],
      ["day", "2026-05-06", "America/New_York", 6],
      ["day", "nonsense", "UTC", null],
    ])("dorm_date_extract(%s, %s, %s)", (part, text, zone, expected) => {
      expect(value("dorm_date_extract(?, ?, ?)", part, text, zone)).toBe(expected);
    });

    it.each([
      ["year", "2026-05-06", "UTC", "2026-01-01"],
      ["week", "2026-11-22", "UTC", "2026-11-16"],
      ["quarter", "2026-11-22 10:00:00", "UTC", "2026-10-01 00:00:00"],
      ["day", "2026-03-29 10:00:00.5", "Europe/Madrid", "2026-03-28 23:00:00"],
      ["day", "2026-03-30 10:00:00", "Europe/Madrid", "2026-03-29 22:00:00"],
      ["month", "2026-01-01 03:30:00", "America/New_York", "2025-12-01 05:00:00"],
      ["hour", "2026-01-01 03:59:00", "Asia/Kathmandu", "2026-01-01 03:15:00"],
      ["minute", "13:45:10.5", "UTC", "13:45:00"],
      ["second", "2026-01-01 03:59:10.999999", "UTC", "2026-01-01 03:59:10"],
      ["year", "0050-06-01", "UTC", "0050-01-01"],
    ])("dorm_date_trunc(%s, %s, %s)", (unit, text, zone, expected) => {
      expect(value("dorm_date_trunc(?, ?, ?)", unit, text, zone)).toBe(expected);
    });

    it("dates and times of instants, sums and differences", () => {
      expect(value("dorm_to_date(?, ?)", "2026-01-01 03:30:00", "America/New_York")).toBe("2025-12-31");
      expect(value("dorm_to_time(?, ?)", "2026-01-01 03:30:00.000123", "America/New_York")).toBe("22:30:00.000123");
      expect(value("dorm_date_add(?, ?)", "2026-01-31", 86_400_000_000n)).toBe("2026-02-01");
      expect(value("dorm_date_add(?, ?)", "2026-01-31", 1_500_000n)).toBe("2026-01-31 00:00:01.500");
      expect(value("dorm_date_add(?, ?)", "2026-01-01 00:00:00", -1n)).toBe("2025-12-31 23:59:59.999999");
      expect(value("dorm_date_add(?, ?)", "23:59:59", 2_000_000n)).toBe("00:00:01");
      expect(value("dorm_date_diff(?, ?)", "2026-01-02 00:00:00.000001", "2026-01-01 00:00:00")).toBe(86_400_000_001);
      expect(value("dorm_date_diff(?, NULL)", "2026-01-02")).toBe(null);
      expect(failure("SELECT dorm_date_trunc('eon', '2026-01-01', 'UTC')")).toBeInstanceOf(Error);
    });
  });

  it("K26: options are checked before a file is made", () => {
    for (const [options, message] of [
      [{ journal_mode: "wal; DROP TABLE x" }, /journalMode.*"wal"/],
      [{ busyTimeout: "soon" }, /busyTimeout/],
      [{ foreignKeys: "maybe" }, /foreignKeys/],
      [{ jurnalMode: "wal" }, /"jurnalMode".*"journalMode"/],
      [{ synchronous: 7 }, /synchronous/],
    ] as const) {
      expect(() => readSqliteOptions(options)).toThrow(message);
      expect(() => readSqliteOptions(options)).toThrow(ImproperlyConfigured);
    }
    expect(readSqliteOptions({ journal_mode: "DELETE", busy_timeout: "100", foreignKeys: "off", cacheSize: -2000 })).toMatchObject({
      journalMode: "delete",
      busyTimeout: 100,
      foreignKeys: false,
      cacheSize: -2000,
    });
  });

  describe("files", () => {
    const path = (name: string) => join(folder, `${driver.replace(":", "-")}-${name}`);
    const use = (file: string, options: Record<string, unknown> = {}) =>
      configure({ databases: { default: { engine: "sqlite", name: file, driver, options } } });
    afterEach(() => closeAll());

    it("are in WAL mode with foreign keys, unless the options say otherwise", async () => {
      const pragma = async (name: string) => Object.values((await getConnection().execute(`PRAGMA ${name}`)).rows[0] ?? {})[0];
      use(path("wal.db"));
      expect([
        await pragma("journal_mode"),
        await pragma("foreign_keys"),
        await pragma("synchronous"),
        await pragma("busy_timeout"),
      ]).toEqual(["wal", 1, 1, 5000]);
      use(path("delete.db"), { journalMode: "delete", foreignKeys: false, synchronous: "full", busyTimeout: 10 });
      expect([
        await pragma("journal_mode"),
        await pragma("foreign_keys"),
        await pragma("synchronous"),
        await pragma("busy_timeout"),
      ]).toEqual(["delete", 0, 2, 10]);
    });

    it("say why they do not open", async () => {
      use(join(folder, "no", "such", "x.db"));
      await expect(getConnection().execute("SELECT 1")).rejects.toThrow(/directory .*such does not exist/);
      await expect(getConnection().execute("SELECT 1")).rejects.toBeInstanceOf(OperationalError);
      writeFileSync(path("text.db"), "this is no database, but a text that is long enough to be looked at as one".repeat(20));
      use(path("text.db"));
      await expect(getConnection().execute("SELECT 1")).rejects.toMatchObject({
        code: "SQLITE_NOTADB",
        alias: "default",
        message: expect.stringContaining("text.db"),
      });
      mkdirSync(path("folder.db"), { recursive: true });
      use(path("folder.db"));
      await expect(getConnection().execute("SELECT 1")).rejects.toBeInstanceOf(OperationalError);
    });

    it("opened to be read only can be read, and refuse writes clearly", async () => {
      use(path("read.db"));
      await getConnection().executeScript("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
      await closeAll();
      chmodSync(path("read.db"), 0o444);
      use(path("read.db"), { readOnly: true });
      expect((await getConnection().execute("SELECT a FROM t")).rows).toEqual([{ a: 1 }]);
      await expect(getConnection().execute("INSERT INTO t VALUES (2)")).rejects.toMatchObject({
        name: "OperationalError",
        code: expect.stringContaining("READONLY"),
      });
    });

    it("K25: a lock of another process is waited for, and then tried again", async () => {
      use(path("busy.db"), { busyTimeout: 30 });
      configure({ retryAttempts: 2, retryBackoff: 0.2 });
      await getConnection().execute("CREATE TABLE t (a)");
      const other = open(path("busy.db"), readSqliteOptions({ busyTimeout: 0 }), sqliteDialect);
      other.executeScript("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
      const error: unknown = await getConnection()
        .execute("INSERT INTO t VALUES (2)")
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "OperationalError", code: "SQLITE_BUSY", ambiguous: false });
      expect(() => getConnection().executeSync("INSERT INTO t VALUES (2)")).toThrow(OperationalError);
      const waiting = transaction.atomic(() => getConnection().execute("INSERT INTO t VALUES (3)"));
      setTimeout(() => other.executeScript("COMMIT"), 40);
      await waiting;
      expect((await getConnection().execute("SELECT a FROM t ORDER BY a")).rows).toEqual([{ a: 1 }, { a: 3 }]);
      other.close();
      configure({ retryAttempts: 3, retryBackoff: 0.1 });
    });

    it("reads beside a transaction of another task see what was committed", async () => {
      use(path("beside.db"));
      await getConnection().execute("CREATE TABLE t (a)");
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      let begun: () => void = () => undefined;
      const inside = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const block = transaction.atomic(async () => {
        await getConnection().execute("INSERT INTO t VALUES (1)");
        begun();
        await held;
      });
      await inside;
      expect((await getConnection().execute("SELECT a FROM t")).rows).toEqual([]);
      const write = getConnection().execute("INSERT INTO t VALUES (2)");
      goOn();
      await Promise.all([block, write]);
      expect((await getConnection().execute("SELECT a FROM t")).rows).toEqual([{ a: 1 }, { a: 2 }]);
    });
  });
});

it("an unknown driver is refused by name", async () => {
  configure({ databases: { default: { engine: "sqlite", name: ":memory:", driver: "better-sqlite" } } });
  await expect(getConnection().execute("SELECT 1")).rejects.toThrow(/"better-sqlite".*"better-sqlite3"/);
});
