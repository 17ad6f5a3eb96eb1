import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { FieldError, QueryError } from "../errors.js";
import { isInstance, keyText, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { loadedForward } from "../models/relation-accessors.js";
import { isSingle, type Relation } from "../models/relations.js";
import { didYouMean } from "../suggestions.js";
import { QUERYSET } from "./embed.js";
import { fetchRows } from "./fetch-rows.js";
import { Prefetch } from "./prefetch-lookup.js";
import { relatedStep, sourceField } from "./related-step.js";
import { baseState, defaultState } from "./root-state.js";
import type { QuerySetState } from "./state.js";

/**
 * Loads relations of instances that are there, one query for each relation and level.
 *
 * @throws FieldError for a path that does not exist, QueryError for lookups that contradict each other
 */
export function* prefetchInto(instances: readonly unknown[], prefetches: readonly Prefetch[], meta: ModelMeta, alias: string): Flow<void> {
  const roots = instances.filter(isInstance);
  checkDistinct(prefetches);
  const done = new Map<string, { readonly instances: readonly ModelCore[]; readonly meta: ModelMeta }>();
  for (const prefetch of prefetches) {
    let current: { readonly instances: readonly ModelCore[]; readonly meta: ModelMeta } = { instances: roots, meta };
    const { names } = prefetch;
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      const path = names.slice(0, index + 1).join("__");
      const target = last && prefetch.toAttr !== null ? `${path}=>${prefetch.toAttr}` : path;
      const known = done.get(target);
      if (known && !(last && prefetch.queryset)) {
        current = known;
        continue;
      }
      const relation = relationNamed(current, name, prefetch.lookup);
      if (typeof relation === "string") {
        // an attribute that an earlier Prefetch filled
        current = attributeLists(current, relation);
        done.set(target, current);
        continue;
      }
      const queryset = last ? (prefetch.queryset?.[QUERYSET] ?? null) : null;
      if (queryset && queryset.meta !== relation.target)
        throw new QueryError(
          `Prefetch("${prefetch.lookup}"): the queryset is of ${queryset.meta.label}, but the relation leads to ${relation.target.label}.`,
        );
      const toAttr = last ? prefetch.toAttr : null;
      if (toAttr !== null) checkToAttr(current.meta, toAttr, prefetch.lookup);
      const loaded = yield* loadRelation(current.instances, relation, alias, queryset, toAttr);
      current = { instances: loaded, meta: relation.target };
      done.set(target, current);
    }
  }
}

function checkDistinct(prefetches: readonly Prefetch[]): void {
  const custom = new Set<string>();
  for (const { lookup, queryset, toAttr } of prefetches) {
    const target = toAttr === null ? lookup : `${lookup}=>${toAttr}`;
    if (!queryset) continue;
    if (custom.has(target)) throw new QueryError(`"${lookup}" is prefetched by two querysets. Give one of them a toAttr.`);
    custom.add(target);
  }
}

function checkToAttr(meta: ModelMeta, toAttr: string, lookup: string): void {
  if (meta.hasName(toAttr))
    throw new QueryError(`Prefetch("${lookup}"): toAttr "${toAttr}" is a field of ${meta.label}. Choose another name.`);
}

/** A relation, or the name of an attribute that holds a prefetched list. */
function relationNamed(
  current: { readonly instances: readonly ModelCore[]; readonly meta: ModelMeta },
  name: string,
  lookup: string,
): Relation | string {
  const relation = current.meta.findRelation(name);
  if (relation) return relation;
  const sample = current.instances[0] as Record<string, unknown> | undefined;
  if (sample && Array.isArray(sample[name]) && !current.meta.findColumn(name)) return name;
  const choices = [...current.meta.relations.keys()];
  throw new FieldError(
    `prefetchRelated("${lookup}"): ${current.meta.label} has no relation "${name}". ${didYouMean(name, choices)}`.trim(),
  );
}

function attributeLists(
  current: { readonly instances: readonly ModelCore[] },
  name: string,
): { instances: readonly ModelCore[]; meta: ModelMeta } {
  const instances = current.instances.flatMap((instance) => (instance as unknown as Record<string, unknown>)[name]).filter(isInstance);
  const [first] = instances;
  if (!first) throw new QueryError(`"${name}" holds no objects to go on from.`);
  return { instances, meta: metaOfInstance(first) };
}

/** The lists that a prefetch leaves for a related manager. */
export function prefetchedList(instance: ModelCore, name: string): readonly ModelCore[] | undefined {
  const list = stateOf(instance).relation(name);
  // only prefetches put lists there
  return Array.isArray(list) ? (list as ModelCore[]) : undefined;
}

/**
 * Loads one relation for several instances with one query.
 *
 * @param toAttr - the attribute to put the rows in; null: the relation itself
 * @returns the related instances
 */
export function* loadRelation(
  instances: readonly ModelCore[],
  relation: Relation,
  alias: string,
  queryset: QuerySetState | null,
  toAttr: string | null,
): Flow<readonly ModelCore[]> {
  const { attname } = sourceField(relation);
  const value = (instance: ModelCore): unknown => (instance as unknown as Record<string, unknown>)[attname];
  const loaded: ModelCore[] = [];
  const wanted = new Map<string, ModelCore[]>();
  const keys: unknown[] = [];
  for (const instance of instances) {
    const already = queryset === null && toAttr === null ? alreadyLoaded(instance, relation) : undefined;
    if (already !== undefined) {
      loaded.push(...already);
      continue;
    }
    const key = value(instance);
    if (key === null || key === undefined || key instanceof PendingValue) {
      if (key === null) put(instance, relation, toAttr, []);
      continue;
    }
    const text = keyText(key);
    const sharing = wanted.get(text);
    if (sharing) sharing.push(instance);
    else {
      wanted.set(text, [instance]);
      keys.push(key);
    }
  }
  if (keys.length === 0) return loaded;
  const base = queryset ?? (relation.kind === "forward" ? baseState(relation.target) : defaultState(relation.target));
  const state: QuerySetState = { ...base, ...relatedStep(base, relation, keys, true), using: base.using ?? alias };
  const { plan, rows } = yield* fetchRows(state, state.using ?? alias);
  const related = plan.hydrate(rows, { alias: state.using ?? alias, fetchMode: state.fetchMode ?? settings.fetchMode }) as ModelCore[];
  const byKey = new Map<string, ModelCore[]>();
  for (const [index, row] of rows.entries()) {
    const text = keyText(row[plan.extraStart]);
    const object = related[index];
    if (object === undefined) continue;
    const list = byKey.get(text);
    if (list) list.push(object);
    else byKey.set(text, [object]);
  }
  for (const [text, owners] of wanted) {
    const found = byKey.get(text) ?? [];
    for (const owner of owners) {
      put(owner, relation, toAttr, found);
      if (relation.kind === "backward") for (const object of found) stateOf(object).setRelation(relation.forward.name, owner);
    }
  }
  if (state.prefetches.length > 0) yield* prefetchInto(related, state.prefetches, relation.target, state.using ?? alias);
  return loaded.concat(related);
}

function alreadyLoaded(instance: ModelCore, relation: Relation): readonly ModelCore[] | undefined {
  if (relation.kind === "forward") {
    const object = loadedForward(instance, relation);
    return object === undefined ? undefined : object === null ? [] : [object];
  }
  const cached = stateOf(instance).relation(relation.name);
  if (isSingle(relation)) return isInstance(cached) ? [cached] : cached === null ? [] : undefined;
  return prefetchedList(instance, relation.name);
}

function put(instance: ModelCore, relation: Relation, toAttr: string | null, found: readonly ModelCore[]): void {
  const single = isSingle(relation);
  if (toAttr !== null) {
    (instance as unknown as Record<string, unknown>)[toAttr] = single ? (found[0] ?? null) : [...found];
    return;
  }
  if (single && relation.kind === "forward" && found.length === 0) return;
  stateOf(instance).setRelation(relation.name, single ? (found[0] ?? null) : [...found]);
}

/** Sorts out what `prefetchRelated(…)` was given. */
export function toPrefetch(given: unknown): Prefetch {
  if (given instanceof Prefetch) return given;
  if (typeof given === "string") return new Prefetch(given);
  throw new QueryError(`prefetchRelated takes names and Prefetch(…), not ${String(given)}.`);
}
