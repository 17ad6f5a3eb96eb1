import type { DatabaseSettings } from "../../engine/database-settings.js";
import type { Settings } from "../../engine/settings.js";
import { isRemote } from "../project/is-remote.js";
import type { Finding } from "./finding.js";

const ENVIRONMENT_NUMBERS = ["DORM_RETRY_ATTEMPTS", "DORM_RETRY_BACKOFF", "DORM_SLOW_QUERY_MS"];
const ROUTER_METHODS = ["dbForRead", "dbForWrite", "allowRelation", "allowMigrate"];

const warning = (code: string, message: string, advice: string): Finding => ({ level: "warning", code, message, advice });
const note = (code: string, message: string, advice: string): Finding => ({ level: "note", code, message, advice });

function checkServer(alias: string, database: DatabaseSettings): Finding[] {
  const findings: Finding[] = [];
  const { options, maxPoolSize, minPoolSize } = database;
  const mode = options.sslmode ?? options.ssl;
  if (isRemote(database.host) && (mode === undefined || mode === "disable" || mode === "prefer" || mode === false)) {
    findings.push(
      warning(
        "no_tls",
        `"${alias}" speaks to ${database.host} without insisting on TLS.`,
        'Add "?sslmode=verify-full" to its URL, or "require" at least.',
      ),
    );
  }
  if (maxPoolSize < 5) {
    findings.push(
      warning("small_pool", `"${alias}" has at most ${maxPoolSize} connections.`, "Requests will queue: raise maxPoolSize to 10 or more."),
    );
  }
  if (maxPoolSize > 100) {
    findings.push(
      warning(
        "large_pool",
        `"${alias}" may open ${maxPoolSize} connections for each process.`,
        "Servers allow about 100 in all: lower maxPoolSize, or put a pooler between.",
      ),
    );
  }
  if (minPoolSize === 0)
    findings.push(
      note("cold_pool", `"${alias}" keeps no connection open.`, "The first query after a pause waits for one: set minPoolSize."),
    );
  if (database.poolTimeout === 0 || database.poolTimeout > 60) {
    findings.push(
      warning(
        "pool_timeout",
        `"${alias}" waits ${database.poolTimeout} s for a free connection.`,
        "Set poolTimeout to what a request can wait, such as 5.",
      ),
    );
  }
  if (options.statementTimeout === undefined && options.statement_timeout === undefined) {
    findings.push(
      note("no_statement_timeout", `"${alias}" lets a statement run without end.`, "Set options: { statementTimeout: … } in milliseconds."),
    );
  }
  return findings;
}

/**
 * What may go wrong with settings in production; asks no database.
 *
 * @param settings - of the project
 * @param isServer - whether an alias is a database in a process of its own
 */
export function checkProductionSettings(settings: Settings, isServer: (alias: string) => boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const databases = Object.entries(settings.databases);
  if (!Object.hasOwn(settings.databases, "default")) {
    findings.push(warning("no_default", 'There is no database "default".', "Queries without using() go there: add it to databases."));
  }
  for (const [alias, database] of databases) {
    if (isServer(alias)) findings.push(...checkServer(alias, database));
    else if (database.name === ":memory:") findings.push(note("in_memory", `"${alias}" is in memory.`, "Its rows end with the process."));
  }
  for (const name of ENVIRONMENT_NUMBERS) {
    const text = process.env[name];
    if (text !== undefined && text.trim() !== "" && !Number.isFinite(Number(text))) {
      findings.push(
        warning("bad_environment", `${name} is "${text}", which is no number, so it is not used.`, "Set a number or remove it."),
      );
    }
  }
  if (settings.retryAttempts < 2 && databases.some(([alias]) => isServer(alias))) {
    findings.push(warning("no_retry", "A lost connection is not tried again (retryAttempts is 1).", "Set retryAttempts to 3."));
  }
  settings.routers.forEach((router, index) => {
    if (!ROUTER_METHODS.some((method) => method in router)) {
      findings.push(
        warning("idle_router", `Router ${index + 1} has none of ${ROUTER_METHODS.join(", ")}.`, "Check the names of its methods."),
      );
    }
  });
  if (databases.length > 1 && settings.routers.length === 0) {
    findings.push(note("no_router", `There are ${databases.length} databases and no router.`, 'Only "default" is used without using().'));
  }
  if (settings.slowQueryMs === null) findings.push(note("no_slow_log", "Slow statements are not logged.", "Set slowQueryMs."));
  return findings;
}
