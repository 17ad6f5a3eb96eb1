import type { ConnectionOptions } from "node:tls";
import { ImproperlyConfigured } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";
import { type CertificateFiles, tlsOptions } from "../tls-options.js";

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

type OptionName = (typeof KNOWN)[number];

function optionNamed(given: string): OptionName {
  const simplified = given.toLowerCase().replaceAll("_", "");
  const known = KNOWN.find((name) => name.toLowerCase() === simplified);
  if (known !== undefined) return known;
  throw new ImproperlyConfigured(
    `PostgreSQL has no option "${given}" here. ${didYouMean(given, KNOWN)} Session parameters go into "options": "-c name=value".`,
    {
      code: "unknown_setting",
      vendor: "postgresql",
    },
  );
}

function wrong(name: string, expected: string, value: unknown): ImproperlyConfigured {
  return new ImproperlyConfigured(`The PostgreSQL option "${name}" must be ${expected}, not ${JSON.stringify(value)}.`, {
    code: "invalid_setting",
    vendor: "postgresql",
  });
}

function numberOf(name: string, value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
  throw wrong(name, "a number", value);
}

function sslOf(mode: string, files: CertificateFiles): boolean | ConnectionOptions {
  const options = tlsOptions(mode, files, "postgresql");
  if (options !== null) return options;
  throw wrong("sslmode", '"disable", "prefer", "require", "verify-ca" or "verify-full"', mode);
}

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
  const given: Partial<Record<OptionName, unknown>> = {};
  for (const [name, value] of Object.entries(settings.options)) if (value !== undefined) given[optionNamed(name)] = value;
  const text = (name: OptionName): string | undefined => (given[name] === undefined ? undefined : String(given[name]));

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
    if (given[name] !== undefined) session.push(sessionParameter(parameter, String(numberOf(name, given[name]))));
  }
  const searchPath = text("searchPath");
  if (searchPath !== undefined) session.push(sessionParameter("search_path", searchPath));
  const more = text("options");
  if (more !== undefined) session.push(more);

  const pooler = given.pgbouncer !== undefined && !/^(false|0|off|no|session)$/i.test(String(given.pgbouncer));
  const ssl =
    typeof given.ssl === "object" || typeof given.ssl === "boolean"
      ? // pg hands an object of TLS options on to Node.
        (given.ssl as boolean | ConnectionOptions)
      : sslOf(text("sslmode") ?? (/^(true|1)$/.test(text("ssl") ?? "") ? "require" : "prefer"), {
          ca: text("sslrootcert"),
          cert: text("sslcert"),
          key: text("sslkey"),
        });
  const applicationName = text("applicationName");
  const connectTimeout = given.connectTimeout === undefined ? settings.poolTimeout : numberOf("connectTimeout", given.connectTimeout);
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
      ...(text("channelBinding") === "require" ? { enableChannelBinding: true } : {}),
      ssl,
      keepAlive: true,
      // A pooler that shares sessions refuses startup parameters that it does not know.
      options: pooler ? (more ?? "") : session.join(" "),
    },
  };
}
