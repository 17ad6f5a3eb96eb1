import type { Computed, Expression, OperandPaths, Source } from "./expressions.js";

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
  and(other: SearchQueryExpression): SearchQueryExpression;
  or(other: SearchQueryExpression): SearchQueryExpression;
  not(): SearchQueryExpression;
}
export interface SearchVectorOptions {
  readonly config?: string;
  readonly weight?: SearchWeight;
}
export interface SearchVectorFactory {
  <const X extends readonly Source[]>(...fields: X): SearchVectorExpression<OperandPaths<X[number]>>;
  <const X extends readonly Source[]>(...fields: [...X, SearchVectorOptions]): SearchVectorExpression<OperandPaths<X[number]>>;
}
export type SearchQueryFactory = (
  text: string,
  options?: { readonly config?: string; readonly searchType?: "plain" | "phrase" | "websearch" | "raw" },
) => SearchQueryExpression;
export type SearchRankFactory = <const X extends Source>(
  vector: X,
  query: SearchQueryExpression | string,
  options?: {
    readonly weights?: readonly [number, number, number, number];
    readonly normalization?: number;
    readonly coverDensity?: boolean;
  },
) => Computed<number, X>;
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
