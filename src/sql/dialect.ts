import type { AggregateNode, CallNode, MatchNode, Node, OutputType } from "../sql/nodes.js";
import type { Codec, ColumnStorage } from "./codec.js";
import type { SchemaDialect } from "./schema-dialect.js";

/** What a database can do. Code and tests ask these, never the vendor's name. */
export interface DialectFeatures {
  /** INSERT with RETURNING. */
  readonly returning: boolean;
  /** UPDATE with RETURNING. */
  readonly updateReturning: boolean;
  /** SELECT DISTINCT ON (…). */
  readonly distinctOn: boolean;
  /** SELECT … FOR UPDATE; where absent, `selectForUpdate()` without options does nothing. */
  readonly rowLocks: boolean;
  /** FOR UPDATE OF some of the tables. */
  readonly rowLocksOf: boolean;
  /** `= ANY(list)` with the list as one parameter. */
  readonly listParameters: boolean;
  /** Parts of a UNION may have parentheses, and so an order and a limit of their own. */
  readonly parenthesizedSetOperands: boolean;
  /** Grouping by a primary key lets the other columns of its table be selected. */
  readonly groupByPrimaryKey: boolean;
  /** How many parameters one statement takes. */
  readonly maxParameters: number;
  /** UPDATE … FROM (VALUES …). */
  readonly updateFromValues: boolean;
  /** INSERT … ON CONFLICT. */
  readonly onConflict: boolean;
  /** A DDL statement can be rolled back. */
  readonly transactionalDdl: boolean;
  /** Constraints may be added to a table that exists. */
  readonly alterConstraints: boolean;
  /** Window functions, and FILTER on aggregates. */
  readonly aggregateFilter: boolean;
  /** NULL sorts before every value in ascending order. */
  readonly nullsSortFirst: boolean;
  /** Integer division of integers, as `7 / 2 = 3`. */
  readonly integerDivision: boolean;
  /** A subquery may be compared as a tuple: `(a, b) IN (SELECT …)`. */
  readonly tupleIn: boolean;
  /** NULLS FIRST and NULLS LAST. */
  readonly nullsOrder: boolean;
  /** The subquery of an IN may have a limit, and may read the table that the statement writes. */
  readonly freeSubqueries: boolean;
  /** Placeholders have numbers, so that one value may stand in several places, which then are the same expression. */
  readonly numberedPlaceholders: boolean;
  /** How LIMIT is written where only an offset is given; null: it is left out. */
  readonly unlimited: string | null;
}

/** What an INSERT does with a row that meets another one in a unique column; all names are quoted. */
export interface InsertConflict {
  /** The unique columns; empty: any. */
  readonly target: readonly string[];
  /** The columns that get the new values; where none is written, the row that is there stays as it is. */
  readonly update: readonly string[];
  /** The columns that become one more than they are in the row that is there. */
  readonly countUp: readonly string[];
  readonly table: string;
  /** Any column of the table. */
  readonly anyColumn: string;
}

/** SQL of one function over its rendered arguments. */
export type FunctionTemplate = (args: readonly string[], node: CallNode, dialect: Dialect) => string;
/** SQL of one comparison over its rendered sides. */
export type MatchTemplate = (left: string, right: string, node: MatchNode) => string;
/** What a function is in terms of other nodes, where its arguments stand more than once or in another order. */
export type Expansion = (node: CallNode) => Node;
/** The rendered parts of an aggregate, in the order in which they have to stand in its text. */
export interface AggregateParts {
  readonly args: readonly string[];
  /** `DISTINCT ` or nothing. */
  readonly distinct: string;
  /** ` ORDER BY …` or nothing. */
  readonly order: string;
  /** ` FILTER (WHERE …)` or nothing. */
  readonly filter: string;
}
/** SQL of one aggregate, its filter included. */
export type AggregateTemplate = (parts: AggregateParts, node: AggregateNode) => string;

/** What is asked of a query's plan. */
export interface ExplainRequest {
  readonly format: "text" | "json" | "yaml" | "xml";
  /** Run the query and report what it took. */
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly buffers: boolean;
}

/** What differs between databases, as data and small overrides. */
export interface Dialect {
  /** The vendor, as in query events and errors: "sqlite", "postgresql". */
  readonly vendor: string;
  readonly features: DialectFeatures;
  readonly schema: SchemaDialect;
  readonly functions: Readonly<Record<string, FunctionTemplate>>;
  /** Looked at before {@link functions}. */
  readonly expansions: Readonly<Record<string, Expansion>>;
  readonly matches: Readonly<Record<string, MatchTemplate>>;
  readonly aggregates: Readonly<Record<string, AggregateTemplate>>;
  /** The codec of a column; throws `NotSupportedError` where the database cannot hold it. */
  codec(storage: ColumnStorage): Codec;
  quoteIdentifier(name: string): string;
  /** The placeholder of the `position`-th parameter, counted from 1. */
  placeholder(position: number): string;
  /** Gives the database the type of a bound value, where it cannot infer it. */
  castParameter(placeholder: string, type: string): string;
  /** `left IN (list of any length)` with the list in one parameter. */
  inList(left: string, placeholder: string, elementType: string): string;
  /** What is bound for such a list. */
  encodeList(items: readonly unknown[]): unknown;
  /** CAST(operand AS type) with what the database needs around it. */
  cast(operand: string, target: OutputType, type: string): string;
  /** @param output - the type of the result, where it is known */
  arithmetic(operator: string, left: string, right: string, output: OutputType | null): string;
  /** What an INSERT says after the table where the database fills every column. */
  readonly defaultValues: string;
  /** The clause of an INSERT for rows that meet others. */
  onConflict(conflict: InsertConflict): string;
  /** The node as it is ordered, compared and computed with, where its stored form has another order than its values. */
  comparable(node: Node): Node;
  /** What stands before a query for the database to say how it would run it. @throws NotSupportedError for what it cannot say */
  explain(request: ExplainRequest): string;
  /** Binds a value of which only the JavaScript type is known. */
  encodeUntyped(value: unknown): unknown;
  /** A value as SQL text, for DDL, which takes no parameters. */
  literal(value: unknown): string;
}
