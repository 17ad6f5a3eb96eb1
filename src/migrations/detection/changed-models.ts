import type { Flow } from "../../engine/flow.js";
import { call } from "../../engine/run.js";
import { MigrationError } from "../../errors.js";
import { type FieldDefinition, isField } from "../../fields/field.js";
import { CompositePrimaryKeyDefinition, ManyToManyDefinition } from "../../fields/relations.js";
import type { Constraint } from "../../models/constraints.js";
import { AddConstraintOperation, AlterConstraintOperation, RemoveConstraintOperation } from "../operations/constraints.js";
import { AddFieldOperation, AlterFieldOperation, RemoveFieldOperation } from "../operations/fields.js";
import { AddIndexOperation, RemoveIndexOperation } from "../operations/indexes.js";
import {
  AlterModelManagersOperation,
  AlterModelOptionsOperation,
  AlterModelTableCommentOperation,
  AlterModelTableOperation,
  AlterUniqueTogetherOperation,
} from "../operations/model-options.js";
import type { Operation } from "../operations/operation.js";
import type { ModelState, StateField } from "../state/model-state.js";
import { targetsOf } from "../state/targets.js";
import { canonical, fieldText, sameWritten } from "../writing/canonical.js";
import { plainOptions } from "./created-models.js";
import { withFieldOption } from "./field-option.js";
import { fieldAfter, type PlannedOperation } from "./planned-operation.js";
import type { DefaultAnswer, DefaultReason, MigrationQuestioner } from "./questioner.js";

/** The operations that bring one model from what the files say to what the code says. */
export function* changedModel(old: ModelState, next: ModelState, questioner: MigrationQuestioner): Flow<PlannedOperation[]> {
  const { app, label } = next;
  const plan = (
    operation: Operation,
    provides: readonly string[],
    after: readonly string[] = [],
    refersTo: readonly string[] = [],
  ): PlannedOperation => ({ app, operation, provides, after, refersTo });
  const fields = yield* changedFields(old, next, questioner);
  const settled = fields.flatMap(({ provides }) => provides.filter((word) => word.startsWith("field:")));
  const indexes = difference(old.indexes, next.indexes);
  const constraints = difference(old.constraints, next.constraints);
  const reworded = constraints.added.filter((constraint) => isOnlyReworded(constraint, constraints.removed));
  const isReworded = ({ name }: Constraint): boolean => reworded.some((constraint) => constraint.name === name);
  const removals = [
    ...indexes.removed.map((index) => new RemoveIndexOperation(next.name, index.name ?? index, false)),
    ...constraints.removed
      .filter((constraint) => !isReworded(constraint))
      .map(({ name }) => new RemoveConstraintOperation(next.name, name)),
  ];
  const additions = [
    ...indexes.added.map((index) => new AddIndexOperation(next.name, index, false)),
    ...constraints.added.map((constraint) =>
      isReworded(constraint) ? new AlterConstraintOperation(next.name, constraint) : new AddConstraintOperation(next.name, constraint),
    ),
  ];
  const planned = [...removals.map((operation) => plan(operation, [`unindexed:${label}`])), ...fields];
  if (setsText(old) !== setsText(next))
    planned.push(plan(new AlterUniqueTogetherOperation(next.name, next.options.uniqueTogether ?? []), [`together:${label}`], settled));
  planned.push(...additions.map((operation) => plan(operation, [], [...settled, `unindexed:${label}`])));
  if (old.options.dbTable !== next.options.dbTable)
    planned.push(plan(new AlterModelTableOperation(next.name, next.options.dbTable ?? null), []));
  if (old.options.dbTableComment !== next.options.dbTableComment)
    planned.push(plan(new AlterModelTableCommentOperation(next.name, next.options.dbTableComment ?? null), []));
  if (!sameWritten(old.options.managers ?? {}, next.options.managers ?? {}))
    planned.push(plan(new AlterModelManagersOperation(next.name, next.options.managers ?? {}), []));
  if (!sameWritten(plainOptions(old), plainOptions(next)))
    planned.push(plan(new AlterModelOptionsOperation(next.name, plainOptions(next)), [], settled));
  return planned;
}

/** Whether a constraint differs from one that is there in what validation says of it only. */
function isOnlyReworded(constraint: Constraint, before: readonly Constraint[]): boolean {
  const body = ({ violationErrorMessage: _message, violationErrorCode: _code, ...rest }: Constraint): string => canonical(rest);
  return before.some((old) => old.name === constraint.name && body(old) === body(constraint));
}

function setsText({ options }: ModelState): string {
  return canonical([...(options.uniqueTogether ?? [])].map((names) => names.join(" ")).sort());
}

/** What is only in one of two lists; a changed body under one name is in both results. */
function difference<Part>(
  before: readonly Part[],
  after: readonly Part[],
): { readonly removed: readonly Part[]; readonly added: readonly Part[] } {
  const [old, next] = [before.map(canonical), after.map(canonical)];
  return {
    removed: before.filter((_, position) => !next.includes(old[position] ?? "")),
    added: after.filter((_, position) => !old.includes(next[position] ?? "")),
  };
}

function* changedFields(old: ModelState, next: ModelState, questioner: MigrationQuestioner): Flow<PlannedOperation[]> {
  const planned: PlannedOperation[] = [];
  const { label } = next;
  const replaced = new Set<string>();
  for (const [name, field] of next.fields) {
    const before = old.fields.get(name);
    if (before === undefined || fieldText(before) === fieldText(field)) continue;
    if (mustBeReplaced(label, name, before, field)) replaced.add(name);
    else planned.push(yield* alterField(next, name, before, field, questioner));
  }
  const gone = [...old.fields].filter(([name]) => !next.fields.has(name) || replaced.has(name));
  for (const [name, field] of next.fields) {
    if (!old.fields.has(name) || replaced.has(name)) planned.push(yield* addField(next, name, field, gone, questioner));
  }
  for (const [name, field] of gone) {
    planned.push({
      app: next.app,
      operation: new RemoveFieldOperation(next.name, name),
      provides: [`gone:${label}.${name}`, ...(isKey(field) ? [`unkeyed:${label}`] : [])],
      after: [`unindexed:${label}`, ...(namedTogether(old, name) ? [`together:${label}`] : [])],
      refersTo: [],
    });
  }
  return planned;
}

function isKey(field: StateField): boolean {
  return isField(field) && field.primaryKey;
}

function namedTogether({ options }: ModelState, name: string): boolean {
  return (options.uniqueTogether ?? []).some((names) => names.includes(name));
}

/** Whether one field cannot become the other. @throws MigrationError where that would lose rows in silence */
function mustBeReplaced(label: string, name: string, before: StateField, after: StateField): boolean {
  if (before instanceof CompositePrimaryKeyDefinition !== after instanceof CompositePrimaryKeyDefinition) {
    throw new MigrationError(`${label}.${name}: a change between a composite primary key and a field has to be written by hand.`);
  }
  const isJunction = before instanceof ManyToManyDefinition;
  if (isJunction && after instanceof ManyToManyDefinition) {
    if (String(before.options.through ?? "") === String(after.options.through ?? "")) return false;
    throw new MigrationError(
      `${label}.${name}: its "through" changed, and the rows of the old junction would be lost. Write the migration by hand: SeparateDatabaseAndState, with the new junction model over the old table.`,
    );
  }
  return isJunction !== after instanceof ManyToManyDefinition;
}

function* addField(
  model: ModelState,
  name: string,
  field: StateField,
  gone: readonly (readonly [string, StateField])[],
  questioner: MigrationQuestioner,
): Flow<PlannedOperation> {
  const column = columnOf(name, field);
  const inTheWay = gone
    .filter(([old, other]) => old === name || (column !== null && columnOf(old, other) === column))
    .map(([old]) => `gone:${model.label}.${old}`);
  const given = yield* withOneOffDefault(model.label, name, field, "add", questioner);
  return {
    app: model.app,
    operation: new AddFieldOperation(model.name, name, given ?? field, given === null),
    provides: [`field:${model.label}.${name}`],
    after: [...fieldAfter(field), ...inTheWay, ...(isKey(field) ? [`unkeyed:${model.label}`] : [])],
    refersTo: targetsOf(field),
  };
}

function columnOf(name: string, field: StateField): string | null {
  return isField(field) ? field.bind(name, "model").column : null;
}

function* alterField(
  model: ModelState,
  name: string,
  before: StateField,
  field: StateField,
  questioner: MigrationQuestioner,
): Flow<PlannedOperation> {
  const fillsNulls = isField(before) && isField(field) && before.null && !field.null;
  const given = fillsNulls ? yield* withOneOffDefault(model.label, name, field, "alter", questioner) : null;
  return {
    app: model.app,
    operation: new AlterFieldOperation(model.name, name, given ?? field, given === null),
    provides: [`field:${model.label}.${name}`, ...(isKey(before) && !isKey(field) ? [`unkeyed:${model.label}`] : [])],
    after: [...fieldAfter(field), ...(!isKey(before) && isKey(field) ? [`unkeyed:${model.label}`] : [])],
    refersTo: targetsOf(field),
  };
}

/** The field with a default for the rows that are there; null where it needs none. */
function* withOneOffDefault(
  label: string,
  name: string,
  field: StateField,
  reason: DefaultReason,
  questioner: MigrationQuestioner,
): Flow<FieldDefinition | null> {
  if (!isField(field) || field.null || field.filledByItself) return null;
  if (field.blank && targetsOf(field).length === 0 && ["varchar", "text", "citext"].includes(field.storage.kind))
    return withDefault(field, "");
  // the step gives what the questioner gives
  const answer = (yield call(() => questioner.defaultFor(label, name, field, reason), "the questioner")) as DefaultAnswer;
  if (answer.kind === "none") return null;
  try {
    if (targetsOf(field).length === 0) field.coerce(answer.value);
  } catch (cause) {
    throw new MigrationError(
      `${label}.${name} cannot have the value that was given for its rows: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  return withDefault(field, answer.value);
}

function withDefault(field: FieldDefinition, value: unknown): FieldDefinition {
  return withFieldOption(field, { default: value });
}
