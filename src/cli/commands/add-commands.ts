import type { Command } from "commander";
import type { Session } from "../session.js";
import { completionCommand } from "./completion.js";
import { dbcheckCommand } from "./dbcheck.js";
import { dbshellCommand } from "./dbshell.js";
import { diffCommand } from "./diff.js";
import { doctorCommand } from "./doctor.js";
import { dumpdataCommand } from "./dumpdata.js";
import { exportJsonSchemaCommand } from "./export-json-schema.js";
import { flushCommand } from "./flush.js";
import { initCommand } from "./init.js";
import { inspectdbCommand } from "./inspectdb.js";
import { lintMigrationsCommand } from "./lint-migrations.js";
import { loaddataCommand } from "./loaddata.js";
import { makemigrationsCommand } from "./makemigrations.js";
import { migrateCommand } from "./migrate.js";
import { migrationsGraphCommand } from "./migrations-graph.js";
import { modelsTreeCommand } from "./models-tree.js";
import { resetCommand } from "./reset.js";
import { runscriptCommand } from "./runscript.js";
import { shellCommand } from "./shell.js";
import { showmigrationsCommand } from "./showmigrations.js";
import { sqlCommand } from "./sql.js";
import { sqlmigrateCommand } from "./sqlmigrate.js";
import { squashmigrationsCommand } from "./squashmigrations.js";
import { versionCommand } from "./version.js";

type CommandMaker = (session: Session) => Command;

/** The commands, in the order in which a project meets them. */
const GROUPS: readonly (readonly [heading: string, makers: readonly CommandMaker[]])[] = [
  ["Project:", [initCommand, shellCommand, runscriptCommand, dbshellCommand, modelsTreeCommand, exportJsonSchemaCommand, doctorCommand]],
  [
    "Migrations:",
    [
      makemigrationsCommand,
      migrateCommand,
      showmigrationsCommand,
      sqlmigrateCommand,
      squashmigrationsCommand,
      lintMigrationsCommand,
      migrationsGraphCommand,
    ],
  ],
  ["Rows:", [dumpdataCommand, loaddataCommand, flushCommand, resetCommand]],
  ["Schema:", [sqlCommand, inspectdbCommand, dbcheckCommand, diffCommand]],
  ["This program:", [versionCommand, completionCommand]],
];

/** Gives the program its commands. */
export function addCommands(program: Command, session: Session): void {
  for (const [heading, makers] of GROUPS) {
    for (const make of makers) program.addCommand(make(session).helpGroup(heading));
  }
}
