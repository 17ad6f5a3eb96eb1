import type { Command } from "commander";
import { MigrationExecutor } from "../../migrations/running/executor.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { projectMigrations } from "../migrations/project-migrations.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

/** `dorm showmigrations` */
export function showmigrationsCommand(session: Session): Command {
  return createCommand("showmigrations [apps...]", "Print each migration and whether it is applied: [X] or [ ].", [
    ["dorm showmigrations", "every app"],
    ["dorm showmigrations blog --database replica", "one app on another database"],
    ["dorm showmigrations --format json", "for a machine, with the times"],
  ])
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (labels: string[], options: { database: string }) => {
      const project = await session.project();
      const { terminal } = session;
      const using = requireAlias(options.database);
      const apps = await project.chosenApps(labels);
      const statuses = await new MigrationExecutor({ migrations: await projectMigrations(project), using }).status();
      const shown = apps.map((app) => ({ app: app.label, migrations: statuses.filter((status) => status.app === app.label) }));
      if (session.format === "json") {
        terminal.printJson(shown.map(({ app, migrations }) => ({ app, migrations: migrations.map(({ app: _app, ...status }) => status) })));
        return;
      }
      const { bold, green, yellow, dim } = terminal.colors;
      for (const { app, migrations } of shown) {
        terminal.print(bold(app));
        if (migrations.length === 0) terminal.print(dim(" (no migrations)"));
        for (const { name, applied, squashed, edited } of migrations) {
          terminal.print(
            ` ${applied ? green("[X]") : "[ ]"} ${name}${squashed ? dim(" (squashed)") : ""}${edited ? yellow(" (edited since)") : ""}`,
          );
        }
      }
    });
}
