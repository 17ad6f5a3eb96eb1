import type { Terminal } from "../output/terminal.js";
import { formatResult } from "./format-result.js";
import { previewOf } from "./preview.js";
import type { ShellContext } from "./shell-context.js";

type AsyncFunctionConstructor = new (...parameters: string[]) => (...args: unknown[]) => Promise<unknown>;
// the constructor of asynchronous functions has no name of its own
const AsyncFunction = (async () => {}).constructor as unknown as AsyncFunctionConstructor;

/** The code as one expression if it is one, else as statements, which give nothing. */
function compile(names: readonly string[], code: string): (...args: unknown[]) => Promise<unknown> {
  try {
    // in an object, as a queryset that an asynchronous function returns would be run
    return new AsyncFunction(...names, `return { value: (\n${code.trim().replace(/;+$/, "")}\n) };`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // in a block of their own, where they may use the names of models and functions anew
    return new AsyncFunction(...names, `{\n${code}\n}`);
  }
}

/**
 * Runs code with top-level await, and prints its value if it is one expression.
 *
 * @param context - what can be named
 * @throws what the code throws
 */
export async function runCode(context: ShellContext, terminal: Terminal, code: string): Promise<void> {
  const names = Object.keys(context.values);
  const outcome = await compile(names, code)(...Object.values(context.values));
  if (typeof outcome !== "object" || outcome === null || !("value" in outcome)) return;
  const { value } = outcome;
  const shown = await (previewOf(value) ?? value);
  if (shown !== undefined) terminal.print(formatResult(shown, terminal));
}
