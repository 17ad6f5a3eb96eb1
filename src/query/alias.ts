import { resolveAlias } from "../engine/routing.js";
import { isInstance, type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import type { QuerySetState } from "./state.js";

/** What is asked from an instance is asked of its own database, unless a router says otherwise. */
function databaseOf(instance: unknown): string | undefined {
  return isInstance(instance) ? (stateOf(instance).alias ?? undefined) : undefined;
}

/** The database that a query reads from. */
export function readAlias(state: QuerySetState): string {
  return resolveAlias(state.meta, state.query.lock ? "write" : "read", state.using, state.hints, databaseOf(state.hints.instance));
}

/** The database that a queryset writes to. */
export function writeAlias(state: QuerySetState): string {
  return resolveAlias(state.meta, "write", state.using, state.hints, databaseOf(state.hints.instance));
}

/**
 * The database for something that begins with an instance: its own row, or rows related to it.
 *
 * @param using - the alias that the caller named
 * @param meta - whose rows; the instance's own model unless given
 */
export function instanceAlias(
  instance: ModelCore,
  intent: "read" | "write",
  using: string | null = null,
  meta: ModelMeta = metaOfInstance(instance),
): string {
  return resolveAlias(meta, intent, using, { instance }, databaseOf(instance));
}
