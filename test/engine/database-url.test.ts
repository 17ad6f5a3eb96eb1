import { describe, expect, it } from "vitest";
import { normalizeDatabases } from "../../src/engine/database-settings.js";
import { parseDatabaseUrl } from "../../src/engine/database-url.js";
import { ImproperlyConfigured } from "../../src/errors.js";

describe("parseDatabaseUrl", () => {
  it.each([
    ["sqlite:///x.db", "x.db"],
    ["sqlite:////var/x.db", "/var/x.db"],
    ["sqlite://x.db", "x.db"],
    ["sqlite:///dir/my%20file.db", "dir/my file.db"],
    ["sqlite3:///x.db", "x.db"],
  ])("A01: %s is the file %s", (url, name) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: "sqlite", name });
  });

  it.each(["sqlite:///:memory:", "sqlite::memory:", "sqlite://", "sqlite:"])("A02: %s is memory", (url) => {
    expect(parseDatabaseUrl(url)).toEqual({ engine: "sqlite", name: ":memory:" });
  });

  it("A03: libsql keeps absolute paths, and takes hosts and tokens", () => {
    expect(parseDatabaseUrl("libsql:////var/data/db")).toEqual({ engine: "libsql", name: "/var/data/db" });
    expect(parseDatabaseUrl("libsql:///data/db").name).toBe("data/db");
    expect(parseDatabaseUrl("libsql://x.turso.io?authToken=abc&NAME=replica.db")).toEqual({
      engine: "libsql",
      name: "replica.db",
      options: { syncUrl: "libsql://x.turso.io", authToken: "abc" },
    });
    expect(parseDatabaseUrl("libsql+https://x.turso.io").options).toEqual({ syncUrl: "https://x.turso.io" });
  });

  it("A04: the name is percent-decoded like user and password", () => {
    expect(parseDatabaseUrl("postgres://me%40x:p%2Fw%23@h/db%20x")).toEqual({
      engine: "postgresql",
      user: "me@x",
      password: "p/w#",
      host: "h",
      port: 5432,
      name: "db x",
    });
  });

  it("A05: pool settings are lifted and typed for every engine, in every spelling", () => {
    for (const engine of ["mysql", "mariadb", "postgresql", "cockroachdb"]) {
      expect(parseDatabaseUrl(`${engine}://h/db?MAX_POOL_SIZE=3&poolTimeout=1.5&pool_check=off&sslmode=require`)).toMatchObject({
        maxPoolSize: 3,
        poolTimeout: 1.5,
        poolCheck: false,
        options: { sslmode: "require" },
      });
    }
    expect(parseDatabaseUrl("postgres://h/db?PREPARE_THRESHOLD=none&min_pool_size=0&MAX_IDLE=60&maxLifetime=120")).toMatchObject({
      prepareThreshold: null,
      minPoolSize: 0,
      maxIdle: 60,
      maxLifetime: 120,
    });
    expect(parseDatabaseUrl("sqlite:///x.db?busyTimeout=100").options).toEqual({ busyTimeout: "100" });
  });

  it.each(["MAX_POOL_SIZE=abc", "minPoolSize=", "POOL_CHECK=maybe", "MAX_IDLE=-1"])("A06: %s is refused by name", (query) => {
    const key = query.split("=")[0] ?? "";
    expect(() => parseDatabaseUrl(`postgres://h/db?${query}`)).toThrow(ImproperlyConfigured);
    expect(() => parseDatabaseUrl(`postgres://h/db?${query}`)).toThrow(key);
  });

  it("A07: engines that exist are accepted", () => {
    expect(parseDatabaseUrl("duckdb:///x")).toEqual({ engine: "duckdb", name: "x" });
    expect(parseDatabaseUrl("cockroachdb://h/db")).toMatchObject({ engine: "cockroachdb", port: 26257 });
    expect(parseDatabaseUrl("mysql+pymysql://h/db")).toMatchObject({ engine: "mysql", port: 3306 });
  });

  it("A08: an IPv6 host has no brackets", () => {
    expect(parseDatabaseUrl("postgres://[::1]:6000/db")).toMatchObject({ host: "::1", port: 6000 });
  });

  it("takes the directory of a socket", () => {
    expect(parseDatabaseUrl("postgresql:///db?host=/var/run/postgresql")).toMatchObject({ host: "/var/run/postgresql", name: "db" });
  });

  it("refuses what it cannot read without showing the password", () => {
    expect(() => parseDatabaseUrl("potgres://h/db")).toThrow(/"potgres".*"postgres"/);
    expect(() => parseDatabaseUrl("h/db")).toThrow(/scheme/);
    for (const url of ["postgres://u:secret@h:port/db", "postgres://u:sec#ret@h/db", "postgres://u:%zz@h/db"]) {
      expect(() => parseDatabaseUrl(url)).toThrow(ImproperlyConfigured);
      expect(() => parseDatabaseUrl(url)).not.toThrow(/secret/);
    }
  });
});

describe("entries of databases", () => {
  it("parts win over the URL, and relative paths start at the directory", () => {
    const { main, file } = normalizeDatabases(
      {
        main: { url: "postgres://h/db?MAX_POOL_SIZE=3&sslmode=require", maxPoolSize: 5, options: { applicationName: "x" } },
        file: "sqlite:///x.db",
      },
      "/srv/app",
    );
    expect(main).toMatchObject({
      engine: "postgresql",
      name: "db",
      maxPoolSize: 5,
      minPoolSize: 1,
      poolTimeout: 30,
      maxIdle: 600,
      maxLifetime: 3600,
    });
    expect(main?.options).toEqual({ sslmode: "require", applicationName: "x" });
    expect(file?.name).toBe("/srv/app/x.db");
  });

  it.each([
    [{ engine: "sqlite", nmae: "x" }, /"nmae".*"name"/],
    [{ engine: "postgresql", maxPoolSize: 0 }, /maxPoolSize/],
    [{ engine: "postgresql", minPoolSize: 5, maxPoolSize: 2 }, /minPoolSize 5 over maxPoolSize 2/],
    [{ engine: "postgresql", port: 70_000 }, /port/],
    [{ name: "x" }, /no engine/],
    ["nothing", /main.*scheme/s],
  ])("refuses %j", (entry, message) => {
    // Each entry is wrong on purpose, some for the compiler too.
    expect(() => normalizeDatabases({ main: entry as string }, "/")).toThrow(message);
    expect(() => normalizeDatabases({ main: entry as string }, "/")).toThrow(expect.objectContaining({ alias: "main" }));
  });
});
