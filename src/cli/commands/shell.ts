import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { createCommand } from "../command.js";
import { packageVersion } from "../package-version.js";
import type { Session } from "../session.js";
import { runCode } from "../shell/run-code.js";
import { shellContext } from "../shell/shell-context.js";
import { startDialogue } from "../shell/start-dialogue.js";

/** `dorm shell` */
export function shellCommand(session: Session): Command {
  return createCommand("shell", "A JavaScript shell with the models loaded, top-level await, and results as tables.", [
    ["dorm shell", "then: Author.objects.filter({ age__gte: 18 })"],
    ["dorm shell -c 'await Author.objects.count()'", "run code and print what it gives"],
    ["dorm shell < script.js", "run a file"],
  ])
    .alias("shell_plus")
    .option("-c, --command <code>", "run this and end")
    .action(async (options: { command?: string }): Promise<void> => {
      const project = await session.project();
      const context = shellContext(await project.apps());
      if (options.command !== undefined) return runCode(context, session.terminal, options.command);
      if (!session.terminal.interactive) return runCode(context, session.terminal, await text(process.stdin));
      const names = [...context.models.keys()];
      const models = names.length === 0 ? "There are no models." : `Models: ${names.join(", ")}.`;
      const banner = `dorm ${packageVersion()}, Node ${process.versions.node}. ${models} End with Ctrl-D.`;
      return startDialogue(context, session.terminal, banner);
    });
}
