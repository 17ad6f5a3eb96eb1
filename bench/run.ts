// `npm run bench`: every contestant in a process of its own, one after the other, on SQLite and PostgreSQL.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import pg from "pg";
import type { Measurement } from "./measure.ts";
import type { Database } from "./music.ts";
import { type Result, table } from "./report.ts";
import { tasks } from "./tasks.ts";
import type { WorkerMessage } from "./worker.ts";

const USAGE = `npm run bench -- [options]

  --only NAMES         contestants, separated by commas: raw, dorm-sync, dorm-async, drizzle, kysely
  --database NAME      sqlite or postgresql; both when left out
  --server URL         the PostgreSQL server; default $DORM_TEST_POSTGRES_URL or postgres://postgres@127.0.0.1:5432/postgres
  --seconds N          time for each task of each contestant; default 1
  --json FILE          also write everything that was measured to a file`;

const FILES: Readonly<Record<Database, Readonly<Record<string, string>>>> = {
  sqlite: {
    raw: "raw-sqlite.ts",
    "dorm-sync": "dorm-sync.ts",
    "dorm-async": "dorm-async.ts",
    drizzle: "drizzle-sqlite.ts",
    kysely: "kysely-sqlite.ts",
  },
  postgresql: { raw: "raw-postgresql.ts", "dorm-async": "dorm-async.ts", drizzle: "drizzle-postgresql.ts", kysely: "kysely-postgresql.ts" },
};

function refuse(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        only: { type: "string" },
        database: { type: "string" },
        server: { type: "string" },
        seconds: { type: "string", default: "1" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** The version of a package that is installed, or of the project itself. */
function versionOf(name: string): string {
  const folder = name === "dorm" ? "../" : `../node_modules/${name}/`;
  return (JSON.parse(readFileSync(new URL(`${folder}package.json`, import.meta.url), "utf8")) as { version: string }).version;
}

const options = readOptions();
if (options.help) {
  console.log(USAGE);
  process.exit();
}
const seconds = Number(options.seconds);
if (!(seconds > 0)) refuse(`--seconds takes a number above 0, not ${JSON.stringify(options.seconds)}.`);
if (options.database !== undefined && !Object.hasOwn(FILES, options.database)) {
  refuse(`--database takes sqlite or postgresql, not ${JSON.stringify(options.database)}.`);
}
const names = options.only?.split(",").map((name) => name.trim());
const known = [...new Set(Object.values(FILES).flatMap((files) => Object.keys(files)))];
const strangers = names?.filter((name) => !known.includes(name)) ?? [];
if (strangers.length > 0) refuse(`--only does not know ${strangers.join(", ")}; there are ${known.join(", ")}.`);

const server = options.server ?? (process.env.DORM_TEST_POSTGRES_URL || "postgres://postgres@127.0.0.1:5432/postgres");
const canPin = process.platform === "linux" && spawnSync("taskset", ["--version"]).status === 0;
const core = canPin ? cpus().length - 1 : null;

async function serverVersion(): Promise<string | null> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 3000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return rows[0]!.server_version;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Runs one contestant's process to its end. */
function perform(
  database: Database,
  file: string,
): Promise<{ result: Result; packages: readonly string[]; pinned: boolean; failed: boolean }> {
  const path = new URL(`contestants/${file}`, import.meta.url).href;
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const args = [
    "--disable-warning=ExperimentalWarning",
    worker,
    path,
    database,
    String(seconds),
    server,
    core === null ? "" : String(core),
  ];
  const command = core === null ? [process.execPath, ...args] : ["taskset", "-c", String(core), process.execPath, ...args];
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const measurements: Measurement[] = [];
    let contestant = file;
    let packages: readonly string[] = [];
    let pinned = true;
    // Only our worker speaks on this channel.
    child.on("message", (message: WorkerMessage) => {
      if ("name" in message) {
        contestant = message.name;
        packages = message.packages;
      } else {
        measurements.push(message.measurement);
        pinned &&= message.pinned;
      }
      process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${database}: ${contestant}, ${measurements.length} of ${tasks.length}` : "");
    });
    child.on("exit", (code) => {
      process.stderr.write(process.stderr.isTTY ? "\r\x1b[K" : "");
      resolve({ result: { contestant, measurements }, packages, pinned, failed: code !== 0 });
    });
  });
}

const databases = (options.database === undefined ? Object.keys(FILES) : [options.database]) as Database[];
const written: Record<string, unknown> = {
  node: process.version,
  processor: cpus()[0]?.model,
  date: new Date().toISOString(),
  seconds,
};
let failures = 0;
for (const database of databases) {
  let title = `SQLite ${process.versions.sqlite} (node:sqlite)`;
  if (database === "postgresql") {
    const version = await serverVersion();
    if (version === null) {
      console.log(`\nPostgreSQL: skipped, ${server.replace(/:[^:@/]+@/, ":…@")} does not answer.`);
      if (options.database !== undefined) failures++;
      continue;
    }
    title = `PostgreSQL ${version}, synchronous_commit off`;
  }
  const results: Result[] = [];
  const packages = new Set<string>();
  let pinned = true;
  for (const [name, file] of Object.entries(FILES[database])) {
    if (names !== undefined && !names.includes(name)) continue;
    const performed = await perform(database, file);
    if (performed.failed) failures++;
    pinned &&= performed.pinned;
    for (const name of performed.packages) packages.add(name);
    results.push(performed.result);
  }
  const versions = [...packages].map((name) => `${name} ${versionOf(name)}`).join(", ");
  const pinning =
    database === "sqlite"
      ? ""
      : pinned
        ? "; client and server share one core"
        : "; not pinned: waking another core adds to every round trip";
  console.log(`\n${title}; Node ${process.version.slice(1)}${versions === "" ? "" : `; ${versions}`}${pinning}`);
  console.log(`median time of one operation (ratio to ${results[0]?.contestant ?? "none"})\n\n${table(results)}`);
  written[database] = { title, versions, pinned, results };
}
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify(written, null, 2)}\n`);
  console.log(`\nWritten to ${options.json}`);
}
if (failures > 0) {
  console.error(`\n${failures} failed, see above.`);
  process.exitCode = 1;
}
