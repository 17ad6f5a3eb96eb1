import { QueryError } from "../../errors.js";
import type { Node } from "../../sql/nodes.js";
import type { LookupFamily } from "../../types/field.js";
import type { Operand, RightSide } from "../operand.js";

/** Builds the condition of one lookup. `where` is the path with its lookup, for messages. */
export type LookupBuilder = (left: Operand, right: RightSide, where: string) => Node;
/** Turns an operand into another, as a date into its year. */
export type Transform = (operand: Operand) => Operand;

type Family = LookupFamily | "*";

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

export function findLookup(family: LookupFamily | null, name: string): LookupBuilder | undefined {
  return (family && lookups.get(family)?.get(name)) ?? lookups.get("*")?.get(name);
}

export function findTransform(family: LookupFamily | null, name: string): Transform | undefined {
  return (family && transforms.get(family)?.get(name)) ?? transforms.get("*")?.get(name);
}

/** Every lookup and transform of a family, for messages. */
export function lookupNames(family: LookupFamily | null): string[] {
  const tables = [lookups.get("*"), family && lookups.get(family), transforms.get("*"), family && transforms.get(family)];
  return tables.flatMap((table) => (table ? [...table.keys()] : []));
}

/** @throws QueryError for a lookup that would shadow a built-in one */
export function requireFreeName(families: readonly Family[], name: string): void {
  for (const family of families) {
    if (findLookup(family === "*" ? null : family, name) || findTransform(family === "*" ? null : family, name)) {
      throw new QueryError(`There is a lookup "${name}" already.`);
    }
  }
}
