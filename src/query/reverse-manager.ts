import { atomicFlow } from "../engine/atomic.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { isInstance, keyText, type ModelCore, stateOf } from "../models/core.js";
import { assignRelation } from "../models/relation-accessors.js";
import type { BackwardRelation } from "../models/relations.js";
import { doesNotExist } from "../models/row-errors.js";
import { instanceAlias } from "./alias.js";
import { fetchAll } from "./fetch.js";
import { requireWritable } from "./inserts.js";
import { saveByMethod } from "./persistence.js";
import { itemKey, type RelatedOptions, requireModel } from "./related-items.js";
import { dropPrefetched, ownKey, unrelatedState } from "./related-state.js";
import { baseState } from "./root-state.js";
import { countUpVersions } from "./row-version.js";
import type { QuerySetState } from "./state.js";
import { filterStep, valuesStep } from "./steps.js";
import { runUpdate } from "./updates.js";

/** What the manager of `author.books` does to the books, whose foreign key it writes. */
export class ReverseRows {
  readonly instance: ModelCore;
  readonly relation: BackwardRelation;

  constructor(instance: ModelCore, relation: BackwardRelation) {
    this.instance = instance;
    this.relation = relation;
  }

  #where(method: string): string {
    return `${this.relation.source.label}.${this.relation.name}.${method}`;
  }

  get alias(): string {
    return instanceAlias(this.instance, "write", null, this.relation.target);
  }

  /** Checks what every change needs. @returns the key of the instance */
  #begin(): unknown {
    requireWritable(this.relation.target);
    return ownKey(this.instance, this.relation);
  }

  *add(items: readonly unknown[], options: RelatedOptions): Flow<void> {
    const where = this.#where("add");
    this.#begin();
    const { target } = this.relation;
    const key = target.singleKey(where);
    const keys = new Map<string, unknown>();
    for (const item of items) {
      if (options.bulk === false && isInstance(item)) {
        requireModel(item, this.relation, where);
        continue;
      }
      const value = itemKey(item, this.relation, key, where);
      keys.set(keyText(value), value);
    }
    dropPrefetched(this.instance, this.relation);
    if (items.length === 0) return;
    const { alias } = this;
    yield* atomicFlow(alias, () =>
      options.bulk === false ? this.#saveEach(items, [...keys.values()], alias) : this.#adopt([...keys.values()], alias, where),
    );
    for (const item of items) if (isInstance(item)) this.#assign(item, this.instance);
    if (options.bulk !== false) countUpVersions(target, items.filter(isInstance));
  }

  #assign(item: ModelCore, owner: ModelCore | null): void {
    assignRelation(item, this.relation.target, this.relation.forward.name, owner);
  }

  /** One UPDATE for all. @throws DoesNotExist for a key without a row */
  *#adopt(keys: readonly unknown[], alias: string, where: string): Flow<void> {
    const base: QuerySetState = { ...baseState(this.relation.target), using: alias };
    const rows = { ...base, ...filterStep(base, [{ pk__in: keys }], false) };
    const { count } = yield* runUpdate(rows, { [this.relation.forward.name]: this.instance }, alias);
    if (count < keys.length) throw this.#missing(where, keys.length - count, "there is no such row");
  }

  *#saveEach(items: readonly unknown[], keys: readonly unknown[], alias: string): Flow<void> {
    const base: QuerySetState = { ...baseState(this.relation.target), using: alias };
    // a state without values() gives instances
    const named = keys.length > 0 ? ((yield* fetchAll({ ...base, ...filterStep(base, [{ pk__in: keys }], false) })) as ModelCore[]) : [];
    for (const item of [...items.filter(isInstance), ...named]) {
      this.#assign(item, this.instance);
      yield* saveByMethod(item, { using: alias });
    }
  }

  #missing(where: string, count: number, why: string): Error {
    return doesNotExist(this.relation.target, `${where}: of ${count} of the objects ${why}. Nothing was changed.`);
  }

  #requireNullable(method: string): void {
    const { forward } = this.relation;
    if (!forward.field.null) {
      throw new QueryError(
        `${this.#where(method)}: ${forward.field.label} cannot be null, so its rows cannot be without a ${this.relation.source.name}. Delete them, or give them another one.`,
      );
    }
  }

  *remove(items: readonly unknown[], options: RelatedOptions): Flow<void> {
    const where = this.#where("remove");
    this.#requireNullable("remove");
    const own = this.#begin();
    const { forward, target } = this.relation;
    const key = target.singleKey(where);
    const keys = new Map<string, unknown>();
    for (const item of items) {
      const value = itemKey(item, this.relation, key, where);
      if (isInstance(item) && !forward.field.equals(attributesOf(item)[forward.field.attname], own)) {
        throw this.#missing(where, 1, "the foreign key refers to another one");
      }
      keys.set(keyText(value), value);
    }
    dropPrefetched(this.instance, this.relation);
    if (keys.size === 0) return;
    const { alias } = this;
    yield* atomicFlow(alias, () => this.#release([...keys.values()], alias, options, where));
    for (const item of items) if (isInstance(item)) this.#assign(item, null);
    if (options.bulk !== false) countUpVersions(target, items.filter(isInstance));
  }

  /** @param keys - of the rows to release; null: all */
  *#release(keys: readonly unknown[] | null, alias: string, options: RelatedOptions, where: string): Flow<void> {
    const { forward, target } = this.relation;
    const base: QuerySetState = { ...baseState(target), using: alias };
    const conditions = { [forward.name]: ownKey(this.instance, this.relation), ...(keys && { pk__in: keys }) };
    const rows = { ...base, ...filterStep(base, [conditions], false) };
    let count: number;
    if (options.bulk === false) {
      // a state without values() gives instances
      const objects = (yield* fetchAll(rows)) as ModelCore[];
      count = objects.length;
      if (keys !== null && count < keys.length) throw this.#missing(where, keys.length - count, "the foreign key refers to another one");
      for (const object of objects) {
        this.#assign(object, null);
        yield* saveByMethod(object, { using: alias, updateFields: [forward.name] });
      }
    } else ({ count } = yield* runUpdate(rows, { [forward.name]: null }, alias));
    if (keys !== null && count < keys.length) throw this.#missing(where, keys.length - count, "the foreign key refers to another one");
  }

  *clear(options: RelatedOptions): Flow<void> {
    this.#requireNullable("clear");
    this.#begin();
    dropPrefetched(this.instance, this.relation);
    const { alias } = this;
    yield* atomicFlow(alias, () => this.#release(null, alias, options, this.#where("clear")));
  }

  *set(items: readonly unknown[], options: RelatedOptions): Flow<void> {
    const where = this.#where("set");
    const own = this.#begin();
    const { forward, target } = this.relation;
    const key = target.singleKey(where);
    const wanted = new Map<string, unknown>();
    const unsaved: unknown[] = [];
    for (const item of items) {
      if (options.bulk === false && isInstance(item) && item.pk === null) {
        requireModel(item, this.relation, where);
        unsaved.push(item);
      } else {
        const value = itemKey(item, this.relation, key, where);
        wanted.set(keyText(value), item);
      }
    }
    const { alias } = this;
    dropPrefetched(this.instance, this.relation);
    yield* atomicFlow(
      alias,
      function* (this: ReverseRows): Flow<void> {
        const base: QuerySetState = { ...baseState(target), using: alias };
        const mine = { ...base, ...filterStep(base, [{ [forward.name]: own }], false) };
        if (options.clear === true) {
          yield* this.clear(options);
          yield* this.add([...wanted.values(), ...unsaved], options);
          return;
        }
        const current = yield* fetchAll({ ...mine, ...valuesStep(mine, [key.name], "flat") });
        const gone = current.filter((pk) => !wanted.has(keyText(pk)));
        if (gone.length > 0) this.#requireNullable("set");
        const present = new Set(current.map(keyText));
        if (gone.length > 0) yield* this.remove(gone, options);
        const fresh = [...wanted].filter(([text]) => !present.has(text)).map(([, item]) => item);
        if (fresh.length > 0 || unsaved.length > 0) yield* this.add([...fresh, ...unsaved], options);
      }.bind(this),
    );
  }

  /** Values with the foreign key filled in. */
  withOwner(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    this.#begin();
    const { forward } = this.relation;
    const { [forward.field.attname]: _key, ...rest } = values;
    return { ...rest, [forward.name]: this.instance };
  }

  /** An object given to `bulkCreate`, with the foreign key filled in. */
  owned(given: unknown): unknown {
    if (!isInstance(given)) return this.withOwner(given as Readonly<Record<string, unknown>>);
    requireModel(given, this.relation, this.#where("bulkCreate"));
    this.#assign(given, this.instance);
    return given;
  }

  /** Where rows are made and looked for by values that name the owner. */
  rows(): QuerySetState {
    this.#begin();
    return unrelatedState(this.instance, this.relation, this.alias);
  }

  forget(): void {
    stateOf(this.instance).clearRelation(this.relation.name);
  }
}
