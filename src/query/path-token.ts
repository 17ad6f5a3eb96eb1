import { settings } from "../engine/settings.js";
import { currentTimeZone } from "../fields/time-zone.js";

/** Transforms and lookups whose SQL depends on a setting. */
const ZONED = /__(?:date|time|year|isoYear|quarter|month|week|weekDay|isoWeekDay|day|hour|minute|second)(?:__|$)/;
const SEARCHED = /__search(?:__|$)/;

type Dependence = "none" | "zone" | "search";

const MAX_PATHS = 10_000;
const known = new Map<string, Dependence>();

function dependence(path: string): Dependence {
  let found = known.get(path);
  if (found === undefined) {
    found = ZONED.test(path) ? "zone" : SEARCHED.test(path) ? "search" : "none";
    if (known.size >= MAX_PATHS) known.clear();
    known.set(path, found);
  }
  return found;
}

/**
 * A path as part of a query's structure. Parts of dates are those of the settings' time zone, so the zone is part of
 * the structure too; as is the configuration of full-text search.
 */
export function pathToken(path: string): string {
  switch (dependence(path)) {
    case "none":
      return path;
    case "zone":
      return `${path}@${currentTimeZone()}`;
    case "search":
      return `${path}@${settings.searchConfig}`;
  }
}
