import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { setLogger } from "../../src/engine/logging.js";
import {
  closeAll,
  configure,
  createTables,
  DatabaseError,
  getConnection,
  OperationalError,
  overrideSettings,
  ProgrammingError,
  SyncUnavailableError,
  transaction,
} from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";
import { Tag } from "./models.js";

const folder = mkdtempSync(join(tmpdir(), "dorm-bad-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failing = (databases: Parameters<typeof configure>[0]["databases"], body: () => Promise<unknown> = () => Tag.objects.count()) =>
  overrideSettings({ databases: databases ?? {}, retryAttempts: 1 }, () => body().catch((error: unknown) => error));

describe.each(["node:sqlite", "better-sqlite3"] as const)("a file that %s cannot use", (driver) => {
  beforeAll(() => configure({ databases: { default: "sqlite::memory:" } }));

  it("is no database", async () => {
    const file = join(folder, "letter.txt");
    const text = "Dear reader, this is a letter and no database. ".repeat(40);
    writeFileSync(file, text);
    const error = await failing({ default: { url: `sqlite:///${file}`, driver } });
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain(`${file} is not an SQLite database (or it is encrypted). Check the path in the settings.`);
    expect(error).toMatchObject({ alias: "default", vendor: "sqlite" });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("is a directory", async () => {
    const error = await failing({ default: { url: `sqlite:///${folder}`, driver } });
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain(`${folder} cannot be opened: check that it is a file`);
  });

  it("is in a directory that does not exist", async () => {
    const error = await failing({ default: { url: `sqlite:///${folder}/no/such/x.db`, driver } });
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain(`the directory ${folder}/no/such does not exist; create it first`);
  });
});

describe("a driver's package that is not installed", () => {
  const copy = join(folder, "copy");
  beforeAll(() => {
    cpSync(fileURLToPath(new URL("../../src", import.meta.url)), join(copy, "src"), { recursive: true });
    mkdirSync(join(copy, "node_modules"));
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    symlinkSync(fileURLToPath(new URL("../../node_modules/decimal.js", import.meta.url)), join(copy, "node_modules/decimal.js"));
  });

  it.each([
    ["pg", "postgres://nobody@localhost/nothing", "npm install pg"],
    ["better-sqlite3", { url: "sqlite::memory:", driver: "better-sqlite3" }, "npm install better-sqlite3"],
  ])("is named with the line to run (%s)", (name, database, line) => {
    const loader = fileURLToPath(new URL("../engine/source-loader.mjs", import.meta.url));
    const program = `
      import { configure, getConnection } from ${JSON.stringify(join(copy, "src/index.ts"))};
      configure({ databases: { default: ${JSON.stringify(database)} } });
      await getConnection().execute("SELECT 1").catch((error) => console.log(error.name + ": " + error.message));`;
    const output = execFileSync(process.execPath, ["--import", loader, "--input-type=module", "-e", program], {
      cwd: copy,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1" },
    });
    expect(output).toMatch(new RegExp(`^ImproperlyConfigured: .*"${name}", which is not installed\\. Run: ${line}\n$`));
  });
});

describe("a server", () => {
  beforeAll(() => configure({ databases: { default: "sqlite::memory:" } }));
  const url = inject("postgresqlUrl");

  it("that cannot be reached is named with its place", async () => {
    const error = await failing({ default: "postgres://postgres@127.0.0.1:1/x" });
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain("PostgreSQL at 127.0.0.1:1 cannot be reached");
  });

  it.skipIf(url === null)("without the database says so", async () => {
    const there = new URL(url ?? "postgres://x");
    there.pathname = "/no_such_database";
    const error = await failing({ default: there.href });
    expect(error).toBeInstanceOf(OperationalError);
    expect(String(error)).toContain('refuses the connection: database "no_such_database" does not exist');
  });

  it.skipIf(url === null)("has no synchronous form, and says what to write", async () => {
    const error = await failing({ default: url ?? "" }, async () => Tag.objects.countSync());
    expect(error).toBeInstanceOf(SyncUnavailableError);
    expect(String(error)).toContain('await the form without "Sync"');
  });
});

describeEachBackend("a closed database", (backend) => {
  it("is opened again by the next query", async () => {
    await createTables([Tag], { ifNotExists: true });
    await closeAll();
    await createTables([Tag], { ifNotExists: true });
    expect(await Tag.objects.count()).toBe(0);
    await getConnection().close();
    const again = await Tag.objects.count().catch((error: unknown) => error);
    // what was in memory went with it, and the message says how tables come about
    if (backend.name === "sqlite" || backend.name === "better-sqlite3") {
      expect(again).toBeInstanceOf(ProgrammingError);
      expect(String(again)).toContain("dorm migrate");
    } else expect(again).toBe(0);
  });

  it("lets the transaction that is open go on to its end", async () => {
    await createTables([Tag], { ifNotExists: true });
    const counted = await transaction.atomic(async () => {
      await Tag.objects.create({ name: "inside" });
      const closed = closeAll();
      const count = await Tag.objects.count();
      return { count, closed };
    });
    await counted.closed;
    expect(counted.count).toBe(1);
  });

  backend.skipUnless(backend.vendor === "postgresql", "it has no server that ends sessions")(
    "by the server in a transaction is one error, and the next query opens a session",
    async () => {
      await createTables([Tag], { ifNotExists: true });
      const before = await Tag.objects.count();
      // the server has rolled back the session that it ended, so there is nothing to report
      const logged: string[] = [];
      const logger = setLogger({ log: ({ level, message }) => level !== "debug" && logged.push(message) });
      const error = await transaction
        .atomic(async () => {
          await Tag.objects.create({ name: "lost" });
          const { rows } = await getConnection().execute("SELECT pg_backend_pid() AS pid");
          await overrideSettings({ databases: { default: backend.url } }, () =>
            getConnection().execute("SELECT pg_terminate_backend(%s)", [rows[0]?.pid]),
          );
          await Tag.objects.count();
        })
        .catch((caught: unknown) => caught);
      setLogger(logger);
      expect(logged).toEqual([]);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toHaveProperty("alias", "default");
      expect(await Tag.objects.count()).toBe(before);
    },
  );
});
