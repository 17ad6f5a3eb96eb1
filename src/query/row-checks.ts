import type { FieldDefinition } from "../fields/field.js";
import type { UniqueConstraint } from "../models/constraints.js";
import { type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import type { ModelMeta } from "../models/meta.js";
import { ALWAYS, type Node, type SelectQuery, type TableAlias } from "../sql/nodes.js";
import { mapNode, someNode } from "../sql/traverse.js";
import { toCondition } from "./condition.js";
import { resolveConstant, resolveConstantCondition } from "./constants.js";
import { Expression } from "./expression.js";
import { Query } from "./query.js";
import { columnNode } from "./references.js";

/** Something that must hold for the row of an instance. */
export interface RowCheck {
  /** True where it does not hold; of values, not of a table. */
  readonly violated: Node;
  /** The field that the message is for; null: the whole instance. */
  readonly field: string | null;
  readonly message: string;
}

/** An instance whose values are put where a query names its columns. */
class RowValues {
  readonly query: Query;
  readonly #values: Record<string, unknown>;
  readonly #byColumn: ReadonlyMap<string, FieldDefinition>;

  constructor(instance: ModelCore, meta: ModelMeta) {
    this.query = new Query(meta);
    this.#values = instance as unknown as Record<string, unknown>;
    this.#byColumn = new Map(meta.fields.map((field) => [field.column, field]));
  }

  /** The value as the column would hold it. */
  valueOf(field: FieldDefinition): unknown {
    const value = this.#values[field.attname];
    if (value === null || value === undefined || isExpression(value)) return value ?? null;
    const coerced = field.coerce(value);
    return coerced === null ? null : field.prepareForSave(coerced);
  }

  constant(field: FieldDefinition): Node {
    return { kind: "constant", value: this.valueOf(field), output: field, cast: true };
  }

  /** The same condition or expression over the instance's values. */
  withValues(node: Node): Node {
    return mapNode(node, (each) => {
      if (each.kind !== "column" || each.alias !== this.query.root) return each;
      const field = this.#byColumn.get(each.name);
      return field ? this.constant(field) : each;
    });
  }

  /** The fields whose columns a node names. */
  fieldsOf(node: Node): FieldDefinition[] {
    const fields = new Set<FieldDefinition>();
    someNode(node, (each) => {
      const field = each.kind === "column" ? this.#byColumn.get(each.name) : undefined;
      if (field) fields.add(field);
      return false;
    });
    return [...fields];
  }

  /** Whether a check of these fields can be made: none is left out, and all have values of their own. */
  canCheck(fields: readonly FieldDefinition[], excluded: ReadonlySet<string>): boolean {
    return fields.every((field) => !excluded.has(field.name) && !isExpression(this.#values[field.attname]));
  }
}

/** What is unique in a model, for an instance: fields, fields together, constraints with and without conditions. */
export function uniqueChecks(instance: ModelCore, excluded: ReadonlySet<string>): RowCheck[] {
  const meta = metaOfInstance(instance);
  const row = new RowValues(instance, meta);
  const { adding } = stateOf(instance);
  const checks: RowCheck[] = [];
  const other = adding ? [] : [differentKey(meta, row)];
  const together = (fields: readonly FieldDefinition[], nullsDistinct = true): void => {
    if (!row.canCheck(fields, excluded)) return;
    if (nullsDistinct && fields.some((field) => row.valueOf(field) === null)) return;
    const where = [...fields.map((field) => sameValue(field, row)), ...other];
    checks.push({ violated: exists(row.query.root, where), ...takenMessage(meta, fields) });
  };
  for (const field of meta.fields) if (field.unique && (adding || !field.primaryKey)) together([field]);
  if (adding && meta.keyFields.length > 1) together(meta.keyFields);
  for (const names of meta.options.uniqueTogether ?? []) together(names.map((name) => meta.column(name)));
  for (const constraint of meta.options.constraints ?? []) {
    if (constraint.type !== "unique") continue;
    if (constraint.condition === undefined && !constraint.expressions?.length) {
      together(
        constraint.fields.map((name) => meta.column(name)),
        constraint.nullsDistinct ?? true,
      );
    } else checks.push(...partialCheck(constraint, meta, row, excluded, other));
  }
  return checks;
}

/** A unique constraint of expressions, or of the rows that meet a condition. */
function partialCheck(
  constraint: UniqueConstraint,
  meta: ModelMeta,
  row: RowValues,
  excluded: ReadonlySet<string>,
  other: readonly Node[],
): RowCheck[] {
  const fields = constraint.fields.map((name) => meta.column(name));
  const expressions = (constraint.expressions ?? [])
    .filter((each) => each instanceof Expression)
    .map((each) => resolveConstant(each, row.query));
  const condition = constraint.condition === undefined ? ALWAYS : resolveConstantCondition(toCondition(constraint.condition), row.query);
  if (!row.canCheck([...fields, ...[...expressions, condition].flatMap((node) => row.fieldsOf(node))], excluded)) return [];
  if ((constraint.nullsDistinct ?? true) && fields.some((field) => row.valueOf(field) === null)) return [];
  const same = expressions.map((left): Node => ({ kind: "comparison", operator: "=", left, right: row.withValues(left) }));
  const taken = exists(row.query.root, [
    ...fields.map((field) => sameValue(field, row)),
    ...same,
    ...(condition === ALWAYS ? [] : [condition]),
    ...other,
  ]);
  // the instance itself may be none of the rows that the constraint is about
  const violated = condition === ALWAYS ? taken : allOf([row.withValues(condition), taken]);
  return [{ violated, field: null, message: violatedMessage(constraint.name) }];
}

/** The model's check constraints, for an instance. What is NULL holds, as in SQL. */
export function checkConstraints(instance: ModelCore, excluded: ReadonlySet<string>): RowCheck[] {
  const meta = metaOfInstance(instance);
  const row = new RowValues(instance, meta);
  const checks: RowCheck[] = [];
  for (const constraint of meta.options.constraints ?? []) {
    if (constraint.type !== "check") continue;
    const condition = resolveConstantCondition(toCondition(constraint.check), row.query);
    if (!row.canCheck(row.fieldsOf(condition), excluded)) continue;
    const violated: Node = { kind: "logical", connector: "AND", negated: true, children: [row.withValues(condition)] };
    checks.push({ violated, field: null, message: violatedMessage(constraint.name) });
  }
  return checks;
}

function sameValue(field: FieldDefinition, row: RowValues): Node {
  const left = columnNode(row.query.root, field);
  if (row.valueOf(field) === null) return { kind: "isNull", operand: left, negated: false };
  return { kind: "comparison", operator: "=", left, right: row.constant(field) };
}

/** Another row than the instance's own. */
function differentKey(meta: ModelMeta, row: RowValues): Node {
  return { kind: "logical", connector: "AND", negated: true, children: meta.keyFields.map((field) => sameValue(field, row)) };
}

function allOf(children: readonly Node[]): Node {
  return { kind: "logical", connector: "AND", negated: false, children };
}

function exists(root: TableAlias, where: readonly Node[]): Node {
  const select: SelectQuery = {
    kind: "select",
    with: [],
    recursive: false,
    distinct: false,
    distinctOn: [],
    columns: [{ expression: { kind: "raw", parts: ["1"], output: null }, as: null }],
    from: root,
    joins: [],
    where: allOf(where),
    groupBy: [],
    having: null,
    orderBy: [],
    limit: null,
    offset: null,
    lock: null,
  };
  return { kind: "exists", subquery: { kind: "subquery", source: { buildSelect: () => select }, output: null } };
}

function fieldTitle(field: FieldDefinition): string {
  return field.verboseName ?? field.name;
}

function takenMessage(meta: ModelMeta, fields: readonly FieldDefinition[]): { readonly field: string | null; readonly message: string } {
  const [only] = fields;
  const titles = fields.map(fieldTitle);
  const named = titles.length > 1 ? `${titles.slice(0, -1).join(", ")} and ${titles.at(-1)}` : titles.join("");
  const message = `${meta.options.verboseName ?? meta.name} with this ${named} already exists`;
  return { field: only && fields.length === 1 ? only.name : null, message };
}

function violatedMessage(name: string): string {
  return `the constraint "${name}" is violated`;
}
