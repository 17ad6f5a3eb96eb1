import type { Node, OutputType, RawNode } from "./nodes.js";

/**
 * SQL text with nodes in between, as one node.
 *
 * @param output - what it gives; null for a condition
 * @example fragment(OUTPUT.text)`SUBSTR(${text}, ${position})`
 */
export function fragment(output: OutputType | null): (strings: TemplateStringsArray, ...parts: readonly (string | Node)[]) => RawNode {
  return (strings, ...given) => {
    const parts: (string | Node)[] = [];
    for (const [index, text] of strings.entries()) {
      if (text !== "") parts.push(text);
      const part = given[index];
      if (part !== undefined) parts.push(part);
    }
    return { kind: "raw", parts, output };
  };
}
