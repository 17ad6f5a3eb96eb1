import type { ConnectionOptions } from "node:tls";
import { ServerOptions } from "../server-options.js";
import { tlsOptions } from "../tls-options.js";

/** What connecting needs, as `pg` takes it. */
export interface PostgresqlOptions {
  readonly user?: string;
  readonly password?: string | (() => string | Promise<string>);
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly ssl?: boolean | ConnectionOptions;
  readonly application_name?: string;
  readonly connectionTimeoutMillis?: number;
  readonly keepAlive: boolean;
  readonly options: string;
  readonly enableChannelBinding?: boolean;
}

/** The parts of a database entry that matter here. */
export interface PostgresqlSettings {
  readonly name: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly poolTimeout: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** libpq's names without underscores, as URLs of providers carry them. */
const KNOWN = [
  "ssl",
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "applicationName",
  "connectTimeout",
  "statementTimeout",
  "lockTimeout",
  "idleInTransactionSessionTimeout",
  "searchPath",
  "options",
  "channelBinding",
  "pgbouncer",
] as const;

/** In a startup parameter, backslashes and spaces separate words unless they are escaped. */
function sessionParameter(name: string, value: string): string {
  return `-c ${name}=${value.replaceAll(/([\\ ])/g, "\\$1")}`;
}

/**
 * Reads a database entry for `pg`. Sessions run in UTC, with ISO dates.
 *
 * @param settings - of the entry
 * @returns what `pg` takes, and whether a pooler between forbids prepared statements
 * @throws ImproperlyConfigured before anything is opened
 */
export function readPostgresqlOptions(settings: PostgresqlSettings): { readonly connect: PostgresqlOptions; readonly pooler: boolean } {
  const options = new ServerOptions(
    {
      title: "PostgreSQL",
      vendor: "postgresql",
      known: KNOWN,
      advice: 'Session parameters go into "options": "-c name=value".',
    },
    settings.options,
  );

  const session = [
    sessionParameter("TimeZone", "UTC"),
    sessionParameter("DateStyle", "ISO"),
    sessionParameter("IntervalStyle", "postgres"),
    sessionParameter("extra_float_digits", "1"),
  ];
  for (const [name, parameter] of [
    ["statementTimeout", "statement_timeout"],
    ["lockTimeout", "lock_timeout"],
    ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
  ] as const) {
    const value = options.number(name);
    if (value !== null) session.push(sessionParameter(parameter, String(value)));
  }
  const searchPath = options.text("searchPath");
  if (searchPath !== undefined) session.push(sessionParameter("search_path", searchPath));
  const more = options.text("options");
  if (more !== undefined) session.push(more);

  const pgbouncer = options.text("pgbouncer");
  const pooler = pgbouncer !== undefined && !/^(false|0|off|no|session)$/i.test(pgbouncer);
  const given = options.get("ssl");
  const mode = options.text("sslmode") ?? (options.flag("ssl") ? "require" : "prefer");
  const ssl =
    (typeof given === "object" && given !== null) || typeof given === "boolean"
      ? // pg hands an object of TLS options on to Node.
        (given as boolean | ConnectionOptions)
      : tlsOptions(mode, { ca: options.text("sslrootcert"), cert: options.text("sslcert"), key: options.text("sslkey") }, "postgresql");
  if (ssl === null) throw options.problem("sslmode", '"disable", "prefer", "require", "verify-ca" or "verify-full"', mode);
  const applicationName = options.text("applicationName");
  const connectTimeout = options.number("connectTimeout") ?? settings.poolTimeout;
  return {
    pooler,
    connect: {
      ...(settings.user === null ? {} : { user: settings.user }),
      ...(settings.password === null ? {} : { password: settings.password }),
      ...(settings.host === null ? {} : { host: settings.host }),
      ...(settings.port === null ? {} : { port: settings.port }),
      ...(settings.name === "" ? {} : { database: settings.name }),
      ...(applicationName === undefined ? {} : { application_name: applicationName }),
      ...(connectTimeout > 0 ? { connectionTimeoutMillis: connectTimeout * 1000 } : {}),
      ...(options.text("channelBinding") === "require" ? { enableChannelBinding: true } : {}),
      ssl,
      keepAlive: true,
      // A pooler that shares sessions refuses startup parameters that it does not know.
      options: pooler ? (more ?? "") : session.join(" "),
    },
  };
}
