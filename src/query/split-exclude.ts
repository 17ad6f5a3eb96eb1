import type { Node, TableAlias } from "../sql/nodes.js";
import type { ResolveContext } from "./expression.js";
import { sharedEnd } from "./joins.js";
import type { ResolvedPath } from "./paths.js";
import { Query } from "./query.js";
import { QuerySource } from "./query-source.js";
import { columnNode, resolveReference } from "./references.js";
import { OUTPUT } from "./value-output.js";

/**
 * A negated condition on a relation to many: "no related row is like this", which no join can say. It becomes
 * `EXISTS (related rows like this)`, which the negation around it turns into NOT EXISTS.
 *
 * The subquery follows the whole path from the model's own table, is then cut where the first step to many begins,
 * and tied to the outer row there. Where another part of the same `filter()` has joined the relation already, it is tied to
 * that related row, as in Django: `Q(books__year=2026) & ~Q(books__tags__name="x")` speaks of one book.
 *
 * @param position - the index of the first step to many
 * @param condition - builds the condition in the subquery and settles its joins
 */
export function splitExclude(
  context: ResolveContext,
  resolved: ResolvedPath,
  position: number,
  condition: (inner: ResolveContext) => Node,
): Node {
  const inner = new Query(context.query.meta);
  inner.filteredRelations = new Map(context.query.filteredRelations);
  inner.where.push(condition({ ...context, query: inner, allowJoins: true, reuse: new Set() }));
  // a query made for one path has joined its steps in their order
  const aliases = [inner.root, ...inner.joins.keys()];
  const entry = resolved.steps[position];
  const near = aliases[position];
  const far = aliases[position + 1];
  const pair = entry?.step.columns[0];
  if (!entry || !near || !far || !pair) throw new Error("a path to many without its join");
  // where the condition wants rows without a match, or the join has a condition, it has to stay
  const keepNear = inner.isOuter(far) || entry.filtered !== null || entry.step.where !== undefined;
  const outerBefore = aliases.slice(1, position + 1).some((alias) => inner.isOuter(alias));
  const cut = keepNear ? near : far;
  reroot(inner, cut);
  const outer = resolveReference({ ...context, allowJoins: true }, [...namesBefore(resolved, position), pair[0].name].join("__"));
  const shared = context.reuse && sharedEnd(context.query, resolved.steps.slice(0, keepNear ? position : position + 1), context.reuse);
  const model = keepNear ? entry.step.from : entry.step.to;
  if (shared) for (const key of model.keyFields) inner.where.push(equal(columnNode(cut, key), columnNode(shared, key)));
  else inner.where.push(equal(columnNode(cut, keepNear ? pair[0] : pair[1]), outer));
  inner.columns = new Map([["a", { kind: "raw", parts: ["1"], output: OUTPUT.integer }]]);
  inner.shape = { kind: "list", names: ["a"] };
  inner.order = [];
  const exists: Node = { kind: "exists", subquery: { kind: "subquery", source: new QuerySource(inner), output: OUTPUT.boolean } };
  if (!outerBefore) return exists;
  return { kind: "logical", connector: "OR", negated: false, children: [exists, { kind: "isNull", operand: outer, negated: false }] };
}

function equal(left: Node, right: Node): Node {
  return { kind: "comparison", operator: "=", left, right };
}

/** Begins a query at one of its joins; what led there is dropped. */
function reroot(query: Query, root: TableAlias): void {
  for (let alias: TableAlias | undefined = root; alias; ) {
    const parent: TableAlias | undefined = query.joins.get(alias)?.parent;
    query.joins.delete(alias);
    alias = parent;
  }
  query.root = root;
}

/** The names of a path that end before a step. */
function namesBefore(resolved: ResolvedPath, position: number): string[] {
  const names: string[] = [];
  let steps = 0;
  for (const entry of resolved.names) {
    steps += entry.steps;
    if (steps > position) break;
    names.push(entry.name);
  }
  return names;
}
