import type { Command } from "commander";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { ExitCode } from "../failures.js";
import { requireAlias } from "../project/project.js";
import { describeDifference, differencesOf, tablesOf } from "../schema/model-differences.js";
import type { Session } from "../session.js";

/** `dorm dbcheck` */
export function dbcheckCommand(session: Session): Command {
  return createCommand(
    "dbcheck [apps...]",
    "Compare each model with its table: columns, types, keys, indexes, constraints. Exit code 1 with drift.",
    [
      ["dorm dbcheck", "every app"],
      ["dorm dbcheck blog shop", "some apps"],
      ["dorm dbcheck --database replica --format json", "another database, for a machine"],
    ],
  )
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (labels: string[], options: { database: string }) => {
      const project = await session.project();
      const { terminal } = session;
      const alias = requireAlias(options.database);
      const apps = await project.chosenApps(labels);
      const managed = apps.map((app) => ({ app: app.label, models: app.models.filter((meta) => meta.options.managed !== false) }));
      const differences = (
        await differencesOf(
          managed.flatMap(({ models }) => models),
          alias,
        )
      ).filter(({ kind }) => kind !== "extra_table");
      const checked = managed.map(({ app, models }) => ({
        app,
        models: models.map((meta) => ({ meta, differences: differences.filter(({ table }) => tablesOf(meta).includes(table)) })),
      }));
      if (differences.length > 0) process.exitCode = ExitCode.failed;
      if (session.format === "json") {
        const apps = checked.map(({ app, models }) => ({
          app,
          models: models.map(({ meta, ...rest }) => ({ model: meta.label, table: meta.table, ...rest })),
        }));
        terminal.printJson({ database: alias, drift: differences.length > 0, apps });
        return;
      }
      const { bold, green, red } = terminal.colors;
      for (const { app, models } of checked) {
        terminal.print(bold(`App '${app}':`));
        for (const { meta, differences: found } of models) {
          terminal.print(`  ${found.length === 0 ? green("✓") : red("✗")} ${meta.name} (${meta.table})`);
          for (const difference of found) {
            terminal.print(`      ${difference.table === meta.table ? "" : `${difference.table}: `}${describeDifference(difference)}`);
          }
        }
      }
      if (differences.length > 0) terminal.print("Drift detected. Run dorm makemigrations and dorm migrate, or change the database.");
    });
}
