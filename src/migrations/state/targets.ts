import { MigrationError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import { ForeignKeyDefinition, ManyToManyDefinition, type TargetThunk } from "../../fields/relations.js";
import { findMeta } from "../../models/meta.js";
import { labelOf, type StateField } from "./model-state.js";

/** Whether a field of a state refers to another model. */
export function isRelation(field: StateField): field is ForeignKeyDefinition | ManyToManyDefinition {
  return field instanceof ForeignKeyDefinition || field instanceof ManyToManyDefinition;
}

/** The labels of the models that a field of a state refers to: its target, and a junction of its own. */
export function targetsOf(field: StateField): readonly string[] {
  if (!isRelation(field)) return [];
  const through = field instanceof ManyToManyDefinition ? field.options.through : undefined;
  return through === undefined ? [labelIn(field.to)] : [labelIn(field.to), labelIn(through)];
}

/** The target of a field in a state, where all targets are labels. */
export function labelIn(to: TargetThunk): string {
  if (typeof to === "string") return to;
  throw new MigrationError("A field of a migration's state must name its model by its label.");
}

/** A field whose targets are other ones; the same field where they are the same. */
export function retarget<Kind extends StateField>(field: Kind, target: (to: TargetThunk) => TargetThunk): Kind {
  if (field instanceof ForeignKeyDefinition) {
    const to = target(field.to);
    if (to === field.to) return field;
    // the kind of a foreign key's definition is one of the two
    return new ForeignKeyDefinition(field.kind as "ForeignKey" | "OneToOneField", to, field.options) as StateField as Kind;
  }
  if (field instanceof ManyToManyDefinition) {
    const { through } = field.options;
    const to = target(field.to);
    const junction = through === undefined ? undefined : target(through);
    if (to === field.to && junction === through) return field;
    return new ManyToManyDefinition(
      to,
      junction === undefined ? field.options : { ...field.options, through: junction },
    ) as StateField as Kind;
  }
  return field;
}

/**
 * A field as a state keeps it: targets are whole labels, also where a file says `"self"`, leaves its own app out, or
 * gives a function.
 */
export function normalised<Kind extends StateField>(field: Kind, app: string, modelName: string): Kind {
  return retarget(field, (to) => {
    if (typeof to === "function") {
      const meta = findMeta(to());
      if (meta === undefined)
        throw new MigrationError(
          `${labelOf(app, modelName)}: the target of a ${field.kind} must be a model, or its label such as "blog.Author".`,
        );
      return labelOf(meta.appLabel, meta.name);
    }
    if (to === "self") return labelOf(app, modelName);
    return to.includes(".") ? to : labelOf(app, to);
  });
}

/** Whether an entry of a shape is one that a state can keep. */
export function isStateField(entry: unknown): entry is StateField {
  return (
    isField(entry) ||
    entry instanceof ManyToManyDefinition ||
    (typeof entry === "object" && entry !== null && Reflect.get(entry, "kind") === "CompositePrimaryKey")
  );
}
