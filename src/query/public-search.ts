import type { SearchFunctions } from "../types/search.js";
import * as search from "./expressions/search.js";
import { typed } from "./public-type.js";

/* PostgreSQL only; elsewhere a query with one of these throws NotSupportedError before it is sent. */

/**
 * A document for full-text search, of one or several columns.
 *
 * @param fields - columns or expressions, then perhaps `{ config, weight }`
 * @throws QueryError for an unknown weight, or an unsafe name of a configuration
 * @example
 * // PostgreSQL
 * const found = await Book.objects.annotate({ search: SearchVector("title", "author__name") }).filter({ search: "heavens" });
 * console.log(found.map((book) => book.title)); // → [ 'The Lathe of Heaven' ]
 */
export const SearchVector = typed<SearchFunctions["SearchVector"]>(search.SearchVector);

/**
 * What to search for; it combines with `and`, `or` and `not`.
 *
 * @param options - `config`, and `searchType`: plain, phrase, websearch or raw
 * @throws QueryError for another type
 * @example
 * // PostgreSQL
 * const query = SearchQuery("the").or(SearchQuery("harmless").and(SearchQuery("heaven").not()));
 * const found = await Book.objects.annotate({ search: SearchVector("title") }).filter({ search: query });
 * console.log(found.map((book) => book.title)); // → [ 'Mostly Harmless' ]
 */
export const SearchQuery = typed<SearchFunctions["SearchQuery"]>(search.SearchQuery);

/**
 * How well a document fits a query.
 *
 * @param options - `weights` for D, C, B and A, `normalization`, `coverDensity`
 * @example
 * // PostgreSQL
 * const books = await Book.objects.annotate({ rank: SearchRank(SearchVector("title"), SearchQuery("heaven")) }).orderBy("-rank");
 * console.log(books[0]?.title); // → The Lathe of Heaven
 */
export const SearchRank = typed<SearchFunctions["SearchRank"]>(search.SearchRank);

/**
 * A part of a text with the words that were found marked.
 *
 * @throws QueryError for an unknown option
 * @example
 * // PostgreSQL
 * console.log(await Book.objects.filter({ title__search: "heaven" }).valuesList(SearchHeadline("title", "heaven", { startSel: "<i>", stopSel: "</i>" }), { flat: true })); // → [ 'The Lathe of <i>Heaven</i>' ]
 */
export const SearchHeadline = typed<SearchFunctions["SearchHeadline"]>(search.SearchHeadline);

/**
 * How alike a column and a text are by their trigrams, from 0 to 1. It needs the extension pg_trgm.
 *
 * @example
 * // PostgreSQL
 * const books = await Book.objects.annotate({ alike: TrigramSimilarity("title", "mostly harmful") }).orderBy("-alike");
 * console.log(books[0]?.title); // → Mostly Harmless
 */
export const TrigramSimilarity = typed<SearchFunctions["TrigramSimilarity"]>(search.trigram("trigram_similarity"));

/**
 * How far apart a column and a text are by their trigrams, from 0 to 1.
 *
 * @example
 * // PostgreSQL
 * const books = await Book.objects.annotate({ alike: TrigramDistance("title", "mostly harmful") }).orderBy("alike");
 * console.log(books[0]?.title); // → Mostly Harmless
 */
export const TrigramDistance = typed<SearchFunctions["TrigramDistance"]>(search.trigram("trigram_distance"));

/**
 * How alike a text and the nearest part of a column are.
 *
 * @example
 * // PostgreSQL
 * const books = await Book.objects.annotate({ alike: TrigramWordSimilarity("title", "haven") }).orderBy("-alike");
 * console.log(books[0]?.title); // → The Lathe of Heaven
 */
export const TrigramWordSimilarity = typed<SearchFunctions["TrigramWordSimilarity"]>(search.trigram("trigram_word_similarity"));

/**
 * How alike a text and the nearest words of a column are.
 *
 * @example
 * // PostgreSQL
 * const books = await Book.objects.annotate({ alike: TrigramStrictWordSimilarity("title", "haven") }).orderBy("-alike");
 * console.log(books[0]?.title); // → The Lathe of Heaven
 */
export const TrigramStrictWordSimilarity = typed<SearchFunctions["TrigramStrictWordSimilarity"]>(
  search.trigram("trigram_strict_word_similarity"),
);
