import { currentTimeZone } from "../fields/time-zone.js";
import type { Dialect } from "../sql/dialect.js";
import type { Node, TableAlias } from "../sql/nodes.js";
import type { Binder } from "../sql/parameters.js";
import { Renderer } from "../sql/renderer.js";
import { compileQuery } from "./compile.js";
import type { Plan } from "./plan.js";
import type { Query } from "./query.js";

/** What tells the rows of a query from those of others, whatever order its conditions were written in. */
export interface CacheIdentity {
  /** Its SQL with the conditions in order, and what a row becomes. */
  readonly text: string;
  /** How the values go with that text. */
  readonly binders: readonly Binder[];
  /** The tables that it reads. */
  readonly tables: readonly string[];
}

const identities = new WeakMap<Plan, CacheIdentity | null>();

/** Functions that give something else each time. */
const RANDOM = ["RANDOM", "RANDOM_FRACTION"];

/** The identity of a planned query, worked out once for its shape; null for one whose rows must not be kept. */
export function identityOf(plan: Plan, query: Query, dialect: Dialect): CacheIdentity | null {
  let identity = identities.get(plan);
  if (identity === undefined) {
    identity = makeIdentity(query, dialect);
    identities.set(plan, identity);
  }
  return identity;
}

function makeIdentity(query: Query, dialect: Dialect): CacheIdentity | null {
  if (query.lock || query.combination?.parts.some(({ lock }) => lock)) return null;
  const renderer = new Renderer(dialect, { timeZone: currentTimeZone() });
  const sql = renderer.reading(compileQuery(inOrder(query, dialect), dialect).expression);
  if (RANDOM.some((name) => renderer.calls.has(name))) return null;
  const text = JSON.stringify([dialect.vendor, query.shape, sql]);
  return { text, binders: renderer.parameters.binders, tables: [...renderer.tables].sort() };
}

/** The same query with its joins and conditions in an order that does not depend on how they were written. */
function inOrder(query: Query, dialect: Dialect): Query {
  const ordered = query.clone();
  const path = (alias: TableAlias): string => {
    const join = query.joins.get(alias);
    return join === undefined ? "" : `${path(join.parent)}/${join.step.columns.map(([from, to]) => `${from.column}=${to.label}`).join()}`;
  };
  const joins = [...query.joins].map((entry) => [path(entry[0]), entry] as const);
  ordered.joins = new Map(sortedBy(joins, ([text]) => text).map(([, entry]) => entry));
  ordered.where = sorted(query.where, dialect);
  return ordered;
}

function sorted(conditions: readonly Node[], dialect: Dialect): Node[] {
  const inside = conditions.map((node) => (node.kind === "logical" ? { ...node, children: sorted(node.children, dialect) } : node));
  const texts = new Map(inside.map((node) => [node, new Renderer(dialect, { timeZone: currentTimeZone() }).node(node)]));
  return sortedBy(inside, (node) => texts.get(node) ?? "");
}

/** Items of equal texts stay as they are. */
function sortedBy<T>(items: readonly T[], text: (item: T) => string): T[] {
  return items.toSorted((left, right) => (text(left) < text(right) ? -1 : text(left) > text(right) ? 1 : 0));
}
