import { dependentsOf } from "../models/dependents.js";
import type { ModelMeta } from "../models/meta.js";
import { signals } from "../models/signals.js";
import { type EmbeddableQuery, QUERYSET } from "./embed.js";
import { requireWritable } from "./inserts.js";
import { baseState } from "./root-state.js";
import { FINGERPRINT, type Fingerprint } from "./shape.js";
import { printState, type QuerySetState } from "./state.js";
import { filterStep, valuesStep } from "./steps.js";
import { losesFiles } from "./stored-files.js";

/** Whether receivers want to hear of each deleted row of a model. */
export function isHeard(meta: ModelMeta): boolean {
  return (signals.preDelete.active && signals.preDelete.listens(meta)) || (signals.postDelete.active && signals.postDelete.listens(meta));
}

/** Whether rows of a model cannot go unseen: somebody hears of each one, or their files go with them. */
export function isWatched(meta: ModelMeta): boolean {
  return isHeard(meta) || losesFiles(meta);
}

/**
 * Whether rows of a model, and all that goes with them, can be deleted unseen: nobody listens, and all that refers to them,
 * near and far, only goes along. The rows are then never read, and a deletion takes the same memory however many they are.
 *
 * @param above - the models on the way; one that comes again makes a cycle, whose depth only the rows know
 */
export function isQuiet(meta: ModelMeta, above: ReadonlySet<ModelMeta>): boolean {
  if (above.has(meta) || isWatched(meta)) return false;
  for (const field of meta.virtual.values()) if (field.dependents) return false;
  const way = new Set(above).add(meta);
  return dependentsOf(meta).every(
    ({ field, source }) => field.onDelete === "DO_NOTHING" || (field.onDelete === "CASCADE" && isQuiet(source, way)),
  );
}

/**
 * The rows of a query and all that goes with them, as queries in the order in which they are to be deleted: what refers to
 * rows stands before them, and names them by a subquery.
 *
 * @param rows - chosen by their own columns only, so that deleting what refers to them does not change which they are
 */
export function quietCascade(rows: QuerySetState): readonly QuerySetState[] {
  requireWritable(rows.meta);
  const before = dependentsOf(rows.meta)
    .filter(({ field }) => field.onDelete === "CASCADE")
    .flatMap(({ field, source, targetField }) => {
      const base: QuerySetState = { ...baseState(source), using: rows.using };
      const keys = new KeysOf({ ...rows, ...valuesStep(rows, [targetField.name], "flat") });
      return quietCascade({ ...base, ...filterStep(base, [{ [`${field.name}__in`]: keys }], false) });
    });
  return [...before, rows];
}

/** One column of the rows of a query, as a subquery. */
class KeysOf implements EmbeddableQuery {
  declare readonly [FINGERPRINT]: true;
  readonly [QUERYSET]: QuerySetState;

  static {
    Object.defineProperty(this.prototype, FINGERPRINT, { value: true });
  }

  constructor(state: QuerySetState) {
    this[QUERYSET] = state;
  }

  fingerprint(print: Fingerprint): void {
    printState(print, this[QUERYSET]);
  }
}
