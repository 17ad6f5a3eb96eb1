import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { DormError } from "../../errors.js";
import { inspectSchema } from "../../migrations/introspection/inspect.js";
import { didYouMean } from "../../suggestions.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { CommandFailure } from "../failures.js";
import { ColumnTypes } from "../inspectdb/column-types.js";
import { nameTables } from "../inspectdb/inspected-table.js";
import { modelsCode } from "../inspectdb/models-code.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

interface InspectOptions {
  readonly app: string;
  readonly database: string;
  readonly output?: string;
  readonly includeViews?: boolean;
}

function parseApp(name: string): string {
  if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)) return name;
  throw new InvalidArgumentError("An app is a name: letters, digits and _.");
}

/** `dorm inspectdb` */
export function inspectdbCommand(session: Session): Command {
  return createCommand("inspectdb [tables...]", "Write models for the tables of a database, as TypeScript on stdout.", [
    ["dorm inspectdb --app shop --output shop/models.ts", "models of every table"],
    ["dorm inspectdb customers orders", "of some tables"],
    ["dorm inspectdb --format json", "the tables as they are, for a machine"],
  ])
    .option("--app <name>", "the app in the labels of the models", parseApp, "app")
    .option("-o, --output <file>", "a new file instead of stdout")
    .option("--include-views", "also views and materialized views")
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (names: string[], options: InspectOptions) => {
      if (options.output !== undefined && existsSync(resolve(session.directory, options.output))) {
        throw new CommandFailure(`${options.output} is there already, and is not overwritten.`);
      }
      await session.project();
      const { terminal } = session;
      const alias = requireAlias(options.database);
      const all = (await inspectSchema(alias, { views: options.includeViews === true })).filter(
        (table) => table.name !== "dorm_migrations",
      );
      const unknown = names.find((name) => !all.some((table) => table.name === name));
      if (unknown !== undefined) {
        const near = didYouMean(
          unknown,
          all.map((table) => table.name),
        );
        throw new DormError(`There is no table "${unknown}" in "${alias}". ${near}`.trimEnd(), { code: "unknown_table" });
      }
      const tables = names.length === 0 ? all : all.filter((table) => names.includes(table.name));
      if (session.format === "json") {
        terminal.printJson({ database: alias, tables });
        return;
      }
      const code = modelsCode(nameTables(tables, options.app), options.app, await ColumnTypes.of(alias, tables));
      if (options.output === undefined) {
        terminal.print(code.trimEnd());
        return;
      }
      writeFileSync(resolve(session.directory, options.output), code, { flag: "wx" });
      terminal.tell(`Wrote ${tables.length} ${tables.length === 1 ? "model" : "models"} to ${options.output}`);
    });
}
