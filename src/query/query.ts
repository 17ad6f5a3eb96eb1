import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "../models/meta.js";
import type { JoinStep } from "../models/relations.js";
import { type Node, type RowLock, type SubqueryNode, TableAlias } from "../sql/nodes.js";
import type { OrderBy } from "./expression.js";
import { OUTPUT } from "./value-output.js";

/** A table that a query has joined to another of its tables. */
export interface Join {
  readonly parent: TableAlias;
  readonly step: JoinStep;
  readonly type: "INNER" | "LEFT OUTER";
  /** May the join find no row? Then it has to be an outer join wherever rows without a match still count. */
  readonly nullable: boolean;
  /** The condition of a FilteredRelation, and its name. */
  readonly filtered: FilteredJoin | null;
}
export interface FilteredJoin {
  readonly name: string;
  /** The alias that the condition speaks of; further joins of the relation have it on their own. */
  readonly alias: TableAlias;
  readonly condition: Node;
}

export interface Annotation {
  readonly node: Node;
  /** False for alias(): usable, not selected. */
  readonly selected: boolean;
}

/** What one row of the result becomes. */
export type ResultShape =
  | { readonly kind: "instances" }
  | { readonly kind: "values"; readonly names: readonly string[] }
  | { readonly kind: "list"; readonly names: readonly string[] }
  | { readonly kind: "flat"; readonly names: readonly string[] }
  | { readonly kind: "named"; readonly names: readonly string[] };

export interface ResolvedOrder {
  /** A path with its sign, `?`, or a resolved expression. */
  readonly term: string | { readonly node: Node; readonly descending: boolean; readonly nulls: OrderBy["nulls"] };
}

export interface Combination {
  readonly operator: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";
  readonly parts: readonly Query[];
  /** The parts gave instances until values() followed the combination, so that columns may be added to order by. */
  readonly open?: boolean;
}

export interface FilteredRelationEntry {
  readonly relationPath: string;
  readonly join: FilteredJoin;
}

/** Names to load: all but some, or only some. */
export interface LoadMask {
  readonly only: boolean;
  readonly names: ReadonlySet<string>;
}

export type SelectRelatedTree = Map<string, SelectRelatedTree>;

export interface WithClause {
  readonly name: string;
  readonly query: Query | Node;
  readonly recursive: boolean;
}

/**
 * A resolved query: every name has become a column of a joined table, every value a slot. Steps change a clone; once
 * a step is done its query is never changed again, as all querysets of the same shape share it.
 */
export class Query {
  readonly meta: ModelMeta;
  root: TableAlias;
  /** In the order in which they were joined; a join stands behind its parent. */
  joins = new Map<TableAlias, Join>();
  /** Joins that something refers to; the others are left out. */
  references = new Map<TableAlias, number>();
  where: Node[] = [];
  annotations = new Map<string, Annotation>();
  filteredRelations = new Map<string, FilteredRelationEntry>();
  /** null: no grouping; "all": by the model's own columns; else by these. */
  groupBy: readonly Node[] | "all" | null = null;
  /** null: the model's own ordering. */
  order: readonly ResolvedOrder[] | null = null;
  reversed = false;
  distinct = false;
  distinctOn: readonly string[] = [];
  limit: Node | null = null;
  offset: Node | null = null;
  /** True after a slice, also one that begins at 0 without an end. */
  sliced = false;
  empty = false;
  shape: ResultShape = { kind: "instances" };
  /** values() gives its columns a name and a node. */
  columns: ReadonlyMap<string, Node> | null = null;
  /** Selected behind everything else, for dorm's own use. */
  extraColumns: readonly Node[] = [];
  selectRelated: SelectRelatedTree | null = null;
  /** Whether selectRelated() named no relation and so took all that are never null. */
  selectsAllRelated = false;
  mask: LoadMask | null = null;
  combination: Combination | null = null;
  lock: (Omit<RowLock, "of"> & { readonly of: readonly string[] }) | null = null;
  with: readonly WithClause[] = [];
  /** Multi-valued joins made by the filter call at work. */
  reusable: Set<TableAlias> = new Set();
  /** How a query that stands for a table gives its rows; see aggregation.ts. */
  source: SubqueryNode | null = null;

  constructor(meta: ModelMeta, root: TableAlias = new TableAlias({ kind: "table", table: meta.table })) {
    this.meta = meta;
    this.root = root;
  }

  clone(): Query {
    const copy = new Query(this.meta, this.root);
    Object.assign(copy, this);
    copy.joins = new Map(this.joins);
    copy.references = new Map(this.references);
    copy.where = [...this.where];
    copy.annotations = new Map(this.annotations);
    copy.filteredRelations = new Map(this.filteredRelations);
    copy.reusable = new Set();
    return copy;
  }

  /** Whether the rows are limited, so that later conditions would come too late. */
  get isSliced(): boolean {
    return this.sliced;
  }

  reference(alias: TableAlias): void {
    this.references.set(alias, (this.references.get(alias) ?? 0) + 1);
  }

  release(alias: TableAlias): void {
    this.references.set(alias, (this.references.get(alias) ?? 0) - 1);
  }

  isReferenced(alias: TableAlias): boolean {
    return (this.references.get(alias) ?? 0) > 0;
  }

  isOuter(alias: TableAlias): boolean {
    return this.joins.get(alias)?.type === "LEFT OUTER";
  }

  setJoinType(alias: TableAlias, type: Join["type"]): void {
    const join = this.joins.get(alias);
    if (join && join.type !== type) this.joins.set(alias, { ...join, type });
  }

  /** The names in a row of `values()` that come from annotations. */
  selectedAnnotations(): [string, Node][] {
    return [...this.annotations].filter(([, { selected }]) => selected).map(([name, { node }]) => [name, node]);
  }
}

/** The field that an expression gives its values as, or null for one that is not known. */
export function fieldOf(node: Node): FieldDefinition | null {
  // in the query layer every output is a field; the tree below only knows that it has a storage
  return "output" in node ? (node.output as FieldDefinition | null) : node.kind === "tuple" ? null : OUTPUT.boolean;
}
