import type { Flow } from "../engine/flow.js";
import { ProtectedError, QueryError, RestrictedError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { keyText, type ModelCore } from "../models/core.js";
import { dependentsOf } from "../models/dependents.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import type { DeletionResult } from "../models/query-port.js";
import type { ForwardRelation } from "../models/relations.js";
import { signals } from "../models/signals.js";
import { Q } from "./condition.js";
import { loadDeferred } from "./deferred-columns.js";
import { executeDelete } from "./delete-statement.js";
import { isQuerySet, QUERYSET } from "./embed.js";
import { fetchAll } from "./fetch.js";
import { requireWritable } from "./inserts.js";
import { isHeard, isQuiet, isWatched, quietCascade } from "./quiet-cascade.js";
import { baseState } from "./root-state.js";
import type { QuerySetState } from "./state.js";
import { filterStep, onlyStep, valuesStep } from "./steps.js";
import { discardWithRows, losesFiles } from "./stored-files.js";
import { runUpdate } from "./updates.js";

/** Keys in one statement: they travel as one parameter, so this bounds only its size. */
const KEYS_PER_STATEMENT = 10_000;
/** A composite key takes a parameter for each of its columns. */
const COMPOSITE_KEYS_PER_STATEMENT = 32;

/**
 * Whether rows of a model can go with one DELETE: nobody listens, and nothing that dorm must see to refers to them.
 *
 * @param through - the relation by which they are reached
 */
export function canDeleteAtOnce(meta: ModelMeta, through?: ForwardRelation): boolean {
  if (through !== undefined && through.field.onDelete !== "CASCADE") return false;
  if ([...meta.virtual.values()].some((field) => field.dependents !== undefined)) return false;
  return !isWatched(meta) && dependentsOf(meta).every(({ field }) => field.onDelete === "DO_NOTHING");
}

/**
 * Finds out what goes with the rows that are deleted, checks that all of it may, then does it. The order of what
 * happens is that of Django's Collector: receivers, rows that nothing refers to, keys that are emptied, the rest with
 * children before parents.
 */
export class Collector {
  readonly #alias: string;
  readonly #origin: unknown;
  /** Instances by model and key; what is here is not followed again, so that cycles end. */
  #instances = new Map<ModelMeta, Map<string, ModelCore>>();
  /** The models whose rows must go before those of the key. */
  readonly #dependencies = new Map<ModelMeta, Set<ModelMeta>>();
  readonly #atOnce: QuerySetState[] = [];
  readonly #updates: { readonly state: QuerySetState; readonly relation: ForwardRelation }[] = [];
  readonly #restricted: { readonly relation: ForwardRelation; readonly object: ModelCore }[] = [];

  constructor(alias: string, origin: unknown) {
    this.#alias = alias;
    this.#origin = origin;
  }

  /** Collects instances and what goes with them. @throws ProtectedError or RestrictedError, before anything changed */
  *collect(instances: readonly ModelCore[], meta: ModelMeta): Flow<void> {
    yield* this.#follow(instances, meta, null);
    yield* this.#checkRestricted();
  }

  *#follow(instances: readonly ModelCore[], meta: ModelMeta, from: ForwardRelation | null): Flow<void> {
    requireWritable(meta);
    const fresh = this.#add(instances, meta, from);
    if (fresh.length === 0) return;
    const atOnce = new Map<ModelMeta, ForwardRelation[]>();
    const kept: { readonly relation: ForwardRelation; readonly object: ModelCore }[] = [];
    for (const relation of dependentsOf(meta)) {
      const { source } = relation;
      switch (relation.field.onDelete) {
        case "DO_NOTHING":
          break;
        case "CASCADE":
          if (canDeleteAtOnce(source, relation)) {
            requireWritable(source);
            atOnce.set(source, [...(atOnce.get(source) ?? []), relation]);
          } else if (isQuiet(source, new Set([meta]))) {
            for (const state of yield* this.#referring([relation], fresh)) this.#atOnce.push(...quietCascade(state));
          } else yield* this.#cascade(relation, fresh, kept);
          break;
        case "PROTECT":
          for (const state of yield* this.#referring([relation], fresh))
            for (const object of yield* instancesOf(state)) kept.push({ relation, object });
          break;
        case "RESTRICT":
          for (const state of yield* this.#referring([relation], fresh))
            for (const object of yield* instancesOf(state)) this.#restricted.push({ relation, object });
          this.#goesFirst(source, meta);
          break;
        case "SET_NULL":
        case "SET_DEFAULT":
          for (const state of yield* this.#referring([relation], fresh)) this.#updates.push({ state, relation });
      }
    }
    if (kept.length > 0) throw protectedError(meta, kept);
    for (const relations of atOnce.values()) this.#atOnce.push(...(yield* this.#referring(relations, fresh)));
    for (const field of meta.virtual.values()) if (field.dependents) yield* this.#followVirtual(field.dependents(fresh, this.#alias));
  }

  /** Rows that go along although no foreign key says so. */
  *#followVirtual(dependents: Flow<readonly object[]>): Flow<void> {
    for (const queryset of yield* dependents) {
      if (!isQuerySet(queryset)) throw new QueryError("dependents() of a virtual field gives querysets.");
      const state: QuerySetState = { ...queryset[QUERYSET], using: this.#alias };
      requireWritable(state.meta);
      if (canDeleteAtOnce(state.meta)) this.#atOnce.push(state);
      else yield* this.#follow(yield* instancesOf(keysOnly(state)), state.meta, null);
    }
  }

  /** Goes on to rows that are deleted too. What protects those is reported with what protects their parents. */
  *#cascade(
    relation: ForwardRelation,
    parents: readonly ModelCore[],
    kept: { readonly relation: ForwardRelation; readonly object: ModelCore }[],
  ): Flow<void> {
    for (const state of yield* this.#referring([relation], parents)) {
      const children = yield* instancesOf(keysOnly(state));
      try {
        yield* this.#follow(children, relation.source, relation);
      } catch (error) {
        if (!(error instanceof ProtectedError)) throw error;
        // dorm's own errors of this kind hold what protected() below gave them
        for (const object of error.protectedObjects) kept.push({ relation, object: object as ModelCore });
      }
    }
  }

  #add(instances: readonly ModelCore[], meta: ModelMeta, from: ForwardRelation | null): ModelCore[] {
    if (instances.length === 0) return [];
    let known = this.#instances.get(meta);
    if (!known) {
      known = new Map();
      this.#instances.set(meta, known);
    }
    const fresh: ModelCore[] = [];
    for (const instance of instances) {
      const key = keyText(instance.pk);
      if (known.has(key)) continue;
      known.set(key, instance);
      fresh.push(instance);
    }
    // rows whose key may be null leave a way out of a cycle
    if (from !== null && !from.field.null) this.#goesFirst(meta, from.target);
    return fresh;
  }

  #goesFirst(child: ModelMeta, parent: ModelMeta): void {
    if (child === parent) return;
    const children = this.#dependencies.get(parent);
    if (children) children.add(child);
    else this.#dependencies.set(parent, new Set([child]));
  }

  /** The rows that refer to instances by any of several foreign keys of one model, in portions. */
  *#referring(relations: readonly ForwardRelation[], instances: readonly ModelCore[]): Flow<QuerySetState[]> {
    const states: QuerySetState[] = [];
    const [first] = relations;
    if (first === undefined) return states;
    const base: QuerySetState = { ...baseState(first.source), using: this.#alias };
    for (let start = 0; start < instances.length; start += KEYS_PER_STATEMENT) {
      const parents = instances.slice(start, start + KEYS_PER_STATEMENT);
      const conditions: object[] = [];
      for (const { field, targetField } of relations)
        conditions.push({ [`${field.name}__in`]: yield* keysOf(parents, targetField.attname) });
      states.push({ ...base, ...filterStep(base, [Q.or(...conditions)], false) });
    }
    return states;
  }

  /** Restricted rows are no obstacle where they go by another way. */
  *#checkRestricted(): Flow<void> {
    let left = this.#restricted.filter(({ relation, object }) => !this.#instances.get(relation.source)?.has(keyText(object.pk)));
    for (const state of this.#atOnce) {
      const own = left.filter(({ relation }) => relation.source === state.meta);
      if (own.length === 0) continue;
      const narrowed = { ...state, ...filterStep(state, [{ pk__in: own.map(({ object }) => object.pk) }], false) };
      const gone = new Set((yield* fetchAll({ ...narrowed, ...valuesStep(narrowed, ["pk"], "flat") })).map(keyText));
      left = left.filter(({ relation, object }) => relation.source !== state.meta || !gone.has(keyText(object.pk)));
    }
    const [first] = left;
    if (!first) return;
    throw new RestrictedError(
      `This ${first.relation.target.label} cannot be deleted: ${named(left)} with onDelete RESTRICT. Delete those first, or point them at something else.`,
      left.map(({ object }) => object),
      { alias: this.#alias },
    );
  }

  /** Does what was collected; runs inside a transaction. */
  *run(): Flow<DeletionResult> {
    const counts: Record<string, number> = {};
    const count = (meta: ModelMeta, rows: number): void => {
      if (rows > 0) counts[meta.label] = (counts[meta.label] ?? 0) + rows;
    };
    const ordered = this.#childrenFirst();
    for (const [meta, instances] of ordered) {
      if (signals.preDelete.active)
        for (const instance of instances.values()) yield* signals.preDelete.send(meta, this.#event(meta, instance));
    }
    for (const state of this.#atOnce) count(state.meta, yield* executeDelete(state, this.#alias));
    for (const { state, relation } of this.#updates) {
      const value = relation.field.onDelete === "SET_NULL" ? null : relation.field.getDefault();
      yield* runUpdate(state, { [relation.field.attname]: value }, this.#alias);
    }
    for (const [meta, instances] of ordered) {
      const all = [...instances.values()];
      const base: QuerySetState = { ...baseState(meta), using: this.#alias };
      const size = meta.keyFields.length > 1 ? COMPOSITE_KEYS_PER_STATEMENT : KEYS_PER_STATEMENT;
      for (let start = 0; start < all.length; start += size) {
        const keys = all.slice(start, start + size).map((instance) => instance.pk);
        if (losesFiles(meta)) yield* discardWithRows(meta, keys, this.#alias);
        count(meta, yield* executeDelete({ ...base, ...filterStep(base, [{ pk__in: keys }], false) }, this.#alias));
      }
      if (signals.postDelete.active) for (const instance of all) yield* signals.postDelete.send(meta, this.#event(meta, instance));
    }
    return [Object.values(counts).reduce((total, rows) => total + rows, 0), counts];
  }

  /** Everything that was deleted, once it is. */
  *deleted(): Generator<ModelCore, void, undefined> {
    for (const instances of this.#instances.values()) yield* instances.values();
  }

  #event(meta: ModelMeta, instance: ModelCore): object {
    return { sender: meta.modelClass, instance, using: this.#alias, origin: this.#origin };
  }

  /** Models in an order in which every row goes before those that it refers to; as they came where they form a cycle. */
  #childrenFirst(): ReadonlyMap<ModelMeta, Map<string, ModelCore>> {
    const sorted = new Map<ModelMeta, Map<string, ModelCore>>();
    while (sorted.size < this.#instances.size) {
      const before = sorted.size;
      for (const [meta, instances] of this.#instances) {
        if (sorted.has(meta)) continue;
        const waits = [...(this.#dependencies.get(meta) ?? [])].some((child) => this.#instances.has(child) && !sorted.has(child));
        if (!waits) sorted.set(meta, instances);
      }
      if (sorted.size === before) return this.#instances;
    }
    return sorted;
  }
}

/** Of rows that only pass by, what is needed to find those that refer to them; all of it where a receiver will see it. */
export function keysOnly(state: QuerySetState): QuerySetState {
  const { meta } = state;
  if (isHeard(meta)) return state;
  const names = new Set([...meta.keyFields.map((field) => field.name), ...dependentsOf(meta).map(({ targetField }) => targetField.name)]);
  return { ...state, ...onlyStep(state, [...names], true) };
}

function* instancesOf(state: QuerySetState): Flow<ModelCore[]> {
  // a state without values() gives instances
  return (yield* fetchAll(state)) as ModelCore[];
}

/** The values that foreign keys refer to; a column that was left out is loaded. */
function* keysOf(instances: readonly ModelCore[], attname: string): Flow<unknown[]> {
  const keys: unknown[] = [];
  for (const instance of instances) {
    let key = attributesOf(instance)[attname];
    if (key instanceof PendingValue) key = yield* loadDeferred(instance, attname);
    if (key !== null) keys.push(key);
  }
  return keys;
}

function protectedError(
  meta: ModelMeta,
  kept: readonly { readonly relation: ForwardRelation; readonly object: ModelCore }[],
): ProtectedError {
  return new ProtectedError(
    `This ${meta.label} cannot be deleted: ${named(kept)} with onDelete PROTECT. Delete those first, or point them at something else.`,
    kept.map(({ object }) => object),
  );
}

/** "3 rows refer to it by blog.Book.author". */
function named(kept: readonly { readonly relation: ForwardRelation }[]): string {
  const counts = new Map<string, number>();
  for (const { relation } of kept) {
    const name = `${relation.source.label}.${relation.name}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${count === 1 ? "row refers" : "rows refer"} to it by ${name}`).join(", ");
}
