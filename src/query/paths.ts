import { FieldError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "../models/meta.js";
import type { JoinStep, PathRelation } from "../models/relations.js";
import { findVirtualRelation } from "../models/virtual-relation.js";
import { didYouMean } from "../suggestions.js";
import type { FilteredJoin, FilteredRelationEntry } from "./query.js";

/** A step of a path, and the filtered relation that it enters by, if any. */
export interface PathStep {
  readonly step: JoinStep;
  readonly filtered: FilteredJoin | null;
}

/** What a path of names means, from one model on. */
export interface ResolvedPath {
  readonly steps: readonly PathStep[];
  /** How many steps each name took, in order; a column takes none. */
  readonly names: readonly { readonly name: string; readonly steps: number }[];
  /** The columns at the end: one, or the parts of a composite key. */
  readonly targets: readonly FieldDefinition[];
  /** The relation at the end, where the path ends in one. */
  readonly relation: PathRelation | null;
  /** Names behind the last column: transforms and a lookup. */
  readonly rest: readonly string[];
  readonly meta: ModelMeta;
}

/** The error of a name behind a relation that is neither a field of its model nor a lookup. */
export function noSuchField(target: ModelMeta, name: string, path: string): FieldError {
  return new FieldError(`${path}: ${target.label} has no field "${name}". ${didYouMean(name, target.fieldNames())}`.trim());
}

/**
 * Follows names through relations to a column.
 *
 * @param meta - where the path begins
 * @param names - the parts of `author__publisher__name__icontains`
 * @throws FieldError for a first name that does not exist, or one behind a relation
 */
export function resolvePath(
  meta: ModelMeta,
  names: readonly string[],
  filtered: ReadonlyMap<string, FilteredRelationEntry> = new Map(),
): ResolvedPath {
  const steps: PathStep[] = [];
  const taken: { name: string; steps: number }[] = [];
  let current = meta;
  let relation: PathRelation | null = null;
  let targets: readonly FieldDefinition[] | null = null;
  let index = 0;
  for (; index < names.length; index++) {
    const name = names[index] ?? "";
    const entry = index === 0 ? filteredAt(filtered, names) : undefined;
    if (entry) {
      index += entry.names - 1;
      const inner = resolvePath(meta, entry.relationPath.split("__"));
      for (const [position, step] of inner.steps.entries())
        steps.push({ step: step.step, filtered: position === inner.steps.length - 1 ? entry.join : null });
      taken.push({ name: names.slice(0, entry.names).join("__"), steps: inner.steps.length });
      current = inner.relation?.target ?? current;
      relation = inner.relation;
      targets = inner.targets;
      continue;
    }
    const found = current.findRelation(name) ?? findVirtualRelation(current, name);
    if (found) {
      for (const step of found.path) steps.push({ step, filtered: null });
      taken.push({ name, steps: found.path.length });
      current = found.target;
      relation = found;
      targets = found.kind === "forward" ? [found.targetField] : found.target.keyFields;
      continue;
    }
    const column = current.findColumn(name);
    if (column) {
      taken.push({ name, steps: 0 });
      targets = [column];
      relation = null;
      index++;
      break;
    }
    if (name === "pk") {
      taken.push({ name, steps: 0 });
      targets = current.keyFields;
      relation = null;
      index++;
      break;
    }
    break;
  }
  const rest = names.slice(index);
  if (targets === null) throw unknownName(meta, names[0] ?? "", filtered.keys());
  return { steps, names: taken, targets, relation, rest, meta: current };
}

/** The filtered relation that a path begins with. A condition knows its own by the relation's path, which may be several names. */
function filteredAt(
  filtered: ReadonlyMap<string, FilteredRelationEntry>,
  names: readonly string[],
): (FilteredRelationEntry & { readonly names: number }) | undefined {
  if (filtered.size === 0) return undefined;
  for (let length = names.length; length > 0; length--) {
    const entry = filtered.get(names.slice(0, length).join("__"));
    if (entry) return { ...entry, names: length };
  }
  return undefined;
}

export function unknownName(meta: ModelMeta, name: string, others: Iterable<string> = []): FieldError {
  if (meta.virtual.has(name))
    return new FieldError(`${meta.label}.${name} has no column, so a query cannot use it. Name the columns that it stands for.`);
  const reverse = [...meta.fieldNames(), ...others];
  return new FieldError(`${meta.label} has no field "${name}". ${didYouMean(name, reverse)}`.trim());
}
