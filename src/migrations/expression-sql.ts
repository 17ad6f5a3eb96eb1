import { ImproperlyConfigured, QueryError } from "../errors.js";
import { currentTimeZone } from "../fields/time-zone.js";
import type { ModelMeta } from "../models/meta.js";
import { toCondition } from "../query/condition.js";
import { resolveConstant, resolveConstantCondition } from "../query/constants.js";
import { Expression, OrderBy } from "../query/expression.js";
import { Query } from "../query/query.js";
import type { Dialect } from "../sql/dialect.js";
import type { Node } from "../sql/nodes.js";
import { Renderer } from "../sql/renderer.js";
import { childrenOf } from "../sql/traverse.js";

/** What DDL cannot hold, and what it is called. */
const REFUSED: Readonly<Partial<Record<Node["kind"], string>>> = {
  subquery: "a subquery",
  exists: "a subquery",
  aggregate: "an aggregate",
  window: "a window function",
  outer: "an OuterRef",
};

/** A condition in DDL: columns without their table, values as literals. @param where - what it belongs to, for errors */
export function conditionSql(dialect: Dialect, meta: ModelMeta, condition: unknown, where: string): string {
  const query = new Query(meta);
  return rendered(dialect, query, where, () => {
    const given = toCondition(condition);
    if (given.isEmpty) throw new QueryError("its condition is empty");
    return resolveConstantCondition(given, query);
  });
}

/** An expression in DDL, as {@link conditionSql}. */
export function expressionSql(dialect: Dialect, meta: ModelMeta, expression: unknown, where: string): string {
  const query = new Query(meta);
  return rendered(dialect, query, where, () => {
    if (!(expression instanceof Expression))
      throw new QueryError(`${String(expression)} is no expression; write F("name"), Lower("name") …`);
    return resolveConstant(expression, query);
  });
}

/** One key of an index: an expression, perhaps with a direction. */
export function indexKeySql(dialect: Dialect, meta: ModelMeta, key: unknown, where: string): string {
  if (!(key instanceof OrderBy)) return `(${expressionSql(dialect, meta, key, where)})`;
  const nulls = key.nulls === null ? "" : ` NULLS ${key.nulls.toUpperCase()}`;
  return `(${expressionSql(dialect, meta, key.expression, where)})${key.descending ? " DESC" : ""}${nulls}`;
}

function rendered(dialect: Dialect, query: Query, where: string, resolve: () => Node): string {
  try {
    const node = resolve();
    checkNode(node, query);
    return new Renderer(dialect, { timeZone: currentTimeZone(), literals: [], qualified: false }).node(node);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new ImproperlyConfigured(`${where}: ${cause.message}`, { cause });
  }
}

function checkNode(node: Node, query: Query): void {
  const refused = REFUSED[node.kind];
  if (refused !== undefined) throw new QueryError(`${refused} cannot be part of it`);
  if (node.kind === "column" && node.alias !== query.root)
    throw new QueryError("it goes through a relation, and the database sees one row only");
  for (const child of childrenOf(node)) checkNode(child, query);
}
