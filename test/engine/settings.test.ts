import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { registerBackend } from "../../src/engine/backends.js";
import { closeAll, getConnection, poolStats } from "../../src/engine/connections.js";
import { dialectFor } from "../../src/engine/execute.js";
import { setLogger } from "../../src/engine/logging.js";
import { configure, isConfigured, overrideSettings, settings, settingsVersion } from "../../src/engine/settings.js";
import { createSqliteDatabase } from "../../src/engine/sqlite-database.js";
import { ImproperlyConfigured } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-settings-"));
const file = (name: string) => `sqlite:///${join(folder, name)}`;

afterAll(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("settings", () => {
  it("A10: before configure() databases are refused, and the other settings are defaults", () => {
    expect(isConfigured()).toBe(false);
    expect(() => settings.databases).toThrow(ImproperlyConfigured);
    expect(() => getConnection()).toThrow(/configure\(/);
    expect(settings.timeZone).toBe("UTC");
    expect(settings.slowQueryMs).toBe(500);
    expect(settings.fetchMode).toBe("peers");
    expect(settings.readAfterWriteWindow).toBe(3);
  });

  it("A09: another database replaces the old one and closes it; other keys keep the connections", async () => {
    configure({ databases: { default: file("a.db"), kept: file("kept.db") } });
    await getConnection().execute("CREATE TABLE marker (name TEXT)");
    await getConnection("kept").execute("CREATE TABLE marker (name TEXT)");
    const kept = poolStats("kept");
    configure({ slowQueryMs: 100 });
    expect(poolStats("default")).toMatchObject({ open: true });
    const version = settingsVersion();
    configure({ databases: { default: file("b.db"), kept: file("kept.db") } });
    expect(settingsVersion()).not.toBe(version);
    expect(poolStats("default")).toEqual({ alias: "default", status: "uninitialised" });
    expect(poolStats("kept")).toEqual(kept);
    await expect(getConnection().execute("SELECT * FROM marker")).rejects.toThrow(/no such table/);
    expect(settings.slowQueryMs).toBe(100);
  });

  it("refuses wrong settings before anything changes", async () => {
    configure({ databases: { default: "sqlite::memory:" } });
    await getConnection().execute("CREATE TABLE marker (name TEXT)");
    for (const [input, message] of [
      [{ slowQeuryMs: 3 }, /"slowQeuryMs".*"slowQueryMs"/],
      [{ DATABASES: {} }, /"databases"/],
      [{ timeZone: "Europe/Nowhere" }, /timeZone/],
      [{ retryAttempts: 0 }, /retryAttempts/],
      [{ databases: { default: "nix://" } }, /nix/],
      [{ fetchMode: "all" }, /fetchMode/],
    ] as const) {
      // Each is wrong on purpose, for the compiler too.
      expect(() => configure(input as object)).toThrow(message);
      expect(() => configure(input as object)).toThrow(ImproperlyConfigured);
    }
    expect((await getConnection().execute("SELECT * FROM marker")).rows).toEqual([]);
  });

  it("K15: an explicit setting beats the environment, which beats the default", () => {
    vi.stubEnv("DORM_SLOW_QUERY_MS", "321");
    vi.stubEnv("DORM_RETRY_ATTEMPTS", "7");
    vi.stubEnv("DORM_RETRY_BACKOFF", "nonsense");
    const explicit = { slowQueryMs: undefined, retryAttempts: undefined, retryBackoff: undefined };
    // As a program that computes its settings may pass them.
    configure(explicit as object);
    expect([settings.slowQueryMs, settings.retryAttempts, settings.retryBackoff]).toEqual([321, 7, 0.1]);
    configure({ slowQueryMs: null, retryAttempts: 2 });
    expect([settings.slowQueryMs, settings.retryAttempts]).toEqual([null, 2]);
    vi.unstubAllEnvs();
    configure(explicit as object);
    expect([settings.slowQueryMs, settings.retryAttempts]).toEqual([500, 3]);
  });

  it("unknown aliases and engines are refused with what there is", () => {
    configure({ databases: { default: "sqlite::memory:", odd: { engine: "sqlit", name: ":memory:" }, duck: "duckdb:///x" } });
    expect(() => getConnection("defualt")).toThrow(/"defualt".*"default"/);
    expect(() => getConnection("odd")).toThrow(/"sqlit".*"sqlite".*postgresql/);
    expect(() => getConnection("duck")).toThrow(/unknown engine "duckdb"/);
  });

  it("registerBackend adds an engine, and dialectFor opens nothing", async () => {
    let opened = 0;
    const dialect = dialectFor("default");
    registerBackend("counted", {
      dialect,
      createDatabase: (alias, given, its) => {
        opened++;
        return createSqliteDatabase(alias, { ...given, name: ":memory:" }, its);
      },
    });
    configure({ databases: { default: "sqlite::memory:", mine: { engine: "counted" } } });
    expect(dialectFor("mine")).toBe(dialect);
    expect(opened).toBe(0);
    expect((await getConnection("mine").execute("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    expect(opened).toBe(1);
  });
});

describe("overrideSettings", () => {
  it("A13: holds inside its callback only, for code that it starts only", async () => {
    configure({ databases: { default: "sqlite::memory:" }, slowQueryMs: 200 });
    let release: () => void = () => undefined;
    const inside = overrideSettings({ slowQueryMs: 10 }, async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return [settings.slowQueryMs, overrideSettings({ timeZone: "Asia/Tokyo" }, () => [settings.slowQueryMs, settings.timeZone])];
    });
    expect(settings.slowQueryMs).toBe(200);
    release();
    expect(await inside).toEqual([10, [10, "Asia/Tokyo"]]);
    expect(settings.slowQueryMs).toBe(200);
    expect(() =>
      overrideSettings({ slowQueryMs: 10 }, () => {
        throw new Error("body");
      }),
    ).toThrow("body");
    expect(settings.slowQueryMs).toBe(200);
    expect(() => overrideSettings({ slowQueryMs: -1 }, () => 1)).toThrow(ImproperlyConfigured);
  });

  it("A13: the slow log follows it", async () => {
    const records: string[] = [];
    const before = setLogger({ log: (record) => records.push(`${record.logger} ${record.level} ${record.message}`) });
    try {
      await getConnection().execute("SELECT 1");
      await overrideSettings({ slowQueryMs: 0 }, () => getConnection().execute("SELECT 2"));
      await getConnection().execute("SELECT 3");
    } finally {
      setLogger(before);
    }
    expect(records.filter((line) => line.includes("slow"))).toEqual([
      expect.stringMatching(/^dorm\.db\.backends\.sqlite warning slow query \(\d+\.\d\dms ≥ 0ms\): SELECT 2$/),
    ]);
  });

  it("A14: databases follow and come back; what is the same is shared", async () => {
    configure({ databases: { default: "sqlite::memory:", shared: "sqlite::memory:" } });
    await getConnection().execute("CREATE TABLE outside (x INT)");
    await getConnection("shared").execute("CREATE TABLE both (x INT)");
    await overrideSettings({ databases: { default: file("inside.db"), shared: "sqlite::memory:" } }, async () => {
      await getConnection().execute("CREATE TABLE inside (x INT)");
      await expect(getConnection().execute("SELECT * FROM outside")).rejects.toThrow(/no such table/);
      expect((await getConnection("shared").execute("SELECT * FROM both")).rows).toEqual([]);
    });
    expect((await getConnection().execute("SELECT * FROM outside")).rows).toEqual([]);
    await expect(getConnection().execute("SELECT * FROM inside")).rejects.toThrow(/no such table/);
  });

  it("awaits a lazy thenable inside", async () => {
    const lazy = { then: (resolve: (value: unknown) => void) => resolve(settings.timeZone) };
    expect(await overrideSettings({ timeZone: "Asia/Tokyo" }, () => lazy)).toBe("Asia/Tokyo");
  });
});
