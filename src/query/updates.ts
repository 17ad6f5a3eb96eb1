import type { QueryResult, Row } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isInstance } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import { Ref } from "../models/ref.js";
import type { Dialect } from "../sql/dialect.js";
import type { Node } from "../sql/nodes.js";
import { bindParameters } from "../sql/parameters.js";
import { containsAggregate, containsWindow } from "../sql/traverse.js";
import { didYouMean } from "../suggestions.js";
import { isQuerySet, relocate } from "./embed.js";
import type { Expression } from "./expression.js";
import { Reference } from "./expressions/references.js";
import { Subquery } from "./expressions/subqueries.js";
import { planFor } from "./fetch-rows.js";
import { requireWritable, selected } from "./inserts.js";
import { prepareFor } from "./lookups/right-side.js";
import { type Plan, renderStatement } from "./plan.js";
import type { Query } from "./query.js";
import { QuerySource } from "./query-source.js";
import { columnNode, referenceContext } from "./references.js";
import { versionFieldOf } from "./row-version.js";
import { selectSingleColumn } from "./select-single.js";
import { findsNothing, simplifyAll } from "./simplify.js";
import { type QuerySetState, takeStep } from "./state.js";

/** One column and what it becomes. */
interface Assignment {
  readonly field: FieldDefinition;
  readonly node: Node;
}
const assignments = new WeakMap<Query, readonly Assignment[]>();

/** @throws FieldError for what is no column of the model's own, or one that the database computes */
export function assignedField(state: QuerySetState, name: string): FieldDefinition {
  const { meta } = state;
  const field = meta.findColumn(name);
  if (field) {
    if (field.generated) throw new FieldError(`update({ ${name} }): ${field.label} is computed by the database.`);
    return field;
  }
  if (name.includes("__"))
    throw new FieldError(`update({ ${name} }): an UPDATE changes columns of ${meta.label} only, not of related models.`);
  if (meta.findRelation(name))
    throw new FieldError(`update({ ${name} }): ${meta.label}.${name} is no column; use ${name}.set([…]) on an instance.`);
  throw new FieldError(`update({ ${name} }): ${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
}

/** What an UPDATE did. */
export interface UpdateResult {
  readonly count: number;
  /** The columns that were asked for, of each row. */
  readonly rows: readonly Row[];
}

/**
 * Updates the rows of a query with one statement. It counts their versions up too, so that who has read them before does
 * not overwrite the change.
 *
 * @param changes - values or expressions by field
 * @param returning - columns to read back; only where the database can
 * @returns how many rows matched
 */
export function* runUpdate(
  state: QuerySetState,
  changes: Readonly<Record<string, unknown>>,
  alias: string,
  returning: readonly FieldDefinition[] = [],
): Flow<UpdateResult> {
  const { meta } = state;
  requireWritable(meta);
  const dialect = dialectFor(alias);
  const entries = Object.entries(changes).map(([name, value]) => ({
    field: assignedField(state, name),
    name,
    value: isQuerySet(value) ? Subquery(value) : value,
  }));
  if (entries.length === 0) return { count: 0, rows: [] };
  const version = versionFieldOf(meta);
  if (version !== null && !entries.some(({ field }) => field === version))
    entries.push({ field: version, name: version.name, value: new Reference(version.attname).add(1) });
  const step = takeStep(
    state,
    ".update",
    (print) => {
      for (const { field, name, value } of entries) {
        print.token(field.attname);
        print.value(savedValue(field, value), `update({ ${name} })`);
      }
    },
    (query, slots) => {
      const resolved = entries.map(({ field, value }): Assignment => {
        if (isExpression(value)) return { field, node: resolveAssigned(query, field, value as Expression, slots) };
        const { slot, value: taken } = slots.next();
        if (taken === null) return { field, node: { kind: "constant", value: null, output: field } };
        return { field, node: { kind: "parameter", slot, prepare: null, output: field, cast: false } };
      });
      assignments.set(query, resolved);
    },
  );
  const purpose = returning.length === 0 ? "update" : `update:${returning.map(({ column }) => column).join(",")}`;
  const plan = planFor(step.shape, dialect, purpose, () => planUpdate(step.query, dialect, returning));
  if (plan.empty) return { count: 0, rows: [] };
  // the value of an execute step is a QueryResult
  const result = (yield execute(alias, plan.statement, bindParameters(plan.binders, step.values), {
    ...(state.signal && { signal: state.signal }),
    write: true,
  })) as QueryResult;
  const noted = result.rowCount > 0 ? noteWrite(meta, alias) : null;
  if (noted !== null) yield noted;
  return { count: result.rowCount, rows: result.rows };
}

/** A value as the column holds it, so that nothing is left to convert when it is bound. */
function savedValue(field: FieldDefinition, value: unknown): unknown {
  if (value === null || isExpression(value)) return value;
  if (value === undefined) return value;
  const prepared = isInstance(value) || value instanceof Ref ? (prepareFor(field, field.label)?.(value) ?? null) : field.coerce(value);
  return prepared === null ? null : new Prepared(field.prepareForSave(prepared));
}

/** Keeps a value of any kind out of the structure: a list for an array column is one value. */
class Prepared {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

function resolveAssigned(
  query: Query,
  field: FieldDefinition,
  expression: Expression,
  slots: Parameters<typeof referenceContext>[1],
): Node {
  const node = expression.resolve(referenceContext(query, slots, { allowJoins: false, forSave: true }));
  if (containsAggregate(node)) throw new FieldError(`update({ ${field.name} }): aggregates are not possible here. Use Subquery(…).`);
  if (containsWindow(node)) throw new FieldError(`update({ ${field.name} }): window functions are not possible here. Use Subquery(…).`);
  return node;
}

function planUpdate(query: Query, dialect: Dialect, returning: readonly FieldDefinition[]): Plan {
  const set = assignments.get(query) ?? [];
  const nothing = findsNothing(query);
  const { statement, binders, timeZone } = renderStatement(dialect, "update", returning.length > 0, (renderer) => {
    // the column that is set stands without its table
    const assigned = set.map(({ field, node }) => `${renderer.quote(field.column)} = ${renderer.node(node)}`).join(", ");
    const where = restriction(query);
    const table = renderer.from(query.root);
    const condition = where === null ? "" : ` WHERE ${renderer.node(where)}`;
    const read = returning.length > 0 ? ` RETURNING ${returning.map((field) => selected(field, dialect)).join(", ")}` : "";
    return `UPDATE ${table} SET ${assigned}${condition}${read}`;
  });
  const unwrap = binders.map((binder) => ({ ...binder, convert: unwrapped(binder.convert) }));
  return { statement, binders: unwrap, empty: nothing, hydrate: () => [], decode: (row) => row, extra: [], timeZone };
}

function unwrapped(convert: ((value: unknown) => unknown) | null): (value: unknown) => unknown {
  return (value) => {
    const plain = value instanceof Prepared ? value.value : value;
    return convert ? convert(plain) : plain;
  };
}

/** Whether the conditions of a query say by themselves which rows of its table it has. */
export function isOfOneTable(query: Query): boolean {
  if (query.isSliced || query.groupBy !== null || query.distinct) return false;
  return ![...query.joins.keys()].some((alias) => query.isReferenced(alias));
}

/**
 * The rows that an UPDATE or a DELETE meets. Where the query joins, orders, groups or slices, they are chosen by
 * their keys in a subquery.
 */
export function restriction(query: Query): Node | null {
  if (isOfOneTable(query)) {
    const where = simplifyAll(query.where);
    return where.kind === "always" ? null : where;
  }
  const { meta } = query;
  const [key] = meta.keyFields;
  if (!key || meta.keyFields.length > 1)
    throw new QueryError(
      `${meta.label} has a composite key: an update or delete over joins or slices is not possible. Filter by its own columns.`,
    );
  const inner = selectSingleColumn(relocated(query), null);
  const right = { kind: "subquery", source: new QuerySource(inner), output: key } as const;
  return { kind: "in", left: columnNode(query.root, key), right, ofWrittenTable: true };
}

function relocated(query: Query): Query {
  const inner = query.clone();
  inner.columns = null;
  return relocate(inner, 0);
}
