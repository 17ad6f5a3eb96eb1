import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./free-port.js";
import { messageOf, type ServerSearch } from "./server.js";

const LOCAL_PORT = 3306;
const START_SECONDS = 30;

/**
 * Finds MariaDB or MySQL: the one that DORM_TEST_MYSQL_URL names, else the machine's own, else starts `mariadbd` where it
 * is installed. The word "mariadbd" in that variable passes over the machine's own.
 */
export async function findMariadb(): Promise<ServerSearch> {
  const given = process.env.DORM_TEST_MYSQL_URL;
  if (given !== undefined && given !== "" && given !== "mariadbd") {
    const { hostname, port } = new URL(given);
    const problem = await problemWith(hostname, Number(port) || LOCAL_PORT);
    return problem === null
      ? { url: given, origin: "DORM_TEST_MYSQL_URL", stop: async () => {} }
      : { url: null, reason: `DORM_TEST_MYSQL_URL names a server that does not answer: ${problem}` };
  }
  if (given !== "mariadbd" && (await problemWith("127.0.0.1", LOCAL_PORT)) === null) {
    return { url: urlOf(LOCAL_PORT), origin: `127.0.0.1:${LOCAL_PORT}`, stop: async () => {} };
  }
  try {
    return await startMariadb();
  } catch (error) {
    return { url: null, reason: `no server answers on 127.0.0.1:${LOCAL_PORT}, and mariadbd did not start: ${messageOf(error)}` };
  }
}

const urlOf = (port: number): string => `mysql://root@127.0.0.1:${port}/mysql`;

/** A server of this family greets whoever connects; null when it did. */
async function problemWith(host: string, port: number): Promise<string | null> {
  const socket = connect({ host, port, timeout: 3000 });
  try {
    return await new Promise<string | null>((resolve) => {
      socket.once("data", () => resolve(null));
      socket.once("error", (error) => resolve(messageOf(error)));
      socket.once("timeout", () => resolve("no greeting within 3 s"));
      socket.once("close", () => resolve("the connection was closed"));
    });
  } finally {
    socket.destroy();
  }
}

async function startMariadb(): Promise<ServerSearch> {
  const folder = await mkdtemp(join(tmpdir(), "dorm-mariadb-"));
  let server: ChildProcess | null = null;
  const stop = async (): Promise<void> => {
    if (server !== null && server.exitCode === null) {
      server.kill("SIGTERM");
      await once(server, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const data = join(folder, "data");
    const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
    await promisify(execFile)("mariadb-install-db", [
      "--no-defaults",
      ...asRoot,
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ]);
    const port = await freePort();
    const flags = [`--datadir=${data}`, `--port=${port}`, "--bind-address=127.0.0.1", `--socket=${join(folder, "socket")}`];
    server = spawn("mariadbd", ["--no-defaults", ...asRoot, ...flags], { stdio: "ignore" });
    for (const deadline = Date.now() + START_SECONDS * 1000; ; await pause(100)) {
      if (server.exitCode !== null) throw new Error(`mariadbd ended with code ${server.exitCode}`);
      if ((await problemWith("127.0.0.1", port)) === null) return { url: urlOf(port), origin: `mariadbd on port ${port}`, stop };
      if (Date.now() > deadline) throw new Error(`no answer within ${START_SECONDS} s`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}
