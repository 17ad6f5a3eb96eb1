import type { Node, OrderTerm } from "./nodes.js";

/** Every node directly below this one. Queries inside subqueries are not entered. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "raw":
      return node.parts.filter((part) => typeof part !== "string");
    case "call":
      return node.args;
    case "arithmetic":
    case "comparison":
    case "match":
      return [node.left, node.right];
    case "isNull":
    case "cast":
      return [node.operand];
    case "in":
      return [node.left, node.right];
    case "between":
      return [node.operand, node.low, node.high];
    case "exists":
      return [node.subquery];
    case "logical":
      return node.children;
    case "case":
      return [...node.branches.flatMap((branch) => [branch.when, branch.then]), ...(node.otherwise ? [node.otherwise] : [])];
    case "aggregate":
      return [...node.args, ...(node.filter ? [node.filter] : []), ...node.orderBy.map((term) => term.expression)];
    case "window":
      return [node.expression, ...node.partitionBy, ...node.orderBy.map((term) => term.expression)];
    case "tuple":
      return node.items;
    case "selected":
      return [node.of];
    default:
      return [];
  }
}

/** Whether this node or one below it satisfies the predicate. */
export function someNode(node: Node, predicate: (node: Node) => boolean): boolean {
  return predicate(node) || childrenOf(node).some((child) => someNode(child, predicate));
}

export function containsAggregate(node: Node): boolean {
  if (node.kind === "aggregate") return true;
  // an aggregate that is computed over a window belongs to the window
  if (node.kind === "window")
    return (
      [...node.partitionBy, ...node.orderBy.map((term) => term.expression)].some(containsAggregate) ||
      childrenOf(node.expression).some(containsAggregate)
    );
  return childrenOf(node).some(containsAggregate);
}

export function containsWindow(node: Node): boolean {
  return someNode(node, ({ kind }) => kind === "window");
}

function mapAll(nodes: readonly Node[], change: (node: Node) => Node): readonly Node[] {
  let changed = false;
  const mapped = nodes.map((node) => {
    const next = change(node);
    changed ||= next !== node;
    return next;
  });
  return changed ? mapped : nodes;
}

export function mapOrder(terms: readonly OrderTerm[], change: (node: Node) => Node): readonly OrderTerm[] {
  return terms.map((term) => ({ ...term, expression: change(term.expression) }));
}

/**
 * The same node over changed children. The structure of a node decides which of its children may be changed to
 * which kind; a change that breaks it (the list of an IN becoming a comparison) is the caller's mistake.
 */
export function mapChildren(node: Node, change: (node: Node) => Node): Node {
  switch (node.kind) {
    case "raw":
      return { ...node, parts: node.parts.map((part) => (typeof part === "string" ? part : change(part))) };
    case "call": {
      const args = mapAll(node.args, change);
      return args === node.args ? node : { ...node, args };
    }
    case "arithmetic":
    case "comparison":
    case "match": {
      const left = change(node.left);
      const right = change(node.right);
      return left === node.left && right === node.right ? node : { ...node, left, right };
    }
    case "isNull": {
      const operand = change(node.operand);
      return operand === node.operand ? node : { ...node, operand };
    }
    case "cast": {
      const operand = change(node.operand);
      return operand === node.operand ? node : { ...node, operand };
    }
    case "in":
      // the right side keeps its kind: changes rename columns and move slots
      return { ...node, left: change(node.left), right: change(node.right) as typeof node.right };
    case "between":
      return { ...node, operand: change(node.operand), low: change(node.low), high: change(node.high) };
    case "exists":
      // a subquery changes into a subquery
      return { ...node, subquery: change(node.subquery) as typeof node.subquery };
    case "logical": {
      const children = mapAll(node.children, change);
      return children === node.children ? node : { ...node, children };
    }
    case "case":
      return {
        ...node,
        branches: node.branches.map(({ when, then }) => ({ when: change(when), then: change(then) })),
        otherwise: node.otherwise && change(node.otherwise),
      };
    case "aggregate":
      return {
        ...node,
        args: mapAll(node.args, change),
        filter: node.filter && change(node.filter),
        orderBy: mapOrder(node.orderBy, change),
      };
    case "window":
      return {
        ...node,
        expression: change(node.expression),
        partitionBy: mapAll(node.partitionBy, change),
        orderBy: mapOrder(node.orderBy, change),
      };
    case "tuple":
      return { ...node, items: mapAll(node.items, change) };
    case "selected":
      return { ...node, of: change(node.of) };
    default:
      return node;
  }
}

/** Changes a tree from the leaves up. */
export function mapNode(node: Node, change: (node: Node) => Node): Node {
  return change(mapChildren(node, (child) => mapNode(child, change)));
}
