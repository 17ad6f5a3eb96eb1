import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The examples of one page of the documentation, joined into a module: blocks see what those above declare. */
export interface Page {
  readonly path: string;
  readonly code: string;
  /** What the examples print, line by line: the comments that begin with an arrow. */
  readonly printed: readonly string[];
}

const FENCE = /^```ts\n(.*?)^```$/gms;
const EXPECTED = /\/\/ → (.*)$/gm;

/** The pages with examples: README.md and all below docs/. Only blocks marked `ts` are run; `typescript` is for what is only shown. */
export function findPages(root: string): Page[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((path) => join("docs", path));
  return ["README.md", ...docs.filter((path) => path.endsWith(".md")).sort()].flatMap((path) => {
    const blocks = [...readFileSync(join(root, path), "utf8").matchAll(FENCE)].map((match) => match[1] ?? "");
    if (blocks.length === 0) return [];
    const code = blocks.join("\n");
    return [{ path, code, printed: printedBy(code) }];
  });
}

/** What code says that it prints: the comments that begin with an arrow. */
export function printedBy(code: string): string[] {
  return [...code.matchAll(EXPECTED)].map((match) => match[1] ?? "");
}
