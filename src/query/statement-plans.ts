import type { ModelMeta } from "../models/meta.js";

/** Sizes of batches vary with what callers have, so that there is no end to the keys; a few are worth keeping. */
const MOST_OF_A_MODEL = 200;

/** What is made once for each model and form of a writing statement. */
export class StatementPlans<T> {
  readonly #byModel = new WeakMap<ModelMeta, Map<string, T>>();

  /** @param key - the form: the dialect, the columns, the number of rows … */
  get(meta: ModelMeta, key: string, make: () => T): T {
    let known = this.#byModel.get(meta);
    if (known === undefined) {
      known = new Map();
      this.#byModel.set(meta, known);
    }
    let plan = known.get(key);
    if (plan === undefined) {
      if (known.size > MOST_OF_A_MODEL) known.clear();
      plan = make();
      known.set(key, plan);
    }
    return plan;
  }
}
