import type { Computed, Expression, OperandPaths, Source } from "./expressions.js";

/** How much a part of a document counts: A the most, D the least. */
export type SearchWeight = "A" | "B" | "C" | "D";
declare const VECTOR: unique symbol;
declare const SEARCH: unique symbol;
/** A document for full-text search. */
export interface SearchVectorExpression<Paths extends string = never> extends Expression<string, Paths> {
  readonly [VECTOR]: true;
}
/** What to search for; it combines with `and`, `or`, `not`. */
export interface SearchQueryExpression extends Expression<string> {
  readonly [SEARCH]: true;
  /** Documents that match both. */
  and(other: SearchQueryExpression): SearchQueryExpression;
  /** Documents that match one or both. */
  or(other: SearchQueryExpression): SearchQueryExpression;
  /** Documents that do not match. */
  not(): SearchQueryExpression;
}
/** What SearchVector takes behind its fields. */
export interface SearchVectorOptions {
  /** The text search configuration, as "english"; the setting `searchConfig` unless given. */
  readonly config?: string;
  /** How much these fields count; D unless given. */
  readonly weight?: SearchWeight;
}
/** Makes a document of fields. */
export interface SearchVectorFactory {
  <const X extends readonly Source[]>(...fields: X): SearchVectorExpression<OperandPaths<X[number]>>;
  <const X extends readonly Source[]>(...fields: [...X, SearchVectorOptions]): SearchVectorExpression<OperandPaths<X[number]>>;
}
/** Makes a query of words. */
export type SearchQueryFactory = (
  text: string,
  options?: { readonly config?: string; readonly searchType?: "plain" | "phrase" | "websearch" | "raw" },
) => SearchQueryExpression;
/** How well a document matches, as a number. */
export type SearchRankFactory = <const X extends Source>(
  vector: X,
  query: SearchQueryExpression | string,
  options?: {
    readonly weights?: readonly [number, number, number, number];
    readonly normalization?: number;
    readonly coverDensity?: boolean;
  },
) => Computed<number, X>;
/** A text with the words marked that match. */
export type SearchHeadlineFactory = <const X extends Source>(
  field: X,
  query: SearchQueryExpression | string,
  options?: {
    readonly config?: string;
    readonly startSel?: string;
    readonly stopSel?: string;
    readonly maxWords?: number;
    readonly minWords?: number;
    readonly shortWord?: number;
    readonly highlightAll?: boolean;
    readonly maxFragments?: number;
    readonly fragmentDelimiter?: string;
  },
) => Computed<string, X>;
/** How alike two texts are by their trigrams, from 0 to 1. */
export type TrigramFactory = <const X extends Source>(field: X, text: string) => Computed<number, X>;

/** PostgreSQL's search, by name. */
export interface SearchFunctions {
  readonly SearchVector: SearchVectorFactory;
  readonly SearchQuery: SearchQueryFactory;
  readonly SearchRank: SearchRankFactory;
  readonly SearchHeadline: SearchHeadlineFactory;
  readonly TrigramSimilarity: TrigramFactory;
  readonly TrigramDistance: TrigramFactory;
  readonly TrigramWordSimilarity: TrigramFactory;
  readonly TrigramStrictWordSimilarity: TrigramFactory;
}
