import type { TableChange } from "../schema/table-difference.js";
import type { ProjectState } from "../state/project-state.js";

/** A model on its way from one state to the next. */
export interface ModelChange {
  /** Its label before; null where it is not there yet. */
  readonly old: string | null;
  /** Its label after; null where it is no more. */
  readonly next: string | null;
  /** New names of fields by their old ones. */
  readonly renamedFields?: ReadonlyMap<string, string>;
  /** What rows that are there get, by the field's new name: SQL text. */
  readonly fills?: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The tables behind changes of models: their own, and the junctions of their many-to-many fields. */
export function tableChanges(from: ProjectState, to: ProjectState, changes: readonly ModelChange[]): TableChange[] {
  return changes.flatMap(({ old, next, renamedFields = NONE, fills = NONE }) => {
    const own: TableChange = {
      old: old === null ? null : from.historical.meta(old),
      next: next === null ? null : to.historical.meta(next),
      renamedFields,
      fills,
    };
    const before = old === null ? [] : from.historical.junctions(old);
    const after = next === null ? [] : to.historical.junctions(next);
    const paired = new Set<string>();
    const junctions: TableChange[] = before.map((junction) => {
      const name = renamedFields.get(junction.field) ?? junction.field;
      const counterpart = after.find(({ field }) => field === name);
      if (counterpart === undefined) return { old: junction.meta, next: null, renamedFields: NONE, fills: NONE };
      paired.add(name);
      // a junction's fields are always the key and the two sides
      const names = junction.meta.fields.map(
        (field, position) => [field.name, counterpart.meta.fields[position]?.name ?? field.name] as const,
      );
      return { old: junction.meta, next: counterpart.meta, renamedFields: new Map(names), fills: NONE };
    });
    const made = after
      .filter(({ field }) => !paired.has(field))
      .map(({ meta }): TableChange => ({ old: null, next: meta, renamedFields: NONE, fills: NONE }));
    return [own, ...junctions, ...made];
  });
}

/** The labels of the models whose columns may follow a key of one: those that refer to it, and so on. */
export function followers(state: ProjectState, label: string): readonly string[] {
  const found = new Set<string>([label]);
  for (const each of found) for (const referrer of state.referrers(each)) found.add(referrer);
  found.delete(label);
  return [...found];
}
