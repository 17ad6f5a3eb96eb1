import type { Operation } from "../operations/operation.js";

const MAX_LENGTH = 52;

/**
 * What a migration is called after its number: "initial", or a name made of its operations.
 *
 * @example migrationName([AddField("Author", "age", IntegerField())], false) // "author_age"
 */
export function migrationName(operations: readonly Operation[], initial: boolean): string {
  if (initial) return "initial";
  const fragments = operations.map((operation) => operation.nameFragment).filter((fragment) => fragment !== null);
  if (fragments.length === 0) return "auto";
  let name = "";
  for (const [position, fragment] of fragments.entries()) {
    const longer = name === "" ? fragment : `${name}_${fragment}`;
    if (longer.length > MAX_LENGTH) return position === 0 ? fragment.slice(0, MAX_LENGTH) : `${name}_and_more`;
    name = longer;
  }
  return name.replace(/\W/g, "_");
}

/** The number at the beginning of a migration's name; null where there is none. */
export function migrationNumber(name: string): number | null {
  const digits = /^\d+/.exec(name)?.[0];
  return digits === undefined ? null : Number(digits);
}

/** The next number, in four digits. @param names - of the migrations that are there */
export function nextNumber(names: readonly string[]): string {
  const last = Math.max(0, ...names.map((name) => migrationNumber(name) ?? 0));
  return String(last + 1).padStart(4, "0");
}
