import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
import type { Node, OrderTerm, SelectColumn, TableAlias } from "../sql/nodes.js";
import { childrenOf, containsAggregate } from "../sql/traverse.js";
import type { Query } from "./query.js";
import { columnNode } from "./references.js";

/** The columns that must be grouped by for this expression to be selected beside aggregates. */
export function groupingColumns(node: Node): readonly Node[] {
  switch (node.kind) {
    case "aggregate":
    case "constant":
    case "parameter":
    case "parameterList":
    case "star":
      return [];
    case "column":
      return [node];
    case "window":
      return [...childrenOf(node.expression), ...node.partitionBy, ...node.orderBy.map((term) => term.expression)].flatMap(groupingColumns);
    case "in":
      return [node.left, ...(node.right.kind === "tuple" ? node.right.items : [])].flatMap(groupingColumns);
    // a condition is no value to group by: its columns are, as in Django
    case "logical":
    case "comparison":
    case "match":
    case "isNull":
    case "between":
      return childrenOf(node).flatMap(groupingColumns);
    default:
      return containsAggregate(node) ? childrenOf(node).flatMap(groupingColumns) : [node];
  }
}

/** GROUP BY of a query, given what it selects, orders by and keeps by HAVING. */
export function groupBy(
  query: Query,
  dialect: Dialect,
  columns: readonly SelectColumn[],
  having: readonly Node[],
  order: readonly OrderTerm[],
): Node[] {
  if (query.groupBy === null) return [];
  const groups: Node[] = [];
  const add = (node: Node): void => {
    if (!groups.some((group) => sameNode(group, node))) groups.push(node);
  };
  /** An expression is grouped by its place in the SELECT, as its parameters cannot be told to be the same. */
  const addSelected = (node: Node): void => {
    const position = columns.findIndex(({ expression }) => expression === node);
    if (node.kind !== "column" && position >= 0) add({ kind: "raw", parts: [String(position + 1)], output: null });
    else add(node);
  };
  const byKey = dialect.features.groupByPrimaryKey && query.meta.options.managed !== false;
  if (query.groupBy === "all") for (const field of byKey ? query.meta.keyFields : query.meta.fields) add(columnNode(query.root, field));
  else for (const node of query.groupBy) addSelected(node);
  for (const { expression } of columns) {
    if (expression.kind === "column" && query.groupBy === "all" && byKey && expression.alias === query.root) continue;
    if (query.groupBy !== "all" && query.groupBy.includes(expression)) continue;
    for (const node of groupingColumns(expression)) node === expression ? addSelected(node) : add(node);
  }
  for (const { expression } of order) {
    if (expression.kind === "selected") continue;
    if (query.groupBy !== "all" && query.groupBy.includes(expression)) continue;
    for (const node of groupingColumns(expression)) addSelected(node);
  }
  for (const node of having) for (const column of groupingColumns(node)) addSelected(column);
  return dialect.features.groupByPrimaryKey ? withoutDependent(query, groups) : groups;
}

/** Where the whole key of a table is grouped by, its other columns follow from it. */
function withoutDependent(query: Query, groups: readonly Node[]): Node[] {
  const keys = new Map<TableAlias, ReadonlySet<string>>();
  const tables: (readonly [TableAlias, ModelMeta])[] = [...query.joins].map(([alias, { step }]) => [alias, step.to]);
  for (const [alias, meta] of [[query.root, query.meta] as const, ...tables]) {
    const columns = meta.keyFields.map((field) => field.column);
    const grouped = columns.every((name) => groups.some((node) => node.kind === "column" && node.alias === alias && node.name === name));
    if (grouped && alias.source.kind === "table" && meta.options.managed !== false) keys.set(alias, new Set(columns));
  }
  return groups.filter((node) => node.kind !== "column" || keys.get(node.alias)?.has(node.name) !== false);
}

/** The same expression on the same tables. */
export function sameNode(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => sameNode(item, right[index]));
  if (!("kind" in left) || !("kind" in right) || left.kind !== right.kind) return false;
  const [a, b] = [left as unknown as Record<string, unknown>, right as unknown as Record<string, unknown>];
  return Object.keys(a).every((key) =>
    key === "output" ? true : key === "alias" || key === "source" || key === "prepare" ? a[key] === b[key] : sameNode(a[key], b[key]),
  );
}
