import type { AnyModelClass } from "../types/model.js";
import { type ModelMeta, metaOf } from "./meta.js";
import { registry } from "./registry.js";

/** What a model is called. */
export interface ModelNames {
  /** `blog.Author` */
  readonly label: string;
  /** `blog`; empty for a model without an app. */
  readonly appLabel: string;
  /** `Author` */
  readonly name: string;
}

/**
 * What a model is called.
 *
 * @param model - a model's class
 * @throws ImproperlyConfigured for anything else
 * @example console.log(namesOf(Author).label); // → library.Author
 */
export function namesOf(model: unknown): ModelNames {
  const { label, appLabel, name } = metaOf(model);
  return { label, appLabel, name };
}

/**
 * Every model that has been defined, in the order of their definition; junctions that dorm makes are not among them.
 * A model is defined when its module is loaded. Django's `apps.get_models()`.
 *
 * @example console.log(getModels().map((model) => namesOf(model).label).includes("library.Author")); // → true
 */
export function getModels(): readonly AnyModelClass[] {
  return registry
    .all()
    .filter(({ autoCreated }) => !autoCreated)
    .map(publicClass);
}

/**
 * A model by its label. Django's `apps.get_model()`.
 *
 * @throws ImproperlyConfigured where no such model has been defined
 * @example
 * const model = getModel("library.Author");
 * console.log(model === Author); // → true
 */
export function getModel(label: string): AnyModelClass {
  return publicClass(registry.get(label));
}

function publicClass({ modelClass }: ModelMeta): AnyModelClass {
  // the class has the static members of every model, which only its public type names
  return modelClass as unknown as AnyModelClass;
}
