import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { NotLoadedError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { keyText, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { doesNotExist } from "../models/row-errors.js";
import { instanceAlias } from "./alias.js";
import { fetchRows } from "./fetch-rows.js";
import { baseState } from "./root-state.js";
import type { QuerySetState } from "./state.js";
import { filterStep, onlyStep } from "./steps.js";

/** A composite key takes a parameter for each of its columns. */
const COMPOSITE_KEYS_PER_STATEMENT = 32;

/** The instances that came in the same result and miss the same thing. @throws NotLoadedError in fetch mode "raise" */
export function peersOf(instance: ModelCore, what: string): readonly ModelCore[] {
  const { group } = stateOf(instance);
  const mode = group?.fetchMode ?? metaOfInstance(instance).options.fetchMode ?? settings.fetchMode;
  if (mode === "raise")
    throw new NotLoadedError(`${what} is not loaded, and the fetch mode is "raise": load it with selectRelated, prefetchRelated or only.`);
  return group?.peersOf(instance) ?? [instance];
}

function isPending(instance: ModelCore, attname: string): boolean {
  return attributesOf(instance)[attname] instanceof PendingValue;
}

/** A column that was left out, loaded for all peers with one query. */
export function* loadDeferred(instance: ModelCore, attname: string): Flow<unknown> {
  const meta = metaOfInstance(instance);
  if (isPending(instance, attname)) {
    const peers = peersOf(instance, `${meta.label}.${attname}`).filter((peer) => isPending(peer, attname));
    yield* loadColumns(peers, [attname], meta, instanceAlias(instance, "read"));
  }
  requireLoaded(instance, attname, meta);
  return attributesOf(instance)[attname];
}

/** Every column of an instance that was left out, for all its peers with one query; for code that must not meet one. */
export function* loadAllDeferred(instance: ModelCore, except: ReadonlySet<string>): Flow<void> {
  const meta = metaOfInstance(instance);
  const missing = [...instance.getDeferredFields()].filter((attname) => !except.has(attname));
  if (missing.length === 0) return;
  const alike = (peer: ModelCore): boolean => missing.every((attname) => isPending(peer, attname));
  const { group } = stateOf(instance);
  yield* loadColumns((group?.peersOf(instance) ?? [instance]).filter(alike), missing, meta, instanceAlias(instance, "read"));
  for (const attname of missing) requireLoaded(instance, attname, meta);
}

function requireLoaded(instance: ModelCore, attname: string, meta: ModelMeta): void {
  if (!isPending(instance, attname)) return;
  throw doesNotExist(meta, `The ${meta.label} ${keyText(instance.pk)} does not exist any more.`);
}

function* loadColumns(instances: readonly ModelCore[], attnames: readonly string[], meta: ModelMeta, alias: string): Flow<void> {
  const base: QuerySetState = { ...baseState(meta), using: alias };
  const narrowed: QuerySetState = { ...base, ...onlyStep(base, attnames, true) };
  const size = meta.keyFields.length > 1 ? COMPOSITE_KEYS_PER_STATEMENT : instances.length;
  const byKey = new Map<string, Record<string, unknown>>();
  for (let start = 0; start < instances.length; start += size) {
    const keys = instances.slice(start, start + size).map((instance) => instance.pk);
    const { plan, rows } = yield* fetchRows({ ...narrowed, ...filterStep(narrowed, [{ pk__in: keys }], false) }, alias);
    // a query without values() gives instances
    for (const row of plan.hydrate(rows, { alias, fetchMode: "one" }) as ModelCore[]) byKey.set(keyText(row.pk), attributesOf(row));
  }
  for (const instance of instances) {
    const row = byKey.get(keyText(instance.pk));
    if (!row) continue;
    for (const attname of attnames) attributesOf(instance)[attname] = row[attname];
  }
}
