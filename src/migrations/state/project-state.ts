import { MigrationError } from "../../errors.js";
import { didYouMean } from "../../suggestions.js";
import { HistoricalModels } from "./historical-models.js";
import { labelOf, type ModelState } from "./model-state.js";
import { isRelation, retarget, targetsOf } from "./targets.js";

/**
 * All models at one time, as data, by their labels. Immutable: each change gives a new one.
 *
 * @example
 * const state = new ProjectState(new Map());
 * const after = CreateModel("Reader", { name: CharField({ maxLength: 50 }) }).stateForwards("library", state);
 * console.log([...after.models.keys()]); // → [ 'library.Reader' ]
 */
export class ProjectState {
  /** The models by label, `blog.Author`. */
  readonly models: ReadonlyMap<string, ModelState>;
  #historical: HistoricalModels | null = null;

  constructor(models: ReadonlyMap<string, ModelState> = new Map()) {
    this.models = models;
  }

  /** The models as classes with managers, made when they are asked for. */
  get historical(): HistoricalModels {
    this.#historical ??= new HistoricalModels(this.models);
    return this.#historical;
  }

  /** A model; undefined where there is none. */
  find(app: string, name: string): ModelState | undefined {
    return this.models.get(labelOf(app, name));
  }

  /** @throws MigrationError naming the nearest models, where there is no such model */
  get(app: string, name: string): ModelState {
    const label = labelOf(app, name);
    const model = this.models.get(label);
    if (model === undefined)
      throw new MigrationError(
        `There is no model ${label} at this point of the migrations. ${didYouMean(label, this.models.keys())}`.trim(),
      );
    return model;
  }

  /** The same with one model more, or another one in its place. */
  with(model: ModelState): ProjectState {
    return new ProjectState(new Map(this.models).set(model.label, model));
  }

  /** The state without a model. */
  without(label: string): ProjectState {
    const models = new Map(this.models);
    models.delete(label);
    return new ProjectState(models);
  }

  /** The same with a model under another name, and every relation to it following. */
  withRenamedModel(app: string, oldName: string, newName: string): ProjectState {
    const [oldLabel, newLabel] = [labelOf(app, oldName), labelOf(app, newName)];
    const models = [...this.models.values()].map((model) => {
      const own = model.label === oldLabel ? model.renamed(newName) : model;
      const refers = [...own.fields.values()].some((field) => targetsOf(field).includes(oldLabel));
      return refers
        ? own.withFields([...own.fields].map(([name, field]) => [name, retarget(field, (to) => (to === oldLabel ? newLabel : to))]))
        : own;
    });
    return new ProjectState(new Map(models.map((model) => [model.label, model])));
  }

  /** The labels of the models that have a relation to one, itself included where it refers to itself. */
  referrers(label: string): readonly string[] {
    const found: string[] = [];
    for (const model of this.models.values()) {
      if ([...model.fields.values()].some((field) => isRelation(field) && targetsOf(field).includes(label))) found.push(model.label);
    }
    return found;
  }
}
