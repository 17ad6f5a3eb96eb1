import { isThenable, type Step } from "../engine/flow.js";
import { currentSettings } from "../engine/settings.js";
import { installWriteListener } from "../engine/written-tables.js";
import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import { tableCounter } from "./counters.js";
import { type GuardedCache, guarded } from "./guarded-cache.js";

/**
 * The cache that a name stands for.
 *
 * @returns null where the settings have no caches at all
 * @throws ImproperlyConfigured for a name that is not among them
 */
export function cacheNamed(name: string): GuardedCache | null {
  const { caches } = currentSettings();
  const backend = Object.hasOwn(caches, name) ? caches[name] : undefined;
  if (backend !== undefined) return guarded(backend, name);
  const names = Object.keys(caches);
  if (names.length === 0) return null;
  throw new ImproperlyConfigured(`There is no cache "${name}" in the setting "caches". ${didYouMean(name, names)}`.trim(), {
    code: "unknown_cache",
  });
}

/**
 * A step that lets counters go up, so that what depends on them is not read again.
 *
 * @param using - the name of a cache; null: in all of them
 */
export function incrementCounters(counters: readonly string[], using: string | null = null): Step {
  const named = using === null ? Object.keys(currentSettings().caches) : [using];
  const steps = named.flatMap((name) => cacheNamed(name)?.increment(counters) ?? []);
  return {
    perform: () => {
      const pending = steps.map((step) => step.perform()).filter(isThenable);
      return pending.length === 0 ? undefined : Promise.all(pending);
    },
    performSync: () => {
      for (const step of steps) step.performSync();
    },
  };
}

installWriteListener((tables) => incrementCounters([...tables].map(tableCounter)));
