import { incrementCounters } from "../cache/caches.js";
import { tagCounter } from "../cache/counters.js";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { currentScope } from "../engine/scope.js";
import { tellWritten } from "../engine/written-tables.js";
import { QueryError } from "../errors.js";
import { metaOf } from "../models/meta.js";

function* invalidatedModel(model: unknown): Flow<void> {
  const { table } = metaOf(model);
  yield tellWritten(new Set([table]));
  // what the open transaction has written is seen by others only after its commit
  currentScope().transaction?.noteWritten(table);
}

function* invalidatedTag(tag: string): Flow<void> {
  if (typeof tag !== "string" || tag === "") throw new QueryError(`invalidateTag() takes the name of a tag, not ${String(tag)}.`);
  yield incrementCounters([tagCounter(tag)]);
}

/** A model's class, as far as caches go. */
type AnyModel = abstract new (...args: never[]) => object;

/**
 * Gives up all that caches have of a model's table: after SQL of your own, or a write of a program that does not use dorm.
 * What dorm writes is noticed by itself. Inside a transaction it happens now, and again after the commit.
 *
 * @param model - the class
 * @throws ImproperlyConfigured for what is no model
 * @example
 * configure({ caches: { default: new LocMemCache() }, secretKey: "a secret of the application" });
 * const ages = () => Author.objects.cache().valuesList("age", { flat: true });
 * const [before = 0] = await ages();
 * await getConnection().execute("UPDATE library_author SET age = age + 1");
 * await invalidateModel(Author);
 * const [after = 0] = await ages();
 * console.log(after - before); // → 1
 */
export function invalidateModel(model: AnyModel): Promise<void> {
  return run(invalidatedModel(model));
}

/** As `invalidateModel`, without waiting. A cache without a synchronous form is told in the background. */
export function invalidateModelSync(model: AnyModel): void {
  runSync(invalidatedModel(model));
}

/**
 * Gives up all that was cached under a tag, in every cache of the settings.
 *
 * @param tag - as in `cache({ tags: ["front page"] })`
 * @throws QueryError for anything but a name
 * @example
 * configure({ caches: { default: new LocMemCache() }, secretKey: "a secret of the application" });
 * const tagged = Author.objects.cache({ tags: ["front page"], timeout: 0 });
 * await tagged.all(); // from the database, and from now on from the cache
 * await invalidateTag("front page");
 * await tagged.all(); // from the database
 */
export function invalidateTag(tag: string): Promise<void> {
  return run(invalidatedTag(tag));
}

/** As `invalidateTag`, without waiting. A cache without a synchronous form is told in the background. */
export function invalidateTagSync(tag: string): void {
  runSync(invalidatedTag(tag));
}
