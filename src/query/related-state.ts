import { QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { isInstance, type ModelCore, stateOf } from "../models/core.js";
import { PendingValue } from "../models/pending.js";
import type { Relation } from "../models/relations.js";
import { prefetchedList, prefetchQueryset } from "./prefetch.js";
import { relatedStep, sourceField } from "./related-step.js";
import { defaultState } from "./root-state.js";
import type { QuerySetState } from "./state.js";

/**
 * The value by which related rows find an instance.
 *
 * @throws QueryError for an instance that is not saved
 */
export function ownKey(instance: ModelCore, relation: Relation): unknown {
  const key = attributesOf(instance)[sourceField(relation).attname];
  if (key === null || key === undefined) {
    throw new QueryError(
      `${relation.source.label}.${relation.name}: save the ${relation.source.name} first; without a key nothing can be related to it.`,
    );
  }
  if (key instanceof PendingValue)
    throw new QueryError(`${relation.source.label}.${relation.name}: its key is not loaded; await it first.`);
  return key;
}

/** The rows behind a relation to many of one instance; those that a prefetch chose, where one did. */
export function relatedState(instance: ModelCore, relation: Relation): QuerySetState {
  const only = ownKey(instance, relation);
  const list = prefetchedList(instance, relation.name);
  const chosen = list && prefetchQueryset(list);
  const base = chosen && !chosen.query.isSliced ? chosen : defaultState(relation.target);
  return {
    ...base,
    ...relatedStep(base, relation, { only }, false),
    hints: { ...base.hints, instance },
    known: relation.kind === "backward" ? { name: relation.forward.name, instance } : null,
  };
}

/** All rows of the model at the end of a relation, for a caller who holds an instance. */
export function unrelatedState(instance: ModelCore, relation: Relation, alias: string): QuerySetState {
  return { ...defaultState(relation.target), using: alias, hints: { instance } };
}

/** Forgets what was prefetched for a relation, and for its other side on the objects concerned. */
export function dropPrefetched(instance: ModelCore, relation: Relation, items: Iterable<unknown> = []): void {
  stateOf(instance).clearRelation(relation.name);
  if (relation.kind !== "many") return;
  const other = [...relation.target.relations.values()].find(
    (each) => each.kind === "many" && each.field === relation.field && (relation.symmetrical || each.reversed !== relation.reversed),
  );
  if (!other) return;
  for (const item of items) if (isInstance(item)) stateOf(item).clearRelation(other.name);
}
