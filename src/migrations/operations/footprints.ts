import { isField } from "../../fields/field.js";
import { CompositePrimaryKeyDefinition } from "../../fields/relations.js";
import { labelOf, type StateField } from "../state/model-state.js";
import { normalised, targetsOf } from "../state/targets.js";
import type { Footprint } from "./operation.js";

/** What a field of a model needs: the models that it refers to, and their keys. */
export function fieldNeeds(app: string, model: string, field: StateField): string[] {
  return targetsOf(normalised(field, app, model)).flatMap((label) => [`model:${label}`, `key:${label}`]);
}

/** The footprint of a change of one field. @param field - null where it goes */
export function fieldFootprint(app: string, model: string, name: string, field: StateField | null): Footprint {
  const label = labelOf(app, model);
  const isKey = field === null || field instanceof CompositePrimaryKeyDefinition || (isField(field) && (field.primaryKey || field.unique));
  return {
    changes: [`field:${label}.${name}`, ...(isKey ? [`key:${label}`] : [])],
    needs: [`model:${label}`, ...(field === null ? [] : fieldNeeds(app, model, field))],
  };
}

/** The footprint of a change of something that stands on the fields of a model, as an index. */
export function optionFootprint(app: string, model: string, word: string): Footprint {
  const label = labelOf(app, model);
  return { changes: [`${word}:${label}`], needs: [`model:${label}`, `field:${label}.*`] };
}

/** Whether two words mean something in common. */
function overlap(left: string, right: string): boolean {
  if (left === right || left === "*" || right === "*") return true;
  if (left.endsWith(".*")) return right.startsWith(left.slice(0, -1));
  return right.endsWith(".*") && left.startsWith(right.slice(0, -1));
}

/** Whether two operations that follow each other do the same the other way round. */
export function independent(first: Footprint, second: Footprint): boolean {
  const meets = (left: readonly string[], right: readonly string[]): boolean =>
    left.some((word) => right.some((other) => overlap(word, other)));
  return !meets(first.changes, second.changes) && !meets(first.needs, second.changes) && !meets(first.changes, second.needs);
}
