import type { ConnectionOptions } from "node:tls";
import { ServerOptions } from "../server-options.js";
import { tlsOptions } from "../tls-options.js";

/** What a session needs, as read from a database entry. */
export interface MariadbOptions {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly database: string | undefined;
  readonly ssl: false | ConnectionOptions;
  readonly connectTimeout: number;
  readonly compress: boolean;
  readonly allowPublicKeyRetrieval: boolean;
  /** The statement that sets up the session. */
  readonly session: string;
  /** Seconds; null: the server's own limit. */
  readonly statementTimeout: number | null;
}

/** The parts of a database entry that matter here. */
export interface MariadbSettings {
  readonly engine: string;
  readonly name: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly poolTimeout: number;
  readonly options: Readonly<Record<string, unknown>>;
}

const KNOWN = [
  "ssl",
  "sslMode",
  "sslCa",
  "sslCert",
  "sslKey",
  "socketPath",
  "connectTimeout",
  "statementTimeout",
  "lockTimeout",
  "compress",
  "allowPublicKeyRetrieval",
] as const;

/**
 * The SQL of other databases means the same here: double quotes are for names, a backslash is a character like any
 * other, `||` joins texts, and a value that a column cannot hold is an error and not cut.
 */
const SQL_MODE = [
  "ANSI_QUOTES",
  "PIPES_AS_CONCAT",
  "NO_BACKSLASH_ESCAPES",
  "STRICT_ALL_TABLES",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  "NO_ENGINE_SUBSTITUTION",
].join(",");

/** MySQL's names of the modes, and the common ones. */
const SSL_MODES: Readonly<Record<string, string>> = {
  disabled: "disable",
  preferred: "prefer",
  required: "require",
  "verify-identity": "verify-full",
};

/**
 * Reads a database entry for the driver. Sessions run in UTC, in utf8mb4 and at READ COMMITTED, as Django has it: a
 * transaction then sees what another one committed, which `getOrCreate` needs after a lost race.
 *
 * @param settings - of the entry
 * @throws ImproperlyConfigured before anything is opened
 */
export function readMariadbOptions(settings: MariadbSettings): MariadbOptions {
  const vendor = settings.engine;
  const options = new ServerOptions({ title: "MariaDB and MySQL", vendor, known: KNOWN }, settings.options);
  const lockTimeout = options.number("lockTimeout");

  const session = [
    `SET SESSION sql_mode = '${SQL_MODE}', time_zone = '+00:00', sql_auto_is_null = 0`,
    // Whole seconds are all that InnoDB takes, and at least one.
    ...(lockTimeout === null ? [] : [`innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(lockTimeout / 1000))}`]),
  ].join(", ");

  const mode = (options.text("sslMode") ?? (options.flag("ssl") ? "require" : "prefer")).toLowerCase().replaceAll("_", "-");
  const given = options.get("ssl");
  const ssl =
    typeof given === "object" && given !== null
      ? // The driver hands an object of TLS options on to Node.
        (given as ConnectionOptions)
      : tlsOptions(
          SSL_MODES[mode] ?? mode,
          { ca: options.text("sslCa"), cert: options.text("sslCert"), key: options.text("sslKey") },
          vendor,
        );
  if (ssl === null)
    throw options.problem("sslMode", '"disabled", "preferred", "required", "verify_ca" or "verify_identity"', options.get("sslMode"));

  const timeout = options.number("statementTimeout");
  return {
    user: settings.user ?? undefined,
    password: settings.password ?? undefined,
    host: settings.host ?? "127.0.0.1",
    port: settings.port ?? 3306,
    socketPath: options.text("socketPath"),
    database: settings.name === "" ? undefined : settings.name,
    ssl,
    connectTimeout: (options.number("connectTimeout") ?? settings.poolTimeout) * 1000,
    compress: options.flag("compress"),
    allowPublicKeyRetrieval: options.flag("allowPublicKeyRetrieval"),
    session,
    statementTimeout: timeout === null ? null : timeout / 1000,
  };
}
