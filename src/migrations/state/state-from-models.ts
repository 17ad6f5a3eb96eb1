import { CompositePrimaryKeyDefinition } from "../../fields/relations.js";
import type { ModelMeta } from "../../models/meta.js";
import { labelOf, ModelState, type StateField, type StateOptions } from "./model-state.js";
import { ProjectState } from "./project-state.js";
import { normalised } from "./targets.js";

/**
 * The state that the models of the code describe.
 *
 * @param metas - the registry's models; the junctions that dorm made are left out, as their fields describe them
 * @returns the state, its models sorted by label
 * @example
 * const state = stateFromModels(registry.all());
 * console.log(state.find("library", "Tag")?.label); // → library.Tag
 */
export function stateFromModels(metas: Iterable<ModelMeta>): ProjectState {
  const models = [...metas].filter((meta) => !meta.autoCreated).map(modelState);
  models.sort((left, right) => (left.label < right.label ? -1 : left.label > right.label ? 1 : 0));
  return new ProjectState(new Map(models.map((model) => [model.label, model])));
}

/** One model of the code as data. */
export function modelState(meta: ModelMeta): ModelState {
  const fields = new Map<string, StateField>();
  if (meta.keyFields.length > 1) fields.set("pk", new CompositePrimaryKeyDefinition(meta.keyFields.map((field) => field.name)));
  for (const field of meta.fields) fields.set(field.name, normalised(field, meta.appLabel, meta.name));
  for (const field of meta.manyToMany) fields.set(field.name, normalised(field, meta.appLabel, meta.name));
  return new ModelState(meta.appLabel, meta.name, fields).withOptions(stateOptions(meta));
}

function stateOptions(meta: ModelMeta): StateOptions {
  const { appLabel: _app, managers: _managers, defaultManagerName: _name, fetchMode: _mode, ...options } = meta.options;
  const managers = managersInMigrations(meta);
  return Object.keys(managers).length === 0 ? options : { ...options, managers };
}

/** The classes of those managers that migrations have too, by their names: of the option, and static ones of the class. */
function managersInMigrations(meta: ModelMeta): Readonly<Record<string, unknown>> {
  const own = Object.entries(Object.getOwnPropertyDescriptors(meta.modelClass)).map(
    ([name, { value }]) => [name, value as unknown] as const,
  );
  return Object.fromEntries(
    [...Object.entries(meta.options.managers ?? {}), ...own].flatMap(([name, manager]) => {
      const managerClass: unknown = typeof manager === "object" && manager !== null ? manager.constructor : manager;
      const taken = typeof managerClass === "function" && Reflect.get(managerClass, "useInMigrations") === true;
      return taken ? [[name, managerClass]] : [];
    }),
  );
}

/** The label under which a state keeps a model of the code. */
export function stateLabel(meta: ModelMeta): string {
  return labelOf(meta.appLabel, meta.name);
}
