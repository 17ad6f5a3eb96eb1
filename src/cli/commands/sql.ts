import type { Command } from "commander";
import { dialectFor } from "../../engine/execute.js";
import { DormError } from "../../errors.js";
import { dependencyOrder, withJunctions } from "../../migrations/table-order.js";
import { createTablesSql } from "../../migrations/table-sql.js";
import type { ModelMeta } from "../../models/meta.js";
import { didYouMean } from "../../suggestions.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { UsageError } from "../failures.js";
import { type App, requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

/** The models that names mean: an app, a label, or a model's name where only one app has it. */
function namedModels(apps: readonly App[], names: readonly string[]): readonly ModelMeta[] {
  const all = apps.flatMap((app) => app.models);
  return names.flatMap((name) => {
    const found =
      apps.find((app) => app.label === name)?.models ??
      all.filter((meta) => meta.label === name || (meta.name === name && all.filter((other) => other.name === name).length === 1));
    if (found.length > 0) return found;
    const known = [...apps.map((app) => app.label), ...all.map((meta) => meta.label)];
    throw new DormError(`There is no app or model "${name}". ${didYouMean(name, known)}`.trimEnd(), { code: "unknown_model" });
  });
}

/** `dorm sql` */
export function sqlCommand(session: Session): Command {
  return createCommand("sql [names...]", "Print the CREATE TABLE statements of models, with junctions, indexes and constraints.", [
    ["dorm sql blog", "the tables of the app blog"],
    ["dorm sql blog.Author", "the tables of one model"],
    ["dorm sql --all --database replica", "every model, in the SQL of that database"],
  ])
    .option("--all", "every model", false)
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (names: string[], options: { all: boolean; database: string }) => {
      if (names.length === 0 && !options.all) throw new UsageError("Name apps or models, or give --all.");
      const project = await session.project();
      const dialect = dialectFor(requireAlias(options.database));
      const apps = await project.apps();
      const models = options.all ? apps.flatMap((app) => app.models) : namedModels(apps, names);
      const statements = createTablesSql(dialect, dependencyOrder(withJunctions(models)));
      if (session.format === "json") session.terminal.printJson({ database: options.database, vendor: dialect.vendor, statements });
      else for (const statement of statements) session.terminal.print(`${statement};`);
    });
}
