import pg from "pg";

const nameOf = (runId: string, hash: string): string => `dorm_test_${runId}_${hash}`;

async function withAdministrator<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of a test's database on a server. */
export function testDatabaseUrl(serverUrl: string, runId: string, hash: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${nameOf(runId, hash)}`;
  return url.href;
}

/** Creates an empty database. */
export async function createTestDatabase(serverUrl: string, runId: string, hash: string): Promise<void> {
  await withAdministrator(serverUrl, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(nameOf(runId, hash))}`));
}

/** Drops one database, also under connections that are still open. */
export async function dropTestDatabase(serverUrl: string, runId: string, hash: string): Promise<void> {
  await withAdministrator(serverUrl, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(nameOf(runId, hash))} WITH (FORCE)`),
  );
}

/** Drops the databases that a query names. */
async function dropDatabases(client: pg.Client, sql: string, values: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(sql, [...values]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(datname)} WITH (FORCE)`);
}

/**
 * Says on the server that a run goes on, by a connection that bears its name, and drops what runs left behind that were
 * killed: their connection is gone.
 *
 * @returns ends the run, and drops what is left of it
 */
export async function beginRun(serverUrl: string, runId: string): Promise<() => Promise<void>> {
  const mark = nameOf(runId, "");
  const client = new pg.Client({ connectionString: serverUrl, application_name: mark });
  // A server that stops before we do ends this connection.
  client.on("error", () => {});
  await client.connect();
  await dropDatabases(
    client,
    `SELECT datname FROM pg_database WHERE datname ~ '^dorm_test_[0-9a-f]{8}_[0-9a-f]{12}$'
     AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = substr(pg_database.datname, 1, length($1)))`,
    [mark],
  );
  return async () => {
    await dropDatabases(client, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [mark]);
    await client.end();
  };
}
