import { QueryError } from "../../errors.js";
import type { Node } from "../../sql/nodes.js";
import type { LookupFamily } from "../../types/field.js";
import type { Operand, RightSide } from "../operand.js";

/** Builds the condition of one lookup. `where` is the path with its lookup, for messages. */
export type LookupBuilder = (left: Operand, right: RightSide, where: string) => Node;
/** Turns an operand into another, as a date into its year. */
export type Transform = (operand: Operand) => Operand;

export type Family = LookupFamily | "*";

const lookups = new Map<Family, Map<string, LookupBuilder>>();
const transforms = new Map<Family, Map<string, Transform>>();

function enter<T>(table: Map<Family, Map<string, T>>, family: Family, name: string, entry: T): void {
  let names = table.get(family);
  if (!names) {
    names = new Map();
    table.set(family, names);
  }
  names.set(name, entry);
}

export function defineLookup(families: readonly Family[], name: string, build: LookupBuilder): void {
  for (const family of families) enter(lookups, family, name, build);
}

export function defineTransform(families: readonly Family[], name: string, transform: Transform): void {
  for (const family of families) enter(transforms, family, name, transform);
}

/** A transform of any name that it accepts: the members of a document, the items of a list. */
export interface FallbackTransform {
  readonly accepts: (name: string) => boolean;
  readonly apply: (operand: Operand, name: string) => Operand;
}
const fallbacks = new Map<Family, FallbackTransform>();

/** For the names that are neither a lookup nor a transform of a family. */
export function defineFallbackTransform(family: Family, fallback: FallbackTransform): void {
  fallbacks.set(family, fallback);
}

/** What a family has itself goes before what every family has: `startswith` of a range is a transform. */
export function findLookup(family: LookupFamily | null, name: string): LookupBuilder | undefined {
  const own = family === null ? undefined : lookups.get(family)?.get(name);
  if (own !== undefined || family === null) return own ?? lookups.get("*")?.get(name);
  return transforms.get(family)?.has(name) ? undefined : lookups.get("*")?.get(name);
}

export function findTransform(family: LookupFamily | null, name: string): Transform | undefined {
  const found = (family && transforms.get(family)?.get(name)) ?? transforms.get("*")?.get(name);
  if (found !== undefined || family === null) return found;
  const fallback = fallbacks.get(family);
  return fallback?.accepts(name) ? (operand) => fallback.apply(operand, name) : undefined;
}

/** Every lookup and transform of a family, for messages. */
export function lookupNames(family: LookupFamily | null): string[] {
  const tables = [lookups.get("*"), family && lookups.get(family), transforms.get("*"), family && transforms.get(family)];
  return tables.flatMap((table) => (table ? [...table.keys()] : []));
}

/** @throws QueryError for a lookup or a transform that would shadow another one */
export function requireFreeName(families: readonly Family[], name: string): void {
  for (const family of families) {
    const tables =
      family === "*"
        ? [...lookups.values(), ...transforms.values()]
        : [family, "*" as const].flatMap((each) => [lookups.get(each), transforms.get(each)]);
    if (tables.some((table) => table?.has(name)))
      throw new QueryError(`There is a lookup or a transform "${name}" already. Choose another name.`);
  }
}
