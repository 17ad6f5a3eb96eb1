import type { Command } from "commander";
import { dialectFor } from "../../engine/execute.js";
import { dependencyOrder, withJunctions } from "../../migrations/table-order.js";
import { createTablesSql } from "../../migrations/table-sql.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { UsageError } from "../failures.js";
import { namedModels } from "../project/named-models.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

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
