import type { ModelMeta } from "../models/meta.js";
import type { FetchMode } from "../models/state.js";
import type { CacheOptions } from "../types/cache.js";
import type { Prefetch } from "./prefetch-lookup.js";
import type { Query } from "./query.js";
import { Fingerprint, type Shape, Slots } from "./shape.js";

/** What a queryset is: a structure that it shares with its like, its values, and how it is to be run. */
export interface QuerySetState {
  readonly meta: ModelMeta;
  readonly shape: Shape;
  readonly query: Query;
  readonly values: readonly unknown[];
  /** The alias that using() named; null: the routers decide. */
  readonly using: string | null;
  readonly hints: Readonly<Record<string, unknown>>;
  /** The rows that slices have left: from `low` up to `high`. */
  readonly low: number;
  readonly high: number | null;
  readonly prefetches: readonly Prefetch[];
  readonly fetchMode: FetchMode | null;
  /** How its rows are cached when they are read as a whole; null: not at all. */
  readonly cache: CacheOptions | null;
  readonly signal: AbortSignal | undefined;
  /** What related managers know of their rows: the other side of the relation. */
  readonly known: { readonly name: string; readonly instance: unknown } | null;
}

/**
 * Takes one step in describing a query. What it does to the query is worked out once for each structure.
 *
 * @param state - the description so far
 * @param name - the step; with what `write` adds it names the structure
 * @param write - writes the step's structure and hands over its values
 * @param change - works the step out on a copy of the query, asking for the values in the same order
 */
export function takeStep(
  state: QuerySetState,
  name: string,
  write: (print: Fingerprint) => void,
  change: (query: Query, slots: Slots) => void,
): { readonly shape: Shape; readonly query: Query; readonly values: readonly unknown[] } {
  const print = new Fingerprint(state.shape, state.values);
  print.token(name);
  write(print);
  const { shape, values } = print;
  if (shape.query === undefined) {
    const query = state.query.clone();
    const slots = new Slots(values, state.values.length);
    change(query, slots);
    slots.finish();
    shape.query = query;
  }
  return { shape, query: shape.query, values };
}

/** A query inside another one: its structure by the node that it ended in, its values among the others. */
export function printState(print: Fingerprint, { shape, values }: QuerySetState): void {
  print.token("queryset");
  print.token(String(shape.id));
  print.values.push(...values);
}
