/*
 * What entries depend on. Each table, and each tag, has a counter in the cache; an entry holds the values that the counters
 * had before its rows were read, and is of no use once one of them has gone up.
 */

/** The counter of a table, which goes up when its rows were changed. */
export function tableCounter(table: string): string {
  return `table:${table}`;
}

/** The counter of a tag. */
export function tagCounter(tag: string): string {
  return `tag:${tag}`;
}

let last = 0;

/** A number that no counter had before, in whichever process: the microseconds since 1970, counted on where time stands still. */
export function firstCount(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}
