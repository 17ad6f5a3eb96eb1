import { homedir } from "node:os";
import { join } from "node:path";
import { type REPLServer, start } from "node:repl";
import type { Context } from "node:vm";
import type { Terminal } from "../output/terminal.js";
import { formatResult } from "./format-result.js";
import { previewOf } from "./preview.js";
import type { ShellContext } from "./shell-context.js";

/** Under which name the shell waits for such a queryset. */
const SHOWN = "__shown";

type Evaluate = (code: string, context: Context, file: string, done: (error: Error | null, result: unknown) => void) => void;

/** Evaluates as the shell of Node does, and reads a queryset that comes out. */
function readingQuerysets(server: REPLServer): Evaluate {
  const evaluate: Evaluate = server.eval.bind(server);
  return (code, context, file, done) => {
    evaluate(code, context, file, (error, value) => {
      const preview = error === null ? previewOf(value) : null;
      if (preview === null) {
        done(error, value);
        return;
      }
      // By an await of the shell's own, which holds back the next line and can be interrupted.
      Object.defineProperty(context, SHOWN, { value: preview, configurable: true, enumerable: false });
      evaluate(`await ${SHOWN}\n`, context, file, done);
    });
  };
}

/**
 * Asks for lines of code and runs them until the input ends.
 *
 * @param context - what can be named
 * @param banner - the first line
 */
export async function startDialogue(context: ShellContext, terminal: Terminal, banner: string): Promise<void> {
  terminal.print(banner);
  const server = start({ prompt: "dorm> ", ignoreUndefined: true, writer: (value: unknown) => formatResult(value, terminal) });
  Object.assign(server.context, context.values);
  Object.defineProperty(server, "eval", { value: readingQuerysets(server) });
  server.setupHistory(process.env.DORM_HISTORY ?? join(homedir(), ".dorm_history"), (error) => {
    if (error !== null) terminal.warn(`The history is not kept: ${error.message}`);
  });
  await new Promise<void>((done) => server.once("exit", () => done()));
}
