import { atomicFlow } from "../engine/atomic.js";
import { dialectFor } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { FieldError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { keyText, type ModelCore } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import type { ManyToManyRelation } from "../models/relations.js";
import { signals } from "../models/signals.js";
import { didYouMean } from "../suggestions.js";
import type { M2MAction } from "../types/signals.js";
import { instanceAlias } from "./alias.js";
import { insertBatches } from "./bulk-create.js";
import { Q } from "./condition.js";
import { deleteRows } from "./deletion.js";
import { fetchAll } from "./fetch.js";
import { type ConflictRule, requireWritable } from "./inserts.js";
import { fillOnSave } from "./persistence.js";
import { itemKey, type RelatedOptions } from "./related-items.js";
import { dropPrefetched, ownKey } from "./related-state.js";
import { baseState } from "./root-state.js";
import type { QuerySetState } from "./state.js";
import { filterStep, lockStep, orderStep, valuesStep } from "./steps.js";

/** What the manager of `article.tags` does to the rows of the junction. */
export class JunctionRows {
  readonly instance: ModelCore;
  readonly relation: ManyToManyRelation;

  constructor(instance: ModelCore, relation: ManyToManyRelation) {
    this.instance = instance;
    this.relation = relation;
  }

  get alias(): string {
    return instanceAlias(this.instance, "write", null, this.relation.through);
  }

  /** The keys of the objects on the other side, each once. */
  #keys(items: readonly unknown[], method: string): Map<string, unknown> {
    const { source, name, far } = this.relation;
    const keys = new Map<string, unknown>();
    for (const item of items) {
      const key = itemKey(item, this.relation, far.targetField, `${source.label}.${name}.${method}`);
      keys.set(keyText(key), key);
    }
    return keys;
  }

  *add(items: readonly unknown[], options: RelatedOptions): Flow<void> {
    const own = ownKey(this.instance, this.relation);
    const { through } = this.relation;
    requireWritable(through);
    const defaults = this.#throughDefaults(options);
    const keys = this.#keys(items, "add");
    dropPrefetched(this.instance, this.relation, items);
    if (keys.size === 0) return;
    const { alias } = this;
    yield* atomicFlow(alias, () => this.#insert(own, [...keys.values()], defaults, alias));
  }

  *#insert(own: unknown, keys: readonly unknown[], defaults: Readonly<Record<string, unknown>>, alias: string): Flow<void> {
    const { through, near, far, symmetrical } = this.relation;
    const heard = signals.m2mChanged.active && signals.m2mChanged.listens(through);
    const unique = uniquePair(through, near.field, far.field);
    if (unique === null) yield* this.#lockOwners(own, keys, alias);
    let missing = keys;
    // what is there already is left out by the database where it can, else by a look before
    if (heard || unique === null) {
      const present = new Set((yield* this.#presentKeys(own, keys, alias)).map(keyText));
      missing = keys.filter((key) => !present.has(keyText(key)));
    }
    if (heard) yield* this.#tell("preAdd", missing, alias);
    const pairs: [unknown, unknown][] = missing.map((key) => [own, key]);
    if (symmetrical) {
      const self = keyText(own);
      for (const key of keys) if (keyText(key) !== self) pairs.push([key, own]);
    }
    const now = new Date();
    const rows = pairs.map(([nearKey, farKey]) => {
      const row = new through.modelClass({ ...defaults, [near.field.attname]: nearKey, [far.field.attname]: farKey });
      fillOnSave(through, row, true, now);
      return row;
    });
    const conflict: ConflictRule | null = unique && { action: "ignore", uniqueFields: unique, updateFields: [], countedUp: [] };
    if (rows.length > 0) yield* insertBatches(through, rows, alias, conflict, [], undefined);
    if (heard) yield* this.#tell("postAdd", missing, alias);
  }

  /**
   * Locks the rows on the side of the model that has the field, from whichever side is added: where nothing forbids a second
   * row of a pair, two who add at the same time would both find it missing.
   */
  *#lockOwners(own: unknown, keys: readonly unknown[], alias: string): Flow<void> {
    if (!dialectFor(alias).features.rowLocks) return;
    const { near, far, reversed, symmetrical } = this.relation;
    const { target, targetField } = reversed ? far : near;
    const owners = reversed ? keys : symmetrical ? [own, ...keys] : [own];
    const base: QuerySetState = { ...baseState(target), using: alias };
    const rows = { ...base, ...filterStep(base, [{ [`${targetField.name}__in`]: owners }], false) };
    // in one order, so that nobody waits for one who waits for him
    const ordered = { ...rows, ...orderStep(rows, [targetField.name]) };
    const locked = { ...ordered, ...lockStep(ordered, { wait: "wait", of: [], strength: "UPDATE" }) };
    yield* fetchAll({ ...locked, ...valuesStep(locked, [targetField.attname], "flat") });
  }

  *#presentKeys(own: unknown, keys: readonly unknown[], alias: string): Flow<unknown[]> {
    const { through, near, far } = this.relation;
    const base: QuerySetState = { ...baseState(through), using: alias };
    const rows = { ...base, ...filterStep(base, [{ [near.name]: own, [`${far.name}__in`]: keys }], false) };
    return yield* fetchAll({ ...rows, ...valuesStep(rows, [far.field.attname], "flat") });
  }

  /** Values for the junction's other columns; functions are called once. */
  #throughDefaults({ throughDefaults = {} }: RelatedOptions): Readonly<Record<string, unknown>> {
    const { through } = this.relation;
    const values: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(throughDefaults)) {
      if (!through.findColumn(name))
        throw new FieldError(`throughDefaults: ${through.label} has no field "${name}". ${didYouMean(name, through.fieldNames())}`.trim());
      values[name] = typeof value === "function" ? (value as () => unknown)() : value;
    }
    return values;
  }

  *remove(items: readonly unknown[]): Flow<void> {
    const own = ownKey(this.instance, this.relation);
    requireWritable(this.relation.through);
    const keys = [...this.#keys(items, "remove").values()];
    dropPrefetched(this.instance, this.relation, items);
    if (keys.length === 0) return;
    yield* this.#delete(own, keys, "preRemove", "postRemove");
  }

  *clear(): Flow<void> {
    const own = ownKey(this.instance, this.relation);
    requireWritable(this.relation.through);
    dropPrefetched(this.instance, this.relation);
    yield* this.#delete(own, null, "preClear", "postClear");
  }

  *#delete(own: unknown, keys: readonly unknown[] | null, before: M2MAction, after: M2MAction): Flow<void> {
    const { through, near, far, symmetrical } = this.relation;
    const { alias } = this;
    const base: QuerySetState = { ...baseState(through), using: alias };
    const direct = { [near.name]: own, ...(keys && { [`${far.name}__in`]: keys }) };
    const mirrored = { [far.name]: own, ...(keys && { [`${near.name}__in`]: keys }) };
    const condition = symmetrical ? Q.or(direct, mirrored) : direct;
    const rows = { ...base, ...filterStep(base, [condition], false) };
    const heard = signals.m2mChanged.active && signals.m2mChanged.listens(through);
    yield* atomicFlow(
      alias,
      function* (this: JunctionRows): Flow<void> {
        if (heard) yield* this.#tell(before, keys, alias);
        yield* deleteRows(rows, this.instance);
        if (heard) yield* this.#tell(after, keys, alias);
      }.bind(this),
    );
  }

  *set(items: readonly unknown[], options: RelatedOptions): Flow<void> {
    const own = ownKey(this.instance, this.relation);
    requireWritable(this.relation.through);
    const { through, near, far } = this.relation;
    const wanted = this.#keys(items, "set");
    this.#throughDefaults(options);
    dropPrefetched(this.instance, this.relation, items);
    const { alias } = this;
    yield* atomicFlow(
      alias,
      function* (this: JunctionRows): Flow<void> {
        if (options.clear === true) {
          yield* this.clear();
          yield* this.add([...wanted.values()], options);
          return;
        }
        const base: QuerySetState = { ...baseState(through), using: alias };
        const mine = { ...base, ...filterStep(base, [{ [near.name]: own }], false) };
        const current = yield* fetchAll({ ...mine, ...valuesStep(mine, [far.field.attname], "flat") });
        const present = new Set(current.map(keyText));
        yield* this.remove(current.filter((key) => !wanted.has(keyText(key))));
        yield* this.add(
          [...wanted].filter(([text]) => !present.has(text)).map(([, key]) => key),
          options,
        );
      }.bind(this),
    );
  }

  *#tell(action: M2MAction, keys: readonly unknown[] | null, using: string): Flow<void> {
    const { through, target, reversed } = this.relation;
    yield* signals.m2mChanged.send(through, {
      sender: through.modelClass,
      instance: this.instance,
      action,
      reverse: reversed,
      model: target.modelClass,
      pkSet: keys && new Set(keys),
      using,
    });
  }
}

/**
 * The columns in which a second row of the same pair conflicts; empty: in any unique ones, as of a junction that dorm
 * made. Null where nothing forbids a second row.
 */
function uniquePair(through: ModelMeta, near: FieldDefinition, far: FieldDefinition): readonly FieldDefinition[] | null {
  if (through.autoCreated) return [];
  const isPair = (fields: readonly (FieldDefinition | undefined)[]): boolean =>
    fields.length === 2 && fields.includes(near) && fields.includes(far);
  const { uniqueTogether = [], constraints = [] } = through.options;
  const named = [
    ...uniqueTogether,
    ...constraints.flatMap((each) =>
      each.type === "unique" && each.condition === undefined && !each.expressions?.length ? [each.fields] : [],
    ),
  ];
  return isPair(through.keyFields) || named.some((names) => isPair(names.map((name) => through.findColumn(name)))) ? [near, far] : null;
}
