import { MigrationError } from "../../errors.js";
import type { Constraint } from "../../models/constraints.js";
import { didYouMean } from "../../suggestions.js";
import type { ModelState } from "../state/model-state.js";
import { optionFootprint } from "./footprints.js";
import { ModelOperation } from "./model-operation.js";
import type { DeconstructedOperation, Footprint, Operation } from "./operation.js";

export class AddConstraintOperation extends ModelOperation {
  readonly constraint: Constraint;

  constructor(model: string, constraint: Constraint) {
    super(model);
    this.constraint = constraint;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AddConstraint", args: [this.model, this.constraint] };
  }

  describe(): string {
    return `Create constraint ${this.constraint.name} on ${this.model}`;
  }

  override get nameFragment(): string {
    return `${this.model}_${this.constraint.name}`.toLowerCase();
  }

  protected change(model: ModelState): ModelState {
    return model.withOptions({ constraints: [...model.constraints, this.constraint] });
  }

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "constraint");
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    if (later instanceof RemoveConstraintOperation && later.model === this.model && later.name === this.constraint.name) return [];
    if (later instanceof AlterConstraintOperation && later.model === this.model && later.constraint.name === this.constraint.name)
      return [new AddConstraintOperation(this.model, later.constraint)];
    return super.reduce(later, app);
  }
}

export class RemoveConstraintOperation extends ModelOperation {
  readonly name: string;

  constructor(model: string, name: string) {
    super(model);
    this.name = name;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "RemoveConstraint", args: [this.model, this.name] };
  }

  describe(): string {
    return `Remove constraint ${this.name} from ${this.model}`;
  }

  override get nameFragment(): string {
    return `remove_${this.model}_${this.name}`.toLowerCase();
  }

  protected change(model: ModelState): ModelState {
    const kept = model.constraints.filter(({ name }) => name !== this.name);
    if (kept.length === model.constraints.length) throw noConstraint("RemoveConstraint", model, this.name);
    return model.withOptions({ constraints: kept });
  }

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "constraint");
  }
}

export class AlterConstraintOperation extends ModelOperation {
  readonly constraint: Constraint;

  constructor(model: string, constraint: Constraint) {
    super(model);
    this.constraint = constraint;
  }

  deconstruct(): DeconstructedOperation {
    return { name: "AlterConstraint", args: [this.model, this.constraint] };
  }

  describe(): string {
    return `Alter constraint ${this.constraint.name} on ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model}_${this.constraint.name}`.toLowerCase();
  }

  protected change(model: ModelState): ModelState {
    const { name } = this.constraint;
    if (!model.constraints.some((each) => each.name === name)) throw noConstraint("AlterConstraint", model, name);
    return model.withOptions({ constraints: model.constraints.map((each) => (each.name === name ? this.constraint : each)) });
  }

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "constraint");
  }

  override reduce(later: Operation, app: string): readonly Operation[] | null {
    const { name } = this.constraint;
    const same =
      (later instanceof AlterConstraintOperation && later.model === this.model && later.constraint.name === name) ||
      (later instanceof RemoveConstraintOperation && later.model === this.model && later.name === name);
    return same ? [later] : super.reduce(later, app);
  }
}

function noConstraint(operation: string, model: ModelState, name: string): MigrationError {
  const names = model.constraints.map((constraint) => constraint.name);
  return new MigrationError(`${operation}: ${model.label} has no constraint "${name}" at this point. ${didYouMean(name, names)}`.trim());
}

/**
 * Adds a constraint; the rows that are there must satisfy it.
 *
 * @param model - the model's name, without its app
 * @example
 * export default migration({
 *   operations: [
 *     AddConstraint("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative" })),
 *   ],
 * });
 */
export function AddConstraint(model: string, constraint: Constraint): Operation {
  return new AddConstraintOperation(model, constraint);
}

/**
 * Gives the constraint of the same name another form. Where only what validation says of it differs
 * (`violationErrorMessage`, `violationErrorCode`), the database is not touched. Django's AlterConstraint.
 *
 * @param model - the model's name, without its app
 * @example
 * AlterConstraint("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative", violationErrorMessage: "too young" }))
 */
export function AlterConstraint(model: string, constraint: Constraint): Operation {
  return new AlterConstraintOperation(model, constraint);
}

/**
 * Removes a constraint by its name.
 *
 * @example
 * export default migration({
 *   operations: [
 *     AddConstraint("Tag", UniqueConstraint({ fields: ["name"], name: "tag_once" })),
 *     RemoveConstraint("Tag", "tag_once"),
 *   ],
 * });
 */
export function RemoveConstraint(model: string, name: string): Operation {
  return new RemoveConstraintOperation(model, name);
}
