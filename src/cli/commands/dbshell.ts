import { spawn } from "node:child_process";
import type { Command } from "commander";
import type { DatabaseSettings } from "../../engine/database-settings.js";
import { dialectFor } from "../../engine/execute.js";
import { settings } from "../../engine/settings.js";
import { createCommand, databaseOption } from "../command.js";
import { CommandFailure, ExitCode, UsageError } from "../failures.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

/** How a vendor's own client is called. */
interface Client {
  readonly program: string;
  /** What has it, for where it is missing. */
  readonly package: string;
  readonly args: readonly string[];
  /** Secrets go by the environment: arguments are seen by every user of the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

type Describe = (database: DatabaseSettings) => Client;

const option = (flag: string, value: string | number | null): string[] => (value === null || value === "" ? [] : [flag, String(value)]);
const secret = (name: string, value: string | null): Record<string, string> => (value === null ? {} : { [name]: value });

const mysql: Describe = ({ host, port, user, name, password }) => ({
  program: "mariadb",
  package: "the MariaDB client (mariadb-client)",
  args: [...option("--host", host), ...option("--port", port), ...option("--user", user), name],
  environment: secret("MYSQL_PWD", password),
});

const CLIENTS: Readonly<Record<string, Describe>> = {
  sqlite: ({ name }) => ({ program: "sqlite3", package: "the SQLite shell (sqlite3)", args: [name], environment: {} }),
  postgresql: ({ host, port, user, name, password }) => ({
    program: "psql",
    package: "the PostgreSQL client (postgresql-client)",
    args: [...option("--host", host), ...option("--port", port), ...option("--username", user), ...option("--dbname", name)],
    environment: secret("PGPASSWORD", password),
  }),
  mysql,
  mariadb: mysql,
};

function runClient(client: Client, extra: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(client.program, [...client.args, ...extra], { stdio: "inherit", env: { ...process.env, ...client.environment } });
    child.once("error", (error: NodeJS.ErrnoException) => {
      const message =
        error.code === "ENOENT"
          ? `There is no "${client.program}" on the PATH. Install ${client.package}.`
          : `${client.program}: ${error.message}`;
      reject(new CommandFailure(message, error.code === "ENOENT" ? ExitCode.programMissing : ExitCode.failed));
    });
    child.once("exit", (code, signal) => resolve(signal === null ? (code ?? ExitCode.failed) : ExitCode.cancelled));
  });
}

/** `dorm dbshell` */
export function dbshellCommand(session: Session): Command {
  return createCommand("dbshell [args...]", "Open the database's own client: sqlite3, psql or mariadb.", [
    ["dorm dbshell", "the default database"],
    ["dorm dbshell --database replica", "another one"],
    ["dorm dbshell -- -c 'SELECT 1'", "what follows -- goes to the client"],
  ])
    .addOption(databaseOption())
    .action(async (args: string[], options: { database: string }) => {
      await session.project();
      const alias = requireAlias(options.database);
      const { vendor } = dialectFor(alias);
      const describe = CLIENTS[vendor];
      const database = settings.databases[alias];
      if (describe === undefined || database === undefined) throw new UsageError(`dbshell knows no client for ${vendor}.`);
      if (database.name === ":memory:") throw new UsageError(`The database "${alias}" is in memory; no other program can open it.`);
      process.exitCode = await runClient(describe(database), args);
    });
}
