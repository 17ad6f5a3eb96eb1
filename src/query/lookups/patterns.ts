import type { Node } from "../../sql/nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { OUTPUT } from "../value-output.js";
import { defineLookup } from "./registry.js";
import { textNode } from "./right-side.js";

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

for (const [lookup, surround] of Object.entries(PATTERNS)) {
  defineLookup(
    ["*"],
    lookup,
    (left: Operand, right: RightSide, where: string): Node => ({
      kind: "match",
      lookup,
      left: left.node,
      right:
        right.kind === "node"
          ? patternOf(lookup, right.node)
          : textNode(right, where, (text) => surround(escapePattern(text)), OUTPUT.text),
    }),
  );
}

for (const lookup of ["regex", "iregex"]) {
  defineLookup(["*"], lookup, (left, right, where) => ({
    kind: "match",
    lookup,
    left: left.node,
    right: textNode(right, where, (text) => text, OUTPUT.text),
  }));
}
