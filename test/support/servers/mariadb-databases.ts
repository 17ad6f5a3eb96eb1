import { type Connection, createConnection } from "mariadb";

const nameOf = (runId: string, hash: string): string => `dorm_test_${runId}_${hash}`;
const OF_A_TEST = /^dorm_test_[0-9a-f]{8}_[0-9a-f]{12}$/;
/** The lock that a run holds while it goes on. */
const markOf = (database: string): string => database.slice(0, nameOf("00000000", "").length);

async function connect(serverUrl: string): Promise<Connection> {
  const { hostname, port, username, password } = new URL(serverUrl);
  return await createConnection({
    host: hostname,
    port: Number(port) || 3306,
    user: decodeURIComponent(username) || "root",
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    rowsAsArray: true,
  });
}

async function withAdministrator<T>(serverUrl: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(serverUrl);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

/** The URL of a test's database on a server. */
export function mariadbTestUrl(serverUrl: string, engine: "mariadb" | "mysql", runId: string, hash: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${nameOf(runId, hash)}`;
  return url.href.replace(/^[a-z]+:/, `${engine}:`);
}

/** Creates an empty database. */
export async function createMariadbDatabase(serverUrl: string, runId: string, hash: string): Promise<void> {
  await withAdministrator(serverUrl, (connection) => connection.query(`CREATE DATABASE \`${nameOf(runId, hash)}\``));
}

/** Drops one database. */
export async function dropMariadbDatabase(serverUrl: string, runId: string, hash: string): Promise<void> {
  await withAdministrator(serverUrl, (connection) => connection.query(`DROP DATABASE IF EXISTS \`${nameOf(runId, hash)}\``));
}

async function dropDatabases(connection: Connection, isMeant: (name: string) => boolean | Promise<boolean>): Promise<void> {
  const rows: [string][] = await connection.query("SELECT schema_name FROM information_schema.schemata");
  for (const [name] of rows)
    if (OF_A_TEST.test(name) && (await isMeant(name))) await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
}

/**
 * Says on the server that a run goes on, by a lock of its name, and drops what runs left behind that were killed: their
 * lock is free.
 *
 * @returns ends the run, and drops what is left of it
 */
export async function beginMariadbRun(serverUrl: string, runId: string): Promise<() => Promise<void>> {
  const mark = markOf(nameOf(runId, ""));
  const connection = await connect(serverUrl);
  // A server that stops before we do ends this connection.
  connection.on("error", () => {});
  await connection.query("SET SESSION wait_timeout = 86400");
  await connection.query("SELECT GET_LOCK(?, 0)", [mark]);
  await dropDatabases(connection, async (name) => {
    const [[isFree]] = await connection.query("SELECT IS_FREE_LOCK(?)", [markOf(name)]);
    return Number(isFree) === 1;
  });
  return async () => {
    await dropDatabases(connection, (name) => name.startsWith(mark));
    await connection.end();
  };
}
