import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { metaOf } from "../models/meta.js";
import { isQuerySet, QUERYSET } from "./embed.js";
import { querySetClassOf } from "./manager.js";
import { fromState, type QuerySetClass } from "./queryset.js";
import type { QuerySetState } from "./state.js";
import { installFlows } from "./terminals.js";

/** What a manager of related rows needs to know. */
export interface RelatedRows {
  /** The rows of the relation, as a queryset. */
  queryset(): object;
  /** The rows where they are loaded already, else null. */
  loaded(): readonly object[] | null;
}
/** Methods that change a relation: each is one flow, and becomes two methods, `add()` and `addSync()`. */
export type RelationChanges<Rows extends RelatedRows> = Readonly<Record<string, (rows: Rows, ...args: never[]) => Flow<unknown>>>;

const rowsOfManager = new WeakMap<object, RelatedRows>();
const classes = new WeakMap<object, WeakMap<QuerySetClass, QuerySetClass>>();

function rowsOf(manager: object): RelatedRows {
  const rows = rowsOfManager.get(manager);
  // entered when the manager is made
  if (!rows) throw new QueryError("This method belongs to the manager of a relation, as author.books.");
  return rows;
}

function managerClass(Class: QuerySetClass, changes: RelationChanges<never>): QuerySetClass {
  let byClass = classes.get(changes);
  if (!byClass) {
    byClass = new WeakMap();
    classes.set(changes, byClass);
  }
  let known = byClass.get(Class);
  if (known) return known;
  known = class extends Class {
    override get [QUERYSET](): QuerySetState {
      const queryset = rowsOf(this).queryset();
      if (!isQuerySet(queryset)) throw new QueryError("queryset() of a relation's rows gives a queryset.");
      return queryset[QUERYSET];
    }

    override get resultCache(): readonly unknown[] | null {
      return rowsOf(this).loaded();
    }

    override all(): this {
      const rows = this.resultCache;
      // a queryset of the class has the methods of this one but for those that change the relation
      return (rows === null ? super.all() : fromState(Class, this[QUERYSET], false, rows)) as this;
    }
  };
  Object.defineProperty(known, "name", { value: `Related${Class.name}` });
  Object.defineProperty(known.prototype, "constructor", { value: Class, configurable: true, writable: true });
  const flows = Object.entries(changes).map(([name, change]) => [
    name,
    // a manager of this class was made with rows of the kind that its changes take
    (manager: object, ...args: unknown[]) => (change as (rows: RelatedRows, ...args: unknown[]) => Flow<unknown>)(rowsOf(manager), ...args),
  ]);
  installFlows(known.prototype, Object.fromEntries(flows));
  byClass.set(Class, known);
  return known;
}

/**
 * Makes the manager of a relation that a virtual field stands for: it has every method of the querysets of the model
 * on the other side, on the related rows, and methods of its own in both colours.
 *
 * @param model - the class of the model on the other side
 * @param rows - which rows they are
 * @param changes - methods that change the relation; the same object for every manager of one kind
 * @throws ImproperlyConfigured for what is no model
 * @example
 * const rows = { queryset: () => Book.objects.filter({ pages__lt: 200 }), loaded: () => null };
 * const short = relationManager<typeof Book.objects, typeof rows>(Book, rows, {});
 * console.log(await short.valuesList("title", { flat: true })); // → [ 'The Lathe of Heaven' ]
 */
export function relationManager<Manager extends object, Rows extends RelatedRows>(
  model: unknown,
  rows: Rows,
  changes: RelationChanges<Rows>,
): Manager {
  const meta = metaOf(model);
  const objects: unknown = Reflect.get(meta.modelClass, meta.options.defaultManagerName ?? "objects");
  const manager = fromState(managerClass(querySetClassOf(objects), changes), null, true);
  rowsOfManager.set(manager, rows);
  // the caller's type says what the queryset's methods and those of the table make together
  return manager as unknown as Manager;
}
