import { MigrationError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import { CompositePrimaryKeyDefinition } from "../../fields/relations.js";
import { AddConstraintOperation } from "../operations/constraints.js";
import { CreateModelOperation } from "../operations/create-model.js";
import { AddFieldOperation } from "../operations/fields.js";
import { AddIndexOperation } from "../operations/indexes.js";
import { AlterModelOptionsOperation, AlterUniqueTogetherOperation, PLAIN_OPTIONS } from "../operations/model-options.js";
import type { ModelState, StateField } from "../state/model-state.js";
import { targetsOf } from "../state/targets.js";
import { fieldAfter, type PlannedOperation } from "./planned-operation.js";

/** A model to be made, and the fields that have to wait until others are there. */
interface Creation {
  readonly model: ModelState;
  readonly deferred: ReadonlySet<string>;
}

/** The operations that make models, each after those that it refers to; where they go in a circle, a field comes later. */
export function createdModels(models: readonly ModelState[]): PlannedOperation[] {
  return creationOrder(models).flatMap(({ model, deferred }) => [
    createModel(model, deferred),
    ...(deferred.size > 0 ? laterParts(model, deferred) : []),
  ]);
}

function creationOrder(models: readonly ModelState[]): readonly Creation[] {
  const remaining = new Map(models.map((model) => [model.label, model]));
  const order: Creation[] = [];
  while (remaining.size > 0) {
    const blocking = (model: ModelState): readonly string[] =>
      [...model.fields]
        .filter(([, field]) => targetsOf(field).some((label) => label !== model.label && remaining.has(label)))
        .map(([name]) => name);
    const candidates = [...remaining.values()]
      .map((model) => ({ model, names: blocking(model) }))
      .filter(({ model, names }) => names.every((name) => canWait(model, name)));
    const [next] = candidates.sort((left, right) => left.names.length - right.names.length);
    if (next === undefined)
      throw new MigrationError(
        `The primary keys of ${[...remaining.keys()].join(", ")} refer to each other in a circle, so none of the tables can be made first.`,
      );
    order.push({ model: next.model, deferred: new Set(next.names) });
    remaining.delete(next.model.label);
  }
  return order;
}

/** Whether a model can be made without one of its fields. */
function canWait(model: ModelState, name: string): boolean {
  const field = model.field(name);
  if (isField(field) && field.primaryKey) return false;
  return ![...model.fields.values()].some((other) => other instanceof CompositePrimaryKeyDefinition && other.names.includes(name));
}

function createModel(model: ModelState, deferred: ReadonlySet<string>): PlannedOperation {
  const fields = new Map([...model.fields].filter(([name]) => !deferred.has(name)));
  const {
    indexes: _indexes,
    constraints: _constraints,
    uniqueTogether: _together,
    ordering: _ordering,
    getLatestBy: _latest,
    ...plain
  } = model.options;
  const refersTo = [...fields.values()].flatMap(targetsOf);
  return {
    app: model.app,
    operation: new CreateModelOperation(model.name, fields, deferred.size > 0 ? plain : model.options),
    provides: [`model:${model.label}`, `field:${model.label}.pk`, ...[...fields.keys()].map((name) => `field:${model.label}.${name}`)],
    after: [...fields.values()]
      .flatMap((field) => fieldAfter(field))
      .filter((word) => !word.startsWith(`model:${model.label}`) && !word.startsWith(`field:${model.label}.`)),
    refersTo,
  };
}

/** The fields that had to wait, and what may stand on them. */
function laterParts(model: ModelState, deferred: ReadonlySet<string>): PlannedOperation[] {
  const { app, name, label, options } = model;
  const fields = [...deferred].map((each): PlannedOperation => {
    const field: StateField = model.field(each);
    return {
      app,
      operation: new AddFieldOperation(name, each, field, true),
      provides: [`field:${label}.${each}`],
      after: [`model:${label}`, ...fieldAfter(field)],
      refersTo: targetsOf(field),
    };
  });
  const after = [`model:${label}`, ...[...deferred].map((each) => `field:${label}.${each}`)];
  const ordered = options.ordering !== undefined || options.getLatestBy !== undefined;
  const operations = [
    ...(ordered ? [new AlterModelOptionsOperation(name, plainOptions(model))] : []),
    ...(options.uniqueTogether === undefined ? [] : [new AlterUniqueTogetherOperation(name, options.uniqueTogether)]),
    ...model.indexes.map((index) => new AddIndexOperation(name, index, false)),
    ...model.constraints.map((constraint) => new AddConstraintOperation(name, constraint)),
  ];
  return [...fields, ...operations.map((operation): PlannedOperation => ({ app, operation, provides: [], after, refersTo: [] }))];
}

/** The options of a model that change nothing in the database. */
export function plainOptions({ options }: ModelState): AlterModelOptionsOperation["options"] {
  return Object.fromEntries(PLAIN_OPTIONS.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined));
}
