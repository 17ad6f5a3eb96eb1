import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { ModelMeta } from "./meta.js";

interface RegistryStore {
  readonly models: Map<string, ModelMeta>;
  /** Goes up with every change, for caches to watch. */
  version: number;
}

const STORE = Symbol.for("dorm.models.registry");

// on globalThis, so that two copies of the package in one process see the same models
const globals = globalThis as { [STORE]?: RegistryStore };
globals[STORE] ??= { models: new Map(), version: 0 };
const store = globals[STORE];

/**
 * Every model by its label.
 *
 * @example console.log(registry.get("library.Author").table); // → library_author
 */
export const registry = {
  /**
   * Enters a model. The same label with the same shape replaces it, as when a module is reloaded.
   *
   * @throws ImproperlyConfigured when the label belongs to a model of another shape
   */
  register(meta: ModelMeta): void {
    const existing = store.models.get(meta.label);
    if (existing && existing.signature !== meta.signature) {
      throw new ImproperlyConfigured(
        `The model label "${meta.label}" is taken by a model with other fields. Two apps may each have a ${meta.name}: give each its app, as in Model("app.${meta.name}").`,
      );
    }
    store.models.set(meta.label, meta);
    meta.registered = true;
    store.version++;
  },

  /**
   * The model of a label.
   *
   * @throws ImproperlyConfigured naming the nearest labels, where there is none
   */
  get(label: string): ModelMeta {
    const found = store.models.get(label);
    if (!found) throw new ImproperlyConfigured(`There is no model "${label}". ${didYouMean(label, store.models.keys())}`.trim());
    return found;
  },

  /** The model of a label; undefined where there is none. */
  find(label: string): ModelMeta | undefined {
    return store.models.get(label);
  },

  /** Every model, the junctions that dorm made among them. */
  all(): readonly ModelMeta[] {
    return [...store.models.values()];
  },

  /** Takes a model out, as tests do. */
  remove(label: string): void {
    if (store.models.delete(label)) store.version++;
  },

  /** Goes up with every change, for caches to watch. */
  get version(): number {
    return store.version;
  },
};
