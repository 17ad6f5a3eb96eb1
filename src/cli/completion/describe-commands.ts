import type { Command } from "commander";

/** What a shell may complete: a command with its options. */
export interface CompletableCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly choices: readonly string[] }[];
}

function optionsOf(command: Command): CompletableCommand["options"] {
  return command.options
    .filter((option) => !option.hidden)
    .flatMap((option) =>
      option.long == null ? [] : [{ flag: option.long, summary: option.description, choices: option.argChoices ?? [] }],
    );
}

/** The commands of the program; each has the program's own options too. */
export function describeCommands(program: Command): readonly CompletableCommand[] {
  const shared = optionsOf(program).filter(({ flag }) => flag !== "--version");
  const help = { flag: "--help", summary: "print help", choices: [] };
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.description().split(/[.:](?: |$)/)[0] ?? "",
    options: [...optionsOf(command), ...shared, help],
  }));
}
