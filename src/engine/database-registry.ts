import { isDeepStrictEqual } from "node:util";
import { ImproperlyConfigured } from "../errors.js";
import type { Dialect } from "../sql/dialect.js";
import { didYouMean } from "../suggestions.js";
import { type Backend, backendFor } from "./backends.js";
import { closeCaches, closeCachesInBackground } from "./cache-lifetime.js";
import type { Database } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";
import { log } from "./logging.js";
import type { Settings } from "./setting-rules.js";

/** The databases of one set of settings, made on first use. */
export class DatabaseRegistry {
  readonly settings: Settings;
  readonly #enclosing: DatabaseRegistry | null;
  readonly #databases = new Map<string, Database>();
  readonly #backends = new Map<string, Backend>();

  /**
   * @param settings - which databases there are
   * @param enclosing - whose databases serve where the settings are the same
   */
  constructor(settings: Settings, enclosing: DatabaseRegistry | null = null) {
    this.settings = settings;
    this.#enclosing = enclosing;
  }

  /** @throws ImproperlyConfigured naming the known aliases */
  get(alias: string): Database {
    const known = this.#databases.get(alias);
    if (known !== undefined) return known;
    const settings = this.#settingsOf(alias);
    if (this.#enclosing !== null && isDeepStrictEqual(this.#enclosing.settings.databases[alias], settings))
      return this.#enclosing.get(alias);
    const backend = this.#backendOf(alias, settings);
    const database = backend.createDatabase(alias, settings, backend.dialect);
    this.#databases.set(alias, database);
    return database;
  }

  /** The database of an alias if it is in use, without making it. */
  peek(alias: string): Database | null {
    const known = this.#databases.get(alias);
    if (known !== undefined) return known;
    const settings = this.#settingsOf(alias);
    if (this.#enclosing !== null && isDeepStrictEqual(this.#enclosing.settings.databases[alias], settings))
      return this.#enclosing.peek(alias);
    return null;
  }

  dialectFor(alias: string): Dialect {
    return (this.#databases.get(alias) ?? this.#backendOf(alias, this.#settingsOf(alias))).dialect;
  }

  #settingsOf(alias: string): DatabaseSettings {
    const settings = Object.hasOwn(this.settings.databases, alias) ? this.settings.databases[alias] : undefined;
    if (settings !== undefined) return settings;
    const aliases = Object.keys(this.settings.databases);
    const advice = aliases.length === 0 ? 'The setting "databases" is empty.' : didYouMean(alias, aliases);
    throw new ImproperlyConfigured(`There is no database "${alias}" in the settings. ${advice}`, { code: "unknown_alias", alias });
  }

  #backendOf(alias: string, settings: DatabaseSettings): Backend {
    let backend = this.#backends.get(alias);
    if (backend === undefined) {
      backend = backendFor(alias, settings.engine, this.settings.backends);
      this.#backends.set(alias, backend);
    }
    return backend;
  }

  /** Takes over the databases whose settings did not change, and closes the others, and caches that are gone, in the background. */
  adopt(previous: DatabaseRegistry): void {
    closeCachesInBackground(previous.settings, this.settings);
    for (const [alias, database] of previous.#databases) {
      if (isDeepStrictEqual(this.settings.databases[alias], database.settings)) this.#databases.set(alias, database);
      else closeInBackground(database);
    }
    previous.#databases.clear();
  }

  /** Closes one alias, or all and the caches; the next query opens it anew. */
  async close(alias?: string): Promise<void> {
    const closing = this.#take(alias).map((database) => database.close());
    if (alias === undefined) closing.push(closeCaches(this.settings, this.#enclosing?.settings));
    const settled = await Promise.allSettled(closing);
    for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
  }

  closeSync(alias?: string): void {
    for (const database of this.#take(alias)) database.closeSync();
    if (alias === undefined) closeCachesInBackground(this.settings, this.#enclosing?.settings);
  }

  #take(alias: string | undefined): Database[] {
    const taken: Database[] = [];
    for (const [name, database] of this.#databases) {
      if (alias !== undefined && alias !== name) continue;
      this.#databases.delete(name);
      database.retired = true;
      taken.push(database);
    }
    return taken;
  }
}

function closeInBackground(database: Database): void {
  database.retired = true;
  database
    .close()
    .catch((error: unknown) => log(`dorm.db.lifecycle.${database.vendor}`, "error", `Closing "${database.alias}" failed`, error));
}
