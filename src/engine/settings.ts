import { ImproperlyConfigured } from "../errors.js";
import { DatabaseRegistry } from "./database-registry.js";
import { isThenable } from "./flow.js";
import { noteConfigured, otherCopies } from "./package-copies.js";
import { currentScope, withScope } from "./scope.js";
import { resolveSettings, type Settings, type SettingsInput } from "./setting-rules.js";

export { defineConfig, type Settings, type SettingsInput } from "./setting-rules.js";

let given: SettingsInput = {};
let root: DatabaseRegistry | null = null;
let configured = false;
let version = 0;

/**
 * Sets the settings. It may be called again: keys that are not given keep their values, and only the connections
 * of databases that changed are closed, in the background.
 *
 * @param input - the settings
 * @throws ImproperlyConfigured before anything changed
 * @example
 * configure({ databases: { default: "sqlite::memory:" }, timeZone: "Europe/Vienna" });
 * console.log(settings.timeZone); // → Europe/Vienna
 */
export function configure(input: SettingsInput): void {
  const next = { ...given, ...input };
  const registry = new DatabaseRegistry(resolveSettings(next, process.cwd()));
  if (root !== null) registry.adopt(root);
  given = next;
  root = registry;
  configured = true;
  noteConfigured();
  version++;
}

/** Whether `configure` was called. */
export function isConfigured(): boolean {
  return configured;
}

/** Changes with every `configure` and differs inside `overrideSettings`; caches of what settings decide compare it. */
export function settingsVersion(): number {
  return currentScope().registry === null ? version : (overrideVersions.get(currentRegistry()) ?? version);
}

const overrideVersions = new WeakMap<DatabaseRegistry, number>();

/** The databases and settings of the code that runs now; unconfigured, they are the defaults without databases. */
export function currentRegistry(): DatabaseRegistry {
  const scoped = currentScope().registry;
  if (scoped !== null) return scoped;
  root ??= new DatabaseRegistry(resolveSettings({}, process.cwd()));
  return root;
}

/** @throws ImproperlyConfigured when nothing was configured yet */
export function requireConfigured(): void {
  if (configured || currentScope().registry !== null) return;
  throw new ImproperlyConfigured(
    `dorm is not configured. ${otherCopies() ?? 'Call configure({ databases: { default: "sqlite:///db.sqlite3" } }) first, or run through the dorm command, which finds dorm.config.ts.'}`,
    { code: "not_configured" },
  );
}

/** The settings of the code that runs now. */
export function currentSettings(): Settings {
  return currentRegistry().settings;
}

/**
 * The settings, read anew at each access.
 *
 * @example console.log(settings.timeZone, settings.slowQueryMs); // → UTC 500
 */
export const settings: Settings = {
  get databases() {
    requireConfigured();
    return currentSettings().databases;
  },
  get apps() {
    return currentSettings().apps;
  },
  get routers() {
    return currentSettings().routers;
  },
  get backends() {
    return currentSettings().backends;
  },
  get slowQueryMs() {
    return currentSettings().slowQueryMs;
  },
  get retryAttempts() {
    return currentSettings().retryAttempts;
  },
  get retryBackoff() {
    return currentSettings().retryBackoff;
  },
  get readAfterWriteWindow() {
    return currentSettings().readAfterWriteWindow;
  },
  get queryCountWarn() {
    return currentSettings().queryCountWarn;
  },
  get timeZone() {
    return currentSettings().timeZone;
  },
  get searchConfig() {
    return currentSettings().searchConfig;
  },
  get fetchMode() {
    return currentSettings().fetchMode;
  },
  get storages() {
    return currentSettings().storages;
  },
  get caches() {
    return currentSettings().caches;
  },
  get cacheSigningKey() {
    return currentSettings().cacheSigningKey;
  },
  get cacheRequireSigningKey() {
    return currentSettings().cacheRequireSigningKey;
  },
  get secretKey() {
    return currentSettings().secretKey;
  },
};

/**
 * Calls a function under other settings, databases included. Only what the function starts sees them, and connections
 * of databases that only they have are closed after it.
 *
 * @param values - the settings that differ
 * @param callback - runs under them; its promise is awaited inside
 * @returns what the callback gives
 * @throws ImproperlyConfigured before the callback runs
 * @example
 * const zone = await overrideSettings({ timeZone: "Asia/Tokyo" }, async () => settings.timeZone);
 * console.log(zone, settings.timeZone); // → Asia/Tokyo UTC
 */
export function overrideSettings<T>(values: SettingsInput, callback: () => PromiseLike<T>): Promise<T>;
export function overrideSettings<T>(values: SettingsInput, callback: () => T): T;
export function overrideSettings<T>(values: SettingsInput, callback: () => T | PromiseLike<T>): T | Promise<T> {
  const enclosing = currentRegistry();
  const input: SettingsInput = { ...inputOf(enclosing), ...values };
  const registry = new DatabaseRegistry(resolveSettings(input, process.cwd()), enclosing);
  overrideInputs.set(registry, input);
  version++;
  overrideVersions.set(registry, version);
  let pending = false;
  try {
    const result = withScope({ registry }, () => {
      const value = callback();
      // Awaited inside, so that a queryset that the callback gives runs under these settings.
      return isThenable(value) ? (async () => (await value) as T)() : (value as T);
    });
    if (!(result instanceof Promise)) return result;
    pending = true;
    return result.finally(() => registry.close());
  } finally {
    if (!pending) registry.closeSync();
  }
}

const overrideInputs = new WeakMap<DatabaseRegistry, SettingsInput>();

function inputOf(registry: DatabaseRegistry): SettingsInput {
  return overrideInputs.get(registry) ?? given;
}
