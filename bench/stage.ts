import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { type Database, dataSql, schemaSql } from "./music.ts";

/** A fresh database with the music in it, and a way to look into it that is not the contestant's. */
export interface Stage {
  readonly target: string;
  /** The first column of the first row. */
  number(sql: string): Promise<number>;
  run(sql: string): Promise<void>;
  /** Pins the database's processes to one core; false where that is impossible. */
  pin(core: number): Promise<boolean>;
  strike(): Promise<void>;
}

/** @param server - the URL of a PostgreSQL server, for "postgresql" */
export async function setStage(database: Database, server: string): Promise<Stage> {
  const stage = database === "sqlite" ? await sqliteStage() : await postgresqlStage(server);
  await stage.run(schemaSql(database));
  await stage.run(dataSql());
  await stage.run("ANALYZE");
  return stage;
}

async function sqliteStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "dorm-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const target = join(folder, "music.sqlite3");
  const database = new DatabaseSync(target);
  return {
    target,
    number: async (sql) => Number(Object.values(database.prepare(sql).get() ?? {})[0]),
    run: async (sql) => database.exec(sql),
    pin: async () => true,
    async strike() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function postgresqlStage(server: string): Promise<Stage> {
  const name = `dorm_bench_${process.pid}_${Date.now().toString(36)}`;
  const administrator = new pg.Client({ connectionString: server });
  await administrator.connect();
  await administrator.query(`CREATE DATABASE ${name}`);
  // Else a write measures the disk.
  await administrator.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    target: url.href,
    async number(sql) {
      const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
      return Number(rows[0]?.[0]);
    },
    async run(sql) {
      await client.query(sql);
    },
    async pin(core) {
      const { rows } = await client.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE datname = current_database()");
      try {
        for (const { pid } of rows) {
          // A server on another machine, or in another container, has other process ids.
          if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("postgres: ")) return false;
          execFileSync("taskset", ["-cp", String(core), String(pid)], { stdio: "pipe" });
        }
        return true;
      } catch {
        return false;
      }
    },
    async strike() {
      await client.end();
      await administrator.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await administrator.end();
    },
  };
}
