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
    if (kept.length === model.constraints.length) {
      const names = model.constraints.map(({ name }) => name);
      throw new MigrationError(
        `RemoveConstraint: ${model.label} has no constraint "${this.name}" at this point. ${didYouMean(this.name, names)}`.trim(),
      );
    }
    return model.withOptions({ constraints: kept });
  }

  override footprint(app: string): Footprint {
    return optionFootprint(app, this.model, "constraint");
  }
}

/**
 * Adds a constraint; the rows that are there must satisfy it.
 *
 * @param model - the model's name, without its app
 * @example AddConstraint("Author", CheckConstraint({ check: Q({ age__gte: 0 }), name: "age_not_negative" }))
 */
export function AddConstraint(model: string, constraint: Constraint): Operation {
  return new AddConstraintOperation(model, constraint);
}

/** Removes a constraint by its name. */
export function RemoveConstraint(model: string, name: string): Operation {
  return new RemoveConstraintOperation(model, name);
}
