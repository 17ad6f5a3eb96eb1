import type { Command } from "commander";
import type { PlannedMigration } from "../../migrations/detection/arrange.js";
import { detectMigrations } from "../../migrations/detection/autodetector.js";
import { checkMerge, mergeMigrations } from "../../migrations/merge.js";
import { MigrationGraph } from "../../migrations/running/graph.js";
import { nextNumber } from "../../migrations/writing/migration-name.js";
import { migrationFilesOf, type WritableMigration, writeMigrationFiles } from "../../migrations/writing/write-migrations.js";
import { createCommand, formatOption } from "../command.js";
import { ExitCode, UsageError } from "../failures.js";
import { migrationFolder, projectMigrations, projectState, writableApps } from "../migrations/project-migrations.js";
import { readHints, withRenames } from "../migrations/rename-hints.js";
import { TerminalQuestioner } from "../migrations/terminal-questioner.js";
import { verifyWritten } from "../migrations/verify-written.js";
import { findApp, type Project } from "../project/project.js";
import type { Session } from "../session.js";

interface MakeOptions {
  readonly check: boolean;
  readonly default: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly empty: boolean;
  readonly hints?: string;
  readonly merge: boolean;
  readonly name?: string;
  readonly rename: readonly string[];
  readonly renames: boolean;
}

function collectDefault(text: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const separator = text.indexOf("=");
  if (separator < 1) throw new UsageError(`--default ${text}: write blog.Author.age=0.`);
  return { ...previous, [text.slice(0, separator)]: text.slice(separator + 1) };
}

function collectRename(text: string, previous: readonly string[]): readonly string[] {
  return [...previous, text];
}

/** A migration without operations for each app, for what is written by hand. */
function emptyMigrations(graph: MigrationGraph, labels: readonly string[], name: string | undefined): readonly WritableMigration[] {
  return labels.map((app) => {
    const names = graph.ofApp(app).map((migration) => migration.name);
    const dependencies = graph.leaves(app).map((leaf) => [leaf.app, leaf.name] as const);
    return { app, name: `${nextNumber(names)}_${name ?? "custom"}`, dependencies, operations: [], initial: names.length === 0 };
  });
}

async function detect(
  session: Session,
  project: Project,
  graph: MigrationGraph,
  apps: readonly string[],
  options: MakeOptions,
): Promise<readonly PlannedMigration[]> {
  const hints = readHints(session.directory, options.hints);
  const questioner = new TerminalQuestioner(session.terminal, {
    renames: options.renames,
    defaults: { ...hints.defaults, ...options.default },
  });
  return detectMigrations({
    graph,
    to: await projectState(project),
    questioner,
    renames: withRenames(hints, options.rename, graph.state()),
    ...(apps.length === 0 ? {} : { apps }),
    ...(options.name === undefined ? {} : { name: options.name }),
  });
}

/** A migration for each app that has branches, which joins them. */
function mergedMigrations(graph: MigrationGraph, labels: readonly string[]): readonly WritableMigration[] {
  const merges = labels.map((app) => mergeMigrations(graph, app)).filter((merge) => merge !== null);
  for (const merge of merges) checkMerge(merge);
  return merges.map(({ migration }) => migration);
}

/** `dorm makemigrations` */
export function makemigrationsCommand(session: Session): Command {
  return createCommand("makemigrations [apps...]", "Write migrations for what changed in the models.", [
    ["dorm makemigrations", "for every app"],
    ["dorm makemigrations blog --name tags", "blog/migrations/0002_tags.ts"],
    ["dorm makemigrations --check", "exit code 1 if something changed; nothing is written"],
    ["dorm makemigrations --rename blog.Writer=Author", "a model that got another name"],
    ["dorm makemigrations --rename blog.Author.name=fullName", "a field that got another name"],
    ["dorm makemigrations --default blog.Author.age=0", "what rows that are there get in a new column"],
    ["dorm makemigrations blog --empty --name fill_slugs", "a file to be written by hand"],
  ])
    .option("--check", "only say whether there are changes: exit code 1", false)
    .option("--dry-run", "print the files instead of writing them", false)
    .option("--empty", "a migration without operations, for the apps that are named", false)
    .option("--merge", "join the branches of an app's migrations", false)
    .option("--name <name>", "the name after the number")
    .option("--rename <old=new>", "a rename; may be given several times", collectRename, [])
    .option("--no-renames", "what is new is new, and what is gone is gone with its rows")
    .option("--default <field=value>", "the value for rows that are there; may be given several times", collectDefault, {})
    .option("--hints <file>", "renames and values as JSON")
    .addOption(formatOption())
    .action(async (labels: string[], options: MakeOptions) => {
      if (options.name !== undefined && !/^\w+$/.test(options.name)) throw new UsageError("--name takes letters, digits and _.");
      if (options.empty && labels.length === 0) throw new UsageError("--empty needs the apps that get an empty migration.");
      const project = await session.project();
      const { terminal } = session;
      const apps = await project.apps();
      const migrations = await projectMigrations(project);
      const graph = new MigrationGraph(migrations);
      const chosen = writableApps(await project.chosenApps(labels), labels);
      const planned = options.merge
        ? mergedMigrations(
            graph,
            chosen.map((app) => app.label),
          )
        : options.empty
          ? emptyMigrations(graph, labels, options.name)
          : (await detect(session, project, graph, labels, options)).filter(({ app }) => findApp(apps, app).module === null);
      const files = migrationFilesOf(planned, (label) => migrationFolder(findApp(apps, label)), {
        findReference: (value, folder) => project.modules.findExport(value, folder),
      });
      const writes = !options.check && !options.dryRun;
      if (writes) {
        writeMigrationFiles(files);
        if (!options.empty && !options.merge && files.length > 0) await verifyWritten(session, project, graph, files);
      }
      if (options.check && files.length > 0) process.exitCode = ExitCode.failed;
      if (session.format === "json") {
        const described = files.map(({ app, name, path, code }, index) => ({
          app,
          name,
          path: project.show(path),
          operations: (planned[index]?.operations ?? []).map((operation) => operation.describe()),
          ...(options.dryRun ? { code } : {}),
        }));
        terminal.printJson({ written: writes && files.length > 0, migrations: described });
        return;
      }
      if (files.length === 0) terminal.tell(options.merge ? "There is nothing to merge." : "No changes detected");
      for (const [index, { path, code }] of files.entries()) {
        if (options.dryRun) terminal.print(`${terminal.colors.dim(`// ${project.show(path)}`)}\n${code}`);
        else terminal.tell(`${options.check ? "Missing" : "Created"} migration: ${terminal.colors.bold(project.show(path))}`);
        if (!options.dryRun) for (const operation of planned[index]?.operations ?? []) terminal.tell(`  - ${operation.describe()}`);
      }
    });
}
