import { QueryError } from "../errors.js";
import { attributesOf } from "./attributes.js";
import { isInstance, keyText, type ModelCore, metaOfInstance, stateOf } from "./core.js";
import type { ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";
import { queryPort } from "./query-port.js";
import { makeRef, PendingRelation, Ref } from "./ref.js";
import type { BackwardRelation, ForwardRelation, Relation } from "./relations.js";
import { writeVirtual } from "./virtual-field.js";

/** Puts a property for each relation on a model's prototype. Relations are resolved when one is first read, as models may refer to later ones. */
export function defineRelationAccessors(prototype: ModelCore, meta: ModelMeta): void {
  for (const [name, field] of meta.virtual) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: false,
      get(this: ModelCore) {
        return field.read(this);
      },
      set(this: ModelCore, value: unknown) {
        writeVirtual(field, this, value);
      },
    });
  }
  const names = [...meta.foreignKeys.map((field) => field.name), ...meta.manyToMany.map((field) => field.name), ...meta.reverse.keys()];
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: false,
      get(this: ModelCore) {
        return readRelation(this, relationOf(meta, name));
      },
      set(this: ModelCore, value: unknown) {
        assignRelation(this, meta, name, value);
      },
    });
  }
}

function relationOf(meta: ModelMeta, name: string): Relation {
  const relation = meta.findRelation(name);
  // the accessors are made from the names of the same meta
  if (!relation) throw new QueryError(`${meta.label} has no relation "${name}".`);
  return relation;
}

function attribute(instance: ModelCore, attname: string): unknown {
  return attributesOf(instance)[attname];
}

function readRelation(instance: ModelCore, relation: Relation): unknown {
  if (relation.kind === "forward") return readForward(instance, relation);
  if (relation.kind === "backward" && relation.single) return readSingleBackward(instance, relation);
  const state = stateOf(instance);
  let manager = state.relation(managerKey(relation.name));
  if (manager === undefined) {
    manager = queryPort().relatedManager(instance, relation);
    state.setRelation(managerKey(relation.name), manager);
  }
  return manager;
}

/** Managers are kept beside the prefetched rows of the same relation. */
function managerKey(name: string): string {
  return `${name}:manager`;
}

/** What a prefetch leaves where its queryset has no row of the key: the relation is null for as long as the key stays. */
export class LeftOut {
  readonly key: unknown;

  constructor(key: unknown) {
    this.key = key;
  }
}

/** The object of a to-one relation if it is loaded and still belongs to the key. */
export function loadedForward(instance: ModelCore, relation: ForwardRelation): ModelCore | null | undefined {
  const cached = stateOf(instance).relation(relation.name);
  const key = attribute(instance, relation.field.attname);
  if (isInstance(cached)) {
    const cachedKey = attribute(cached, relation.targetField.attname);
    if (key === null && cachedKey !== null && stateOf(instance).relation(unsavedKey(relation.name)) === true) {
      // it was assigned before it had a key, and has been saved since
      attributesOf(instance)[relation.field.attname] = cachedKey;
      stateOf(instance).clearRelation(unsavedKey(relation.name));
      return cached;
    }
    if (key === cachedKey || relation.targetField.equals(key, cachedKey)) return cached;
  }
  if (key === null || (cached instanceof LeftOut && relation.targetField.equals(key, cached.key))) return null;
  return undefined;
}

export function unsavedKey(name: string): string {
  return `${name}:unsaved`;
}

function readForward(instance: ModelCore, relation: ForwardRelation): unknown {
  const loaded = loadedForward(instance, relation);
  if (loaded !== undefined) return loaded;
  const key = attribute(instance, relation.field.attname);
  const state = stateOf(instance);
  if (key instanceof PendingValue) return new PendingRelation(instance, relation);
  const cached = state.relation(relation.name);
  if (cached instanceof Ref && cached.pk === key) return cached;
  const ref = makeRef(relation.target, key, () => queryPort().loadRelated(instance, relation));
  state.setRelation(relation.name, ref);
  return ref;
}

function readSingleBackward(instance: ModelCore, relation: BackwardRelation): unknown {
  const cached = stateOf(instance).relation(relation.name);
  return cached === undefined ? new PendingRelation(instance, relation) : cached;
}

/**
 * Assigns the object, the ref or the key of a to-one relation, from either side of a one-to-one.
 *
 * @throws QueryError for an object of another model, and for relations that hold many
 */
export function assignRelation(instance: ModelCore, meta: ModelMeta, name: string, value: unknown): void {
  const relation = relationOf(meta, name);
  if (relation.kind === "many" || (relation.kind === "backward" && !relation.single)) {
    throw new QueryError(`${meta.label}.${name} cannot be assigned: use ${name}.set([…]).`);
  }
  const state = stateOf(instance);
  if (isInstance(value) && metaOfInstance(value) !== relation.target) {
    throw new QueryError(`${meta.label}.${name} takes a ${relation.target.label}, not a ${metaOfInstance(value).label}.`);
  }
  if (value instanceof Ref && value.meta !== relation.target) {
    throw new QueryError(`${meta.label}.${name} takes a ${relation.target.label}, not a ${value.meta.label}.`);
  }
  if (relation.kind === "backward") {
    if (isInstance(value)) {
      assignRelation(value, relation.target, relation.forward.name, instance);
      state.setRelation(name, value);
    } else if (value === null) {
      const previous = state.relation(name);
      if (isInstance(previous)) assignRelation(previous, relation.target, relation.forward.name, null);
      state.setRelation(name, null);
    } else throw new QueryError(`${meta.label}.${name} takes a ${relation.target.label} or null.`);
    return;
  }
  const values = attributesOf(instance);
  const { attname } = relation.field;
  state.clearRelation(unsavedKey(name));
  if (isInstance(value)) {
    const key = attribute(value, relation.targetField.attname);
    values[attname] = key ?? null;
    state.setRelation(name, value);
    if (key === null || key === undefined) state.setRelation(unsavedKey(name), true);
    linkBack(value, relation, instance);
    return;
  }
  state.clearRelation(name);
  values[attname] = value instanceof Ref ? value.pk : value === null ? null : relation.field.coerce(value);
}

/** A one-to-one relation that is assigned on one side is known on the other. */
function linkBack(target: ModelCore, relation: ForwardRelation, instance: ModelCore): void {
  if (!relation.field.unique) return;
  for (const [name, definition] of relation.target.reverse) {
    const back = definition.via === relation.name ? relation.target.findRelation(name) : undefined;
    if (back?.kind === "backward" && back.forward.field === relation.field) stateOf(target).setRelation(name, instance);
  }
}

/** @throws QueryError where a relation still holds an object without a key, naming it */
export function requireSavedRelations(instance: ModelCore, meta: ModelMeta): void {
  for (const field of meta.foreignKeys) {
    const relation = relationOf(meta, field.name);
    if (relation.kind !== "forward") continue;
    const cached = stateOf(instance).relation(field.name);
    if (!isInstance(cached)) continue;
    loadedForward(instance, relation);
    if (attribute(instance, field.attname) === null && stateOf(instance).relation(unsavedKey(field.name)) === true) {
      throw new QueryError(`${meta.label}.${field.name} holds an unsaved ${relation.target.label} (${keyText(cached.pk)}): save it first.`);
    }
  }
}
