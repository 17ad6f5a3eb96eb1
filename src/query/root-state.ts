import type { ModelMeta } from "../models/meta.js";
import { isQuerySet, QUERYSET } from "./embed.js";
import { Query } from "./query.js";
import { rootShape } from "./shape.js";
import type { QuerySetState } from "./state.js";

/** All rows of a model, whatever its managers leave out. */
export function baseState(meta: ModelMeta): QuerySetState {
  const shape = rootShape(meta);
  shape.query ??= new Query(meta);
  return {
    meta,
    shape,
    query: shape.query,
    values: NO_VALUES,
    using: null,
    hints: NO_HINTS,
    low: 0,
    high: null,
    prefetches: NO_PREFETCHES,
    fetchMode: null,
    cache: null,
    signal: undefined,
    known: null,
  };
}

const NO_VALUES: readonly unknown[] = [];
const NO_HINTS: QuerySetState["hints"] = {};
const NO_PREFETCHES: QuerySetState["prefetches"] = [];

/** The rows that a model's default manager gives: what related managers begin with. */
export function defaultState(meta: ModelMeta): QuerySetState {
  const name = meta.options.defaultManagerName ?? "objects";
  const manager: unknown = Reflect.get(meta.modelClass, name);
  return isQuerySet(manager) ? manager[QUERYSET] : baseState(meta);
}
