import { attributesOf } from "../models/attributes.js";
import { HYDRATE, isInstance, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { DeferredColumn } from "../models/deferred-column.js";
import type { ModelClass } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { ResultGroup } from "../models/state.js";
import { setOwnProperty } from "../values/own-property.js";

/**
 * A copy in which nothing is shared that a test could change: instances with what they have loaded, lists, maps, sets,
 * plain objects and dates. What is met twice is one thing in the copy too.
 *
 * @param value - anything
 * @param copies - what was copied already
 */
export function copyTestData(value: unknown, copies: Map<object, unknown> = new Map()): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (isInstance(value)) return copyInstance(value, copies);
  const remember = <T extends object>(copy: T): T => {
    copies.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) {
    const list: unknown[] = remember([]);
    for (const item of value) list.push(copyTestData(item, copies));
    return list;
  }
  if (value instanceof Date) return remember(new Date(value));
  if (value instanceof Uint8Array) return remember(Uint8Array.from(value));
  if (value instanceof Map) {
    const map = remember(new Map<unknown, unknown>());
    for (const [key, item] of value) map.set(copyTestData(key, copies), copyTestData(item, copies));
    return map;
  }
  if (value instanceof Set) {
    const set = remember(new Set<unknown>());
    for (const item of value) set.add(copyTestData(item, copies));
    return set;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const record: Record<string, unknown> = remember({});
  for (const [key, item] of Object.entries(value)) setOwnProperty(record, key, copyTestData(item, copies));
  return record;
}

function copyInstance(instance: ModelCore, copies: Map<object, unknown>): ModelCore {
  const meta = metaOfInstance(instance);
  const state = stateOf(instance);
  const values = attributesOf(instance);
  const row = meta.fields.map((field) => copyTestData(values[field.attname], copies));
  const group = state.group ?? (state.alias === null ? null : new ResultGroup(state.alias, "one"));
  // an instance's class is the model, or the generated base under it
  const copy = new (instance.constructor as ModelClass)(
    HYDRATE,
    row,
    0,
    group === null ? null : new ResultGroup(group.alias, group.fetchMode),
  );
  copies.set(instance, copy);
  const copied = attributesOf(copy);
  for (const { attname } of meta.fields) if (values[attname] instanceof PendingValue) copied[attname] = new DeferredColumn(copy, attname);
  for (const name of Object.keys(values)) if (meta.findColumn(name) === undefined) copied[name] = copyTestData(values[name], copies);
  const copiedState = stateOf(copy);
  copiedState.alias = state.alias;
  copiedState.adding = state.adding;
  for (const [name, value] of state.relations ?? []) {
    // related managers and refs belong to their instance, and are made anew when they are asked for
    if (isInstance(value) || Array.isArray(value) || value === null) copiedState.setRelation(name, copyTestData(value, copies));
  }
  return copy;
}
