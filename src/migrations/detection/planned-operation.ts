import { ForeignKeyDefinition } from "../../fields/relations.js";
import type { Operation } from "../operations/operation.js";
import type { StateField } from "../state/model-state.js";
import { labelIn, targetsOf } from "../state/targets.js";

/**
 * An operation that was found to be needed, and its place among the others. Words: `model:L` is there, `field:L.f` is as
 * it is to be, `gone:L.f`, `dropped:L`, `unkeyed:L` has no key any more, `unindexed:L`, `together:L`.
 */
export interface PlannedOperation {
  readonly app: string;
  readonly operation: Operation;
  /** What is the case after it. */
  readonly provides: readonly string[];
  /** What has to be the case before it, as far as an operation brings it about. */
  readonly after: readonly string[];
  /** The labels of the models that it refers to, which another app's migrations may have made. */
  readonly refersTo: readonly string[];
}

/** What a field needs to be there before it. */
export function fieldAfter(field: StateField): readonly string[] {
  const after = targetsOf(field).map((label) => `model:${label}`);
  if (field instanceof ForeignKeyDefinition) after.push(`field:${labelIn(field.to)}.${field.toField ?? "pk"}`);
  return after;
}
