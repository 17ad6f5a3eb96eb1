import { ALWAYS, type LogicalNode, NEVER, type Node } from "../sql/nodes.js";
import { containsAggregate } from "../sql/traverse.js";
import type { Query } from "./query.js";
import { QuerySource } from "./query-source.js";

/** Folds what is always or never true, so that a query that can find nothing is not sent. */
export function simplify(node: Node): Node {
  switch (node.kind) {
    case "logical":
      return simplifyLogical(node);
    case "exists":
      return isEmptySource(node.subquery) ? NEVER : node;
    case "in":
      return isEmptySource(node.right) ? NEVER : node;
    case "comparison":
      return isEmptySource(node.left) || isEmptySource(node.right) ? NEVER : node;
    default:
      return node;
  }
}

function isEmptySource(node: Node): boolean {
  return node.kind === "subquery" && node.source instanceof QuerySource && findsNothing(node.source.query);
}

/** Whether a query can be known to have no rows; one that aggregates everything then gives what its aggregates are over nothing. */
export function findsNothing(query: Query): boolean {
  if (query.combination) {
    const { operator, parts } = query.combination;
    const [first] = parts;
    if (operator === "EXCEPT") return first !== undefined && findsNothing(first);
    return operator === "INTERSECT" ? parts.some(findsNothing) : parts.every(findsNothing);
  }
  const { source } = query.root;
  if (source.kind === "query" && source.query instanceof QuerySource && findsNothing(source.query.query)) return true;
  return query.empty || simplifyAll(query.where) === NEVER;
}

/** The conjunction of conditions. */
export function simplifyAll(nodes: readonly Node[]): Node {
  return simplifyLogical({ kind: "logical", connector: "AND", negated: false, children: nodes });
}

function simplifyLogical(node: LogicalNode): Node {
  const children: Node[] = [];
  let odd = false;
  for (const child of node.children) {
    const simple = simplify(child);
    if (simple === NEVER || simple.kind === "never") {
      if (node.connector === "AND") return negate(NEVER, node.negated);
    } else if (simple === ALWAYS || simple.kind === "always") {
      if (node.connector === "OR") return negate(ALWAYS, node.negated);
      if (node.connector === "XOR") odd = !odd;
    } else children.push(simple);
  }
  const [only] = children;
  if (only === undefined) return negate(node.connector === "AND" || (node.connector === "XOR" && odd) ? ALWAYS : NEVER, node.negated);
  const negated = node.negated !== odd;
  if (node.connector === "XOR" && node.children.length > 1) {
    // XOR takes unknown for false; so it must not become its only condition, which would be unknown
    return { ...node, negated, children: children.length > 1 ? children : [only, NEVER] };
  }
  if (children.length === 1 && !negated) return only;
  return { ...node, negated, children };
}

function negate(node: Node, negated: boolean): Node {
  if (!negated) return node;
  return node === ALWAYS ? NEVER : ALWAYS;
}

/** Conditions for WHERE, and those for HAVING because they speak of aggregates. */
export function splitHaving(condition: Node): { readonly where: readonly Node[]; readonly having: readonly Node[] } {
  if (condition.kind === "logical" && condition.connector === "AND" && !condition.negated) {
    const parts = condition.children.map(splitHaving);
    return { where: parts.flatMap(({ where }) => where), having: parts.flatMap(({ having }) => having) };
  }
  return containsAggregate(condition) ? { where: [], having: [condition] } : { where: [condition], having: [] };
}
