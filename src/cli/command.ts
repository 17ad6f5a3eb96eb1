import { Command, Option } from "commander";

/** A command line, and what it does. */
type Example = readonly [line: string, meaning: string];

/**
 * Begins a command of the command line.
 *
 * @param signature - its name and arguments, as in "migrate [app] [target]"
 * @param summary - one line for the list of commands
 * @param examples - for its help
 */
export function createCommand(signature: string, summary: string, examples: readonly Example[]): Command {
  const [name = "", ...parameters] = signature.split(" ");
  const command = new Command(name).description(summary).configureHelp({ showGlobalOptions: true }).exitOverride();
  if (parameters.length > 0) command.arguments(parameters.join(" "));
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** `--format`, for commands that can answer a machine. */
export function formatOption(): Option {
  return new Option("--format <format>", "for people or for machines").choices(["text", "json"]).default("text");
}

/** `--database`, for commands that work on one. */
export function databaseOption(): Option {
  return new Option("--database <alias>", "the database of the settings").default("default");
}
