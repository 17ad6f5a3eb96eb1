import { isSearchConfig } from "../../engine/setting-rules.js";
import { settings } from "../../engine/settings.js";
import { QueryError } from "../../errors.js";
import type { Node } from "../../sql/nodes.js";
import { unknownOption } from "../../suggestions.js";
import { Expression, type ResolveContext } from "../expression.js";
import { documentOf, SEARCH_QUERY, SEARCH_VECTOR } from "../lookups/search.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { argument, ValueExpression } from "./references.js";

function configOf(given: unknown, where: string): string {
  if (given === undefined) return settings.searchConfig;
  if (!isSearchConfig(given)) throw new QueryError(`${where}: ${JSON.stringify(given)} is not the name of a text search configuration.`);
  return given;
}

/** A document for full-text search. */
class SearchVectorExpression extends Expression {
  readonly fields: readonly Expression[];
  readonly config: string;
  readonly weight: string | null;

  constructor(fields: readonly Expression[], config: string, weight: string | null) {
    super();
    this.fields = fields;
    this.config = config;
    this.weight = weight;
  }

  override add(other: unknown): Expression {
    return other instanceof SearchVectorExpression || other instanceof JoinedVectors ? new JoinedVectors(this, other) : super.add(other);
  }

  fingerprint(print: Fingerprint): void {
    print.token(`SearchVector:${this.fields.length}:${this.config}:${this.weight}`);
    for (const field of this.fields) field.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const args = this.fields.map((field) => field.resolve(context));
    return { kind: "call", name: "search_vector", args, output: SEARCH_VECTOR, options: { config: this.config, weight: this.weight } };
  }
}

/** Two documents one after the other. */
class JoinedVectors extends Expression {
  readonly left: Expression;
  readonly right: Expression;

  constructor(left: Expression, right: Expression) {
    super();
    this.left = left;
    this.right = right;
  }

  override add(other: unknown): Expression {
    return other instanceof SearchVectorExpression || other instanceof JoinedVectors ? new JoinedVectors(this, other) : super.add(other);
  }

  fingerprint(print: Fingerprint): void {
    print.token("SearchVectors");
    this.left.fingerprint(print);
    this.right.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const args = [this.left.resolve(context), this.right.resolve(context)];
    return { kind: "call", name: "search_vector_concatenation", args, output: SEARCH_VECTOR };
  }
}

const WEIGHTS = ["A", "B", "C", "D"];

interface VectorOptions {
  readonly config?: unknown;
  readonly weight?: unknown;
}

export function SearchVector(...given: readonly unknown[]): Expression {
  const last = given.at(-1);
  const hasOptions = typeof last === "object" && last !== null && !(last instanceof Expression);
  // options are what is neither a path nor an expression
  const { config, weight } = (hasOptions ? last : {}) as VectorOptions;
  const fields = hasOptions ? given.slice(0, -1) : given;
  if (fields.length === 0) throw new QueryError('SearchVector takes the columns to search in: SearchVector("title", "body").');
  if (weight !== undefined && (typeof weight !== "string" || !WEIGHTS.includes(weight))) {
    throw new QueryError(`SearchVector: the weight is one of ${WEIGHTS.join(", ")}, not ${String(weight)}.`);
  }
  return new SearchVectorExpression(fields.map(argument), configOf(config, "SearchVector"), weight === undefined ? null : String(weight));
}

/** What to search for. */
abstract class SearchQueryBase extends Expression {
  and(other: unknown): SearchQueryBase {
    return new CombinedQuery(this, "&&", requireQuery(other));
  }
  or(other: unknown): SearchQueryBase {
    return new CombinedQuery(this, "||", requireQuery(other));
  }
  not(): SearchQueryBase {
    return new NegatedQuery(this);
  }
}

function requireQuery(given: unknown): SearchQueryBase {
  if (given instanceof SearchQueryBase) return given;
  throw new QueryError("A SearchQuery is combined with another SearchQuery.");
}

class PlainQuery extends SearchQueryBase {
  readonly text: string;
  readonly config: string;
  readonly searchType: string;

  constructor(text: string, config: string, searchType: string) {
    super();
    this.text = text;
    this.config = config;
    this.searchType = searchType;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`SearchQuery:${this.config}:${this.searchType}`);
    print.value(this.text, "SearchQuery");
  }

  resolve({ slots }: ResolveContext): Node {
    const text: Node = { kind: "parameter", slot: slots.next().slot, prepare: null, output: OUTPUT.text, cast: true };
    const { config, searchType } = this;
    return { kind: "call", name: "search_query", args: [text], output: SEARCH_QUERY, options: { config, searchType } };
  }
}

class CombinedQuery extends SearchQueryBase {
  readonly left: SearchQueryBase;
  readonly operator: "&&" | "||";
  readonly right: SearchQueryBase;

  constructor(left: SearchQueryBase, operator: "&&" | "||", right: SearchQueryBase) {
    super();
    this.left = left;
    this.operator = operator;
    this.right = right;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`SearchQuery${this.operator}`);
    this.left.fingerprint(print);
    this.right.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const args = [this.left.resolve(context), this.right.resolve(context)];
    return { kind: "call", name: "search_combination", args, output: SEARCH_QUERY, options: { operator: this.operator } };
  }
}

class NegatedQuery extends SearchQueryBase {
  readonly query: SearchQueryBase;

  constructor(query: SearchQueryBase) {
    super();
    this.query = query;
  }

  fingerprint(print: Fingerprint): void {
    print.token("SearchQuery!");
    this.query.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return { kind: "call", name: "search_negation", args: [this.query.resolve(context)], output: SEARCH_QUERY };
  }
}

const SEARCH_TYPES = ["plain", "phrase", "websearch", "raw"];

export function SearchQuery(text: unknown, options: { readonly config?: unknown; readonly searchType?: unknown } = {}): SearchQueryBase {
  if (typeof text !== "string") throw new QueryError(`SearchQuery takes a text, not ${String(text)}.`);
  const { searchType = "plain" } = options;
  if (typeof searchType !== "string" || !SEARCH_TYPES.includes(searchType)) {
    throw new QueryError(`SearchQuery: searchType is one of ${SEARCH_TYPES.join(", ")}, not ${String(searchType)}.`);
  }
  return new PlainQuery(text, configOf(options.config, "SearchQuery"), searchType);
}

function toQuery(given: unknown): SearchQueryBase {
  return given instanceof SearchQueryBase ? given : SearchQuery(given);
}

/** A function over a document, or a text, and a query. */
class SearchFunction extends Expression {
  readonly name: string;
  readonly source: Expression;
  readonly query: SearchQueryBase;
  readonly options: Readonly<Record<string, unknown>>;

  constructor(name: string, source: unknown, query: unknown, options: Readonly<Record<string, unknown>>) {
    super();
    this.name = name;
    this.source = argument(source);
    this.query = toQuery(query);
    this.options = options;
  }

  fingerprint(print: Fingerprint): void {
    print.token(`${this.name}:${JSON.stringify(this.options)}:${settings.searchConfig}`);
    this.source.fingerprint(print);
    this.query.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const source = this.source.resolve(context);
    const query = this.query.resolve(context);
    const isRank = this.name === "search_rank";
    const args = [isRank ? documentOf(source, settings.searchConfig) : source, query];
    return { kind: "call", name: this.name, args, output: isRank ? OUTPUT.float : OUTPUT.text, options: this.options };
  }
}

interface RankOptions {
  readonly weights?: readonly unknown[];
  readonly normalization?: unknown;
  readonly coverDensity?: unknown;
}

export function SearchRank(vector: unknown, query: unknown, options: RankOptions = {}): Expression {
  const { weights, normalization, coverDensity } = options;
  if (
    weights !== undefined &&
    (weights.length !== 4 || !weights.every((weight) => typeof weight === "number" && weight >= 0 && weight <= 1))
  ) {
    throw new QueryError("SearchRank: weights are four numbers from 0 to 1, for D, C, B and A.");
  }
  if (normalization !== undefined && !(Number.isSafeInteger(normalization) && Number(normalization) >= 0)) {
    throw new QueryError(`SearchRank: normalization is a whole number from 0, not ${String(normalization)}.`);
  }
  return new SearchFunction("search_rank", vector, query, { weights, normalization, coverDensity: coverDensity === true });
}

const HEADLINE_OPTIONS: Readonly<Record<string, "text" | "number" | "boolean">> = {
  startSel: "text",
  stopSel: "text",
  maxWords: "number",
  minWords: "number",
  shortWord: "number",
  highlightAll: "boolean",
  maxFragments: "number",
  fragmentDelimiter: "text",
};

/** PostgreSQL takes these options as one text, `StartSel="<b>", MaxWords=5`. */
function headlineSettings(options: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (name === "config" || value === undefined) continue;
    const kind = HEADLINE_OPTIONS[name];
    if (kind === undefined) throw new QueryError(unknownOption("SearchHeadline", name, ["config", ...Object.keys(HEADLINE_OPTIONS)]));
    const valid =
      kind === "text"
        ? typeof value === "string"
        : kind === "number"
          ? Number.isSafeInteger(value) && Number(value) >= 0
          : typeof value === "boolean";
    if (!valid) throw new QueryError(`SearchHeadline: ${name} is a ${kind}, not ${String(value)}.`);
    const text = kind === "text" ? `"${String(value).replaceAll('"', '""')}"` : String(value);
    parts.push(`${name.charAt(0).toUpperCase()}${name.slice(1)}=${text}`);
  }
  return parts.join(", ");
}

export function SearchHeadline(field: unknown, query: unknown, options: Readonly<Record<string, unknown>> = {}): Expression {
  const config = configOf(options.config, "SearchHeadline");
  return new SearchFunction("search_headline", field, query, { config, settings: headlineSettings(options) });
}

/** How alike two texts are by their trigrams. */
class TrigramExpression extends Expression {
  readonly name: string;
  readonly source: Expression;
  readonly text: Expression;

  constructor(name: string, source: unknown, text: unknown) {
    super();
    this.name = name;
    this.source = argument(source);
    // the second is what the user looks for, a text unless it is an expression
    this.text = text instanceof Expression ? text : new ValueExpression(text);
  }

  fingerprint(print: Fingerprint): void {
    print.token(this.name);
    this.source.fingerprint(print);
    this.text.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return { kind: "call", name: this.name, args: [this.source.resolve(context), this.text.resolve(context)], output: OUTPUT.float };
  }
}

export function trigram(name: string): (source: unknown, text: unknown) => Expression {
  return (source, text) => new TrigramExpression(name, source, text);
}
