import type { Flow } from "../../engine/flow.js";
import { changeTables } from "../schema/change-tables.js";
import { labelOf, type ModelState } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { DeleteModelOperation } from "./delete-model.js";
import { tableChanges } from "./model-changes.js";
import { Operation, type OperationContext } from "./operation.js";

/** An operation that changes one model that stays, so that its tables follow from the two states alone. */
export abstract class ModelOperation extends Operation {
  readonly model: string;

  constructor(model: string) {
    super();
    this.model = model;
  }

  /** The model after the operation. */
  protected abstract change(model: ModelState, app: string): ModelState;

  override stateForwards(app: string, state: ProjectState): ProjectState {
    return state.with(this.change(state.get(app, this.model), app));
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.changeModel(context, from, to);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.changeModel(context, from, to);
  }

  protected *changeModel({ app, runner }: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    const label = labelOf(app, this.model);
    yield* changeTables(runner, tableChanges(from, to, [{ old: label, next: label }]));
  }

  override reduce(later: Operation, _app: string): readonly Operation[] | null {
    return later instanceof DeleteModelOperation && later.name === this.model ? [later] : null;
  }
}
