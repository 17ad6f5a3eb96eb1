import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { findMariadb } from "./servers/mariadb.js";
import { beginMariadbRun } from "./servers/mariadb-databases.js";
import { findPostgresql } from "./servers/postgresql.js";
import { beginRun } from "./servers/postgresql-databases.js";
import { findRedis } from "./servers/redis.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Marks the databases of this run, so that none of it is left and two runs do not meet. */
    runId: string;
    postgresqlUrl: string | null;
    mariadbUrl: string | null;
    redisUrl: string | null;
    /** Why a server is missing, by vendor. */
    missingServers: Record<string, string>;
  }
}

/** Servers that every test runs on; DORM_TEST_REQUIRE=all fails without them. */
const required = ["postgresql", "mariadb", "redis"];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runId = randomBytes(4).toString("hex");
  const [postgresql, mariadb, redis] = await Promise.all([findPostgresql(), findMariadb(), findRedis()]);
  const endRun = postgresql.url === null ? null : await beginRun(postgresql.url, runId);
  const endMariadbRun = mariadb.url === null ? null : await beginMariadbRun(mariadb.url, runId);
  const stopAll = async (): Promise<void> => {
    await endRun?.();
    await endMariadbRun?.();
    if (postgresql.url !== null) await postgresql.stop();
    if (mariadb.url !== null) await mariadb.stop();
    if (redis.url !== null) await redis.stop();
  };

  const missingServers: Record<string, string> = {};
  for (const [vendor, search] of Object.entries({ postgresql, mariadb, redis })) {
    if (search.url !== null) console.log(`${vendor}: ${search.origin}`);
    else {
      missingServers[vendor] = search.reason;
      console.warn(`${vendor}: skipped, ${search.reason}`);
    }
  }
  const lacking = required.filter((vendor) => missingServers[vendor] !== undefined);
  if (process.env.DORM_TEST_REQUIRE === "all" && lacking.length > 0) {
    await stopAll();
    throw new Error(`DORM_TEST_REQUIRE=all, but there is no ${lacking.join(" and no ")} (see above).`);
  }

  project.provide("runId", runId);
  project.provide("postgresqlUrl", postgresql.url);
  project.provide("mariadbUrl", mariadb.url);
  project.provide("redisUrl", redis.url);
  project.provide("missingServers", missingServers);
  return stopAll;
}
