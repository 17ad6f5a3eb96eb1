import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { closeAll, getConnection } from "../../src/engine/connections.js";
import type { DatabaseEntry } from "../../src/engine/database-url.js";
import { postQuery, type QueryEvent } from "../../src/engine/events.js";
import { execute, type FlowStream, stream } from "../../src/engine/execute.js";
import type { Flow } from "../../src/engine/flow.js";
import { runSync } from "../../src/engine/run.js";
import { configure } from "../../src/engine/settings.js";
import { transaction } from "../../src/engine/transaction.js";
import {
  DataError,
  ImproperlyConfigured,
  NotNullViolation,
  OperationalError,
  SyncUnavailableError,
  TransactionManagementError,
  UniqueViolation,
} from "../../src/errors.js";
import { createTestDatabase, dropTestDatabase, testDatabaseUrl } from "../support/servers/postgresql-databases.js";

const serverUrl = inject("postgresqlUrl");
const hash = randomBytes(6).toString("hex");
const url = serverUrl === null ? "" : testDatabaseUrl(serverUrl, inject("runId"), hash);
const use = (more: Omit<DatabaseEntry, "url"> = {}): void =>
  configure({ databases: { default: { url, sync: true, ...more } }, retryAttempts: 1 });
const connection = () => getConnection("default");
const names = (): unknown[] =>
  connection()
    .executeSync("SELECT name FROM item ORDER BY id")
    .rows.map((row) => row.name);
const insert = (id: number, name: string | null) => connection().executeSync("INSERT INTO item (id, name) VALUES (%s, %s)", [id, name]);

/** What a call throws. */
function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.skipIf(serverUrl === null)("synchronous calls on PostgreSQL", () => {
  beforeAll(async () => {
    if (serverUrl !== null) await createTestDatabase(serverUrl, inject("runId"), hash);
    use();
    connection().executeScriptSync("CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL UNIQUE); SELECT 1");
  });
  beforeEach(() => {
    use();
    connection().executeSync("DELETE FROM item");
  });
  afterAll(async () => {
    await closeAll();
    if (serverUrl !== null) await dropTestDatabase(serverUrl, inject("runId"), hash);
  });

  it("give rows in the nearest JavaScript types", () => {
    const { rows, columns, rowCount } = connection().executeSync(
      "SELECT %s::int AS a, %s::int8 AS b, %s::bool AS c, %s::bytea AS d, '{\"x\":[1]}'::jsonb AS e, NULL AS f",
      [1, 2n ** 60n, true, new Uint8Array([0, 255])],
    );
    expect(columns).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(rows).toEqual([{ a: 1, b: 2n ** 60n, c: true, d: new Uint8Array([0, 255]), e: { x: [1] }, f: null }]);
    expect(rowCount).toBe(1);
  });

  it("see what asynchronous calls did, and the other way round", async () => {
    insert(1, "sync");
    await connection().execute("INSERT INTO item (id, name) VALUES (2, 'async')");
    expect(names()).toEqual(["sync", "async"]);
    expect((await connection().execute("SELECT count(*) AS n FROM item")).rows).toEqual([{ n: 2 }]);
  });

  it("tell the listeners of queries", () => {
    const events: QueryEvent[] = [];
    const listening = postQuery.connect((event) => events.push(event));
    try {
      connection().executeSync("SELECT %s::int AS a", [5]);
    } finally {
      listening[Symbol.dispose]();
    }
    expect(events).toMatchObject([{ alias: "default", vendor: "postgresql", sql: "SELECT $1::int AS a", params: ["5"], rowCount: 1 }]);
  });

  it("throw our errors, with what the driver told and a stack that shows the caller", () => {
    insert(1, "x");
    const violatesTheKey = () => insert(2, "x");
    const error = errorOf(violatesTheKey);
    expect(error).toBeInstanceOf(UniqueViolation);
    expect(error).toMatchObject({
      code: "23505",
      alias: "default",
      vendor: "postgresql",
      table: "item",
      constraint: "item_name_key",
      columns: ["name"],
      sql: "INSERT INTO item (id, name) VALUES ($1, $2)",
      cause: { code: "23505", severity: "ERROR" },
    });
    expect((error as Error).stack).toContain("violatesTheKey");
    expect((error as Error).stack).not.toContain("bridge-worker");
    expect(errorOf(() => insert(3, null))).toBeInstanceOf(NotNullViolation);
    expect(errorOf(() => connection().executeSync("SELECT 1 / 0"))).toBeInstanceOf(DataError);
  });

  it("refuse what cannot be bound", () => {
    expect(errorOf(() => connection().executeSync("SELECT %s", [{ toJSON: undefined, f: () => 1 }]))).toBeUndefined();
    const statement = { sql: "SELECT $1", kind: "select", returnsRows: true } as const;
    function* flow(): Flow<unknown> {
      return yield execute("default", statement, [() => 1]);
    }
    expect(() => runSync(flow())).toThrow(DataError);
  });

  it("commit a block, and roll one back", () => {
    transaction.atomicSync(() => insert(1, "kept"));
    expect(() =>
      transaction.atomicSync(() => {
        insert(2, "lost");
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(names()).toEqual(["kept"]);
  });

  it("nest blocks as savepoints", () => {
    transaction.atomicSync(() => {
      insert(1, "outer");
      expect(() => transaction.atomicSync(() => insert(2, "outer"))).toThrow(UniqueViolation);
      transaction.atomicSync(() => insert(3, "inner"));
      const point = transaction.savepointSync();
      insert(4, "undone");
      transaction.savepointRollbackSync(point);
    });
    expect(names()).toEqual(["outer", "inner"]);
  });

  it("know a broken transaction", () => {
    expect(() =>
      transaction.atomicSync(() => {
        expect(() => connection().executeSync("SELECT 1 / 0")).toThrow(DataError);
        connection().executeSync("SELECT 1");
      }),
    ).toThrow(TransactionManagementError);
    expect(names()).toEqual([]);
  });

  it("begin transactions as they are asked to", () => {
    transaction.atomicSync(
      () => {
        expect(connection().executeSync("SHOW transaction_isolation").rows).toEqual([{ transaction_isolation: "serializable" }]);
        expect(() => transaction.atomicSync(() => insert(1, "x"))).toThrow(/read-only/);
      },
      { isolation: "serializable", readOnly: true },
    );
  });

  it("are refused inside an asynchronous block", async () => {
    await transaction.atomic(async () => {
      await connection().execute("INSERT INTO item (id, name) VALUES (1, 'x')");
      expect(errorOf(names)).toMatchObject({ name: "SyncUnavailableError", code: "sync_in_async_transaction" });
      expect(errorOf(() => transaction.atomicSync(names))).toBeInstanceOf(SyncUnavailableError);
    });
    expect(names()).toEqual(["x"]);
  });

  it("write nothing while another task has a transaction open, and read meanwhile", async () => {
    let release: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      began = resolve;
    });
    const block = transaction.atomic(async () => {
      await connection().execute("INSERT INTO item (id, name) VALUES (1, 'x')");
      began();
      await opened;
    });
    await inside;
    expect(names()).toEqual([]);
    expect(errorOf(() => insert(1, "y"))).toMatchObject({ name: "SyncUnavailableError", code: "sync_would_wait" });
    expect(errorOf(() => transaction.atomicSync(names))).toMatchObject({ code: "sync_would_wait" });
    release();
    await block;
    insert(2, "y");
    expect(names()).toEqual(["x", "y"]);
  });

  it("keep a manual transaction", () => {
    connection().setAutocommitSync(false);
    insert(1, "x");
    connection().rollbackSync();
    insert(2, "y");
    connection().commitSync();
    connection().setAutocommitSync(true);
    expect(names()).toEqual(["y"]);
  });

  it("read a stream in portions, and close it early", () => {
    const sizes: number[] = [];
    function* flow(most: number): Flow<void> {
      const statement = { sql: "SELECT generate_series(1, 25)", kind: "select", returnsRows: true } as const;
      const rows = (yield stream("default", statement, [], 10)) as FlowStream;
      for (let portion = 0; portion < most; portion++) {
        const next = (yield rows.next()) as unknown[] | null;
        if (next === null) break;
        sizes.push(next.length);
        expect(connection().executeSync("SELECT 1 AS one").rows).toEqual([{ one: 1 }]);
      }
      yield rows.close();
    }
    runSync(flow(10));
    expect(sizes).toEqual([10, 10, 5]);
    runSync(flow(1));
    transaction.atomicSync(() => runSync(flow(2)));
    expect(sizes).toEqual([10, 10, 5, 10, 10, 10]);
  });

  it("go on after their session was lost", () => {
    const id = connection().executeSync("SELECT pg_backend_pid() AS id").rows[0]?.id;
    expect(() =>
      transaction.atomicSync(() => {
        const own = connection().executeSync("SELECT pg_backend_pid() AS id").rows[0]?.id;
        connection().executeSync("SELECT pg_terminate_backend(%s::int)", [own]);
      }),
    ).toThrow(OperationalError);
    expect(connection().executeSync("SELECT pg_backend_pid() AS id").rows[0]?.id).not.toBe(id);
  });

  it("open anew after closing, in both colours", async () => {
    insert(1, "x");
    await closeAll();
    expect(names()).toEqual(["x"]);
    connection().closeSync();
    expect(names()).toEqual(["x"]);
  });

  it("leave no session behind", async () => {
    const count = async () =>
      (await connection().execute("SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()")).rows[0]?.n;
    transaction.atomicSync(() => connection().closeSync());
    names();
    expect(await count()).toBe(2);
    await connection().close();
    expect(await count()).toBe(1);
  });

  it("say so where they were not asked for", () => {
    configure({ databases: { default: { url } } });
    expect(errorOf(names)).toMatchObject({
      name: "SyncUnavailableError",
      code: "sync_unavailable",
      message: expect.stringContaining("sync: true"),
    });
  });

  it("refuse settings that cannot go to another thread", () => {
    use({ options: { ssl: { checkServerIdentity: () => undefined } } });
    expect(errorOf(names)).toBeInstanceOf(ImproperlyConfigured);
  });

  it("tell of a server that cannot be reached", () => {
    configure({ databases: { default: { url: "postgres://127.0.0.1:1/nothing", sync: true } }, retryAttempts: 1 });
    expect(errorOf(names)).toMatchObject({ name: "OperationalError", code: "ECONNREFUSED", alias: "default" });
  });

  it("let a program end by itself, evaluated text too", () => {
    const engine = new URL("../../src/engine/", import.meta.url);
    const loader = fileURLToPath(new URL("../engine/source-loader.mjs", import.meta.url));
    const code = `
      import { configure } from "${engine}settings.ts";
      import { getConnection } from "${engine}connections.ts";
      configure({ databases: { default: { url: ${JSON.stringify(url)}, sync: true } } });
      console.log(getConnection().executeSync("SELECT 1 AS one").rows[0].one);`;
    const run = ["--import", loader, "--input-type=module", "-e", code];
    expect(execFileSync(process.execPath, run, { encoding: "utf8", timeout: 15_000 })).toBe("1\n");
  });
});
