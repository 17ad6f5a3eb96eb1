import type { AggregateTemplate, FunctionTemplate, MatchTemplate } from "../../sql/dialect.js";
import { unsupported } from "../unsupported.js";

const POSTGRESQL = "Use PostgreSQL for it.";
const search = unsupported("SQLite", "full-text search as PostgreSQL's", "Use icontains, or an FTS5 table of your own through raw().");
const trigrams = unsupported("SQLite", "trigram similarity", "Use icontains or iregex, or PostgreSQL with pg_trgm.");
const containment = unsupported("SQLite", "containment of JSON", "Compare the members: { data__key: value }; or use PostgreSQL.");
const arrays = unsupported("SQLite", "arrays", "Use a JSONField or a related model, or PostgreSQL.");
const ranges = unsupported("SQLite", "ranges", "Use two fields for the ends, or PostgreSQL.");
const hstore = unsupported("SQLite", "lookups of hstore", "Use a JSONField, or PostgreSQL.");

/** PostgreSQL's functions, each with what to do instead. */
export const unsupportedFunctions: Readonly<Record<string, FunctionTemplate>> = {
  search_vector: search,
  search_vector_concatenation: search,
  search_query: search,
  search_combination: search,
  search_negation: search,
  search_match: search,
  search_rank: search,
  search_headline: search,
  trigram_similarity: trigrams,
  trigram_distance: trigrams,
  trigram_word_similarity: trigrams,
  trigram_strict_word_similarity: trigrams,
  unaccent: unsupported("SQLite", "unaccent()", "Store a second column without accents, or use PostgreSQL."),
  array_length: arrays,
  array_item: arrays,
  array_slice: arrays,
  range_part: ranges,
  hstore_item: hstore,
  hstore_keys: hstore,
  hstore_values: hstore,
};

/** PostgreSQL's comparisons. */
export const unsupportedMatches: Readonly<Record<string, MatchTemplate>> = {
  json_contains: containment,
  json_contained_by: containment,
  array_contains: arrays,
  array_contained_by: arrays,
  array_overlap: arrays,
  range_contains: ranges,
  range_contained_by: ranges,
  range_overlap: ranges,
  range_fully_lt: ranges,
  range_fully_gt: ranges,
  range_not_lt: ranges,
  range_not_gt: ranges,
  range_adjacent_to: ranges,
  hstore_contains: hstore,
  hstore_contained_by: hstore,
  hstore_has_key: hstore,
  hstore_has_keys: hstore,
  hstore_has_any_keys: hstore,
  trigram_similar: trigrams,
  trigram_word_similar: trigrams,
  trigram_strict_word_similar: trigrams,
};

function noAggregate(name: string): AggregateTemplate {
  return unsupported("SQLite", `aggregate ${name}`, POSTGRESQL);
}

/** PostgreSQL's aggregates. */
export const unsupportedAggregates: Readonly<Record<string, AggregateTemplate>> = {
  ARRAY_AGG: unsupported("SQLite", "arrays, and so no ArrayAgg", "Use StringAgg, or PostgreSQL."),
  JSONB_AGG: noAggregate("JSONBAgg"),
  BIT_AND: noAggregate("BitAnd"),
  BIT_OR: noAggregate("BitOr"),
  BIT_XOR: noAggregate("BitXor"),
  MODE: noAggregate("Mode"),
  PERCENTILE_CONT: noAggregate("PercentileCont"),
  PERCENTILE_DISC: noAggregate("PercentileDisc"),
};
