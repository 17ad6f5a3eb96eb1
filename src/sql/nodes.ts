import type { ColumnStorage } from "./codec.js";
import type { Dialect } from "./dialect.js";

/** What an expression gives, as far as the tree needs to know. Fields satisfy it. */
export interface OutputType {
  readonly storage: ColumnStorage;
}

/**
 * A table, or a query, under a name of its own in one statement. Identity counts: the renderer gives the names,
 * so two aliases never clash, however deep they are nested.
 */
export class TableAlias {
  readonly source: TableSource;
  constructor(source: TableSource) {
    this.source = source;
  }
}
export type TableSource =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "query"; readonly query: SelectSource }
  | { readonly kind: "cte"; readonly name: string };

/** Something that becomes a SELECT once the dialect is known. */
export interface SelectSource {
  buildSelect(dialect: Dialect): QueryExpression;
}

export interface ColumnNode {
  readonly kind: "column";
  readonly alias: TableAlias;
  readonly name: string;
  readonly output: OutputType | null;
}
/** A value that is bound when the plan runs: the `slot`-th of the query's values. */
export interface ParameterNode {
  readonly kind: "parameter";
  readonly slot: number;
  /** From what the user gave to the field's value; null where it is taken as it is. */
  readonly prepare: ((value: unknown) => unknown) | null;
  readonly output: OutputType | null;
  /** Whether the database needs a cast to know the type. */
  readonly cast: boolean;
}
/** The list behind `IN`: `length` is the padded number of placeholders, null for a list of any length. */
export interface ParameterListNode {
  readonly kind: "parameterList";
  readonly slot: number;
  readonly length: number | null;
  readonly prepare: ((value: unknown) => unknown) | null;
  readonly output: OutputType | null;
  /** Whether the database must be told the type of the items, as it would take another from the left side. */
  readonly cast?: boolean;
  /** Which items of the list are sent; null or absent: all that are not null. */
  readonly keeps?: ((item: unknown) => boolean) | null;
}
/** A value that belongs to the structure; printed as a literal in DDL and bound elsewhere. */
export interface ConstantNode {
  readonly kind: "constant";
  readonly value: unknown;
  readonly output: OutputType | null;
  readonly cast?: boolean;
}
/** SQL text with nodes in between. */
export interface RawNode {
  readonly kind: "raw";
  readonly parts: readonly (string | Node)[];
  readonly output: OutputType | null;
}
export interface CallNode {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Node[];
  readonly output: OutputType | null;
  /** What the function's template needs besides its arguments: a unit, a time zone. */
  readonly options?: Readonly<Record<string, unknown>>;
}
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^" | "&" | "|" | "#" | "<<" | ">>";
export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Node;
  readonly right: Node;
  readonly output: OutputType | null;
}
export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";
export interface ComparisonNode {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Node;
  readonly right: Node;
}
/** A comparison that each database words in its own way: LIKE, regular expressions, containment. */
export interface MatchNode {
  readonly kind: "match";
  readonly lookup: string;
  readonly left: Node;
  readonly right: Node;
}
export interface IsNullNode {
  readonly kind: "isNull";
  readonly operand: Node;
  readonly negated: boolean;
}
export interface InNode {
  readonly kind: "in";
  readonly left: Node;
  readonly right: ParameterListNode | SubqueryNode | TupleNode | RawNode;
  /** True where the subquery may read the table that the statement writes. */
  readonly ofWrittenTable?: boolean;
}
export interface BetweenNode {
  readonly kind: "between";
  readonly operand: Node;
  readonly low: Node;
  readonly high: Node;
}
export interface ExistsNode {
  readonly kind: "exists";
  readonly subquery: SubqueryNode;
}
export type Connector = "AND" | "OR" | "XOR";
export interface LogicalNode {
  readonly kind: "logical";
  readonly connector: Connector;
  readonly negated: boolean;
  readonly children: readonly Node[];
}
export interface CaseNode {
  readonly kind: "case";
  readonly branches: readonly { readonly when: Node; readonly then: Node }[];
  readonly otherwise: Node | null;
  readonly output: OutputType | null;
}
export interface CastNode {
  readonly kind: "cast";
  readonly operand: Node;
  readonly output: OutputType;
}
export interface AggregateNode {
  readonly kind: "aggregate";
  readonly name: string;
  readonly args: readonly Node[];
  readonly distinct: boolean;
  readonly filter: Node | null;
  readonly orderBy: readonly OrderTerm[];
  readonly output: OutputType | null;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What it gives over no rows, where that is not null; COUNT gives 0. */
  readonly emptyValue: unknown;
}
export interface WindowNode {
  readonly kind: "window";
  readonly expression: Node;
  readonly partitionBy: readonly Node[];
  readonly orderBy: readonly OrderTerm[];
  readonly frame: string | null;
  readonly output: OutputType | null;
}
export interface SubqueryNode {
  readonly kind: "subquery";
  readonly source: SelectSource;
  readonly output: OutputType | null;
}
export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly Node[];
}
export interface StarNode {
  readonly kind: "star";
  readonly output: null;
}
/** A selected expression by the name it was selected under (ORDER BY, GROUP BY). */
export interface AliasNode {
  readonly kind: "selected";
  readonly name: string;
  readonly of: Node;
  readonly output: OutputType | null;
}
/** A column of a query around this one, not bound to it yet. */
export interface OuterNode {
  readonly kind: "outer";
  readonly path: string;
  /** How many queries further out: 1 for the next. */
  readonly levels: number;
  readonly output: null;
}
export interface AlwaysNode {
  readonly kind: "always";
}
export interface NeverNode {
  readonly kind: "never";
}

export type Node =
  | ColumnNode
  | ParameterNode
  | ParameterListNode
  | ConstantNode
  | RawNode
  | CallNode
  | ArithmeticNode
  | ComparisonNode
  | MatchNode
  | IsNullNode
  | InNode
  | BetweenNode
  | ExistsNode
  | LogicalNode
  | CaseNode
  | CastNode
  | AggregateNode
  | WindowNode
  | SubqueryNode
  | TupleNode
  | StarNode
  | AliasNode
  | OuterNode
  | AlwaysNode
  | NeverNode;

export interface OrderTerm {
  readonly expression: Node;
  readonly descending: boolean;
  readonly nulls: "first" | "last" | null;
}

export interface SelectColumn {
  readonly expression: Node;
  /** The name it is selected under, where something refers to it. */
  readonly as: string | null;
}
export interface JoinClause {
  readonly alias: TableAlias;
  readonly type: "INNER" | "LEFT OUTER";
  readonly on: Node;
}
export interface CommonTableExpression {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly query: SelectSource | RawNode;
}
/** A SELECT, or several of them combined. */
export interface SelectQuery {
  readonly kind: "select";
  readonly with: readonly CommonTableExpression[];
  readonly recursive: boolean;
  readonly distinct: boolean;
  readonly distinctOn: readonly Node[];
  readonly columns: readonly SelectColumn[];
  readonly from: TableAlias | null;
  readonly joins: readonly JoinClause[];
  readonly where: Node | null;
  readonly groupBy: readonly Node[];
  readonly having: Node | null;
  readonly orderBy: readonly OrderTerm[];
  readonly limit: Node | null;
  readonly offset: Node | null;
  readonly lock: RowLock | null;
}
export interface CombinedQuery {
  readonly kind: "combined";
  readonly operator: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";
  readonly parts: readonly QueryExpression[];
  readonly orderBy: readonly OrderTerm[];
  readonly limit: Node | null;
  readonly offset: Node | null;
}
export type QueryExpression = SelectQuery | CombinedQuery;
export interface RowLock {
  readonly strength: "UPDATE" | "NO KEY UPDATE" | "SHARE" | "KEY SHARE";
  readonly wait: "wait" | "nowait" | "skip locked";
  readonly of: readonly TableAlias[];
}

export const ALWAYS: AlwaysNode = { kind: "always" };
export const NEVER: NeverNode = { kind: "never" };
export const STAR: StarNode = { kind: "star", output: null };

/** The output of a node, or null where it is not known or the node is a condition. */
export function outputOf(node: Node): OutputType | null {
  return "output" in node ? node.output : null;
}
