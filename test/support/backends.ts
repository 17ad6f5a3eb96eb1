import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { closeAll } from "../../src/engine/connections.js";
import { configure } from "../../src/engine/settings.js";
import { createMariadbDatabase, dropMariadbDatabase, mariadbTestUrl } from "./servers/mariadb-databases.js";
import { createTestDatabase, dropTestDatabase, testDatabaseUrl } from "./servers/postgresql-databases.js";

/** The last three are for tests that ask for them: synchronous calls on PostgreSQL, and the two engines on MariaDB. */
export type BackendName = "sqlite" | "sqlite-file" | "better-sqlite3" | "postgresql" | "postgresql-sync" | "mariadb" | "mysql";

/** What `configure` takes for one database. */
export interface DatabaseEntry {
  readonly url: string;
  readonly driver?: "better-sqlite3";
  readonly sync?: boolean;
}

/** The database under test, as a test body sees it. */
export interface Backend {
  readonly name: BackendName;
  readonly vendor: "sqlite" | "postgresql" | "mariadb" | "mysql";
  /** The URL of the alias "default". */
  readonly url: string;
  /** One entry for each alias, to be passed to `configure` again with other settings beside. */
  readonly databases: Readonly<Record<string, DatabaseEntry>>;
  /**
   * Declares a test that needs something which not every backend has; elsewhere it is skipped with the reason in its title.
   *
   * @example backend.skipUnless(backend.vendor === "postgresql", "SQLite has no row locks")("waits for the lock", async () => {});
   */
  skipUnless(condition: boolean, reason: string): (title: string, body: () => void | Promise<void>) => void;
}

export interface BackendOptions {
  /** The backends that the tests make sense on; default those of `everyBackend`. */
  readonly only?: readonly BackendName[];
  /** Each alias has a database of its own; default `["default"]`. */
  readonly aliases?: readonly string[];
  /** Settings besides `databases`. */
  readonly settings?: Omit<Parameters<typeof configure>[0], "databases">;
}

/** A place for the databases of one describe block on one backend. */
interface Site {
  readonly databases: Readonly<Record<string, DatabaseEntry>>;
  create(): Promise<void>;
  drop(): Promise<void>;
}

export const everyBackend: readonly BackendName[] = ["sqlite", "sqlite-file", "better-sqlite3", "postgresql"];

/**
 * Runs one body of tests on every backend, each with databases of its own, configured before the body's hooks run and
 * closed and removed after them.
 */
export function describeEachBackend(title: string, body: (backend: Backend) => void): void;
export function describeEachBackend(title: string, options: BackendOptions, body: (backend: Backend) => void): void;
export function describeEachBackend(
  title: string,
  ...rest: [body: (backend: Backend) => void] | [options: BackendOptions, body: (backend: Backend) => void]
): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  for (const name of options.only ?? everyBackend) {
    const aliases = options.aliases ?? ["default"];
    const site = siteOf(name, aliases);
    if (typeof site === "string") {
      describe.skip(`${title} [${name}: ${site}]`, () => {
        it("needs the server", () => {});
      });
      continue;
    }
    describe(`${title} [${name}]`, () => {
      beforeAll(async () => {
        await site.create();
        configure({ ...options.settings, databases: site.databases });
      });
      afterAll(async () => {
        await closeAll();
        await site.drop();
      });
      body({
        name,
        vendor: vendorOf(name),
        get url() {
          const entry = site.databases.default;
          if (entry === undefined) throw new Error(`No alias "default" among ${aliases.join(", ")}`);
          return entry.url;
        },
        databases: site.databases,
        skipUnless: (condition, reason) => (condition ? it : (test) => it.skip(`${test} (${reason})`)),
      });
    });
  }
}

function vendorOf(name: BackendName): Backend["vendor"] {
  if (name === "postgresql" || name === "postgresql-sync") return "postgresql";
  return name === "mariadb" || name === "mysql" ? name : "sqlite";
}

function siteOf(name: BackendName, aliases: readonly string[]): Site | string {
  switch (name) {
    case "postgresql":
    case "postgresql-sync": {
      const servers = { create: createTestDatabase, drop: dropTestDatabase, urlOf: testDatabaseUrl };
      return serverSite(inject("postgresqlUrl"), "postgresql", aliases, servers, name === "postgresql" ? {} : { sync: true });
    }
    case "mariadb":
    case "mysql": {
      const urlOf = (serverUrl: string, runId: string, hash: string): string => mariadbTestUrl(serverUrl, name, runId, hash);
      return serverSite(inject("mariadbUrl"), "mariadb", aliases, { create: createMariadbDatabase, drop: dropMariadbDatabase, urlOf }, {});
    }
    default:
      return sqliteSite(name, aliases);
  }
}

function sqliteSite(name: "sqlite" | "sqlite-file" | "better-sqlite3", aliases: readonly string[]): Site {
  if (name === "sqlite-file") {
    const folder = join(tmpdir(), `dorm-sqlite-${inject("runId")}-${randomBytes(6).toString("hex")}`);
    return {
      databases: Object.fromEntries(aliases.map((alias) => [alias, { url: `sqlite:///${join(folder, alias)}.sqlite3` }])),
      create: async () => {
        mkdirSync(folder, { recursive: true });
      },
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const entry: DatabaseEntry = name === "sqlite" ? { url: "sqlite::memory:" } : { url: "sqlite::memory:", driver: name };
  return {
    databases: Object.fromEntries(aliases.map((alias) => [alias, entry])),
    create: async () => {},
    drop: async () => {},
  };
}

type OfDatabase<T> = (serverUrl: string, runId: string, hash: string) => T;

/** The site, or why there is no server. */
function serverSite(
  serverUrl: string | null,
  vendor: string,
  aliases: readonly string[],
  {
    create,
    drop,
    urlOf,
  }: { readonly create: OfDatabase<Promise<void>>; readonly drop: OfDatabase<Promise<void>>; readonly urlOf: OfDatabase<string> },
  more: Omit<DatabaseEntry, "url">,
): Site | string {
  if (serverUrl === null) return `skipped, ${inject("missingServers")[vendor]}`;
  const runId = inject("runId");
  const hashes = new Map(aliases.map((alias) => [alias, randomBytes(6).toString("hex")]));
  return {
    databases: Object.fromEntries([...hashes].map(([alias, hash]) => [alias, { url: urlOf(serverUrl, runId, hash), ...more }])),
    create: async () => {
      for (const hash of hashes.values()) await create(serverUrl, runId, hash);
    },
    drop: async () => {
      for (const hash of hashes.values()) await drop(serverUrl, runId, hash);
    },
  };
}
