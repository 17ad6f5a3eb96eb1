import { FieldError, QueryError } from "../errors.js";
import type { Node, OrderTerm } from "../sql/nodes.js";
import { type Expression, OrderBy } from "./expression.js";
import { setupJoins, trimJoins } from "./joins.js";
import { resolvePath } from "./paths.js";
import { fieldOf, type Query, type ResolvedOrder } from "./query.js";
import { columnNode, transformed } from "./references.js";

/** The order of a query: its own, or the model's. Terms that go through relations join them. */
export function orderTerms(query: Query, order: readonly ResolvedOrder[]): OrderTerm[] {
  const terms: OrderTerm[] = [];
  for (const { term } of order) {
    if (typeof term === "string") terms.push(...namedTerms(query, term, []));
    else terms.push({ expression: selectedOr(query, term.node), descending: term.descending, nulls: term.nulls });
  }
  return query.reversed ? terms.map(reverse) : terms;
}

function reverse(term: OrderTerm): OrderTerm {
  return { ...term, descending: !term.descending, nulls: term.nulls === "first" ? "last" : term.nulls === "last" ? "first" : null };
}

/** An annotation that is selected is ordered by its name: its text is not repeated, nor its parameters. */
function selectedOr(query: Query, node: Node): Node {
  for (const [name, annotation] of query.annotations) {
    if (annotation.node === node && annotation.selected && isSelected(query, name))
      return { kind: "selected", name, of: node, output: fieldOf(node) };
  }
  return node;
}

function isSelected(query: Query, name: string): boolean {
  return query.columns === null || query.columns.has(name);
}

/** `-author__name`: the terms that one name stands for, several where a relation has an order of its own. */
function namedTerms(query: Query, term: string, seen: readonly string[]): OrderTerm[] {
  if (term === "?") return [{ expression: { kind: "call", name: "RANDOM", args: [], output: null }, descending: false, nulls: null }];
  const descending = term.startsWith("-");
  const path = descending ? term.slice(1) : term;
  // what values() selects under this name is meant, be it a relation whose model has an order of its own
  const chosen = seen.length === 0 ? query.columns?.get(path) : undefined;
  const annotation = chosen ? { node: chosen } : query.annotations.get(path);
  if (annotation) return [{ expression: selectedOr(query, annotation.node), descending, nulls: null }];
  const names = path.split("__");
  const [head = "", ...tail] = names;
  const base = query.annotations.get(head);
  if (base) {
    const { node } = transformed({ node: base.node, field: fieldOf(base.node), path }, tail, path);
    return [{ expression: node, descending, nulls: null }];
  }
  const resolved = resolvePath(query.meta, names, query.filteredRelations);
  const ordering = resolved.relation?.target.options.ordering ?? [];
  if (resolved.relation && ordering.length > 0 && resolved.rest.length === 0) {
    if (seen.includes(path))
      throw new FieldError(`The ordering of ${resolved.relation.target.label} goes round in a circle through "${path}".`);
    return ordering.flatMap((item) => relatedTerms(query, path, item, descending, [...seen, path]));
  }
  const aliases = setupJoins(query, resolved.steps, null);
  const trimmed = trimJoins(query, resolved.targets, aliases, resolved.steps);
  return trimmed.targets.map((target) => {
    const operand = transformed({ node: columnNode(trimmed.alias, target), field: target, path }, resolved.rest, path, resolved.relation);
    return { expression: operand.node, descending, nulls: null };
  });
}

/** One entry of a related model's ordering, seen from here. */
function relatedTerms(query: Query, prefix: string, item: unknown, descending: boolean, seen: readonly string[]): OrderTerm[] {
  if (typeof item === "string") {
    if (item === "?") return namedTerms(query, item, seen);
    const down = item.startsWith("-");
    const terms = namedTerms(query, `${prefix}__${down ? item.slice(1) : item}`, seen);
    return down !== descending ? terms.map(reverse) : terms;
  }
  const order = item instanceof OrderBy ? item : null;
  const path = pathOf(order ? order.expression : item);
  if (path === null)
    throw new QueryError(
      `Ordering by "${prefix}" uses the ordering of its model, which has an expression: order by "${prefix}__…" instead.`,
    );
  const terms = namedTerms(query, `${prefix}__${path}`, seen);
  const down = order?.descending ?? false;
  const directed = terms.map((term) => (order?.nulls ? { ...term, nulls: order.nulls } : term));
  return down !== descending ? directed.map(reverse) : directed;
}

/** The path of a plain reference. */
function pathOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "path" in value && typeof value.path === "string" ? value.path : null;
}

/** An entry of `orderBy(…)` or of Meta.ordering, by kind. */
export function orderEntry(entry: unknown, resolve: (expression: Expression) => Node): ResolvedOrder {
  if (typeof entry === "string") return { term: entry };
  if (entry instanceof OrderBy) return { term: { node: resolve(entry.expression), descending: entry.descending, nulls: entry.nulls } };
  if (typeof entry === "object" && entry !== null && "resolve" in entry) {
    // expressions are the only other things that resolve
    return { term: { node: resolve(entry as Expression), descending: false, nulls: null } };
  }
  throw new QueryError(`orderBy takes names and expressions, not ${String(entry)}.`);
}
