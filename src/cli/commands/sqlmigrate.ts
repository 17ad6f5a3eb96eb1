import type { Command } from "commander";
import { MigrationExecutor } from "../../migrations/running/executor.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { projectMigrations } from "../migrations/project-migrations.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

/** `dorm sqlmigrate` */
export function sqlmigrateCommand(session: Session): Command {
  return createCommand("sqlmigrate <app> <name>", "Print the SQL of one migration, as it runs after those before it.", [
    ["dorm sqlmigrate blog 0002", "forwards"],
    ["dorm sqlmigrate blog 0002 --backwards", "what undoes it"],
  ])
    .option("--backwards", "the SQL that undoes it", false)
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (label: string, name: string, options: { backwards: boolean; database: string }) => {
      const project = await session.project();
      const using = requireAlias(options.database);
      await project.chosenApps([label]);
      const executor = new MigrationExecutor({ migrations: await projectMigrations(project), using });
      const statements = await executor.sql(label, name, { backwards: options.backwards });
      if (session.format === "json") session.terminal.printJson({ database: using, statements });
      else for (const statement of statements) session.terminal.print(statement);
    });
}
