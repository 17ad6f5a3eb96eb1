import { type Flow, isThenable, type Step } from "../engine/flow.js";
import { runSync, start } from "../engine/run.js";
import { settings } from "../engine/settings.js";
import { DatabaseError, FieldError, QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { isInstance, keyText, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { LeftOut, loadedForward } from "../models/relation-accessors.js";
import { isSingle, type Relation } from "../models/relations.js";
import type { VirtualField } from "../models/virtual-field.js";
import { didYouMean } from "../suggestions.js";
import type { CacheOptions } from "../types/cache.js";
import { loadDeferred } from "./deferred-columns.js";
import { QUERYSET } from "./embed.js";
import { fetchRows } from "./fetch-rows.js";
import { Prefetch } from "./prefetch-lookup.js";
import { relatedStep, sourceField } from "./related-step.js";
import { baseState, defaultState } from "./root-state.js";
import type { QuerySetState } from "./state.js";

interface Level {
  readonly instances: readonly ModelCore[];
  readonly meta: ModelMeta;
}

/**
 * Loads relations of instances that are there, one query for each relation and level. What does not depend on each
 * other is loaded at the same time where the database allows that.
 *
 * @throws FieldError for a path that does not exist, QueryError for lookups that contradict each other
 */
export function* prefetchInto(
  instances: readonly unknown[],
  prefetches: readonly Prefetch[],
  meta: ModelMeta,
  alias: string,
  cache: CacheOptions | null = null,
): Flow<void> {
  const roots: Level = { instances: instances.filter(isInstance), meta };
  checkDistinct(prefetches);
  if (roots.instances.length === 0) {
    for (const prefetch of prefetches) checkPath(meta, prefetch, prefetches);
    return;
  }
  const branches = branchesOf(prefetches);
  const [only] = branches;
  if (only && branches.length === 1) yield* loadBranch(roots, only, alias, cache);
  else yield atOnce(branches.map((branch) => loadBranch(roots, branch, alias, cache)));
}

/** Lookups that begin with the same relation, or with an attribute that another one fills. */
function branchesOf(prefetches: readonly Prefetch[]): Prefetch[][] {
  const branches = new Map<string, Prefetch[]>();
  for (const prefetch of prefetches) {
    const [head = ""] = prefetch.names;
    const branch = branches.get(head) ?? [];
    branch.push(prefetch);
    branches.set(head, branch);
    if (prefetch.toAttr !== null && prefetch.names.length === 1) branches.set(prefetch.toAttr, branch);
  }
  return [...new Set(branches.values())];
}

/** Runs flows side by side. When one fails the others are waited for, so that nothing goes on behind the caller's back. */
function atOnce(flows: readonly Flow<void>[]): Step {
  return {
    perform: () => {
      const pending: Promise<void>[] = [];
      for (const flow of flows) {
        const result = start(flow);
        if (isThenable(result)) pending.push(result);
      }
      if (pending.length === 0) return undefined;
      return Promise.allSettled(pending).then((outcomes) => {
        for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
      });
    },
    performSync: () => {
      for (const flow of flows) runSync(flow);
    },
  };
}

function* loadBranch(roots: Level, prefetches: readonly Prefetch[], alias: string, cache: CacheOptions | null): Flow<void> {
  const done = new Map<string, Level>();
  for (const prefetch of prefetches) {
    try {
      yield* loadLookup(roots, prefetch, done, alias, cache);
    } catch (error) {
      if (error instanceof DatabaseError) error.message = `${error.message} (while prefetching "${prefetch.lookup}")`;
      throw error;
    }
  }
}

function* loadLookup(roots: Level, prefetch: Prefetch, done: Map<string, Level>, alias: string, cache: CacheOptions | null): Flow<void> {
  const { names, lookup } = prefetch;
  let current = roots;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const path = names.slice(0, index + 1).join("__");
    const toAttr = last ? prefetch.toAttr : null;
    const target = toAttr === null ? path : `${path}=>${toAttr}`;
    const known = done.get(target);
    if (known) {
      if (last && prefetch.queryset)
        throw new QueryError(
          `"${lookup}" was prefetched before, without this queryset. Put Prefetch("${lookup}", …) first, or give it a toAttr.`,
        );
      current = known;
      continue;
    }
    const virtual = current.meta.virtual.get(name);
    if (virtual) {
      if (toAttr !== null) checkToAttr(current.meta, toAttr, lookup);
      const loaded = yield* loadVirtual(current, virtual, prefetch, toAttr, last, alias);
      // what it leads to may be of several models, each with relations of its own
      yield* behindVirtual(loaded, names.slice(index + 1), prefetch, alias, cache);
      return;
    }
    const relation = relationNamed(current, name, lookup);
    if (typeof relation === "string") {
      // an attribute that an earlier Prefetch filled
      current = attributeLists(current, relation);
      done.set(target, current);
      if (current.instances.length === 0) return;
      continue;
    }
    const queryset = last ? (prefetch.queryset?.[QUERYSET] ?? null) : null;
    if (queryset) checkQueryset(queryset, relation, lookup);
    if (toAttr !== null) checkToAttr(current.meta, toAttr, lookup);
    const loaded = yield* loadRelation(current.instances, relation, alias, queryset, toAttr, cache);
    current = { instances: loaded, meta: relation.target };
    done.set(target, current);
  }
}

function* loadVirtual(
  { instances, meta }: Level,
  field: VirtualField,
  { lookup, queryset }: Prefetch,
  toAttr: string | null,
  last: boolean,
  alias: string,
): Flow<readonly ModelCore[]> {
  if (!field.load) throw new QueryError(`prefetchRelated("${lookup}"): ${meta.label}.${field.name} has nothing to load.`);
  const put =
    toAttr === null
      ? null
      : (instance: object, value: unknown): void => {
          (instance as Record<string, unknown>)[toAttr] = value;
        };
  const loaded = yield* field.load(instances, { using: alias, queryset: last ? queryset : null, put });
  return loaded.filter(isInstance);
}

/** Goes on behind a virtual field, for each model that was found there. */
function* behindVirtual(
  instances: readonly ModelCore[],
  names: readonly string[],
  { queryset, toAttr }: Prefetch,
  alias: string,
  cache: CacheOptions | null,
): Flow<void> {
  if (names.length === 0) return;
  const rest = new Prefetch(names.join("__"), { ...(queryset && { queryset }), ...(toAttr !== null && { toAttr }) });
  const byModel = new Map<ModelMeta, ModelCore[]>();
  for (const instance of instances) {
    const meta = metaOfInstance(instance);
    const list = byModel.get(meta);
    if (list) list.push(instance);
    else byModel.set(meta, [instance]);
  }
  for (const [meta, list] of byModel) yield* prefetchInto(list, [rest], meta, alias, cache);
}

function checkQueryset({ meta, query }: QuerySetState, relation: Relation, lookup: string): void {
  if (meta !== relation.target)
    throw new QueryError(`Prefetch("${lookup}"): the queryset is of ${meta.label}, but the relation leads to ${relation.target.label}.`);
  if (query.combination)
    throw new QueryError(`Prefetch("${lookup}"): a combination cannot be narrowed to the objects at hand. Use Q(…).or(…).`);
}

/** Without rows nothing is loaded, but a path that does not exist is still a mistake. */
function checkPath(meta: ModelMeta, { names, lookup }: Prefetch, prefetches: readonly Prefetch[]): void {
  let current = meta;
  for (const name of names) {
    const relation = current.findRelation(name);
    // what lies behind a virtual field is known only with rows
    if (current.virtual.has(name)) return;
    // what lies behind an attribute is known only with rows
    if (!relation && prefetches.some(({ toAttr }) => toAttr === name)) return;
    if (!relation) throw unknownRelation(current, name, lookup);
    current = relation.target;
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
  if (meta.hasName(toAttr) || toAttr in meta.base.prototype)
    throw new QueryError(
      `Prefetch("${lookup}"): toAttr "${toAttr}" is a ${meta.hasName(toAttr) ? "field" : "member"} of ${meta.label}. Choose another name.`,
    );
}

function unknownRelation(meta: ModelMeta, name: string, lookup: string): FieldError {
  const suggestion = didYouMean(name, [...meta.relations.keys()]);
  return new FieldError(`prefetchRelated("${lookup}"): ${meta.label} has no relation "${name}". ${suggestion}`.trim());
}

/** A relation, or the name of an attribute that an earlier lookup filled. */
function relationNamed({ instances, meta }: Level, name: string, lookup: string): Relation | string {
  const relation = meta.findRelation(name);
  if (relation) return relation;
  const [sample] = instances;
  if (!sample || (Object.hasOwn(sample, name) && !meta.findColumn(name))) return name;
  throw unknownRelation(meta, name, lookup);
}

function attributeLists({ instances, meta }: Level, name: string): Level {
  const found = instances.flatMap((instance) => (instance as unknown as Record<string, unknown>)[name]).filter(isInstance);
  const [first] = found;
  return { instances: found, meta: first ? metaOfInstance(first) : meta };
}

/** The queryset that a prefetch took its rows from, by the list that it left. */
const querysets = new WeakMap<readonly ModelCore[], QuerySetState>();

/** The queryset of the `Prefetch` that left a list, if it had one. */
export function prefetchQueryset(list: readonly ModelCore[]): QuerySetState | undefined {
  return querysets.get(list);
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
 * @param cache - of the rows, where the queryset has none of its own
 * @returns the related instances
 */
export function* loadRelation(
  instances: readonly ModelCore[],
  relation: Relation,
  alias: string,
  queryset: QuerySetState | null,
  toAttr: string | null,
  cache: CacheOptions | null = null,
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
    let key = value(instance);
    if (key instanceof PendingValue) key = yield* loadDeferred(instance, attname);
    if (key === null || key === undefined) {
      put(instance, relation, toAttr, [], queryset);
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
  const { plan, rows } = yield* fetchRows(state, state.using ?? alias, state.cache ?? cache);
  const related = plan.hydrate(rows, { alias: state.using ?? alias, fetchMode: state.fetchMode ?? settings.fetchMode }) as ModelCore[];
  const byKey = new Map<string, ModelCore[]>();
  const [ownerAt = 0] = plan.extra;
  for (const [index, row] of rows.entries()) {
    const text = keyText(row[ownerAt]);
    const object = related[index];
    if (object === undefined) continue;
    const list = byKey.get(text);
    if (list) list.push(object);
    else byKey.set(text, [object]);
  }
  for (const [text, owners] of wanted) {
    const found = byKey.get(text) ?? [];
    for (const owner of owners) {
      put(owner, relation, toAttr, found, queryset);
      if (relation.kind === "backward") for (const object of found) stateOf(object).setRelation(relation.forward.name, owner);
    }
  }
  if (state.prefetches.length > 0)
    yield* prefetchInto(related, state.prefetches, relation.target, state.using ?? alias, state.cache ?? cache);
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

function put(
  instance: ModelCore,
  relation: Relation,
  toAttr: string | null,
  found: readonly ModelCore[],
  queryset: QuerySetState | null,
): void {
  const [first = null] = found;
  if (toAttr !== null) {
    (instance as unknown as Record<string, unknown>)[toAttr] = isSingle(relation) ? first : [...found];
  } else if (!isSingle(relation)) {
    const list = [...found];
    if (queryset) querysets.set(list, queryset);
    stateOf(instance).setRelation(relation.name, list);
  } else if (relation.kind === "backward" || first !== null) stateOf(instance).setRelation(relation.name, first);
  else if (queryset && relation.kind === "forward" && relation.field.null)
    stateOf(instance).setRelation(relation.name, new LeftOut(attributesOf(instance)[relation.field.attname]));
}

/** Sorts out what `prefetchRelated(…)` was given. */
export function toPrefetch(given: unknown): Prefetch {
  if (given instanceof Prefetch) {
    const columns = given.queryset?.[QUERYSET].query.columns ?? null;
    if (columns !== null)
      throw new QueryError(`Prefetch("${given.lookup}"): the rows of values() are no objects. Use only() for fewer columns.`);
    return given;
  }
  if (typeof given === "string") return new Prefetch(given);
  throw new QueryError(`prefetchRelated takes names and Prefetch(…), not ${String(given)}.`);
}
