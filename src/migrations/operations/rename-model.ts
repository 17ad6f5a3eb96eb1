import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import { changeTables } from "../schema/change-tables.js";
import { labelOf } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { tableChanges } from "./model-changes.js";
import { type DeconstructedOperation, type Footprint, Operation, type OperationContext } from "./operation.js";

export class RenameModelOperation extends Operation {
  readonly oldName: string;
  readonly newName: string;

  constructor(oldName: string, newName: string) {
    super();
    this.oldName = oldName;
    this.newName = newName;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RenameModel", args: [this.oldName, this.newName] };
  }

  describe(): string {
    return `Rename model ${this.oldName} to ${this.newName}`;
  }

  override get nameFragment(): string {
    return `rename_${this.oldName.toLowerCase()}_${this.newName.toLowerCase()}`;
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    state.get(app, this.oldName);
    if (state.find(app, this.newName) !== undefined)
      throw new MigrationError(`RenameModel: there is a model ${labelOf(app, this.newName)} already at this point.`);
    return state.withRenamedModel(app, this.oldName, this.newName);
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.#rename(context, from, to, this.oldName, this.newName);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.#rename(context, from, to, this.newName, this.oldName);
  }

  /** The junctions of models that refer to it name a column after it, so they follow. */
  *#rename({ app, runner }: OperationContext, from: ProjectState, to: ProjectState, oldName: string, newName: string): Flow<void> {
    const [old, next] = [labelOf(app, oldName), labelOf(app, newName)];
    const others = from
      .referrers(old)
      .filter((label) => label !== old)
      .map((label) => ({ old: label, next: label }));
    yield* changeTables(runner, tableChanges(from, to, [{ old, next }, ...others]));
  }

  override footprint(app: string): Footprint {
    const [old, next] = [labelOf(app, this.oldName), labelOf(app, this.newName)];
    return { changes: [old, next].flatMap((label) => [`model:${label}`, `key:${label}`, `field:${label}.*`]), needs: [] };
  }

  override reduce(later: Operation): readonly Operation[] | null {
    if (!(later instanceof RenameModelOperation) || later.oldName !== this.newName) return null;
    return later.newName === this.oldName ? [] : [new RenameModelOperation(this.oldName, later.newName)];
  }
}

/**
 * Renames a model: its table unless `dbTable` names that, its junctions, and every relation to it.
 *
 * @example export default migration({ operations: [RenameModel("Job", "Task")] });
 */
export function RenameModel(oldName: string, newName: string): Operation {
  return new RenameModelOperation(oldName, newName);
}
