import { type Node, type ParameterListNode, type ParameterNode, TableAlias } from "../sql/nodes.js";
import { mapChildren } from "../sql/traverse.js";
import type { ResolveContext } from "./expression.js";
import type { Query } from "./query.js";
import { QuerySource } from "./query-source.js";
import { resolveReference } from "./references.js";
import type { QuerySetState } from "./state.js";

/** Marks querysets for every copy of the package in a process. */
export const QUERYSET: unique symbol = Symbol.for("dorm.query.queryset") as never;

/** A queryset as other queries see it: its description is under the symbol. */
export interface EmbeddableQuery {
  readonly [QUERYSET]: QuerySetState;
}

export function isQuerySet(value: unknown): value is EmbeddableQuery {
  return typeof value === "object" && value !== null && QUERYSET in value;
}

interface Mapping {
  readonly offset: number;
  readonly resolveOuter: ((path: string) => Node) | null;
  readonly aliases: Map<TableAlias, TableAlias>;
  /** The values that parameters are replaced by; absent: they stay parameters. */
  readonly values?: readonly unknown[];
}

/**
 * Puts a queryset inside the query that is being made: its tables get names of their own, its values their place
 * among the outer values, its OuterRefs the columns that they mean.
 */
export function embed(queryset: EmbeddableQuery, context: ResolveContext): Query {
  const { query, values } = queryset[QUERYSET];
  const offset = context.slots.block(values.length);
  return mapQuery(query, {
    offset,
    resolveOuter: (path) => resolveReference({ ...context, allowJoins: true, summarize: false }, path),
    aliases: new Map(),
  });
}

/** A copy of a query under other aliases, its slots moved. */
export function relocate(query: Query, offset: number): Query {
  return mapQuery(query, { offset, resolveOuter: null, aliases: new Map() });
}

function mapQuery(query: Query, mapping: Mapping): Query {
  const copy = query.clone();
  const renamed = (alias: TableAlias): TableAlias => {
    let known = mapping.aliases.get(alias);
    if (!known) {
      known = new TableAlias(
        alias.source.kind === "query" && alias.source.query instanceof QuerySource
          ? { kind: "query", query: mapSource(alias.source.query, mapping) }
          : alias.source,
      );
      mapping.aliases.set(alias, known);
    }
    return known;
  };
  // all of its own tables are known before any column is looked at
  copy.root = renamed(query.root);
  for (const alias of query.joins.keys()) renamed(alias);
  const change = (node: Node): Node => mapNode(node, mapping);
  copy.joins = new Map(
    [...query.joins].map(([alias, join]) => [
      renamed(alias),
      {
        ...join,
        parent: renamed(join.parent),
        filtered: join.filtered && { ...join.filtered, alias: renamed(join.filtered.alias), condition: change(join.filtered.condition) },
      },
    ]),
  );
  copy.references = new Map([...query.references].map(([alias, count]) => [renamed(alias), count]));
  copy.where = query.where.map(change);
  copy.annotations = new Map([...query.annotations].map(([name, annotation]) => [name, { ...annotation, node: change(annotation.node) }]));
  if (query.groupBy !== null && query.groupBy !== "all") copy.groupBy = query.groupBy.map(change);
  copy.order = query.order?.map(({ term }) => ({ term: typeof term === "string" ? term : { ...term, node: change(term.node) } })) ?? null;
  copy.extraColumns = query.extraColumns.map(change);
  copy.limit = query.limit && change(query.limit);
  copy.offset = query.offset && change(query.offset);
  copy.columns = query.columns && new Map([...query.columns].map(([name, node]) => [name, change(node)]));
  copy.combination = query.combination && { ...query.combination, parts: query.combination.parts.map((part) => mapQuery(part, mapping)) };
  copy.with = query.with.map((clause) => ({
    ...clause,
    query: "kind" in clause.query ? change(clause.query) : mapQuery(clause.query, mapping),
  }));
  copy.source = query.source && {
    ...query.source,
    source: query.source.source instanceof QuerySource ? mapSource(query.source.source, mapping) : query.source.source,
  };
  return copy;
}

/** A node moved into another query: its columns under that query's aliases, its slots behind that query's values. */
export function moveNode(node: Node, aliases: ReadonlyMap<TableAlias, TableAlias>, offset: number): Node {
  return mapNode(node, { offset, resolveOuter: null, aliases: new Map(aliases) });
}

/** A node with its values in it, so that it needs none of the query that it is put into. */
export function bindNode(node: Node, values: readonly unknown[]): Node {
  return mapNode(node, { offset: 0, resolveOuter: null, aliases: new Map(), values });
}

function boundValue(value: unknown, { prepare, output, cast = false }: ParameterNode | ParameterListNode): Node {
  return { kind: "constant", value: value === null || !prepare ? value : prepare(value), output, cast };
}

function mapSource(source: QuerySource, mapping: Mapping): QuerySource {
  return new QuerySource(mapQuery(source.query, mapping));
}

function mapNode(node: Node, mapping: Mapping): Node {
  switch (node.kind) {
    case "column": {
      const alias = mapping.aliases.get(node.alias);
      return alias ? { ...node, alias } : node;
    }
    case "parameter":
      if (mapping.values) return boundValue(mapping.values[node.slot], node);
      return mapping.offset === 0 ? node : { ...node, slot: node.slot + mapping.offset };
    case "parameterList": {
      if (!mapping.values) return mapping.offset === 0 ? node : { ...node, slot: node.slot + mapping.offset };
      // the fingerprint admits only arrays to a list's slot
      const items = (mapping.values[node.slot] as readonly unknown[]).filter((item) => item !== null);
      return { kind: "tuple", items: items.map((item) => boundValue(item, node)) };
    }
    case "outer":
      if (mapping.resolveOuter === null) return node;
      if (node.levels > 1) return { ...node, levels: node.levels - 1 };
      return mapping.resolveOuter(node.path);
    case "subquery":
      return node.source instanceof QuerySource ? { ...node, source: mapSource(node.source, mapping) } : node;
    default:
      return mapChildren(node, (child) => mapNode(child, mapping));
  }
}
