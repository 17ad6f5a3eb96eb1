import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import { copyField } from "../../fields/copy-field.js";
import { isField } from "../../fields/field.js";
import { ManyToManyDefinition } from "../../fields/relations.js";
import { changeTables } from "../schema/change-tables.js";
import { fillValue, restoredValue } from "../schema/fill-values.js";
import { labelOf, type ModelState, type StateField } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { isStateField, normalised } from "../state/targets.js";
import { fieldFootprint } from "./footprints.js";
import { followers, tableChanges } from "./model-changes.js";
import { ModelOperation } from "./model-operation.js";
import { isMovingName } from "./moving-names.js";
import {
  type DeconstructedOperation,
  type Footprint,
  type MigrationField,
  type Operation,
  type OperationContext,
  trimArguments,
} from "./operation.js";
import { RenameFieldOperation } from "./rename-field.js";

/** How a default of AddField and AlterField is meant. */
export interface FieldOperationOptions {
  /** False: the default is for rows that are there, and does not stay with the field. */
  readonly preserveDefault?: boolean;
}

/** The same field without its default. */
export function withoutDefault(field: StateField): StateField {
  if (!isField(field) || !Object.hasOwn(field.options, "default")) return field;
  const { default: _default, ...options } = field.options;
  return copyField(field, { options: Object.freeze(options) });
}

/** What AddField and AlterField have in common. */
abstract class FieldOperation extends ModelOperation {
  readonly name: string;
  readonly field: StateField;
  readonly preserveDefault: boolean;

  constructor(model: string, name: string, field: StateField, preserveDefault: boolean) {
    super(model);
    this.name = name;
    this.field = field;
    this.preserveDefault = preserveDefault;
  }

  protected get arguments(): readonly unknown[] {
    return trimArguments([this.model, this.name, this.field, this.preserveDefault ? {} : { preserveDefault: false }]);
  }

  protected stateField(app: string): StateField {
    return normalised(this.preserveDefault ? this.field : withoutDefault(this.field), app, this.model);
  }

  /** What rows that are there get in the new column. */
  protected fills({ app, runner }: OperationContext, to: ProjectState): ReadonlyMap<string, string> {
    if (!isField(this.field)) return new Map();
    const column = to.historical.meta(labelOf(app, this.model)).column(this.name);
    const fill = fillValue(runner.dialect, column, this.field);
    return fill === null ? new Map() : new Map([[this.name, fill]]);
  }

  override footprint(app: string): Footprint {
    return fieldFootprint(app, this.model, this.name, this.field);
  }
}

export class AddFieldOperation extends FieldOperation {
  deconstruct(): DeconstructedOperation {
    return { name: "AddField", args: this.arguments };
  }

  describe(): string {
    return `Add field ${this.name} to ${this.model}`;
  }

  override get nameFragment(): string {
    return `${this.model.toLowerCase()}_${this.name.toLowerCase()}`;
  }

  protected change(model: ModelState, app: string): ModelState {
    if (model.fields.has(this.name)) throw new MigrationError(`AddField: ${model.label} has a field "${this.name}" already at this point.`);
    return model.withField(this.name, this.stateField(app));
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeWithFollowers(context, this.model, from, to, this.fills(context, to), isKey(this.field));
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeWithFollowers(context, this.model, from, to, new Map(), isKey(this.field));
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    if (later instanceof RemoveFieldOperation && this.isFor(later)) return [];
    if (later instanceof AlterFieldOperation && this.isFor(later))
      return [new AddFieldOperation(this.model, this.name, later.field, later.preserveDefault)];
    if (later instanceof RenameFieldOperation && later.model === this.model && later.oldName === this.name) {
      return [new AddFieldOperation(this.model, later.newName, this.field, this.preserveDefault)];
    }
    return super.reduce(later, app);
  }

  private isFor(later: { readonly model: string; readonly name: string }): boolean {
    return later.model === this.model && later.name === this.name;
  }
}

export class RemoveFieldOperation extends ModelOperation {
  readonly name: string;

  constructor(model: string, name: string) {
    super(model);
    this.name = name;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RemoveField", args: [this.model, this.name] };
  }

  describe(): string {
    return `Remove field ${this.name} from ${this.model}`;
  }

  override get nameFragment(): string {
    return `remove_${this.model.toLowerCase()}_${this.name.toLowerCase()}`;
  }

  protected change(model: ModelState): ModelState {
    model.field(this.name);
    return model.withoutField(this.name);
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeWithFollowers(context, this.model, from, to, new Map(), isKey(from.get(context.app, this.model).field(this.name)));
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    const fills = ownFills(context, this.model, this.name, to);
    yield* changeWithFollowers(context, this.model, from, to, fills, isKey(to.get(context.app, this.model).field(this.name)));
  }

  override footprint(app: string): Footprint {
    return fieldFootprint(app, this.model, this.name, null);
  }
}

export class AlterFieldOperation extends FieldOperation {
  deconstruct(): DeconstructedOperation {
    return { name: "AlterField", args: this.arguments };
  }

  describe(): string {
    return `Alter field ${this.name} on ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_${this.name.toLowerCase()}`;
  }

  protected change(model: ModelState, app: string): ModelState {
    const old = model.field(this.name);
    const next = this.stateField(app);
    const junction = (field: StateField): string | null =>
      field instanceof ManyToManyDefinition ? String(field.options.through ?? "") : null;
    if (junction(old) !== junction(next)) {
      throw new MigrationError(
        `AlterField: ${model.label}.${this.name} cannot become or cease to be a many-to-many field, or get another "through": its rows are in another table. Remove the field and add it again, or move the rows with SeparateDatabaseAndState.`,
      );
    }
    return model.withField(this.name, next);
  }

  override *databaseForwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeWithFollowers(context, this.model, from, to, this.fills(context, to), true);
  }

  override *databaseBackwards(context: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeWithFollowers(context, this.model, from, to, ownFills(context, this.model, this.name, to), true);
  }

  override footprint(app: string): Footprint {
    const { changes, needs } = super.footprint(app);
    return { changes: [...changes, `key:${labelOf(app, this.model)}`], needs };
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    if (isField(this.field) && isMovingName(this.field.options.dbColumn)) return super.reduce(later, app);
    if (
      (later instanceof AlterFieldOperation || later instanceof RemoveFieldOperation) &&
      later.model === this.model &&
      later.name === this.name
    )
      return [later];
    if (later instanceof RenameFieldOperation && later.model === this.model && later.oldName === this.name) {
      return [later, new AlterFieldOperation(this.model, later.newName, this.field, this.preserveDefault)];
    }
    return super.reduce(later, app);
  }
}

function isKey(field: StateField): boolean {
  return !isField(field) || field.primaryKey;
}

/** What rows get in a column when it is again what it was in a state. */
function ownFills({ app, runner }: OperationContext, model: string, name: string, state: ProjectState): ReadonlyMap<string, string> {
  if (!isField(state.get(app, model).field(name))) return new Map();
  const column = state.historical.meta(labelOf(app, model)).column(name);
  const fill = restoredValue(runner.dialect, column);
  return fill === null ? new Map() : new Map([[name, fill]]);
}

/** Changes the tables of a model. @param all - whether a key may change, whose type the columns that refer to it have too */
function* changeWithFollowers(
  { app, runner }: OperationContext,
  model: string,
  from: ProjectState,
  to: ProjectState,
  fills: ReadonlyMap<string, string>,
  all: boolean,
): Flow<void> {
  const label = labelOf(app, model);
  const others = all ? followers(to, label).map((other) => ({ old: other, next: other })) : [];
  yield* changeTables(runner, tableChanges(from, to, [{ old: label, next: label, fills }, ...others]));
}

function checkedField(factory: string, model: string, name: string, field: unknown): StateField {
  if (isStateField(field)) return field;
  throw new MigrationError(`${factory}("${model}", "${name}"): the third argument is a field, as in CharField({ maxLength: 100 }).`);
}

/**
 * Adds a field: its column, or the junction of a many-to-many field. Rows that are there get the default, worked out once.
 *
 * @param model - the model's name, without its app
 * @param name - the field's name
 * @param field - with its target as a label
 * @param options - `preserveDefault: false` for a default that is for these rows only
 * @example
 * export default migration({
 *   operations: [
 *     AddField("Job", "priority", IntegerField({ default: 0 }), { preserveDefault: false }),
 *   ],
 * });
 */
export function AddField(model: string, name: string, field: MigrationField, options: FieldOperationOptions = {}): Operation {
  return new AddFieldOperation(model, name, checkedField("AddField", model, name, field), options.preserveDefault ?? true);
}

/**
 * Removes a field with its column or its junction. Undone, the column is there again, with the field's default.
 *
 * @example export default migration({ operations: [RemoveField("Job", "attempts")] });
 */
export function RemoveField(model: string, name: string): Operation {
  return new RemoveFieldOperation(model, name);
}

/**
 * Changes a field: type, size, null, unique, index, default of the database, target.
 *
 * @param options - `preserveDefault: false` for a default that is for rows without a value only
 * @example export default migration({ operations: [AlterField("Tag", "name", CharField({ maxLength: 200 }))] });
 */
export function AlterField(model: string, name: string, field: MigrationField, options: FieldOperationOptions = {}): Operation {
  return new AlterFieldOperation(model, name, checkedField("AlterField", model, name, field), options.preserveDefault ?? true);
}
