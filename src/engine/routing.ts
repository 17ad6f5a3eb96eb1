import { QueryError } from "../errors.js";
import { databaseFor } from "./execute.js";
import type { Step } from "./flow.js";
import { currentScope } from "./scope.js";
import { NO_CACHES } from "./setting-rules.js";
import { currentRegistry } from "./settings.js";
import { StickyReads } from "./sticky-reads.js";
import { frameFor } from "./transaction-frame.js";
import { tellWritten } from "./written-tables.js";

/** What a router knows of a model. */
export interface RoutedModel {
  readonly label: string;
}

/** Chooses the databases of models. What a method gives null or undefined for, the next router decides. */
export interface DatabaseRouter {
  /** The alias to read a model from; null or undefined leaves it to the next router. */
  dbForRead?(model: RoutedModel, hints: RoutingHints): string | null | undefined;
  /** The alias to write a model to; null or undefined leaves it to the next router. */
  dbForWrite?(model: RoutedModel, hints: RoutingHints): string | null | undefined;
  /** Whether two models may be related; null or undefined leaves it to the next router. */
  allowRelation?(left: RoutedModel, right: RoutedModel, hints: RoutingHints): boolean | null | undefined;
  /** Whether an app, or the model that the hints name, has its tables on an alias; null or undefined leaves it to the next router. */
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

/** What is noted of a model that was written. */
interface WrittenModel extends RoutedModel {
  readonly table: string;
}

/**
 * Notes that rows of a model were changed: from now on, or from the commit of the transaction that is open on the alias,
 * its reads follow for the time of `readAfterWriteWindow`, and what caches have of its table is of no use.
 *
 * @param model - what was written
 * @param alias - where
 * @returns what is left to be done, for the flow to yield; null, as without caches: nothing
 */
export function noteWrite(model: WrittenModel, alias: string): Step | null {
  const { routers, readAfterWriteWindow, caches } = currentRegistry().settings;
  const sticky = routers.length > 0 && readAfterWriteWindow !== null;
  const cached = caches !== NO_CACHES;
  if (!sticky && !cached) return null;
  const scope = currentScope();
  const frame = frameFor(scope, databaseFor(alias, scope));
  if (sticky) {
    const remember = () => (scope.sticky ?? processReads).remember(model.label, alias, readAfterWriteWindow);
    if (frame === null) remember();
    else frame.commitCallbacks.push({ perform: remember, performSync: remember, description: "The note of a write" });
  }
  if (!cached) return null;
  if (frame === null) return tellWritten(new Set([model.table]));
  frame.noteWritten(model.table);
  return null;
}

/**
 * Forgets what was written lately in this scope.
 *
 * @example
 * await Author.objects.filter({ name: "Ursula" }).update({ age: 89 });
 * clearReadAfterWriteWindow(); // reads may go to a replica again
 */
export function clearReadAfterWriteWindow(): void {
  (currentScope().sticky ?? processReads).clear();
}
