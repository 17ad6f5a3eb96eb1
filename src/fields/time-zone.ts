import { settings } from "../engine/settings.js";

export { localToUtc, offsetAt, utcToLocal } from "../values/time-zone.js";

/** The zone that rules date parts, truncation and strings without an offset: `timeZone` of the settings. */
export function currentTimeZone(): string {
  return settings.timeZone;
}
