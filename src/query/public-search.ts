import type { SearchFunctions } from "../types/search.js";
import * as search from "./expressions/search.js";
import { typed } from "./public-type.js";

/* PostgreSQL only; elsewhere a query with one of these throws NotSupportedError before it is sent. */

/**
 * A document for full-text search, of one or several columns.
 *
 * @param fields - columns or expressions, then perhaps `{ config, weight }`
 * @throws QueryError for an unknown weight, or an unsafe name of a configuration
 * @example Post.objects.annotate({ search: SearchVector("title", "body") }).filter({ search: "cheese" })
 */
export const SearchVector = typed<SearchFunctions["SearchVector"]>(search.SearchVector);

/**
 * What to search for; it combines with `and`, `or` and `not`.
 *
 * @param options - `config`, and `searchType`: plain, phrase, websearch or raw
 * @throws QueryError for another type
 * @example SearchQuery("cheese").and(SearchQuery("goat").not())
 */
export const SearchQuery = typed<SearchFunctions["SearchQuery"]>(search.SearchQuery);

/**
 * How well a document fits a query.
 *
 * @param options - `weights` for D, C, B and A, `normalization`, `coverDensity`
 * @example Post.objects.annotate({ rank: SearchRank(SearchVector("body"), SearchQuery("cheese")) }).orderBy("-rank")
 */
export const SearchRank = typed<SearchFunctions["SearchRank"]>(search.SearchRank);

/**
 * A part of a text with the words that were found marked.
 *
 * @throws QueryError for an unknown option
 * @example SearchHeadline("body", "cheese", { startSel: "<b>", stopSel: "</b>" })
 */
export const SearchHeadline = typed<SearchFunctions["SearchHeadline"]>(search.SearchHeadline);

/**
 * How alike a column and a text are by their trigrams, from 0 to 1. It needs the extension pg_trgm.
 *
 * @example Author.objects.annotate({ alike: TrigramSimilarity("name", "Ada") }).filter({ alike__gt: 0.3 })
 */
export const TrigramSimilarity = typed<SearchFunctions["TrigramSimilarity"]>(search.trigram("trigram_similarity"));

/**
 * How far apart a column and a text are by their trigrams, from 0 to 1.
 *
 * @example TrigramDistance("name", "Ada")
 */
export const TrigramDistance = typed<SearchFunctions["TrigramDistance"]>(search.trigram("trigram_distance"));

/**
 * How alike a text and the nearest part of a column are.
 *
 * @example TrigramWordSimilarity("title", "chese")
 */
export const TrigramWordSimilarity = typed<SearchFunctions["TrigramWordSimilarity"]>(search.trigram("trigram_word_similarity"));

/**
 * How alike a text and the nearest words of a column are.
 *
 * @example TrigramStrictWordSimilarity("title", "chese")
 */
export const TrigramStrictWordSimilarity = typed<SearchFunctions["TrigramStrictWordSimilarity"]>(
  search.trigram("trigram_strict_word_similarity"),
);
