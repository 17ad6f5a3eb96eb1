import type { AggregateTemplate, FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { unsupported } from "../unsupported.js";

const VENDOR = "MariaDB";

/** The same answer under each of these names. */
function each<T>(names: string, answer: T): Record<string, T> {
  return Object.fromEntries(names.split(" ").map((name) => [name, answer]));
}

const missing = (what: string) => unsupported(VENDOR, what, "Use PostgreSQL for it.");
const search = missing("full-text search as PostgreSQL's");
const trigrams = missing("trigram similarity");
const arrays = missing("arrays");
const ranges = missing("ranges");
const hstore = missing("lookups of hstore");
/** What a later version has. */
const json = unsupported(VENDOR, "paths into JSON columns here yet", "Use SQLite or PostgreSQL for it, or raw().");

export const unsupportedFunctions: Readonly<Record<string, FunctionTemplate>> = {
  ...each("search_vector search_vector_concatenation search_query search_combination search_negation", search),
  ...each("search_match search_rank search_headline", search),
  ...each("trigram_similarity trigram_distance trigram_word_similarity trigram_strict_word_similarity unaccent", trigrams),
  ...each("array_length array_item array_slice", arrays),
  ...each("range_part", ranges),
  ...each("hstore_item hstore_keys hstore_values", hstore),
  ...each("json_path json_text json_compare json_has_key json_has_keys JSON_OBJECT", json),
};

export const unsupportedMatches: Readonly<Record<string, MatchTemplate>> = {
  ...each("json_contains json_contained_by", json),
  ...each("array_contains array_contained_by array_overlap", arrays),
  ...each("range_contains range_contained_by range_overlap range_fully_lt range_fully_gt", ranges),
  ...each("range_not_lt range_not_gt range_adjacent_to", ranges),
  ...each("hstore_contains hstore_contained_by hstore_has_key hstore_has_keys hstore_has_any_keys", hstore),
  ...each("trigram_similar trigram_word_similar trigram_strict_word_similar", trigrams),
};

export const unsupportedAggregates: Readonly<Record<string, AggregateTemplate>> = {
  ...each("ARRAY_AGG", arrays),
  ...each("JSONB_AGG BIT_AND BIT_OR BIT_XOR BOOL_AND BOOL_OR MODE PERCENTILE_CONT PERCENTILE_DISC", missing("such aggregates here")),
  ...each("STRING_AGG", unsupported(VENDOR, "StringAgg here yet", "Join the texts in code, or use SQLite or PostgreSQL.")),
};
