import type { ConnectionOptions } from "node:tls";
import { ImproperlyConfigured } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";
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

type OptionName = (typeof KNOWN)[number];

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

function problem(name: string, expected: string, value: unknown, vendor: string): ImproperlyConfigured {
  return new ImproperlyConfigured(`The option "${name}" of MariaDB and MySQL must be ${expected}, not ${JSON.stringify(value)}.`, {
    code: "invalid_setting",
    vendor,
  });
}

function optionNamed(given: string, vendor: string): OptionName {
  const simplified = given.toLowerCase().replaceAll(/[_-]/g, "");
  const known = KNOWN.find((name) => name.toLowerCase() === simplified);
  if (known !== undefined) return known;
  throw new ImproperlyConfigured(`MariaDB and MySQL have no option "${given}" here. ${didYouMean(given, KNOWN)}`, {
    code: "unknown_setting",
    vendor,
  });
}

/**
 * Reads a database entry for the driver. Sessions run in UTC, in utf8mb4 and at READ COMMITTED, as Django has it: a
 * transaction then sees what another one committed, which `getOrCreate` needs after a lost race.
 *
 * @param settings - of the entry
 * @throws ImproperlyConfigured before anything is opened
 */
export function readMariadbOptions(settings: MariadbSettings): MariadbOptions {
  const vendor = settings.engine;
  const given: Partial<Record<OptionName, unknown>> = {};
  for (const [name, value] of Object.entries(settings.options)) if (value !== undefined) given[optionNamed(name, vendor)] = value;
  const text = (name: OptionName): string | undefined => (given[name] === undefined ? undefined : String(given[name]));
  const flag = (name: OptionName): boolean => /^(true|1|on|yes)$/i.test(text(name) ?? "");
  const number = (name: OptionName): number | null => {
    const value = given[name];
    if (value === undefined) return null;
    const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0) return parsed;
    throw problem(name, "a number", value, vendor);
  };

  const session = [
    `SET SESSION sql_mode = '${SQL_MODE}', time_zone = '+00:00', sql_auto_is_null = 0`,
    // Whole seconds are all that InnoDB takes, and at least one.
    ...(given.lockTimeout === undefined
      ? []
      : [`innodb_lock_wait_timeout = ${Math.max(1, Math.ceil((number("lockTimeout") ?? 0) / 1000))}`]),
  ].join(", ");

  const mode = (text("sslMode") ?? (flag("ssl") ? "require" : "prefer")).toLowerCase().replaceAll("_", "-");
  const ssl =
    typeof given.ssl === "object" && given.ssl !== null
      ? // The driver hands an object of TLS options on to Node.
        (given.ssl as ConnectionOptions)
      : tlsOptions(SSL_MODES[mode] ?? mode, { ca: text("sslCa"), cert: text("sslCert"), key: text("sslKey") }, vendor);
  if (ssl === null)
    throw problem("sslMode", '"disabled", "preferred", "required", "verify_ca" or "verify_identity"', given.sslMode, vendor);

  const timeout = number("statementTimeout");
  return {
    user: settings.user ?? undefined,
    password: settings.password ?? undefined,
    host: settings.host ?? "127.0.0.1",
    port: settings.port ?? 3306,
    socketPath: text("socketPath"),
    database: settings.name === "" ? undefined : settings.name,
    ssl,
    connectTimeout: (number("connectTimeout") ?? settings.poolTimeout) * 1000,
    compress: flag("compress"),
    allowPublicKeyRetrieval: flag("allowPublicKeyRetrieval"),
    session,
    statementTimeout: timeout === null ? null : timeout / 1000,
  };
}
