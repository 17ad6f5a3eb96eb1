import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import { type FieldDefinition, isField } from "../../fields/field.js";
import { changeTables } from "../schema/change-tables.js";
import { labelOf, type ModelState } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { renameInExpression, renameInOptions, renameInPrimaryKey, renameReferences } from "../state/rename-field.js";
import { tableChanges } from "./model-changes.js";
import { ModelOperation } from "./model-operation.js";
import type { DeconstructedOperation, Footprint, Operation, OperationContext } from "./operation.js";

export class RenameFieldOperation extends ModelOperation {
  readonly oldName: string;
  readonly newName: string;

  constructor(model: string, oldName: string, newName: string) {
    super(model);
    this.oldName = oldName;
    this.newName = newName;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RenameField", args: [this.model, this.oldName, this.newName] };
  }

  describe(): string {
    return `Rename field ${this.oldName} on ${this.model} to ${this.newName}`;
  }

  override get nameFragment(): string {
    return `rename_${this.oldName.toLowerCase()}_${this.model.toLowerCase()}_${this.newName.toLowerCase()}`;
  }

  protected change(model: ModelState): ModelState {
    const renamed = model.field(this.oldName);
    if (model.fields.has(this.newName))
      throw new MigrationError(`RenameField: ${model.label} has a field "${this.newName}" already at this point.`);
    const columnAs = (field: FieldDefinition, name: string): string => field.bind(name, model.label).column;
    const columns = new Map(isField(renamed) ? [[columnAs(renamed, this.oldName), columnAs(renamed, this.newName)]] : []);
    const fields = [...model.fields].map(([name, field]) => {
      const following = renameInExpression(renameInPrimaryKey(field, this.oldName, this.newName), this.oldName, this.newName, columns);
      return [name === this.oldName ? this.newName : name, following] as const;
    });
    return renameInOptions(model.withFields(fields), this.oldName, this.newName);
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    return renameReferences(super.stateForwards(app, state), labelOf(app, this.model), this.oldName, this.newName);
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.#rename(context, from, to, this.oldName, this.newName);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* this.#rename(context, from, to, this.newName, this.oldName);
  }

  *#rename({ app, runner }: OperationContext, from: ProjectState, to: ProjectState, oldName: string, newName: string): Flow<void> {
    const label = labelOf(app, this.model);
    yield* changeTables(runner, tableChanges(from, to, [{ old: label, next: label, renamedFields: new Map([[oldName, newName]]) }]));
  }

  override footprint(app: string): Footprint {
    const label = labelOf(app, this.model);
    // what stands on the field follows its name, so nothing of the model may change places with it
    return { changes: [`field:${label}.*`, `key:${label}`, `options:${label}`], needs: [`model:${label}`] };
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    if (later instanceof RenameFieldOperation && later.model === this.model && later.oldName === this.newName) {
      return later.newName === this.oldName ? [] : [new RenameFieldOperation(this.model, this.oldName, later.newName)];
    }
    return super.reduce(later, app);
  }
}

/**
 * Renames a field, and its column unless `dbColumn` names that. Indexes and constraints follow.
 *
 * @param model - the model's name, without its app
 * @example export default migration({ operations: [RenameField("Author", "name", "fullName")] });
 */
export function RenameField(model: string, oldName: string, newName: string): Operation {
  return new RenameFieldOperation(model, oldName, newName);
}
