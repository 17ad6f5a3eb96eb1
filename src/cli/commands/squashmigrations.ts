import type { Command } from "commander";
import { squashMigrations } from "../../migrations/squash.js";
import { migrationFilesOf, writeMigrationFiles } from "../../migrations/writing/write-migrations.js";
import { createCommand, formatOption } from "../command.js";
import { UsageError } from "../failures.js";
import { migrationFolder, projectMigrations, writableApps } from "../migrations/project-migrations.js";
import { findApp } from "../project/project.js";
import type { Session } from "../session.js";

/** `dorm squashmigrations` */
export function squashmigrationsCommand(session: Session): Command {
  return createCommand(
    "squashmigrations <app> <first> [last]",
    "Write one migration in the place of several. The originals stay until it is applied everywhere.",
    [
      ["dorm squashmigrations blog 0007", "everything up to 0007"],
      ["dorm squashmigrations blog 0003 0007", "from 0003 to 0007"],
      ["dorm squashmigrations blog 0007 --squashed-name v1", "blog/migrations/0001_v1.ts"],
    ],
  )
    .option("--squashed-name <name>", "the name after the number")
    .option("--dry-run", "print the file instead of writing it", false)
    .addOption(formatOption())
    .action(async (label: string, first: string, last: string | undefined, options: { squashedName?: string; dryRun: boolean }) => {
      const { squashedName: name, dryRun } = options;
      if (name !== undefined && !/^\w+$/.test(name)) throw new UsageError("--squashed-name takes letters, digits and _.");
      const project = await session.project();
      const { terminal } = session;
      writableApps(await project.chosenApps([label]), [label]);
      const apps = await project.apps();
      const range = last === undefined ? { to: first } : { from: first, to: last };
      const squashed = squashMigrations({
        migrations: await projectMigrations(project),
        app: label,
        ...range,
        ...(name === undefined ? {} : { name }),
      });
      const [file] = migrationFilesOf([squashed.migration], (app) => migrationFolder(findApp(apps, app)), {
        findReference: (value, folder) => project.modules.findExport(value, folder),
      });
      if (file === undefined) return;
      if (!dryRun) writeMigrationFiles([file]);
      const { operationsBefore, operationsAfter, replaced } = squashed;
      if (session.format === "json") {
        const names = replaced.map((migration) => migration.name);
        terminal.printJson({
          app: label,
          name: file.name,
          path: project.show(file.path),
          written: !dryRun,
          replaces: names,
          operationsBefore,
          operationsAfter,
        });
      } else if (dryRun) terminal.print(file.code);
      else {
        terminal.tell(`Created migration: ${terminal.colors.bold(project.show(file.path))}`);
        terminal.tell(`  ${replaced.length} migrations in one, ${operationsBefore} operations in ${operationsAfter}`);
        terminal.tell('Once it is applied everywhere, delete the originals and its "replaces".');
      }
    });
}
