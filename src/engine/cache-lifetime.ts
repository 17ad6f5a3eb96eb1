import { log } from "./logging.js";
import type { Settings } from "./setting-rules.js";

/**
 * Lets the caches of settings close their connections.
 *
 * @param settings - which caches there are
 * @param kept - settings whose caches stay as they are
 */
export async function closeCaches(settings: Settings, kept?: Settings): Promise<void> {
  const staying = new Set(Object.values(kept?.caches ?? {}));
  const leaving = [...new Set(Object.values(settings.caches))].filter((cache) => !staying.has(cache));
  // One that cannot be closed does not keep the others open.
  const closed = await Promise.allSettled(leaving.map(async (cache) => cache.close?.()));
  for (const outcome of closed) if (outcome.status === "rejected") throw outcome.reason;
}

/** As `closeCaches`, for callers that do not wait. */
export function closeCachesInBackground(settings: Settings, kept?: Settings): void {
  closeCaches(settings, kept).catch((error: unknown) => log("dorm.cache", "error", "Closing a cache failed", error));
}
