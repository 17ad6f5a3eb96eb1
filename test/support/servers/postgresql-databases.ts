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

/** Drops whatever a run left behind, as after a worker that crashed. */
export async function dropTestDatabases(serverUrl: string, runId: string): Promise<void> {
  await withAdministrator(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [
      nameOf(runId, ""),
    ]);
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(datname)} WITH (FORCE)`);
  });
}
