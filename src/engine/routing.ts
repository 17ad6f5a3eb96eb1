import { QueryError } from "../errors.js";
import { databaseFor } from "./execute.js";
import { currentScope } from "./scope.js";
import { currentRegistry } from "./settings.js";
import { StickyReads } from "./sticky-reads.js";
import { frameFor } from "./transaction-frame.js";

/** What a router knows of a model. */
export interface RoutedModel {
  readonly label: string;
}

/** Chooses the databases of models. What a method gives null or undefined for, the next router decides. */
export interface DatabaseRouter {
  dbForRead?(model: RoutedModel, hints: RoutingHints): string | null | undefined;
  dbForWrite?(model: RoutedModel, hints: RoutingHints): string | null | undefined;
  allowRelation?(left: RoutedModel, right: RoutedModel, hints: RoutingHints): boolean | null | undefined;
  allowMigrate?(alias: string, app: string, hints: RoutingHints): boolean | null | undefined;
}

/** What the query knows besides: `instance`, `sticky`, the shard key. */
export type RoutingHints = Readonly<Record<string, unknown>>;

const NO_HINTS: RoutingHints = Object.freeze({});

/** The record of code that runs in no scope. */
const processReads = new StickyReads();

function answer(
  method: "dbForRead" | "dbForWrite",
  routers: readonly DatabaseRouter[],
  model: RoutedModel,
  hints: RoutingHints,
): string | null {
  for (const router of routers) {
    const alias: unknown = router[method]?.(model, hints);
    if (alias === null || alias === undefined) continue;
    if (typeof alias !== "string") {
      throw new QueryError(
        `${method} of a router gave ${typeof alias} for ${model.label}; it must give an alias, null or undefined, and no promise.`,
      );
    }
    return alias;
  }
  return null;
}

/**
 * Chooses the database of a query, when it runs.
 *
 * @param model - what is read or written
 * @param intent - which of the two
 * @param using - the alias that the query names, which no router is asked about
 * @param hints - for the routers; `sticky: false` reads from where the routers say even after a write
 * @param fallback - where no router decides: the database that a related instance is of
 * @returns the alias
 * @throws what a router throws
 */
export function resolveAlias(
  model: RoutedModel,
  intent: "read" | "write",
  using: string | null,
  hints: RoutingHints = NO_HINTS,
  fallback = "default",
): string {
  if (using !== null) return using;
  const { routers, readAfterWriteWindow } = currentRegistry().settings;
  if (routers.length === 0) return fallback;
  const scope = currentScope();
  if (intent === "write") return answer("dbForWrite", routers, model, hints) ?? fallback;
  if (scope.transaction !== null) {
    // A transaction on the database that the model is written to must see its own writes.
    const written = answer("dbForWrite", routers, model, hints) ?? fallback;
    if (frameFor(scope, databaseFor(written, scope)) !== null) return written;
  }
  if (readAfterWriteWindow !== null && hints.sticky !== false) {
    const sticky = (scope.sticky ?? processReads).aliasFor(model.label);
    if (sticky !== null) return sticky;
  }
  return answer("dbForRead", routers, model, hints) ?? fallback;
}

/**
 * Notes that a model was written, so that its reads follow for the time of `readAfterWriteWindow`: from now on, or from
 * the commit of the transaction that is open on the alias.
 *
 * @param model - what was written
 * @param alias - where
 */
export function noteWrite(model: RoutedModel, alias: string): void {
  const { routers, readAfterWriteWindow } = currentRegistry().settings;
  if (routers.length === 0 || readAfterWriteWindow === null) return;
  const scope = currentScope();
  const remember = () => (scope.sticky ?? processReads).remember(model.label, alias, readAfterWriteWindow);
  const frame = frameFor(scope, databaseFor(alias, scope));
  if (frame === null) remember();
  else frame.commitCallbacks.push({ perform: remember, performSync: remember, description: "The note of a write" });
}

/** Forgets what was written lately in this scope. */
export function clearReadAfterWriteWindow(): void {
  (currentScope().sticky ?? processReads).clear();
}
