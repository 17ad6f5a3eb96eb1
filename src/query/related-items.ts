import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { attributesOf } from "../models/attributes.js";
import { isInstance, type ModelCore, metaOfInstance } from "../models/core.js";
import { PendingValue } from "../models/pending.js";
import { Ref } from "../models/ref.js";
import type { Relation } from "../models/relations.js";
import { isQuerySet, QUERYSET } from "./embed.js";
import { fetchAll } from "./fetch.js";

/** How `add` and `set` go about it. */
export interface RelatedOptions {
  readonly bulk?: boolean;
  readonly clear?: boolean;
  readonly throughDefaults?: Readonly<Record<string, unknown>>;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Takes the options off the end of a list of objects and keys.
 *
 * @throws QueryError for an option that does not exist
 */
export function splitOptions(
  given: readonly unknown[],
  method: string,
  known: readonly (keyof RelatedOptions)[],
): [items: readonly unknown[], options: RelatedOptions] {
  const last = given.at(-1);
  if (!isPlainObject(last)) return [given, {}];
  return [given.slice(0, -1), checkOptions(last, method, known)];
}

/** @throws QueryError for an option that does not exist */
export function checkOptions(options: object, method: string, known: readonly (keyof RelatedOptions)[]): RelatedOptions {
  for (const name of Object.keys(options)) {
    if (!(known as readonly string[]).includes(name)) {
      throw new QueryError(
        `${method}(): there is no option "${name}"${known.length > 0 ? `; there are ${known.join(", ")}` : ""}. Objects are given as instances, refs or keys.`,
      );
    }
  }
  return options;
}

/** What `set` was given, as a list; a queryset is read. */
export function* listOf(given: unknown, method: string): Flow<readonly unknown[]> {
  if (isQuerySet(given)) return yield* fetchAll(given[QUERYSET]);
  if (typeof given === "object" && given !== null && Symbol.iterator in given && !isInstance(given)) {
    // just found to be iterable
    return [...(given as Iterable<unknown>)];
  }
  throw new QueryError(
    `${method}() takes a list of objects or keys, not ${given === null ? "null" : typeof given === "object" ? "an object" : String(given)}.`,
  );
}

/**
 * The value that names an object in a foreign key: from an instance, a ref or the key itself.
 *
 * @param field - the column that the foreign key refers to
 * @param where - the relation and the method, for messages
 * @throws QueryError for an object of another model, or one that is not saved
 */
export function itemKey(item: unknown, relation: Relation, field: FieldDefinition, where: string): unknown {
  const { target } = relation;
  if (isInstance(item)) {
    requireModel(item, relation, where);
    const key = attributesOf(item)[field.attname];
    if (key === null || key === undefined || key instanceof PendingValue)
      throw new QueryError(`${where}: a ${target.name} among the objects is not saved; save it first.`);
    return key;
  }
  if (item instanceof Ref) {
    if (item.meta !== target) throw new QueryError(`${where} takes objects of ${target.label}, not a Ref to ${item.meta.label}.`);
    if (field !== target.keyFields[0])
      throw new QueryError(`${where}: the relation refers to ${field.label}, which a Ref does not know; await the Ref first.`);
    return item.pk;
  }
  if (item === undefined || item === null) throw new QueryError(`${where}: ${String(item)} is no object of ${target.label} and no key.`);
  if (Array.isArray(item) || isQuerySet(item))
    throw new QueryError(`${where} takes objects one by one: spread the list, as in ${where.slice(where.lastIndexOf(".") + 1)}(...list).`);
  return field.coerce(item);
}

/** @throws QueryError for an object of another model */
export function requireModel(item: ModelCore, { target }: Relation, where: string): void {
  if (metaOfInstance(item) !== target)
    throw new QueryError(`${where} takes objects of ${target.label}, not a ${metaOfInstance(item).label}.`);
}
