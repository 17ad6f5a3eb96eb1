import type { Command } from "commander";
import { detectMigrations } from "../../migrations/detection/autodetector.js";
import { cautiousQuestioner } from "../../migrations/detection/questioner.js";
import type { Migration } from "../../migrations/migration.js";
import { MigrationExecutor } from "../../migrations/running/executor.js";
import { MigrationGraph } from "../../migrations/running/graph.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { UsageError } from "../failures.js";
import { progressReporter } from "../migrations/progress-reporter.js";
import { projectMigrations, projectState } from "../migrations/project-migrations.js";
import { createUnmigratedTables } from "../migrations/unmigrated-tables.js";
import type { Terminal } from "../output/terminal.js";
import { type Project, requireAlias } from "../project/project.js";
import type { Session } from "../session.js";
import { untilInterrupted } from "../until-interrupted.js";

interface MigrateCommandOptions {
  readonly database: string;
  readonly dryRun: boolean;
  readonly plan: boolean;
  readonly fake: boolean;
  readonly fakeInitial: boolean;
  readonly runSyncdb: boolean;
  readonly prune: boolean;
}

/** Says so where the models have changes that no migration has. */
async function tellOfChanges(project: Project, migrations: readonly Migration[], terminal: Terminal): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.app));
  const changed = async (): Promise<string[]> => {
    const planned = await detectMigrations({
      graph: new MigrationGraph(migrations),
      to: await projectState(project),
      questioner: cautiousQuestioner,
    });
    return [...new Set(planned.map(({ app }) => app))].filter((app) => known.has(app));
  };
  // a change that needs an answer is a change too
  const apps = await changed().catch(() => [...known]);
  if (apps.length > 0) {
    terminal.warn(`The models of ${apps.join(", ")} have changes that no migration has. Run dorm makemigrations, then migrate again.`);
  }
}

/** `dorm migrate` */
export function migrateCommand(session: Session): Command {
  return createCommand("migrate [app] [target]", "Bring a database to the latest migrations, or to a target.", [
    ["dorm migrate", "apply everything that is not applied yet"],
    ["dorm migrate blog", "one app, and what it depends on"],
    ["dorm migrate blog 0002", "to a migration, forwards or backwards"],
    ["dorm migrate blog zero", "undo every migration of an app"],
    ["dorm migrate --plan", "print the exact SQL; nothing is changed"],
    ["dorm migrate --fake-initial", "tables that are there already count as made"],
  ])
    .option("--dry-run", "print the exact SQL; nothing is changed", false)
    .option("--plan", "the same as --dry-run", false)
    .option("--fake", "only record, or forget; no SQL is run", false)
    .option("--fake-initial", "record an app's first migration where its tables are there", false)
    .option("--run-syncdb", "also make the tables of apps without migrations", false)
    .option("--prune", "forget the migrations of an app whose files are gone", false)
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (label: string | undefined, target: string | undefined, options: MigrateCommandOptions) => {
      if (options.prune && label === undefined) throw new UsageError("--prune needs the app whose records are to be pruned.");
      const project = await session.project();
      const { terminal } = session;
      const alias = requireAlias(options.database);
      const json = session.format === "json";
      const apps = await project.chosenApps(label === undefined ? [] : [label]);
      const migrations = await projectMigrations(project);
      const executor = new MigrationExecutor({ migrations, using: alias, ...(json ? {} : { onProgress: progressReporter(terminal) }) });
      if (options.prune && label !== undefined) {
        const pruned = await executor.prune(label);
        if (json) terminal.printJson({ database: alias, pruned });
        else
          terminal.tell(
            pruned.length === 0 ? "There is nothing to prune." : `Pruned ${pruned.map((name) => `${label}.${name}`).join(", ")}`,
          );
        return;
      }
      const dryRun = options.dryRun || options.plan;
      const place = { ...(label === undefined ? {} : { app: label }), ...(target === undefined ? {} : { name: target }) };
      // an app without migrations has nowhere to go, which is no mistake where its tables are to be made
      const skipped = options.runSyncdb && label !== undefined && !migrations.some((migration) => migration.app === label);
      const outcomes = skipped
        ? []
        : await untilInterrupted(
            (signal) => executor.migrate({ ...place, dryRun, fake: options.fake, fakeInitial: options.fakeInitial, signal }),
            () => terminal.warn("Stopping: the running statement is cancelled and its migration rolled back; those before it stay."),
          );
      if (options.runSyncdb && !dryRun) await createUnmigratedTables(apps, alias, terminal);
      if (json) {
        terminal.printJson({ database: alias, dryRun, migrations: outcomes });
        return;
      }
      if (dryRun) {
        for (const { app, name, backwards, sql } of outcomes) {
          terminal.print(terminal.colors.bold(`-- ${backwards ? "Unapply" : "Apply"} ${app}.${name}`));
          for (const statement of sql) terminal.print(statement);
        }
      }
      if (outcomes.length === 0) terminal.tell("No migrations to apply.");
      if (!dryRun && target === undefined) await tellOfChanges(project, migrations, terminal);
    });
}
