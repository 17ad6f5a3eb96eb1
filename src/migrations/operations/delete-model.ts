import type { Flow } from "../../engine/flow.js";
import { changeTables } from "../schema/change-tables.js";
import { labelOf } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { tableChanges } from "./model-changes.js";
import { type DeconstructedOperation, type Footprint, Operation, type OperationContext } from "./operation.js";

export class DeleteModelOperation extends Operation {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "DeleteModel", args: [this.name] };
  }

  describe(): string {
    return `Delete model ${this.name}`;
  }

  override get nameFragment(): string {
    return `delete_${this.name.toLowerCase()}`;
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    return state.without(state.get(app, this.name).label);
  }

  override *databaseForwards({ app, runner }: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeTables(runner, tableChanges(from, to, [{ old: labelOf(app, this.name), next: null }]));
  }

  override *databaseBackwards({ app, runner }: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeTables(runner, tableChanges(from, to, [{ old: null, next: labelOf(app, this.name) }]));
  }

  override footprint(app: string): Footprint {
    const label = labelOf(app, this.name);
    return { changes: [`model:${label}`, `key:${label}`, `field:${label}.*`], needs: [] };
  }
}

/**
 * Deletes a model with its table and junctions, and all their rows. Undone, it makes them again, empty.
 *
 * @param name - the model's name, without its app
 * @example export default migration({ operations: [DeleteModel("Job")] });
 */
export function DeleteModel(name: string): Operation {
  return new DeleteModelOperation(name);
}
