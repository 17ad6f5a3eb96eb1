import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.js";
import { messageOf, type ServerSearch } from "./server.js";

const LOCAL_PORT = 6379;
const START_SECONDS = 15;

/**
 * Finds Redis or Valkey: the one that DORM_TEST_REDIS_URL names, else the machine's own, else starts `redis-server` where
 * it is installed. The word "redis-server" in that variable passes over the machine's own.
 */
export async function findRedis(): Promise<ServerSearch> {
  const given = process.env.DORM_TEST_REDIS_URL;
  if (given !== undefined && given !== "" && given !== "redis-server") {
    const { hostname, port } = new URL(given);
    const problem = await problemWith(hostname, Number(port) || LOCAL_PORT);
    return problem === null
      ? { url: given, origin: "DORM_TEST_REDIS_URL", stop: async () => {} }
      : { url: null, reason: `DORM_TEST_REDIS_URL names a server that does not answer: ${problem}` };
  }
  if (given !== "redis-server" && (await problemWith("127.0.0.1", LOCAL_PORT)) === null)
    return { url: urlOf(LOCAL_PORT), origin: `127.0.0.1:${LOCAL_PORT}`, stop: async () => {} };
  try {
    return await startRedis();
  } catch (error) {
    return { url: null, reason: `no server answers on 127.0.0.1:${LOCAL_PORT}, and redis-server did not start: ${messageOf(error)}` };
  }
}

const urlOf = (port: number): string => `redis://127.0.0.1:${port}/0`;

/** A server answers a PING, be it that it wants a password first; null when it did. */
async function problemWith(host: string, port: number): Promise<string | null> {
  const socket = connect({ host, port, timeout: 3000 });
  try {
    return await new Promise<string | null>((resolve) => {
      socket.once("connect", () => socket.write("PING\r\n"));
      socket.once("data", (data) => resolve(/^(\+PONG|-NOAUTH)/.test(data.toString()) ? null : "it is no Redis"));
      socket.once("error", (error) => resolve(messageOf(error)));
      socket.once("timeout", () => resolve("no answer within 3 s"));
      socket.once("close", () => resolve("the connection was closed"));
    });
  } finally {
    socket.destroy();
  }
}

async function startRedis(): Promise<ServerSearch> {
  const port = await freePort();
  let failure: Error | null = null;
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server: ChildProcess = spawn("redis-server", flags, { stdio: "ignore" });
  server.once("error", (error) => {
    failure = error;
  });
  const stop = async (): Promise<void> => {
    if (failure !== null || server.exitCode !== null) return;
    server.kill("SIGTERM");
    await once(server, "exit");
  };
  try {
    for (const deadline = Date.now() + START_SECONDS * 1000; ; await pause(50)) {
      if (failure !== null) throw failure;
      if (server.exitCode !== null) throw new Error(`redis-server ended with code ${server.exitCode}`);
      if ((await problemWith("127.0.0.1", port)) === null) return { url: urlOf(port), origin: `redis-server on port ${port}`, stop };
      if (Date.now() > deadline) throw new Error(`no answer within ${START_SECONDS} s`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}
