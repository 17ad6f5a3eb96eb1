import type { Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { OUTPUT } from "../value-output.js";
import { defineLookup } from "./registry.js";
import { textNode, wrapRight } from "./right-side.js";

/** `%`, `_` and the escape character itself stand for themselves. */
export function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

const PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  iexact: (text) => text,
  contains: (text) => `%${text}%`,
  icontains: (text) => `%${text}%`,
  startswith: (text) => `${text}%`,
  istartswith: (text) => `${text}%`,
  endswith: (text) => `%${text}`,
  iendswith: (text) => `%${text}`,
};

/** A pattern that the database has to escape and surround itself, as it comes from a column. */
function patternOf(lookup: string, node: Node): Node {
  return { kind: "call", name: "pattern", args: [node], output: OUTPUT.text, options: { lookup } };
}

/** LIKE and its kin: the right side is a text in a pattern, or a column of which the database makes one. */
export function patternNode(lookup: string, left: Operand, right: RightSide, where: string): Node {
  const surround = PATTERNS[lookup];
  const pattern =
    right.kind === "node" && surround
      ? patternOf(lookup, right.node)
      : textNode(right, where, (text) => (surround ? surround(escapePattern(text)) : text), OUTPUT.text);
  return { kind: "match", lookup, left: left.node, right: wrapRight(left, pattern) };
}

/** The lookups that compare text. */
export const PATTERN_LOOKUPS: readonly string[] = [...Object.keys(PATTERNS), "regex", "iregex"];

for (const lookup of PATTERN_LOOKUPS) {
  defineLookup(["*"], lookup, (left, right, where) => patternNode(lookup, left, right, where));
}
