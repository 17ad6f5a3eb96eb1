import { settings } from "../engine/settings.js";
import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { StorageDefinition, StorageLike } from "../types/storage.js";
import { FileSystemStorage } from "./file-system-storage.js";
import { isStorage, type Storage } from "./storage.js";

/** By the setting's own object, so that other settings mean other storages. */
let made = new WeakMap<object, Map<string, Storage>>();

/**
 * An entry of the setting `storages` that is made when it is first used.
 *
 * @param backend - the class of the storage
 * @param options - what its constructor takes
 * @example
 * export default defineConfig({
 *   databases: { default: "sqlite:///db.sqlite3" },
 *   storages: { default: defineStorage(FileSystemStorage, { location: "uploads" }) },
 * });
 */
export function defineStorage<Options extends object>(
  backend: new (options: Options) => StorageLike,
  ...[options]: Partial<Options> extends Options ? [options?: Options] : [options: Options]
): StorageDefinition {
  return options === undefined ? { backend } : { backend, options };
}

/**
 * A storage by its alias in the setting `storages`. Without the setting, "default" keeps files in `./media`.
 *
 * @param alias - "default" unless given
 * @throws ImproperlyConfigured for an alias that the setting does not have
 * @example
 * configure({ storages: { default: new InMemoryStorage() } });
 * console.log(await getStorage().exists("docs/report.pdf")); // → false
 */
export function getStorage(alias = "default"): Storage {
  const { storages } = settings;
  let known = made.get(storages);
  if (known === undefined) {
    known = new Map();
    made.set(storages, known);
  }
  let storage = known.get(alias);
  if (storage === undefined) {
    storage = makeStorage(storages, alias);
    known.set(alias, storage);
  }
  return storage;
}

/**
 * Forgets the storages that were made from the settings, so that each is made anew when it is next used.
 *
 * @example
 * configure({ storages: { default: defineStorage(InMemoryStorage) } });
 * const before = getStorage();
 * resetStorages();
 * console.log(getStorage() === before); // → false
 */
export function resetStorages(): void {
  made = new WeakMap();
}

function makeStorage(storages: Readonly<Record<string, StorageLike | StorageDefinition>>, alias: string): Storage {
  const entry = Object.hasOwn(storages, alias) ? storages[alias] : undefined;
  const aliases = Object.keys(storages);
  if (entry === undefined) {
    if (alias === "default" && aliases.length === 0) return new FileSystemStorage();
    throw new ImproperlyConfigured(`There is no storage "${alias}" in the setting "storages". ${didYouMean(alias, aliases)}`.trim(), {
      code: "unknown_storage",
    });
  }
  // the class takes the options that stand beside it, which defineStorage has seen to
  const storage = "backend" in entry ? new entry.backend((entry.options ?? {}) as never) : entry;
  if (isStorage(storage)) return storage;
  throw new ImproperlyConfigured(`The storage "${alias}" does not extend Storage of dorm/storage.`, { code: "invalid_setting" });
}
