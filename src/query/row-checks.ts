import type { FieldDefinition } from "../fields/field.js";
import { attributesOf } from "../models/attributes.js";
import type { Constraint, ExclusionConstraint, UniqueConstraint, Violation } from "../models/constraints.js";
import { type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
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
  /** What programs know it by. */
  readonly code: string | null;
  /** Whether a database has such a constraint; undefined: each has. */
  readonly isPossible?: (dialect: Dialect) => boolean;
}

/** An instance whose values are put where a query names its columns. */
class RowValues {
  readonly query: Query;
  /** Whether the instance has no row yet. */
  readonly adding: boolean;
  readonly #values: Record<string, unknown>;
  readonly #byColumn: ReadonlyMap<string, FieldDefinition>;

  constructor(instance: ModelCore, meta: ModelMeta) {
    this.query = new Query(meta);
    this.adding = stateOf(instance).adding;
    this.#values = attributesOf(instance);
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
  const { adding } = row;
  const checks: RowCheck[] = [];
  const other = adding ? [] : [differentKey(meta, row)];
  const together = (fields: readonly FieldDefinition[], constraint: Partial<UniqueConstraint> = {}): void => {
    if (!row.canCheck(fields, excluded)) return;
    if (constraint.nullsDistinct !== false && fields.some((field) => row.valueOf(field) === null)) return;
    const where = [...fields.map((field) => sameValue(field, row)), ...other];
    checks.push({ violated: exists(row.query.root, where), ...takenMessage(meta, fields, constraint) });
  };
  for (const field of meta.fields) if (field.unique && (adding || !field.primaryKey)) together([field]);
  if (adding && meta.keyFields.length > 1) together(meta.keyFields);
  for (const names of meta.options.uniqueTogether ?? []) together(names.map((name) => meta.column(name)));
  for (const constraint of meta.options.constraints ?? []) {
    if (constraint.type !== "unique") continue;
    if (constraint.condition === undefined && !constraint.expressions?.length) {
      together(
        constraint.fields.map((name) => meta.column(name)),
        constraint,
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
  return [{ violated, ...violation(constraint) }];
}

/** The model's check and exclusion constraints, for an instance. What is NULL holds, as in SQL. */
export function checkConstraints(instance: ModelCore, excluded: ReadonlySet<string>): RowCheck[] {
  const meta = metaOfInstance(instance);
  const row = new RowValues(instance, meta);
  const checks: RowCheck[] = [];
  for (const constraint of meta.options.constraints ?? []) {
    if (constraint.type === "exclusion") checks.push(...exclusionCheck(constraint, meta, row, excluded));
    if (constraint.type !== "check") continue;
    const condition = resolveConstantCondition(toCondition(constraint.check), row.query);
    if (!row.canCheck(row.fieldsOf(condition), excluded)) continue;
    const violated: Node = { kind: "logical", connector: "AND", negated: true, children: [row.withValues(condition)] };
    checks.push({ violated, ...violation(constraint) });
  }
  return checks;
}

/** An exclusion constraint: whether there is another row that stands in all of the relations to the instance's. */
function exclusionCheck(
  constraint: ExclusionConstraint,
  meta: ModelMeta,
  row: RowValues,
  excluded: ReadonlySet<string>,
): readonly RowCheck[] {
  const elements = constraint.expressions?.length
    ? constraint.expressions.filter((each) => each instanceof Expression).map((each) => resolveConstant(each, row.query))
    : constraint.fields.map((name) => columnNode(row.query.root, meta.column(name)));
  const condition = constraint.condition === undefined ? ALWAYS : resolveConstantCondition(toCondition(constraint.condition), row.query);
  if (
    !row.canCheck(
      [...elements, condition].flatMap((node) => row.fieldsOf(node)),
      excluded,
    )
  )
    return [];
  const related = elements.map(
    (left, index): Node => ({
      kind: "raw",
      parts: ["(", left, ` ${constraint.operators[index]} `, row.withValues(left), ")"],
      output: null,
    }),
  );
  const others = [...related, ...(condition === ALWAYS ? [] : [condition]), ...(row.adding ? [] : [differentKey(meta, row)])];
  const taken = exists(row.query.root, others);
  const violated = condition === ALWAYS ? taken : allOf([row.withValues(condition), taken]);
  return [{ violated, ...violation(constraint), isPossible: ({ schema }) => schema.exclusionConstraints }];
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

type Message = Pick<RowCheck, "field" | "message" | "code">;

/** As Django has it: what the constraint says itself belongs to the whole instance, unless its code is that of a unique field. */
function takenMessage(meta: ModelMeta, fields: readonly FieldDefinition[], constraint: Violation): Message {
  const [only] = fields;
  const single = only !== undefined && fields.length === 1;
  const code = constraint.violationErrorCode ?? (single ? "unique" : "unique_together");
  const own = constraint.violationErrorMessage;
  if (own !== undefined) return { field: single && code === "unique" ? only.name : null, message: own, code };
  const titles = fields.map(fieldTitle);
  const named = titles.length > 1 ? `${titles.slice(0, -1).join(", ")} and ${titles.at(-1)}` : titles.join("");
  const message = `${meta.options.verboseName ?? meta.name} with this ${named} already exists`;
  return { field: single ? only.name : null, message, code };
}

function violation({ name, violationErrorMessage, violationErrorCode }: Constraint): Message {
  return { field: null, message: violationErrorMessage ?? `the constraint "${name}" is violated`, code: violationErrorCode ?? null };
}
