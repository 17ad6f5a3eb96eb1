import { GeneratedDefinition } from "../../fields/generated.js";
import { CompositePrimaryKeyDefinition, ForeignKeyDefinition, ManyToManyDefinition } from "../../fields/relations.js";
import type { Constraint, Index } from "../../models/constraints.js";
import { Condition, type ConditionChild } from "../../query/condition.js";
import { Expression, OrderBy } from "../../query/expression.js";
import { Arithmetic, ExpressionWrapper } from "../../query/expressions/arithmetic.js";
import { CaseExpression, WhenBranch } from "../../query/expressions/conditional.js";
import { FunctionCall } from "../../query/expressions/functions.js";
import { Reference } from "../../query/expressions/references.js";
import { substituteColumns } from "../schema/substitute-names.js";
import type { ModelState, StateField } from "./model-state.js";
import type { ProjectState } from "./project-state.js";
import { labelIn } from "./targets.js";

type Rename = (name: string) => string;

/** A name, or a path that begins with it, perhaps with a sign before. */
function renaming(oldName: string, newName: string): Rename {
  const ids = new Map([
    [oldName, newName],
    [`${oldName}Id`, `${newName}Id`],
  ]);
  return (path) => {
    const sign = path.startsWith("-") ? "-" : "";
    const [head = "", ...rest] = path.slice(sign.length).split("__");
    return [sign + (ids.get(head) ?? head), ...rest].join("__");
  };
}

/** A composite key with one of its parts under another name; any other field as it is. */
export function renameInPrimaryKey(field: StateField, oldName: string, newName: string): StateField {
  if (!(field instanceof CompositePrimaryKeyDefinition)) return field;
  return new CompositePrimaryKeyDefinition(field.names.map((name) => (name === oldName ? newName : name)));
}

/** A computed column whose expression names a field by another name, or its column; any other field as it is. */
export function renameInExpression(field: StateField, oldName: string, newName: string, columns: ReadonlyMap<string, string>): StateField {
  if (!(field instanceof GeneratedDefinition)) return field;
  const { expression } = field;
  const renamed =
    typeof expression === "string" ? substituteColumns(expression, columns) : renameIn(expression, renaming(oldName, newName));
  return new GeneratedDefinition({ ...field.options, expression: renamed });
}

/** A model whose options name a field by another name. */
export function renameInOptions(model: ModelState, oldName: string, newName: string): ModelState {
  const rename = renaming(oldName, newName);
  const { ordering, getLatestBy, versionField, uniqueTogether, indexes, constraints } = model.options;
  return model.withOptions({
    ...(ordering === undefined ? {} : { ordering: ordering.map((key) => (typeof key === "string" ? rename(key) : renameIn(key, rename))) }),
    ...(getLatestBy === undefined ? {} : { getLatestBy: typeof getLatestBy === "string" ? rename(getLatestBy) : getLatestBy.map(rename) }),
    ...(versionField === undefined ? {} : { versionField: rename(versionField) }),
    ...(uniqueTogether === undefined ? {} : { uniqueTogether: uniqueTogether.map((names) => names.map(rename)) }),
    ...(indexes === undefined ? {} : { indexes: indexes.map((index) => renameInParts(index, rename)) }),
    ...(constraints === undefined ? {} : { constraints: constraints.map((constraint) => renameInParts(constraint, rename)) }),
  });
}

function renameInParts<Part extends Index | Constraint>(part: Part, rename: Rename): Part {
  const renamed = Object.entries(part).map(([key, value]: [string, unknown]) => [
    key,
    key === "name" || key === "type" ? value : renameIn(value, rename, key),
  ]);
  // the same keys with values of the same types
  return Object.freeze(Object.fromEntries(renamed)) as Part;
}

/** Field names in lists of them, and in conditions and expressions; anything else as it is. */
function renameIn(value: unknown, rename: Rename, key = ""): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) =>
      typeof item === "string" ? (key === "fields" || key === "include" ? rename(item) : item) : renameIn(item, rename, key),
    );
  if (value instanceof Condition) return renameCondition(value, rename);
  if (value instanceof OrderBy) return new OrderBy(renameExpression(value.expression, rename), value.descending, value.nulls);
  if (value instanceof Expression) return renameExpression(value, rename);
  return value;
}

function renameCondition({ children, connector, negated }: Condition, rename: Rename): Condition {
  return new Condition(
    children.map((child) => renameChild(child, rename)),
    connector,
    negated,
  );
}

function renameChild(child: ConditionChild, rename: Rename): ConditionChild {
  if (child instanceof Expression) return renameExpression(child, rename);
  if (child instanceof Condition) return renameCondition(child, rename);
  return { path: rename(child.path), value: renameIn(child.value, rename) };
}

function renameExpression(expression: Expression, rename: Rename): Expression {
  const inner = (part: Expression): Expression => renameExpression(part, rename);
  if (expression instanceof Reference) return new Reference(rename(expression.path));
  if (expression instanceof Arithmetic) return new Arithmetic(inner(expression.left), expression.operator, inner(expression.right));
  if (expression instanceof ExpressionWrapper) return new ExpressionWrapper(inner(expression.expression), expression.outputField);
  if (expression instanceof FunctionCall)
    return new FunctionCall(expression.definition, expression.args.map(inner), expression.outputField, expression.options);
  if (expression instanceof CaseExpression) {
    const branches = expression.branches.map(({ condition, then }) => new WhenBranch(renameCondition(condition, rename), inner(then)));
    return new CaseExpression(branches, expression.otherwise && inner(expression.otherwise), expression.outputField);
  }
  return expression;
}

/** A state in which the fields that refer to a renamed field by its name follow it. */
export function renameReferences(state: ProjectState, label: string, oldName: string, newName: string): ProjectState {
  let result = state;
  for (const other of state.referrers(label)) {
    const model = state.models.get(other);
    if (model === undefined) continue;
    const fields = [...model.fields].map(([name, field]) => [name, follow(field, label, oldName, newName)] as const);
    if (fields.some(([name, field]) => field !== model.fields.get(name))) result = result.with(model.withFields(fields));
  }
  return throughFieldsFollow(result, label, oldName, newName);
}

function follow(field: StateField, label: string, oldName: string, newName: string): StateField {
  if (!(field instanceof ForeignKeyDefinition) || field.toField !== oldName || labelIn(field.to) !== label) return field;
  // the kind of a foreign key's definition is one of the two
  return new ForeignKeyDefinition(field.kind as "ForeignKey" | "OneToOneField", field.to, { ...field.options, toField: newName });
}

/** Many-to-many fields that name the keys of their junction. */
function throughFieldsFollow(state: ProjectState, label: string, oldName: string, newName: string): ProjectState {
  let result = state;
  for (const model of state.models.values()) {
    const fields = [...model.fields].map(([name, field]) => {
      if (!(field instanceof ManyToManyDefinition) || field.options.through === undefined || labelIn(field.options.through) !== label)
        return [name, field] as const;
      const [near, far] = field.options.throughFields ?? [];
      if (near === undefined || far === undefined || ![near, far].includes(oldName)) return [name, field] as const;
      const rename = (given: string): string => (given === oldName ? newName : given);
      return [name, new ManyToManyDefinition(field.to, { ...field.options, throughFields: [rename(near), rename(far)] })] as const;
    });
    if (fields.some(([name, field]) => field !== model.fields.get(name))) result = result.with(model.withFields(fields));
  }
  return result;
}
