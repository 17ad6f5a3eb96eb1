import { createHash } from "node:crypto";
import type { Row } from "../drivers/driver.js";
import type { Flow } from "../engine/flow.js";
import { log } from "../engine/logging.js";
import { tableCounter, tagCounter } from "./counters.js";
import type { GuardedCache } from "./guarded-cache.js";
import { sign, verified } from "./signing.js";
import { fromTaggedJson, NotEncodable, toTaggedJson } from "./tagged-json.js";

/** The values of counters, in the order in which they were asked for. */
export type Versions = readonly number[];

/** What a look into a cache gave. */
export interface Looked {
  /** For each key its rows, made anew for this reader; null where there are none that may be used. */
  readonly found: readonly (Row[] | null)[];
  /** What entries that are made of rows read after the look must hold. */
  readonly versions: Versions;
}

const decoder = new TextDecoder();

/** The key of an entry, from all that decides its rows. @throws NotEncodable for a parameter that has no text */
export function entryKey(parts: readonly unknown[]): string {
  return `rows:${createHash("sha256").update(toTaggedJson(parts)).digest("base64url")}`;
}

/** The counters on which entries of these tables and tags depend. */
export function countersOf(tables: Iterable<string>, tags: Iterable<string>): string[] {
  return [...[...tables].map(tableCounter), ...[...tags].map(tagCounter)];
}

/**
 * Looks entries up, and the counters on which they depend, in one go.
 *
 * @returns null where the cache cannot be asked
 */
export function* look(cache: GuardedCache, keys: readonly string[], counters: readonly string[]): Flow<Looked | null> {
  // the value of the step is what get() gives, or null
  const values = (yield cache.step(() => cache.backend.get([...keys, ...counters]))) as readonly (Uint8Array | null)[] | null;
  if (values === null) return null;
  const versions: number[] = [];
  for (const [index, counter] of counters.entries()) {
    const digits = values[keys.length + index];
    // a counter that nobody has moved, or that was lost, starts here
    const version = digits ? Number(decoder.decode(digits)) : ((yield cache.step(() => cache.backend.incr(counter))) as number | null);
    if (version === null || !Number.isSafeInteger(version)) return null;
    versions.push(version);
  }
  return { found: keys.map((key, index) => rowsIn(key, values[index] ?? null, versions)), versions };
}

/** The rows of an entry, unless it is none of ours or one of its tables was written since. */
function rowsIn(key: string, signed: Uint8Array | null, versions: Versions): Row[] | null {
  const content = signed && verified(key, signed);
  if (content === null) return null;
  try {
    // what is signed is what store() made
    const [held, rows] = fromTaggedJson(decoder.decode(content)) as readonly [Versions, Row[]];
    return held.length === versions.length && held.every((version, index) => version === versions[index]) ? rows : null;
  } catch (error) {
    log("dorm.cache", "debug", `An entry of a cache cannot be read: ${key}`, error);
    return null;
  }
}

/** An entry as bytes; null for rows that have no form as text. Make it before the rows are decoded, which happens in place. */
export function sealed(key: string, rows: readonly Row[], versions: Versions): Uint8Array | null {
  try {
    return sign(key, Buffer.from(toTaggedJson([versions, rows]), "utf8"));
  } catch (error) {
    if (!(error instanceof NotEncodable)) throw error;
    log("dorm.cache", "debug", `Rows cannot be cached, as they have ${error.message} in them.`);
    return null;
  }
}

/** Keeps entries. @param timeout - in seconds; 0: no end; null: as long as the cache says */
export function* store(
  cache: GuardedCache,
  entries: readonly (readonly [key: string, value: Uint8Array])[],
  timeout: number | null,
): Flow<void> {
  if (entries.length === 0) return;
  const { backend } = cache;
  yield cache.step(() => {
    const pending = entries.map(([key, value]) => backend.set(key, value, timeout ?? backend.timeout));
    return pending.some((each) => each !== undefined) ? Promise.all(pending) : undefined;
  });
}
