import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { QueryError } from "../errors.js";
import { isInstance, type ModelCore, metaOfInstance } from "../models/core.js";
import type { CheckedPrefetch, PrefetchSpecification } from "../types/prefetch.js";
import type { RelationHint } from "../types/results.js";
import { instanceAlias } from "./alias.js";
import { prefetchInto, toPrefetch } from "./prefetch.js";

function* prefetchObjects(given: Iterable<unknown>, lookups: readonly unknown[]): Flow<void> {
  const instances = [...given];
  const prefetches = lookups.map(toPrefetch);
  const byAlias = new Map<string, ModelCore[]>();
  const [first] = instances;
  for (const instance of instances) {
    if (!isInstance(instance) || !isInstance(first))
      throw new QueryError("prefetchRelatedObjects() takes instances of a model, then the names of relations.");
    if (metaOfInstance(instance) !== metaOfInstance(first)) {
      throw new QueryError(
        `prefetchRelatedObjects() takes instances of one model, not of ${metaOfInstance(first).label} and ${metaOfInstance(instance).label}.`,
      );
    }
    const alias = instanceAlias(instance, "read");
    const list = byAlias.get(alias);
    if (list) list.push(instance);
    else byAlias.set(alias, [instance]);
  }
  for (const [alias, list] of byAlias) yield* prefetchInto(list, prefetches, metaOfInstance(list[0] as ModelCore), alias);
}

type Lookups<M> = readonly (RelationHint<M> | (string & {}) | PrefetchSpecification)[];

/**
 * Loads relations of objects that are there already, as `prefetchRelated` does for those of a query: one query for
 * each relation and level; what is loaded is not loaded again.
 *
 * @param instances - objects of one model
 * @param lookups - names of relations, paths, and `Prefetch(…)`
 * @throws FieldError for a path that does not exist; QueryError for anything but instances of one model
 * @example
 * const authors = await Author.objects.all();
 * await prefetchRelatedObjects(authors, "books__tags");
 * for (const author of authors) console.log((await author.books.all()).length);
 * // → 2
 * // → 1
 */
export function prefetchRelatedObjects<M, const P extends Lookups<M>>(
  instances: Iterable<M>,
  ...lookups: { [I in keyof P]: CheckedPrefetch<M, P[I]> }
): Promise<void> {
  return run(prefetchObjects(instances, lookups));
}

/** As {@link prefetchRelatedObjects}, without waiting. */
export function prefetchRelatedObjectsSync<M, const P extends Lookups<M>>(
  instances: Iterable<M>,
  ...lookups: { [I in keyof P]: CheckedPrefetch<M, P[I]> }
): void {
  runSync(prefetchObjects(instances, lookups));
}
