import { atomicFlow } from "../engine/atomic.js";
import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import type { ModelCore } from "../models/core.js";
import type { Relation } from "../models/relations.js";
import { type BulkCreateOptions, bulkCreate } from "./bulk-create.js";
import { QUERYSET } from "./embed.js";
import { querySetClassOf } from "./manager.js";
import { JunctionRows } from "./many-to-many.js";
import { prefetchedList } from "./prefetch.js";
import { fromState, type QuerySetClass } from "./queryset.js";
import { checkOptions, listOf, type RelatedOptions, splitOptions } from "./related-items.js";
import { relatedState, unrelatedState } from "./related-state.js";
import { ReverseRows } from "./reverse-manager.js";
import type { QuerySetState } from "./state.js";
import { installFlows } from "./terminals.js";
import * as writing from "./writing.js";

type Values = Readonly<Record<string, unknown>>;
type Rows = ReverseRows | JunctionRows;

/** What each related manager manages. */
const managed = new WeakMap<object, Rows>();

function rowsOf(manager: object): Rows {
  const rows = managed.get(manager);
  // the methods below are on managers only, which are entered when they are made
  if (!rows) throw new QueryError("This method belongs to the manager of a relation, as author.books.");
  return rows;
}

const ADD_OPTIONS = ["bulk", "throughDefaults"] as const;
const SET_OPTIONS = ["bulk", "clear", "throughDefaults"] as const;

/** Every method that changes a relation, once; each becomes two, `add()` and `addSync()`. */
const CHANGES = {
  *add(manager: object, ...given: readonly unknown[]): Flow<void> {
    const [items, options] = splitOptions(given, "add", ADD_OPTIONS);
    yield* rowsOf(manager).add(items, options);
  },
  *remove(manager: object, ...given: readonly unknown[]): Flow<void> {
    const [items, options] = splitOptions(given, "remove", ["bulk"]);
    yield* rowsOf(manager).remove(items, options);
  },
  *clear(manager: object, options: RelatedOptions = {}): Flow<void> {
    yield* rowsOf(manager).clear(checkOptions(options, "clear", ["bulk"]));
  },
  *set(manager: object, given: unknown, options: RelatedOptions = {}): Flow<void> {
    const checked = checkOptions(options, "set", SET_OPTIONS);
    yield* rowsOf(manager).set(yield* listOf(given, "set"), checked);
  },
  *create(manager: object, values: Values = {}, options: RelatedOptions = {}): Flow<ModelCore> {
    const rows = rowsOf(manager);
    if (rows instanceof ReverseRows) {
      const created = yield* writing.create(rows.rows(), rows.withOwner(values));
      rows.forget();
      return created;
    }
    return yield* related(rows, options, (state) => writing.create(state, values));
  },
  *bulkCreate(manager: object, given: Iterable<unknown>, options: BulkCreateOptions & RelatedOptions = {}): Flow<ModelCore[]> {
    const rows = rowsOf(manager);
    const { throughDefaults, ...insert } = options;
    if (rows instanceof ReverseRows) {
      const state = rows.rows();
      const created = yield* bulkCreate(
        state,
        [...given].map((each) => rows.owned(each)),
        insert,
      );
      rows.forget();
      return created;
    }
    if (insert.ignoreConflicts)
      throw new QueryError("bulkCreate() of a many-to-many relation needs the keys of the new rows, which ignoreConflicts does not give.");
    const { alias } = rows;
    return yield* atomicFlow(alias, function* (): Flow<ModelCore[]> {
      const created = yield* bulkCreate(unrelatedState(rows.instance, rows.relation, alias), given, insert);
      yield* rows.add(created, throughDefaults ? { throughDefaults } : {});
      return created;
    });
  },
  *getOrCreate(
    manager: object,
    conditions: Values,
    options: { readonly defaults?: Values } & RelatedOptions = {},
  ): Flow<[ModelCore, boolean]> {
    const rows = rowsOf(manager);
    const { defaults = {} } = options;
    if (rows instanceof ReverseRows) {
      const found = yield* writing.getOrCreate(rows.rows(), rows.withOwner(conditions), defaults);
      if (found[1]) rows.forget();
      return found;
    }
    return yield* relatedPair(rows, options, (state) => writing.getOrCreate(state, conditions, defaults));
  },
  *updateOrCreate(
    manager: object,
    conditions: Values,
    options: { readonly defaults?: Values; readonly createDefaults?: Values } & RelatedOptions = {},
  ): Flow<[ModelCore, boolean]> {
    const rows = rowsOf(manager);
    const { defaults = {}, createDefaults } = options;
    if (rows instanceof ReverseRows) {
      const found = yield* writing.updateOrCreate(rows.rows(), rows.withOwner(conditions), defaults, createDefaults);
      rows.forget();
      return found;
    }
    return yield* relatedPair(rows, options, (state) => writing.updateOrCreate(state, conditions, defaults, createDefaults));
  },
};

/** Makes an object and relates it, both or neither. */
function* related(rows: JunctionRows, options: RelatedOptions, make: (state: QuerySetState) => Flow<ModelCore>): Flow<ModelCore> {
  const { alias, instance, relation } = rows;
  // an instance without a key is refused before anything is made
  relatedState(instance, relation);
  return yield* atomicFlow(alias, function* (): Flow<ModelCore> {
    const created = yield* make(unrelatedState(instance, relation, alias));
    yield* rows.add([created], options);
    return created;
  });
}

/** Finds an object among the related ones, or makes and relates it. */
function* relatedPair(
  rows: JunctionRows,
  { throughDefaults }: RelatedOptions,
  make: (state: QuerySetState) => Flow<[ModelCore, boolean]>,
): Flow<[ModelCore, boolean]> {
  const { alias, instance, relation } = rows;
  const state: QuerySetState = { ...relatedState(instance, relation), using: alias };
  return yield* atomicFlow(alias, function* (): Flow<[ModelCore, boolean]> {
    const found = yield* make(state);
    if (found[1]) yield* rows.add([found[0]], throughDefaults ? { throughDefaults } : {});
    return found;
  });
}

const classes = new WeakMap<QuerySetClass, QuerySetClass>();

/** A class of querysets with the methods of a related manager; what is chained from it is of the class itself. */
function managerClass(Class: QuerySetClass): QuerySetClass {
  let known = classes.get(Class);
  if (known) return known;
  known = class extends Class {
    override get [QUERYSET](): QuerySetState {
      const { instance, relation } = rowsOf(this);
      return relatedState(instance, relation);
    }

    /** What was prefetched is not asked for again. */
    override get resultCache(): readonly unknown[] | null {
      const { instance, relation } = rowsOf(this);
      return prefetchedList(instance, relation.name) ?? null;
    }

    override all(): this {
      const rows = this.resultCache;
      // a queryset of the class has the methods of this one but for those that change a relation
      return (rows === null ? super.all() : fromState(Class, this[QUERYSET], false, rows)) as this;
    }
  };
  Object.defineProperty(known, "name", { value: `Related${Class.name}` });
  Object.defineProperty(known.prototype, "constructor", { value: Class, configurable: true, writable: true });
  installFlows(known.prototype, CHANGES);
  classes.set(Class, known);
  return known;
}

/** The manager of a relation to many: a manager of the model's own class that begins with the related rows, and can change which those are. */
export function relatedManager(instance: ModelCore, relation: Relation): object {
  if (relation.kind === "forward")
    throw new QueryError(`${relation.source.label}.${relation.name} leads to one object and has no manager.`);
  const objects: unknown = Reflect.get(relation.target.modelClass, relation.target.options.defaultManagerName ?? "objects");
  const Class = querySetClassOf(objects);
  const manager = fromState(managerClass(Class), null, true);
  managed.set(manager, relation.kind === "backward" ? new ReverseRows(instance, relation) : new JunctionRows(instance, relation));
  return manager;
}
