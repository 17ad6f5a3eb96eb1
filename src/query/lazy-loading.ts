import type { Flow } from "../engine/flow.js";
import { attributesOf } from "../models/attributes.js";
import { isInstance, keyText, type ModelCore, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { loadedForward } from "../models/relation-accessors.js";
import type { Relation } from "../models/relations.js";
import { doesNotExist } from "../models/row-errors.js";
import { instanceAlias } from "./alias.js";
import { loadDeferred, peersOf } from "./deferred-columns.js";
import { loadRelation } from "./prefetch.js";
import { get } from "./reading.js";
import { baseState } from "./root-state.js";

/** What a to-one relation leads to, loaded for all peers with one query. */
export function* loadRelated(instance: ModelCore, relation: Relation): Flow<ModelCore | null> {
  const what = `${relation.source.label}.${relation.name}`;
  if (relation.kind === "forward") {
    const key = attributesOf(instance)[relation.field.attname];
    if (key instanceof PendingValue) {
      yield* loadDeferred(instance, relation.field.attname);
      return yield* loadRelated(instance, relation);
    }
    const loaded = loadedForward(instance, relation);
    if (loaded !== undefined) return loaded;
  } else {
    const cached = stateOf(instance).relation(relation.name);
    if (isInstance(cached) || cached === null) return cached;
    if (instance.pk === null) return null;
  }
  const peers = peersOf(instance, what);
  yield* loadRelation(peers, relation, instanceAlias(instance, "read", null, relation.target), null, null);
  if (relation.kind !== "forward") {
    const found = stateOf(instance).relation(relation.name);
    return isInstance(found) ? found : null;
  }
  const found = loadedForward(instance, relation);
  if (found !== undefined) return found;
  throw doesNotExist(
    relation.target,
    `${what} refers to a ${relation.target.label} that does not exist: ${keyText(attributesOf(instance)[relation.field.attname])}.`,
  );
}

/** The row of a key that somebody made a Ref from. */
export function* loadByKey(meta: ModelMeta, key: unknown): Flow<ModelCore> {
  // get() gives an instance where nothing else was asked for
  return (yield* get(baseState(meta), [{ pk: key }])) as ModelCore;
}
