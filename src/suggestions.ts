import { QueryError } from "./errors.js";

/** The number of single-letter edits (insertions, deletions, replacements, swaps of neighbours) between two words. */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** Case and separators are what people misremember first, so they do not count. */
function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/**
 * The names that a misspelt one was probably meant to be.
 *
 * @param name - what was written
 * @param candidates - what would have been right
 * @param limit - how many to give back at most
 * @returns the nearest candidates, nearest first; none when nothing is near
 * @example closestNames("nmae", ["name", "age"]) // ["name"]
 */
export function closestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = simplified(name);
  const threshold = Math.max(1, Math.floor(wanted.length / 3));
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const given = simplified(candidate);
    if (given === wanted) near.push({ candidate, distance: 0 });
    else if (Math.abs(given.length - wanted.length) <= threshold) {
      const distance = editDistance(wanted, given);
      if (distance <= threshold) near.push({ candidate, distance });
    } else if (wanted.length >= 3 && given.startsWith(wanted)) near.push({ candidate, distance: threshold + 1 });
  }
  const exact = near.filter((entry) => entry.distance === 0);
  const ranked = (exact.length > 0 ? exact : near).sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return ranked
    .filter(({ distance }) => distance <= (ranked[0]?.distance ?? 0) + 1)
    .slice(0, limit)
    .map((entry) => entry.candidate);
}

/**
 * The end of an error message about an unknown name.
 *
 * @param name - what was written
 * @param candidates - what would have been right
 * @returns `Did you mean "name"?`, or the list of choices when nothing is near and the list is short, or nothing
 */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const all = [...new Set(candidates)];
  const near = closestNames(name, all);
  if (near.length > 0) return `Did you mean ${near.map((candidate) => `"${candidate}"`).join(" or ")}?`;
  if (all.length === 0 || all.length > 30) return "";
  return `Choices are: ${all.map((candidate) => `"${candidate}"`).join(", ")}.`;
}

/** What to say of an option that there is not, and which was probably meant. */
export function unknownOption(where: string, name: string, known: readonly string[]): string {
  return `${where}: unknown option "${name}". ${didYouMean(name, known)}`.trim();
}

/**
 * Refuses options that a method does not have: a misspelt one would change nothing, in silence.
 *
 * @param method - how the message names the method
 * @param given - the options as given
 * @param known - the names that there are
 * @throws QueryError naming the option, and the one that was probably meant
 */
export function checkOptions(method: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null) throw new QueryError(`${method}: the options are an object, not ${String(given)}.`);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new QueryError(unknownOption(method, name, known));
  }
}
