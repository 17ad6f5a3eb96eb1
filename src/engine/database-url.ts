import { ImproperlyConfigured } from "../errors.js";
import { closestNames, didYouMean } from "../suggestions.js";

/** A database of the settings in parts. */
export interface DatabaseEntry {
  /** The backend: `sqlite`, `postgresql`, …, or what `registerBackend` added. */
  engine?: string;
  /** A URL that gives the parts which are not given beside it. */
  url?: string;
  /** The database's name; on SQLite a path, or `:memory:`. */
  name?: string;
  user?: string;
  password?: string;
  host?: string;
  port?: number;
  /** Another driver of the same database: `better-sqlite3`. */
  driver?: string;
  /** Whether `…Sync` calls may go through a worker thread, where the driver itself is asynchronous. */
  sync?: boolean;
  /** Connections kept open; 0 opens the first one on first use. Default 1. */
  minPoolSize?: number;
  /** Connections at most. Default 10. */
  maxPoolSize?: number;
  /** Seconds to wait for a free connection. Default 30. */
  poolTimeout?: number;
  /** Whether a connection that was idle for a while is probed before it is used. Default true. */
  poolCheck?: boolean;
  /** Seconds after which an idle connection is closed. Default 600. */
  maxIdle?: number;
  /** Seconds after which a connection is replaced. Default 3600. */
  maxLifetime?: number;
  /** Uses of a statement before it is prepared on the server under a name; 0 prepares at once, null never. */
  prepareThreshold?: number | null;
  /** For the driver. */
  options?: Readonly<Record<string, unknown>>;
}

/** The engine of each scheme, and the port where it listens by default. */
const SCHEMES: Readonly<Record<string, { engine: string; port?: number; file?: boolean }>> = {
  postgres: { engine: "postgresql", port: 5432 },
  postgresql: { engine: "postgresql", port: 5432 },
  psql: { engine: "postgresql", port: 5432 },
  cockroachdb: { engine: "cockroachdb", port: 26257 },
  mysql: { engine: "mysql", port: 3306 },
  mariadb: { engine: "mariadb", port: 3306 },
  sqlite: { engine: "sqlite", file: true },
  sqlite3: { engine: "sqlite", file: true },
  duckdb: { engine: "duckdb", file: true },
  libsql: { engine: "libsql", file: true },
  "libsql+ws": { engine: "libsql", file: true },
  "libsql+wss": { engine: "libsql", file: true },
  "libsql+http": { engine: "libsql", file: true },
  "libsql+https": { engine: "libsql", file: true },
};

type KnobKind = "count" | "seconds" | "boolean" | "threshold";

/** The query parameters that are settings of ours; the others are the driver's. */
export const POOL_KNOBS = {
  minPoolSize: "count",
  maxPoolSize: "count",
  poolTimeout: "seconds",
  poolCheck: "boolean",
  maxIdle: "seconds",
  maxLifetime: "seconds",
  prepareThreshold: "threshold",
} as const satisfies Readonly<Record<string, KnobKind>>;

type Knob = keyof typeof POOL_KNOBS;

function knobNamed(parameter: string): Knob | null {
  const simplified = parameter.toLowerCase().replaceAll("_", "");
  for (const knob of Object.keys(POOL_KNOBS)) {
    // Object.keys of a constant gives its keys.
    if (knob.toLowerCase() === simplified) return knob as Knob;
  }
  return null;
}

function knobValue(knob: Knob, parameter: string, text: string): number | boolean | null {
  const kind: KnobKind = POOL_KNOBS[knob];
  const wrong = (expected: string) =>
    new ImproperlyConfigured(`The database URL has ${parameter}=${text}, where ${expected} is expected.`, { code: "database_url" });
  if (kind === "boolean") {
    if (/^(true|1|on|yes)$/i.test(text)) return true;
    if (/^(false|0|off|no)$/i.test(text)) return false;
    throw wrong("true or false");
  }
  if (kind === "threshold" && /^(none|null|off)$/i.test(text)) return null;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (kind === "seconds" ? !(number >= 0 && Number.isFinite(number)) : !(Number.isSafeInteger(number) && number >= 0)) {
    throw wrong(kind === "seconds" ? "a number of seconds" : "a whole number");
  }
  return number;
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new ImproperlyConfigured(`The ${what} of the database URL is not properly percent-encoded: write "%" as "%25".`, {
      code: "database_url",
      cause,
    });
  }
}

function readParameters(entry: DatabaseEntry, query: string): void {
  const options: Record<string, unknown> = {};
  for (const [parameter, text] of new URLSearchParams(query)) {
    const knob = knobNamed(parameter);
    // The table says which type each knob has, and knobValue checks it.
    if (knob !== null) Object.assign(entry, { [knob]: knobValue(knob, parameter, text) });
    else if (parameter === "host" || parameter === "driver") entry[parameter] = text;
    else options[parameter] = text;
  }
  if (Object.keys(options).length > 0) entry.options = options;
}

/** `//x`, `///x` and `x` are relative, `////x` is absolute; nothing and `:memory:` are memory. */
function fileName(afterColon: string, what: string): string {
  let path = afterColon;
  if (path.startsWith("///")) path = path.slice(3);
  else if (path.startsWith("//")) path = path.slice(2);
  path = decoded(path, what);
  return path === "" ? ":memory:" : path;
}

/** libsql's URLs are files with two empty or three slashes, and servers otherwise. */
function readLibsql(entry: DatabaseEntry, scheme: string, afterColon: string): void {
  const remote = /^\/\/([^/]+)/.exec(afterColon);
  const options: Record<string, unknown> = { ...entry.options };
  for (const [parameter, text] of Object.entries(options)) {
    const simplified = parameter.toLowerCase().replaceAll("_", "");
    if (simplified !== "authtoken" && simplified !== "name") continue;
    delete options[parameter];
    if (simplified === "name") entry.name = String(text);
    else options.authToken = text;
  }
  if (remote === null) entry.name ??= fileName(afterColon, "path");
  else options.syncUrl = `${scheme.includes("+") ? scheme.slice("libsql+".length) : "libsql"}:${afterColon}`;
  if (Object.keys(options).length > 0) entry.options = options;
}

function readServer(entry: DatabaseEntry, text: string, port: number): void {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new ImproperlyConfigured(
      "The database URL cannot be read. It looks like postgresql://user:password@host:5432/name; percent-encode special characters.",
      { code: "database_url", cause },
    );
  }
  if (url.hash !== "") {
    throw new ImproperlyConfigured('The database URL has a "#" in it: write it as "%23".', { code: "database_url" });
  }
  if (url.username !== "") entry.user = decoded(url.username, "user");
  if (url.password !== "") entry.password = decoded(url.password, "password");
  const host = decoded(url.hostname, "host");
  if (host !== "") entry.host ??= host.replace(/^\[(.*)\]$/, "$1");
  entry.port = url.port === "" ? port : Number(url.port);
  const name = decoded(url.pathname.replace(/^\//, ""), "name");
  if (name !== "") entry.name = name;
}

/**
 * Takes a database URL apart.
 *
 * On SQLite three slashes are relative to the working directory and four are absolute; `sqlite::memory:` and
 * `sqlite:///:memory:` are memory. The pool's settings are lifted out of the query and typed, in any spelling
 * (`MAX_POOL_SIZE`, `maxPoolSize`); what remains are options of the driver.
 *
 * @param text - the URL
 * @returns an entry for `databases`
 * @throws ImproperlyConfigured naming what cannot be read
 * @example
 * const entry = parseDatabaseUrl("postgres://me:secret@db.example.com/shop?MAX_POOL_SIZE=20");
 * console.log(entry.engine, entry.name, entry.maxPoolSize); // → postgresql shop 20
 */
export function parseDatabaseUrl(text: string): DatabaseEntry {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):([\s\S]*)$/.exec(text.trim());
  const scheme = match?.[1]?.toLowerCase();
  if (match === null || scheme === undefined) {
    throw new ImproperlyConfigured("A database URL begins with a scheme, as sqlite:///db.sqlite3 or postgresql://host/name do.", {
      code: "database_url",
    });
  }
  // SQLAlchemy's spelling names the driver after a plus sign, which means nothing here.
  const known = SCHEMES[scheme] ?? SCHEMES[scheme.replace(/\+(pymysql|asyncmy|psycopg2?|asyncpg|aiomysql|aiosqlite)$/, "")];
  if (known === undefined) {
    throw new ImproperlyConfigured(`The database URL has the unknown scheme "${scheme}". ${didYouMean(scheme, Object.keys(SCHEMES))}`, {
      code: "database_url",
    });
  }
  const entry: DatabaseEntry = { engine: known.engine };
  const [beforeQuery = "", ...query] = (match[2] ?? "").split("?");
  readParameters(entry, query.join("?"));
  if (known.engine === "libsql") readLibsql(entry, scheme, beforeQuery);
  else if (known.file === true) entry.name = fileName(beforeQuery, "path");
  else readServer(entry, `${scheme}:${match[2] ?? ""}`, known.port ?? 0);
  return entry;
}

/** The end of a message about an unknown engine. */
export function engineSuggestion(engine: string, registered: Iterable<string>): string {
  const names = [...registered];
  const near = closestNames(engine, names);
  const list = `Registered are: ${names.map((name) => `"${name}"`).join(", ")}.`;
  return near.length > 0 ? `Did you mean "${near[0]}"? ${list}` : list;
}
