import { settings } from "../../engine/settings.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { CallNode, Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { outputNamed } from "../output-fields.js";
import { fieldOf } from "../query.js";
import { OUTPUT } from "../value-output.js";
import { defineLookup, defineTransform } from "./registry.js";
import { textNode } from "./right-side.js";

/** What SearchVector gives: a `tsvector`, read as its text. */
export const SEARCH_VECTOR: FieldDefinition = outputNamed("SearchVector", "text", { kind: "text" });
/** What SearchQuery gives: a `tsquery`. */
export const SEARCH_QUERY: FieldDefinition = outputNamed("SearchQuery", "text", { kind: "text" });

/** A document made of a text, unless it is one already. */
export function documentOf(node: Node, config: string, weight: string | null = null): Node {
  if (fieldOf(node) === SEARCH_VECTOR) return node;
  return { kind: "call", name: "search_vector", args: [node], output: SEARCH_VECTOR, options: { config, weight } };
}

function configOf(node: Node): string {
  const own = node.kind === "call" ? (node as CallNode).options?.config : undefined;
  return typeof own === "string" ? own : settings.searchConfig;
}

/** `column @@ query`: the words of a text, or a SearchQuery. */
export function searchMatch(left: Operand, right: RightSide, where: string): Node {
  const config = configOf(left.node);
  const isQuery = right.kind === "node" && fieldOf(right.node) === SEARCH_QUERY;
  const query: Node = isQuery
    ? right.node
    : {
        kind: "call",
        name: "search_query",
        args: [textNode(right, where, (text) => text, OUTPUT.text)],
        output: SEARCH_QUERY,
        options: { config, searchType: "plain" },
      };
  return { kind: "call", name: "search_match", args: [documentOf(left.node, config), query], output: OUTPUT.boolean };
}

defineLookup(["text"], "search", searchMatch);

const TRIGRAMS = {
  trigramSimilar: "trigram_similar",
  trigramWordSimilar: "trigram_word_similar",
  trigramStrictWordSimilar: "trigram_strict_word_similar",
} as const;
for (const [lookup, match] of Object.entries(TRIGRAMS)) {
  defineLookup(["text"], lookup, (left, right, where) => ({
    kind: "match",
    lookup: match,
    left: left.node,
    right: textNode(right, where, (text) => text, OUTPUT.text),
  }));
}

function unaccent(node: Node): Node {
  return { kind: "call", name: "unaccent", args: [node], output: OUTPUT.text };
}
defineTransform(["text"], "unaccent", ({ node, path }) => ({ node: unaccent(node), field: OUTPUT.text, path, wrapRight: unaccent }));
