import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { StorageDefinition, StorageLike } from "../types/storage.js";

/** The setting `storages` by alias; each entry is a storage, or says how to make one. */
export type StorageSettings = Readonly<Record<string, StorageLike | StorageDefinition>>;

/** One object for all settings that have none, as storages are remembered by the object that they come from. */
export const NO_STORAGES: StorageSettings = Object.freeze({});

/** @throws ImproperlyConfigured naming the alias */
export function checkStorages(storages: Readonly<Record<string, unknown>>): void {
  const aliases = Object.keys(storages);
  if (aliases.length > 0 && !aliases.includes("default")) {
    throw new ImproperlyConfigured('The setting "storages" has no "default", which fields use that name no other one.', {
      code: "invalid_setting",
    });
  }
  for (const [alias, entry] of Object.entries(storages)) checkEntry(alias, entry);
}

function checkEntry(alias: string, entry: unknown): void {
  const invalid = (why: string): ImproperlyConfigured =>
    new ImproperlyConfigured(
      `The setting storages.${alias} ${why}. Give a storage, as in new FileSystemStorage({ location: "media" }), or defineStorage(FileSystemStorage, { location: "media" }).`,
      { code: "invalid_setting" },
    );
  if (typeof entry !== "object" || entry === null) throw invalid(`is ${entry === null ? "null" : `a ${typeof entry}`}`);
  if (!("backend" in entry)) {
    if (typeof Reflect.get(entry, "url") !== "function") throw invalid('is neither a storage nor an object with a "backend"');
    return;
  }
  if (typeof entry.backend !== "function") throw invalid("has a backend that is no class");
  if ("options" in entry && (typeof entry.options !== "object" || entry.options === null)) throw invalid("has options that are no object");
  for (const key of Object.keys(entry)) {
    if (key !== "backend" && key !== "options")
      throw invalid(`has an unknown entry "${key}". ${didYouMean(key, ["backend", "options"])}`.trim());
  }
}
