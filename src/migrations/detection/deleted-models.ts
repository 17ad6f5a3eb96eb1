import { DeleteModelOperation } from "../operations/delete-model.js";
import { RemoveFieldOperation } from "../operations/fields.js";
import type { ProjectState } from "../state/project-state.js";
import { targetsOf } from "../state/targets.js";
import type { PlannedOperation } from "./planned-operation.js";

/**
 * The operations that delete models, each after those that refer to it; where they go in a circle, a field goes first.
 *
 * @param from - the state in which they are
 * @param to - the state in which they are not
 */
export function deletedModels(from: ProjectState, to: ProjectState): PlannedOperation[] {
  const remaining = new Set([...from.models.keys()].filter((label) => !to.models.has(label)).sort());
  const removed = new Set<string>();
  const planned: PlannedOperation[] = [];
  /** The fields of other models that are to be deleted which still refer to one. */
  const holding = (label: string): readonly (readonly [owner: string, field: string])[] =>
    [...remaining]
      .filter((owner) => owner !== label)
      .flatMap((owner) =>
        [...(from.models.get(owner)?.fields ?? [])]
          .filter(([name, field]) => targetsOf(field).includes(label) && !removed.has(`${owner}.${name}`))
          .map(([name]) => [owner, name] as const),
      );
  while (remaining.size > 0) {
    const candidates = [...remaining]
      .map((label) => ({ label, held: holding(label) }))
      .sort((left, right) => left.held.length - right.held.length);
    const [next] = candidates;
    if (next === undefined) break;
    for (const [owner, name] of next.held) {
      const model = from.models.get(owner);
      if (model === undefined) continue;
      removed.add(`${owner}.${name}`);
      planned.push({
        app: model.app,
        operation: new RemoveFieldOperation(model.name, name),
        provides: [`gone:${owner}.${name}`],
        after: [],
        refersTo: [],
      });
    }
    const model = from.models.get(next.label);
    if (model !== undefined) {
      const referring = [...from.models.values()].flatMap((other) =>
        [...other.fields].filter(([, field]) => targetsOf(field).includes(next.label)).map(([name]) => `${other.label}.${name}`),
      );
      const owners = from.referrers(next.label).filter((owner) => owner !== next.label && !to.models.has(owner) && !remaining.has(owner));
      planned.push({
        app: model.app,
        operation: new DeleteModelOperation(model.name),
        provides: [`dropped:${next.label}`],
        after: [...referring.flatMap((field) => [`gone:${field}`, `field:${field}`]), ...owners.map((owner) => `dropped:${owner}`)],
        refersTo: [],
      });
    }
    remaining.delete(next.label);
  }
  return planned;
}
