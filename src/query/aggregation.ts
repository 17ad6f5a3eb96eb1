import { FieldError, QueryError } from "../errors.js";
import { type Node, outputOf, TableAlias } from "../sql/nodes.js";
import { containsAggregate, containsWindow, mapChildren } from "../sql/traverse.js";
import type { Expression } from "./expression.js";
import { COUNT } from "./expressions/aggregates.js";
import { sameNode } from "./grouping.js";
import { Query } from "./query.js";
import { QuerySource } from "./query-source.js";
import { columnNode, referenceContext } from "./references.js";
import type { Slots } from "./shape.js";
import { simplifyAll, splitHaving } from "./simplify.js";
import { OUTPUT } from "./value-output.js";

/** Whether the rows have to be worked out before anything is computed over them. */
function needsSubquery(query: Query): boolean {
  return (
    query.isSliced ||
    query.distinct ||
    query.combination !== null ||
    (query.groupBy !== null && query.groupBy !== "all") ||
    [...query.annotations.values()].some(({ node }) => containsAggregate(node)) ||
    splitHaving(simplifyAll(query.where)).having.length > 0 ||
    query.where.some(containsWindow)
  );
}

/**
 * The query that computes values over all rows of another, by their names.
 *
 * @param expressions - what to compute, each an aggregate or an expression of aggregates
 */
export function aggregateQuery(query: Query, expressions: Readonly<Record<string, Expression>>, slots: Slots): Query {
  const inner = query.clone();
  const windowed = [...inner.annotations.values()].some(({ node }) => containsWindow(node));
  const nested = needsSubquery(inner) || windowed;
  const nodes = new Map<string, Node>();
  for (const [name, expression] of Object.entries(expressions)) {
    const node = expression.resolve(referenceContext(inner, slots, { summarize: true, named: nodes }));
    if (!containsAggregate(node))
      throw new FieldError(`aggregate({ ${name} }): this is no aggregate. Use annotate() for a value of each row.`);
    nodes.set(name, node);
  }
  return nested ? aggregateOverSubquery(inner, nodes) : aggregateInPlace(inner, nodes);
}

function aggregateInPlace(query: Query, nodes: ReadonlyMap<string, Node>): Query {
  query.columns = new Map([...nodes].map(([name, node]) => [name, inline(node)]));
  finish(query);
  return query;
}

/** References to annotations that are no aggregates themselves are written out. */
function inline(node: Node): Node {
  return node.kind === "selected" ? node.of : mapChildren(node, inline);
}

function finish(query: Query): void {
  query.annotations = new Map();
  query.shape = { kind: "values", names: [...(query.columns?.keys() ?? [])] };
  query.order = [];
  query.selectRelated = null;
  query.mask = null;
  query.groupBy = [];
  query.limit = null;
  query.offset = null;
  query.sliced = false;
  query.distinct = false;
  query.distinctOn = [];
  query.lock = null;
}

/** SELECT aggregates FROM (the query). What the aggregates speak of is selected inside under names of its own. */
function aggregateOverSubquery(inner: Query, nodes: ReadonlyMap<string, Node>): Query {
  const alias = new TableAlias({ kind: "query", query: new QuerySource(inner) });
  const selected: { readonly name: string; readonly node: Node }[] = [];
  const pull = (node: Node): Node => {
    const known = selected.find((entry) => sameNode(entry.node, node));
    const name = known?.name ?? `column${selected.length + 1}`;
    if (!known) selected.push({ name, node });
    return { kind: "column", alias, name, output: outputOf(node) };
  };
  const rewrite = (node: Node): Node => {
    if (node.kind === "selected") return pull(node.of);
    if (node.kind === "column" || node.kind === "subquery") return pull(node);
    return mapChildren(node, rewrite);
  };
  const columns = new Map([...nodes].map(([name, node]) => [name, rewrite(node)]));
  inner.selectRelated = null;
  if (!inner.isSliced && inner.distinctOn.length === 0) inner.order = [];
  inner.lock = null;
  if (inner.combination) {
    if (selected.length > 0) throw new QueryError('aggregate() after a combination can only count its rows: Count("*").');
  } else if (inner.distinct) keepDistinctColumns(inner, selected);
  else {
    if (inner.groupBy === "all") inner.groupBy = inner.meta.keyFields.map((field) => columnNode(inner.root, field));
    const kept = new Map(selected.map(({ name, node }) => [name, node]));
    if (kept.size === 0)
      for (const field of inner.meta.keyFields.slice(0, 1))
        kept.set("column0", inner.groupBy?.[0] ? inner.groupBy[0] : columnNode(inner.root, field));
    inner.columns = kept;
    inner.shape = { kind: "values", names: [...kept.keys()] };
    inner.annotations = new Map([...inner.annotations].map(([name, annotation]) => [name, { ...annotation, selected: false }]));
  }
  const outer = new Query(inner.meta, alias);
  outer.columns = columns;
  finish(outer);
  return outer;
}

/** What is selected decides which rows are distinct, so it stays; what the aggregates need must be among it. */
function keepDistinctColumns(inner: Query, selected: readonly { readonly name: string; readonly node: Node }[]): void {
  const columns = new Map<string, Node>();
  const current: Iterable<[string, Node]> = inner.columns ?? [
    ...inner.meta.fields.map((field): [string, Node] => [field.name, columnNode(inner.root, field)]),
    ...inner.selectedAnnotations(),
  ];
  let index = 0;
  for (const [, node] of current) {
    const known = selected.find((entry) => sameNode(entry.node, node));
    columns.set(known?.name ?? `distinct${index++}`, node);
  }
  for (const { name, node } of selected) if (!columns.has(name)) columns.set(name, node);
  inner.columns = columns;
  inner.shape = { kind: "values", names: [...columns.keys()] };
  inner.annotations = new Map([...inner.annotations].map(([name, annotation]) => [name, { ...annotation, selected: false }]));
}

/** COUNT(*) over the rows of a query. */
export function countQuery(query: Query): Query {
  const inner = query.clone();
  const count: Node = {
    kind: "aggregate",
    name: COUNT.name,
    args: [{ kind: "star", output: null }],
    distinct: false,
    filter: null,
    orderBy: [],
    output: OUTPUT.count,
    emptyValue: 0,
  };
  // annotations that nothing filters by do not change how many rows there are
  const nodes = new Map([["count", count]]);
  if (!needsSubquery(inner)) return aggregateInPlace(inner, nodes);
  if (canDropAnnotations(inner)) {
    inner.annotations = new Map();
    inner.groupBy = null;
    return aggregateInPlace(inner, nodes);
  }
  return aggregateOverSubquery(inner, nodes);
}

/** Rows of a model with aggregates beside them are as many as without, when no condition speaks of one. */
function canDropAnnotations(query: Query): boolean {
  return (
    query.groupBy === "all" &&
    query.columns === null &&
    !query.isSliced &&
    !query.distinct &&
    !query.combination &&
    !hasMultipleJoins(query) &&
    splitHaving(simplifyAll(query.where)).having.length === 0 &&
    !query.where.some(containsWindow)
  );
}

/** Joins to many multiply the rows, which the grouping had undone. */
function hasMultipleJoins(query: Query): boolean {
  for (const [alias, { step }] of query.joins) if (step.multiple && query.isReferenced(alias)) return true;
  return false;
}
