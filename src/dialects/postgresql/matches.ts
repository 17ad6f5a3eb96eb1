import type { MatchTemplate } from "../../sql/dialect.js";

const like: MatchTemplate = (left, right) => `${left}::text LIKE ${right}`;
const likeUpper: MatchTemplate = (left, right) => `UPPER(${left}::text) LIKE UPPER(${right})`;

function infix(operator: string): MatchTemplate {
  return (left, right) => `${left} ${operator} ${right}`;
}

/** Comparisons that each database words in its own way. */
export const postgresqlMatches: Readonly<Record<string, MatchTemplate>> = {
  iexact: likeUpper,
  contains: like,
  icontains: likeUpper,
  startswith: like,
  istartswith: likeUpper,
  endswith: like,
  iendswith: likeUpper,
  regex: (left, right) => `${left}::text ~ ${right}`,
  iregex: (left, right) => `${left}::text ~* ${right}`,

  json_contains: infix("@>"),
  json_contained_by: infix("<@"),

  array_contains: infix("@>"),
  array_contained_by: infix("<@"),
  array_overlap: infix("&&"),

  range_contains: infix("@>"),
  range_contained_by: infix("<@"),
  range_overlap: infix("&&"),
  range_fully_lt: infix("<<"),
  range_fully_gt: infix(">>"),
  range_not_lt: infix("&>"),
  range_not_gt: infix("&<"),
  range_adjacent_to: infix("-|-"),

  hstore_contains: infix("@>"),
  hstore_contained_by: infix("<@"),
  hstore_has_key: infix("?"),
  hstore_has_keys: infix("?&"),
  hstore_has_any_keys: infix("?|"),

  trigram_similar: infix("%"),
  // the value is looked for in the column, so it stands on the left
  trigram_word_similar: (left, right) => `${right} <% ${left}`,
  trigram_strict_word_similar: (left, right) => `${right} <<% ${left}`,
};
