import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isSingle, type JoinStep } from "../models/relations.js";
import type { Dialect } from "../sql/dialect.js";
import {
  ALWAYS,
  type JoinClause,
  NEVER,
  type Node,
  type OrderTerm,
  outputOf,
  type QueryExpression,
  type SelectColumn,
  type SelectQuery,
  TableAlias,
} from "../sql/nodes.js";
import { containsWindow } from "../sql/traverse.js";
import { moveNode } from "./embed.js";
import { groupBy, sameNode } from "./grouping.js";
import { joinConditions } from "./join-condition.js";
import { setupJoins } from "./joins.js";
import type { InstanceLayout, RecordLayout, RowLayout } from "./layout.js";
import { loadedFields, relatedMask } from "./load-mask.js";
import { orderTerms } from "./ordering.js";
import { type Combination, fieldOf, type LoadMask, type Query, type ResolvedOrder, type SelectRelatedTree } from "./query.js";
import { installCompiler, QuerySource } from "./query-source.js";
import { columnNode } from "./references.js";
import { simplifyAll, splitHaving } from "./simplify.js";

export interface CompiledQuery {
  readonly expression: QueryExpression;
  readonly layout: RowLayout;
}

type MetaOrder = (query: Query) => readonly ResolvedOrder[];
let metaOrder: MetaOrder | undefined;

/** Meta.ordering may hold expressions, which are resolved where all kinds of expressions are known. */
export function installMetaOrder(implementation: MetaOrder): void {
  metaOrder = implementation;
}

/** The model's own ordering, resolved on a query. */
export function installedMetaOrder(query: Query): readonly ResolvedOrder[] {
  return metaOrder?.(query) ?? [];
}

/** The SELECT of a query in one dialect, and what its columns are. */
export function compileQuery(resolved: Query, dialect: Dialect): CompiledQuery {
  if (resolved.combination) return compileCombination(resolved, dialect);
  // compiling joins what the order and selectRelated need, and may change the clone's other joins for that
  const query = resolved.clone();
  const selection = selectColumns(query);
  const own = query.order === null;
  const order = own && query.groupBy !== null ? [] : orderTerms(query, query.order ?? installedMetaOrder(query));
  // a query that is known to be empty is not sent, but it may be a part of one that is
  const conditions = splitHaving(query.empty ? NEVER : simplifyAll(query.where));
  const columns: SelectColumn[] = [...selection.columns];
  const outputs = [...selection.outputs];
  const extra = query.extraColumns.map((expression) => {
    const selected = expression.kind === "column" ? selection.columns.findIndex((column) => sameNode(column.expression, expression)) : -1;
    if (selected >= 0) return selected;
    outputs.push(fieldOf(expression));
    return columns.push({ expression, as: null }) - 1;
  });
  if (query.distinct && query.distinctOn.length === 0) {
    // SELECT DISTINCT orders by what it selects only
    for (const { expression } of order) {
      if (expression.kind !== "selected" && !columns.some((column) => sameNode(column.expression, expression)))
        columns.push({ expression, as: null });
    }
  }
  const groups = groupBy(query, dialect, columns, conditions.having, order);
  const windowed = conditions.where.some(containsWindow) || conditions.having.some(containsWindow);
  const distinctOn = query.distinctOn.flatMap((path) => orderTerms(query, [{ term: path }]).map(({ expression }) => expression));
  const select: SelectQuery = {
    kind: "select",
    with: query.with.map(({ name, query: source }) => ({
      name,
      columns: null,
      query: "kind" in source ? asRaw(source) : new QuerySource(source),
    })),
    recursive: query.with.some(({ recursive }) => recursive),
    distinct: query.distinct && distinctOn.length === 0,
    distinctOn,
    columns,
    from: query.root,
    joins: joinClauses(query),
    where: conjunction(conditions.where.filter((node) => !containsWindow(node))),
    groupBy: groups,
    having: conjunction(conditions.having.filter((node) => !containsWindow(node))),
    orderBy: order,
    limit: query.limit,
    offset: query.offset,
    lock: rowLock(query, dialect),
  };
  const layout: RowLayout = { shape: selection.shape, outputs, extra };
  if (!windowed) return { expression: select, layout };
  return { expression: filterWindows(select, [...conditions.where, ...conditions.having].filter(containsWindow)), layout };
}

function asRaw(node: Node): Extract<Node, { kind: "raw" }> {
  return node.kind === "raw" ? node : { kind: "raw", parts: [node], output: null };
}

function conjunction(nodes: readonly Node[]): Node | null {
  const condition = simplifyAll(nodes);
  return condition === ALWAYS ? null : condition;
}

/** Joins that something refers to, and those that lead to them. */
function joinClauses(query: Query): JoinClause[] {
  const needed = new Set<TableAlias>();
  for (const alias of query.joins.keys()) {
    for (
      let current: TableAlias | undefined = query.isReferenced(alias) ? alias : undefined;
      current && current !== query.root;
      current = query.joins.get(current)?.parent
    )
      needed.add(current);
  }
  const clauses: JoinClause[] = [];
  for (const [alias, join] of query.joins) {
    if (!needed.has(alias)) continue;
    const pairs = joinConditions(join.step, join.parent, alias);
    if (join.filtered) pairs.push(moveNode(join.filtered.condition, new Map([[join.filtered.alias, alias]]), 0));
    clauses.push({
      alias,
      type: join.type,
      on: pairs.length === 1 && pairs[0] ? pairs[0] : { kind: "logical", connector: "AND", negated: false, children: pairs },
    });
  }
  return clauses;
}

interface Selection {
  readonly columns: readonly SelectColumn[];
  readonly outputs: readonly (FieldDefinition | null)[];
  readonly shape: RowLayout["shape"];
}

function selectColumns(query: Query): Selection {
  if (query.columns !== null) {
    const columns: SelectColumn[] = [];
    for (const [name, node] of query.columns)
      columns.push({ expression: node, as: node.kind === "column" && node.name === name ? null : name });
    const kind = query.shape.kind === "instances" ? "values" : query.shape.kind;
    const shape: RecordLayout = { kind, names: [...query.columns.keys()], repeated: repeatedColumns(query) };
    return { columns, outputs: columns.map(({ expression }) => fieldOf(expression)), shape };
  }
  const columns: SelectColumn[] = [];
  const base = modelColumns(query, query.root, columns, query.meta, query.mask);
  const annotations = query.selectedAnnotations().map(([name, node]) => {
    columns.push({ expression: node, as: name });
    return { name, index: columns.length - 1 };
  });
  const related = query.selectRelated ? relatedColumns(query, query.root, columns, query.meta, query.selectRelated, query.mask) : [];
  return { columns, outputs: columns.map(({ expression }) => fieldOf(expression)), shape: { ...base, annotations, related } };
}

function repeatedColumns({ shape, columns }: Query): readonly number[] | null {
  if (shape.kind !== "list" || columns === null || new Set(shape.names).size === shape.names.length) return null;
  const names = [...columns.keys()];
  // annotations may have come after the list
  return [...shape.names, ...names.filter((name) => !shape.names.includes(name))].map((name) => names.indexOf(name));
}

function modelColumns(
  _query: Query,
  alias: TableAlias,
  columns: SelectColumn[],
  meta: InstanceLayout["meta"],
  mask: LoadMask | null,
): InstanceLayout {
  const loaded = loadedFields(meta, mask);
  const offset = columns.length;
  const positions = meta.fields.map((field) => {
    if (!loaded.has(field)) return -1;
    columns.push({ expression: columnNode(alias, field), as: null });
    return columns.length - 1;
  });
  return { kind: "instances", meta, offset, positions, whole: loaded.size === meta.fields.length, annotations: [], related: [] };
}

function relatedColumns(
  query: Query,
  parent: TableAlias,
  columns: SelectColumn[],
  meta: InstanceLayout["meta"],
  tree: SelectRelatedTree,
  mask: LoadMask | null,
): InstanceLayout["related"] {
  const loaded = loadedFields(meta, mask);
  const related: InstanceLayout["related"][number][] = [];
  for (const [name, children] of tree) {
    const relation = meta.findRelation(name);
    if (!relation || !isSingle(relation)) throw new QueryError(`selectRelated("${name}"): not a to-one relation of ${meta.label}.`);
    if (relation.kind === "forward" && !query.selectsAllRelated && !loaded.has(relation.field))
      throw new FieldError(
        `selectRelated("${name}"): only() or defer() leaves out the key ${meta.label}.${name}, by which it is found. Load it too, as in only("${name}").`,
      );
    const alias = joinFrom(query, parent, relation.path);
    const start = columns.length;
    const layout = modelColumns(query, alias, columns, relation.target, relatedMask(mask, name));
    const keyIndexes = relation.target.keyFields.map((field) => layout.positions[relation.target.fields.indexOf(field)] ?? start);
    const nested = relatedColumns(query, alias, columns, relation.target, children, relatedMask(mask, name));
    related.push({ relation, layout: { ...layout, related: nested }, keyIndexes });
  }
  return related;
}

/** Joins a relation to a table of the query that may not be its root. */
function joinFrom(query: Query, parent: TableAlias, path: readonly JoinStep[]): TableAlias {
  const root = query.root;
  query.root = parent;
  const aliases = setupJoins(
    query,
    path.map((step) => ({ step, filtered: null })),
    null,
  );
  query.root = root;
  return aliases.at(-1) ?? parent;
}

function rowLock(query: Query, dialect: Dialect): SelectQuery["lock"] {
  const { lock } = query;
  if (!lock || !dialect.features.rowLocks) return null;
  const of = lock.of.map((name) => {
    if (name === "self") return query.root;
    const relation = query.meta.findRelation(name);
    for (const [alias, join] of query.joins) if (relation && join.parent === query.root && join.step === relation.path[0]) return alias;
    throw new QueryError(`selectForUpdate({ of: ["${name}"] }): name "self" or a relation that selectRelated loads.`);
  });
  return { strength: lock.strength, wait: lock.wait, of };
}

/** A condition on a window function is put around the query that computes it, as SQL allows it nowhere else. */
function filterWindows(select: SelectQuery, conditions: readonly Node[]): SelectQuery {
  const inner = new TableAlias({
    kind: "query",
    query: { buildSelect: () => ({ ...select, columns: named, orderBy: [], limit: null, offset: null, distinct: false, lock: null }) },
  });
  const named: SelectColumn[] = select.columns.map(({ expression }, index) => ({ expression, as: `column${index}` }));
  const outerColumn = (name: string, of: Node): Node => ({ kind: "column", alias: inner, name, output: outputOf(of) });
  const outer: SelectColumn[] = select.columns.map(({ expression, as }, index) => ({
    expression: outerColumn(`column${index}`, expression),
    as: as ?? (expression.kind === "column" ? expression.name : null),
  }));
  const where = conditions.map((condition, index) => {
    named.push({ expression: condition, as: `condition${index}` });
    return outerColumn(`condition${index}`, condition);
  });
  const orderBy: OrderTerm[] = select.orderBy.map((term, index) => {
    const expression = term.expression.kind === "selected" ? term.expression.of : term.expression;
    named.push({ expression, as: `order${index}` });
    return { ...term, expression: outerColumn(`order${index}`, expression) };
  });
  return {
    ...select,
    with: [],
    columns: outer,
    from: inner,
    joins: [],
    where: conjunction(where),
    groupBy: [],
    having: null,
    orderBy,
  };
}

/** UNION, INTERSECT, EXCEPT. */
function compileCombination(query: Query, dialect: Dialect): CompiledQuery {
  const combination = query.combination;
  if (!combination) throw new Error("not a combination");
  const parts = orderedParts(query, combination).map((part) => compileQuery(part, dialect));
  const [first] = parts;
  if (!first) throw new QueryError("A combination of no querysets.");
  const order = query.order === null ? [] : combinedOrder(query, first.expression);
  const expression: QueryExpression = {
    kind: "combined",
    operator: combination.operator,
    parts: parts.map(({ expression }) => expression),
    orderBy: order,
    limit: query.limit,
    offset: query.offset,
  };
  return { expression, layout: first.layout };
}

/** The parts with the columns that the order names and values() does not, behind the others. */
function orderedParts(query: Query, { parts, open }: Combination): readonly Query[] {
  if (!open || query.order === null) return parts;
  const selected = new Set([...(parts[0]?.columns?.values() ?? [])].map((node) => (node.kind === "column" ? node.name : null)));
  const wanted = orderTerms(query, query.order).flatMap(({ expression }) =>
    expression.kind === "column" && expression.alias === query.root && !selected.has(expression.name) ? [expression.name] : [],
  );
  if (wanted.length === 0) return parts;
  return parts.map((part) => {
    if (part.combination) return part;
    const copy = part.clone();
    copy.extraColumns = part.meta.fields.filter((field) => wanted.includes(field.column)).map((field) => columnNode(part.root, field));
    return copy;
  });
}

/** The order of a combination names columns of its result by their place. */
function combinedOrder(query: Query, first: QueryExpression): OrderTerm[] {
  let select = first;
  while (select.kind === "combined") {
    const [inner] = select.parts;
    if (!inner) break;
    select = inner;
  }
  const columns = select.kind === "select" ? select.columns : [];
  return orderTerms(query, query.order ?? []).map((term) => {
    const index = columns.findIndex(({ expression, as }) => {
      const wanted = term.expression;
      if (wanted.kind === "selected") return as === wanted.name;
      if (wanted.kind === "column" && wanted.alias === query.root) return expression.kind === "column" && expression.name === wanted.name;
      return sameNode(expression, wanted);
    });
    if (index < 0) throw new QueryError("The order of a combination can only name columns that its first queryset selects.");
    return { ...term, expression: { kind: "raw", parts: [String(index + 1)], output: null } };
  });
}

installCompiler((query, dialect) => compileQuery(query, dialect).expression);
