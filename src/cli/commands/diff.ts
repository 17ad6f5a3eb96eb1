import { type Command, Option } from "commander";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { ExitCode } from "../failures.js";
import { requireAlias } from "../project/project.js";
import { describeDifference, differencesOf, notesOf } from "../schema/model-differences.js";
import type { Session } from "../session.js";

interface DiffOptions {
  readonly database: string;
  readonly alias?: string;
  readonly apps: readonly string[];
}

/** `dorm diff` */
export function diffCommand(session: Session): Command {
  return createCommand("diff", "Print how a database differs from the models, tables of nobody included. Exit code 1 with differences.", [
    ["dorm diff", "the whole database"],
    ["dorm diff --apps blog --json", "the tables of one app, for a machine"],
  ])
    .addOption(databaseOption())
    .addOption(new Option("--alias <alias>", "the same as --database").hideHelp())
    .option("--apps <apps...>", "only the tables of these apps", [])
    .addOption(formatOption())
    .option("--json", "the same as --format json", false)
    .action(async (options: DiffOptions) => {
      const project = await session.project();
      const { terminal } = session;
      const alias = requireAlias(options.alias ?? options.database);
      const apps = await project.chosenApps(options.apps);
      const models = apps.flatMap((app) => app.models);
      const found = await differencesOf(models, alias);
      const notes = await notesOf(models, alias);
      // tables of other apps are nobody's here
      const differences = options.apps.length === 0 ? found : found.filter(({ kind }) => kind !== "extra_table");
      if (differences.length > 0) process.exitCode = ExitCode.failed;
      if (session.format === "json") {
        terminal.printJson({ database: alias, differences, notes });
        return;
      }
      const { bold, green } = terminal.colors;
      let table: string | null = null;
      for (const difference of differences) {
        if (difference.table !== table) terminal.print(bold(difference.table));
        table = difference.table;
        terminal.print(`  ${describeDifference(difference)}`);
      }
      for (const note of notes) terminal.print(`Note: ${note}`);
      terminal.print(
        differences.length === 0
          ? green("No differences.")
          : `${differences.length} ${differences.length === 1 ? "difference" : "differences"}.`,
      );
    });
}
