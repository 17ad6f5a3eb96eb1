import type { ModelState, StateOptions } from "../state/model-state.js";
import { labelOf } from "../state/model-state.js";
import { optionFootprint } from "./footprints.js";
import { ModelOperation } from "./model-operation.js";
import { isMovingName } from "./moving-names.js";
import type { DeconstructedOperation, Footprint, Operation } from "./operation.js";

/** The options that change nothing in the database. */
export type PlainOptions = Pick<
  StateOptions,
  "ordering" | "getLatestBy" | "permissions" | "verboseName" | "verboseNamePlural" | "managed" | "readOnly" | "versionField"
>;
/** Classes of managers or of querysets by the names of the managers. */
export type Managers = NonNullable<StateOptions["managers"]>;
export const PLAIN_OPTIONS: readonly (keyof PlainOptions)[] = [
  "ordering",
  "getLatestBy",
  "permissions",
  "verboseName",
  "verboseNamePlural",
  "managed",
  "readOnly",
  "versionField",
];

export class AlterModelOptionsOperation extends ModelOperation {
  readonly options: PlainOptions;

  constructor(model: string, options: PlainOptions) {
    super(model);
    this.options = options;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterModelOptions", args: [this.model, this.options] };
  }

  describe(): string {
    return `Change options of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_options`;
  }

  protected change(model: ModelState): ModelState {
    const cleared = Object.fromEntries(PLAIN_OPTIONS.map((name) => [name, undefined]));
    return model.withOptions({ ...cleared, ...this.options });
  }

  // the state alone changes
  override *databaseForwards(): ReturnType<ModelOperation["databaseForwards"]> {}
  override *databaseBackwards(): ReturnType<ModelOperation["databaseForwards"]> {}

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "options");
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    return later instanceof AlterModelOptionsOperation && later.model === this.model ? [later] : super.reduce(later, app);
  }
}

/** What the operations that set one option have in common. */
abstract class OneOptionOperation extends ModelOperation {
  protected abstract readonly word: string;

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, this.word);
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    const same = later instanceof OneOptionOperation && later.constructor === this.constructor && later.model === this.model;
    return same ? [later] : super.reduce(later, app);
  }
}

export class AlterModelTableOperation extends OneOptionOperation {
  protected readonly word = "table";
  readonly table: string | null;

  constructor(model: string, table: string | null) {
    super(model);
    this.table = table;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterModelTable", args: [this.model, this.table] };
  }

  describe(): string {
    return `Rename table of ${this.model} to ${this.table ?? "the default"}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_table`;
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    return isMovingName(this.table) && later instanceof AlterModelTableOperation ? null : super.reduce(later, app);
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ dbTable: this.table ?? undefined });
  }

  override footprint(app: string): Footprint {
    const label = labelOf(app, this.model);
    return { changes: [`field:${label}.*`, `table:${label}`], needs: [`model:${label}`] };
  }
}

export class AlterModelTableCommentOperation extends OneOptionOperation {
  protected readonly word = "comment";
  readonly comment: string | null;

  constructor(model: string, comment: string | null) {
    super(model);
    this.comment = comment;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterModelTableComment", args: [this.model, this.comment] };
  }

  describe(): string {
    return `Change the comment of the table of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_table_comment`;
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ dbTableComment: this.comment ?? undefined });
  }
}

export class AlterUniqueTogetherOperation extends OneOptionOperation {
  protected readonly word = "together";
  readonly sets: readonly (readonly string[])[];

  constructor(model: string, sets: readonly (readonly string[])[]) {
    super(model);
    this.sets = sets;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterUniqueTogether", args: [this.model, this.sets] };
  }

  describe(): string {
    return `Alter uniqueTogether of ${this.model} (${this.sets.length} constraints)`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_unique_together`;
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ uniqueTogether: this.sets });
  }
}

export class AlterModelManagersOperation extends OneOptionOperation {
  protected readonly word = "managers";
  readonly managers: Managers;

  constructor(model: string, managers: Managers) {
    super(model);
    this.managers = managers;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterModelManagers", args: [this.model, this.managers] };
  }

  describe(): string {
    return `Change managers of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_managers`;
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ managers: Object.keys(this.managers).length === 0 ? undefined : this.managers });
  }

  // the state alone changes
  override *databaseForwards(): ReturnType<ModelOperation["databaseForwards"]> {}
  override *databaseBackwards(): ReturnType<ModelOperation["databaseForwards"]> {}
}

/**
 * Sets the options that only the state knows: ordering, names for people, permissions. What is not given is unset.
 *
 * @example export default migration({ operations: [AlterModelOptions("Author", { ordering: ["name"], verboseName: "writer" })] });
 */
export function AlterModelOptions(model: string, options: PlainOptions): Operation {
  return new AlterModelOptionsOperation(model, options);
}

/**
 * Sets the managers that historical models have besides `objects`, or in its place: those whose class says
 * `static override readonly useInMigrations = true`. Django's AlterModelManagers.
 *
 * @param model - the model's name, without its app
 * @param managers - classes of managers or of querysets by the managers' names; an empty record for none
 * @example
 * class ActiveManager extends Manager<Job> {
 *   static override readonly useInMigrations = true;
 * }
 * export default migration({ operations: [AlterModelManagers("Job", { active: ActiveManager })] });
 */
export function AlterModelManagers(model: string, managers: Managers): Operation {
  return new AlterModelManagersOperation(model, managers);
}

/**
 * Renames the table of a model.
 *
 * @param table - null for the name that follows from the label
 * @example export default migration({ operations: [AlterModelTable("Job", "queue")] });
 */
export function AlterModelTable(model: string, table: string | null): Operation {
  return new AlterModelTableOperation(model, table);
}

/**
 * Sets the comment of a table, where the database has comments.
 *
 * @param comment - null for none
 * @example export default migration({ operations: [AlterModelTableComment("Job", "What workers take")] });
 */
export function AlterModelTableComment(model: string, comment: string | null): Operation {
  return new AlterModelTableCommentOperation(model, comment);
}

/**
 * Sets which fields, taken together, must differ.
 *
 * @param sets - lists of field names; an empty list for none
 * @example export default migration({ operations: [AlterUniqueTogether("Book", [["author", "title"]])] });
 */
export function AlterUniqueTogether(model: string, sets: readonly (readonly string[])[]): Operation {
  return new AlterUniqueTogetherOperation(model, sets);
}
