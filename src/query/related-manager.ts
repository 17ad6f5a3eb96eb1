import { QueryError } from "../errors.js";
import { type ModelCore, stateOf } from "../models/core.js";
import type { Relation } from "../models/relations.js";
import { fromState, QuerySetBase, type QuerySetClass } from "./queryset.js";
import { relatedStep, sourceField } from "./related-step.js";
import { defaultState } from "./root-state.js";
import type { QuerySetState } from "./state.js";

/** The rows behind a relation to many of one instance. */
export function relatedState(instance: ModelCore, relation: Relation): QuerySetState {
  const key = (instance as unknown as Record<string, unknown>)[sourceField(relation).attname];
  if (key === null || key === undefined)
    throw new QueryError(
      `${relation.source.label}.${relation.name}: save the ${relation.source.name} first; without a key nothing can be related to it.`,
    );
  const base = defaultState(relation.target);
  const step = relatedStep(base, relation, { only: key }, false);
  return {
    ...base,
    ...step,
    using: base.using ?? stateOf(instance).alias,
    hints: { instance },
    known: relation.kind === "backward" ? { name: relation.forward.name, instance } : null,
  };
}

export function relatedManager(instance: ModelCore, relation: Relation): object {
  const objects: unknown = Reflect.get(relation.target.modelClass, relation.target.options.defaultManagerName ?? "objects");
  const Class = objects instanceof QuerySetBase ? (objects.constructor as QuerySetClass) : QuerySetBase;
  return fromState(Class, relatedState(instance, relation), true);
}
