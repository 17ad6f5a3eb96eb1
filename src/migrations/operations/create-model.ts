import type { Flow } from "../../engine/flow.js";
import { MigrationError } from "../../errors.js";
import { type FieldDefinition, isField } from "../../fields/field.js";
import { BigAutoField } from "../../fields/integers.js";
import { CompositePrimaryKeyDefinition, ManyToManyDefinition } from "../../fields/relations.js";
import { changeTables } from "../schema/change-tables.js";
import { labelOf, ModelState, type StateField, type StateOptions } from "../state/model-state.js";
import { ProjectState } from "../state/project-state.js";
import { isStateField, normalised } from "../state/targets.js";
import { DeleteModelOperation } from "./delete-model.js";
import { AddFieldOperation, AlterFieldOperation, RemoveFieldOperation } from "./fields.js";
import { fieldNeeds } from "./footprints.js";
import { tableChanges } from "./model-changes.js";
import { ModelOperation } from "./model-operation.js";
import {
  type DeconstructedOperation,
  type Footprint,
  type MigrationShape,
  Operation,
  type OperationContext,
  trimArguments,
} from "./operation.js";
import { RenameFieldOperation } from "./rename-field.js";
import { RenameModelOperation } from "./rename-model.js";

export class CreateModelOperation extends Operation {
  readonly name: string;
  readonly fields: ReadonlyMap<string, StateField>;
  readonly options: StateOptions;

  constructor(name: string, fields: ReadonlyMap<string, StateField>, options: StateOptions) {
    super();
    this.name = name;
    this.fields = fields;
    this.options = options;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "CreateModel", args: trimArguments([this.name, Object.fromEntries(this.fields), this.options]) };
  }

  describe(): string {
    return `Create model ${this.name}`;
  }

  override get nameFragment(): string {
    return this.name.toLowerCase();
  }

  override stateForwards(app: string, state: ProjectState): ProjectState {
    if (state.find(app, this.name) !== undefined)
      throw new MigrationError(`CreateModel("${this.name}"): there is a model ${labelOf(app, this.name)} already at this point.`);
    const fields = [...this.fields].map(([name, field]) => [name, normalised(field, app, this.name)] as const);
    return state.with(new ModelState(app, this.name, new Map(fields)).withOptions(this.options));
  }

  override *databaseForwards({ app, runner }: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeTables(runner, tableChanges(from, to, [{ old: null, next: labelOf(app, this.name) }]));
  }

  override *databaseBackwards({ app, runner }: OperationContext, from: ProjectState, to: ProjectState): Flow<void> {
    yield* changeTables(runner, tableChanges(from, to, [{ old: labelOf(app, this.name), next: null }]));
  }

  override footprint(app: string): Footprint {
    const label = labelOf(app, this.name);
    const needs = [...this.fields.values()]
      .flatMap((field) => fieldNeeds(app, this.name, field))
      .filter((word) => !word.endsWith(`:${label}`));
    return { changes: [`model:${label}`, `key:${label}`, `field:${label}.*`], needs };
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    return joinIntoCreation(this, later, app);
  }
}

/**
 * CreateModel and a later operation on the same model as one CreateModel.
 *
 * @returns null where they cannot be joined
 */
function joinIntoCreation(creation: CreateModelOperation, later: Operation, app: string): readonly Operation[] | null {
  if (later instanceof DeleteModelOperation) return later.name === creation.name ? [] : null;
  if (later instanceof RenameModelOperation && later.oldName === creation.name)
    return [new CreateModelOperation(later.newName, creation.fields, creation.options)];
  if (!(later instanceof ModelOperation) || later.model !== creation.name || later.outsideTransaction) return null;
  if (later instanceof RemoveFieldOperation && isNamedByOthers(creation, later.name)) return null;
  if (!isKnown(later)) return null;
  const before = new ModelState(app, creation.name, creation.fields, creation.options);
  const after = later.stateForwards(app, new ProjectState(new Map([[before.label, before]]))).get(app, creation.name);
  return [new CreateModelOperation(creation.name, after.fields, after.options)];
}

/** A subclass of the user's may do more to the database than the state shows. */
function isKnown(operation: ModelOperation): boolean {
  return (
    operation instanceof AddFieldOperation ||
    operation instanceof AlterFieldOperation ||
    operation instanceof RemoveFieldOperation ||
    operation instanceof RenameFieldOperation ||
    JOINED.has(operation.deconstruct().name)
  );
}

const JOINED = new Set([
  "AddIndex",
  "RemoveIndex",
  "AddConstraint",
  "AlterConstraint",
  "RemoveConstraint",
  "AlterModelManagers",
  "AlterModelOptions",
  "AlterModelTable",
  "AlterModelTableComment",
  "AlterUniqueTogether",
]);

function isNamedByOthers({ fields, options }: CreateModelOperation, name: string): boolean {
  if ([...fields.values()].some((field) => field instanceof CompositePrimaryKeyDefinition && field.names.includes(name))) return true;
  if (
    [...fields.values()].some((field) => field instanceof ManyToManyDefinition && field.options.throughFields?.some((key) => key === name))
  )
    return true;
  return Boolean(
    options.indexes?.length ||
      options.constraints?.length ||
      options.uniqueTogether?.some((names) => names.includes(name)) ||
      options.ordering?.length ||
      options.getLatestBy ||
      options.versionField === name,
  );
}

/** The entries of a shape as a state keeps them; without a primary key it gets the numbered `id` that models get. */
export function stateFields(model: string, shape: Readonly<Record<string, unknown>>): ReadonlyMap<string, StateField> {
  const fields = new Map<string, StateField>();
  for (const [name, entry] of Object.entries(shape)) {
    if (!isStateField(entry)) throw new MigrationError(`CreateModel("${model}"): "${name}" is not a field.`);
    fields.set(name, entry);
  }
  if (fields.has("pk") || [...fields.values()].some((field) => isField(field) && field.primaryKey)) return fields;
  // a factory's result is the definition; its public type only hides that
  return new Map([["id", BigAutoField({ primaryKey: true }) as unknown as FieldDefinition], ...fields]);
}

/**
 * Makes a model, with its table, indexes, constraints and junctions.
 *
 * @param name - the model's name, without its app
 * @param fields - as in a model, with targets as labels: `ForeignKey("auth.User", …)`
 * @param options - as in a model
 * @example
 * export default migration({
 *   operations: [
 *     CreateModel("Reader", { name: CharField({ maxLength: 100 }) }, { ordering: ["name"] }),
 *   ],
 * });
 */
export function CreateModel(name: string, fields: MigrationShape, options: StateOptions = {}): Operation {
  return new CreateModelOperation(name, stateFields(name, fields), options);
}
