import { type Command, Option } from "commander";
import { MigrationGraph } from "../../migrations/running/graph.js";
import { createCommand } from "../command.js";
import { projectMigrations } from "../migrations/project-migrations.js";
import type { Session } from "../session.js";

/** `dorm migrations-graph` */
export function migrationsGraphCommand(session: Session): Command {
  return createCommand("migrations-graph [apps...]", "Print the migrations in the order in which they run, with what each depends on.", [
    ["dorm migrations-graph", "as text"],
    ["dorm migrations-graph --format dot | dot -Tsvg > graph.svg", "as a picture, by Graphviz"],
  ])
    .addOption(new Option("--format <format>", "for people, machines or Graphviz").choices(["text", "json", "dot"]).default("text"))
    .action(async (labels: string[], options: { format: string }) => {
      const project = await session.project();
      const { terminal } = session;
      const apps = new Set((await project.chosenApps(labels)).map((app) => app.label));
      const graph = new MigrationGraph(await projectMigrations(project));
      const nodes = graph.order
        .filter((migration) => apps.has(migration.app))
        .map((migration) => ({
          key: migration.key,
          app: migration.app,
          name: migration.name,
          dependencies: [...graph.parents(migration)].sort(),
        }));
      if (options.format === "json") terminal.printJson(nodes);
      else if (options.format === "dot") {
        const lines = nodes.flatMap(({ key, dependencies }) => [
          `  "${key}";`,
          ...dependencies.map((parent) => `  "${key}" -> "${parent}";`),
        ]);
        terminal.print(["digraph migrations {", "  rankdir=RL;", ...lines, "}"].join("\n"));
      } else {
        if (nodes.length === 0) terminal.tell("There are no migrations.");
        for (const { key, dependencies } of nodes)
          terminal.print(`${key}${dependencies.length === 0 ? "" : terminal.colors.dim(` ← ${dependencies.join(", ")}`)}`);
      }
    });
}
