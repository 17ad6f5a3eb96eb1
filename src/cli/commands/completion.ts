import { Argument, type Command } from "commander";
import { createCommand } from "../command.js";
import { COMPLETION_SCRIPTS } from "../completion/completion-scripts.js";
import { describeCommands } from "../completion/describe-commands.js";
import type { Session } from "../session.js";

/** `dorm completion` */
export function completionCommand(session: Session): Command {
  return createCommand("completion", "Print the script by which a shell completes dorm's commands and options.", [
    ['eval "$(dorm completion bash)"', "in ~/.bashrc"],
    ['eval "$(dorm completion zsh)"', "in ~/.zshrc, after compinit"],
    ["dorm completion fish | source", "in ~/.config/fish/config.fish"],
  ])
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(COMPLETION_SCRIPTS)))
    .action((shell: keyof typeof COMPLETION_SCRIPTS) => {
      session.terminal.print(COMPLETION_SCRIPTS[shell](describeCommands(session.program)).trimEnd());
    });
}
