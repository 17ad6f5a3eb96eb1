import { dialectFor } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { NotLoadedError } from "../errors.js";
import { isInstance, keyText, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { loadedForward } from "../models/relation-accessors.js";
import type { Relation } from "../models/relations.js";
import { instanceAlias } from "./alias.js";
import { fetchAll } from "./fetch.js";
import { loadRelation } from "./prefetch.js";
import { get } from "./reading.js";
import { baseState } from "./root-state.js";
import { filterStep, onlyStep, valuesStep } from "./steps.js";

/** The instances that came in the same result and miss the same thing. @throws NotLoadedError in fetch mode "raise" */
function peersOf(instance: ModelCore, what: string): readonly ModelCore[] {
  const { group } = stateOf(instance);
  const mode = group?.fetchMode ?? metaOfInstance(instance).options.fetchMode ?? settings.fetchMode;
  if (mode === "raise")
    throw new NotLoadedError(`${what} is not loaded, and the fetch mode is "raise": load it with selectRelated, prefetchRelated or only.`);
  return group?.peersOf(instance) ?? [instance];
}

/** What a to-one relation leads to, loaded for all peers with one query. */
export function* loadRelated(instance: ModelCore, relation: Relation): Flow<ModelCore | null> {
  const what = `${relation.source.label}.${relation.name}`;
  if (relation.kind === "forward") {
    const key = (instance as unknown as Record<string, unknown>)[relation.field.attname];
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
  const errors = relation.target.modelClass as unknown as Record<"DoesNotExist", new (message: string) => Error>;
  throw new errors.DoesNotExist(
    `${what} refers to a ${relation.target.label} that does not exist: ${keyText((instance as unknown as Record<string, unknown>)[relation.field.attname])}.`,
  );
}

/** The row of a key that somebody made a Ref from. */
export function* loadByKey(meta: ModelMeta, key: unknown): Flow<ModelCore> {
  // get() gives an instance where nothing else was asked for
  return (yield* get(baseState(meta), [{ pk: key }])) as ModelCore;
}

/** A column that was left out, loaded for all peers with one query. */
export function* loadDeferred(instance: ModelCore, attname: string): Flow<unknown> {
  const meta = metaOfInstance(instance);
  const read = (each: ModelCore): unknown => (each as unknown as Record<string, unknown>)[attname];
  const present = read(instance);
  if (!(present instanceof PendingValue)) return present;
  const peers = peersOf(instance, `${meta.label}.${attname}`).filter((peer) => read(peer) instanceof PendingValue);
  const alias = instanceAlias(instance, "read");
  dialectFor(alias);
  const base = { ...baseState(meta), using: alias };
  const [single] = meta.keyFields;
  const byKey = new Map<string, unknown>();
  if (single && meta.keyFields.length === 1) {
    const filtered = { ...base, ...filterStep(base, [{ pk__in: peers.map((peer) => peer.pk) }], false) };
    const rows = (yield* fetchAll({ ...filtered, ...valuesStep(filtered, ["pk", attname], "list") })) as unknown[][];
    for (const [key, value] of rows) byKey.set(keyText(key), value);
  } else {
    const narrowed = { ...base, ...onlyStep(base, [attname], true) };
    const fresh = (yield* get(narrowed, [{ pk: instance.pk }])) as ModelCore;
    byKey.set(keyText(instance.pk), read(fresh));
  }
  for (const peer of peers) {
    const key = keyText(peer.pk);
    if (byKey.has(key)) (peer as unknown as Record<string, unknown>)[attname] = byKey.get(key);
  }
  const value = read(instance);
  if (!(value instanceof PendingValue)) return value;
  const errors = meta.modelClass as unknown as Record<"DoesNotExist", new (message: string) => Error>;
  throw new errors.DoesNotExist(`The ${meta.label} ${keyText(instance.pk)} does not exist any more.`);
}
