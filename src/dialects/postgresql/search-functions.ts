import type { FunctionTemplate } from "../../sql/dialect.js";
import { call, quoteText } from "../quoting.js";

function configuration(options: Readonly<Record<string, unknown>>): string {
  return `${quoteText(String(options.config))}::regconfig`;
}

const vector: FunctionTemplate = (args, { options = {} }) => {
  const text = args.map((arg) => `COALESCE(${arg}::text, '')`).join(" || ' ' || ");
  const document = `TO_TSVECTOR(${configuration(options)}, ${text})`;
  return typeof options.weight === "string" ? `SETWEIGHT(${document}, ${quoteText(options.weight)})` : document;
};

const QUERIES: Readonly<Record<string, string>> = {
  plain: "PLAINTO_TSQUERY",
  phrase: "PHRASETO_TSQUERY",
  websearch: "WEBSEARCH_TO_TSQUERY",
  raw: "TO_TSQUERY",
};

const rank: FunctionTemplate = ([document = "", query = ""], { options = {} }) => {
  const weights = Array.isArray(options.weights) ? `${quoteText(`{${options.weights.join(",")}}`)}::float4[], ` : "";
  const normalization = typeof options.normalization === "number" ? `, ${options.normalization}` : "";
  return `${options.coverDensity === true ? "TS_RANK_CD" : "TS_RANK"}(${weights}${document}, ${query}${normalization})`;
};

const headline: FunctionTemplate = ([text = "", query = ""], { options = {} }) => {
  const settings = typeof options.settings === "string" && options.settings !== "" ? `, ${quoteText(options.settings)}` : "";
  return `TS_HEADLINE(${configuration(options)}, ${text}::text, ${query}${settings})`;
};

/** Full-text search, and trigrams of pg_trgm. */
export const searchFunctions: Readonly<Record<string, FunctionTemplate>> = {
  search_vector: vector,
  search_vector_concatenation: ([left = "", right = ""]) => `(${left} || ${right})`,
  search_query: ([text = ""], { options = {} }) => `${QUERIES[String(options.searchType)]}(${configuration(options)}, ${text})`,
  search_combination: ([left = "", right = ""], { options = {} }) => `(${left} ${String(options.operator)} ${right})`,
  search_negation: ([query = ""]) => `(!! ${query})`,
  search_match: ([document = "", query = ""]) => `${document} @@ ${query}`,
  search_rank: rank,
  search_headline: headline,
  trigram_similarity: call("SIMILARITY"),
  trigram_distance: ([text = "", other = ""]) => `(${text} <-> ${other})`,
  trigram_word_similarity: ([text = "", word = ""]) => `WORD_SIMILARITY(${word}, ${text})`,
  trigram_strict_word_similarity: ([text = "", word = ""]) => `STRICT_WORD_SIMILARITY(${word}, ${text})`,
  unaccent: call("UNACCENT"),
};
