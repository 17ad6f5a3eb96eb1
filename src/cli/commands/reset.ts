import type { Command } from "commander";
import { dialectFor } from "../../engine/execute.js";
import { settings } from "../../engine/settings.js";
import { transaction } from "../../engine/transaction.js";
import { NotSupportedError } from "../../errors.js";
import { MigrationExecutor } from "../../migrations/running/executor.js";
import { createCommand, databaseOption } from "../command.js";
import { UsageError } from "../failures.js";
import { progressReporter } from "../migrations/progress-reporter.js";
import { projectMigrations } from "../migrations/project-migrations.js";
import { createUnmigratedTables } from "../migrations/unmigrated-tables.js";
import { askToConfirm } from "../output/ask.js";
import { Cancelled } from "../output/describe-error.js";
import { isRemote } from "../project/is-remote.js";
import { requireAlias } from "../project/project.js";
import { runSql } from "../run-statement.js";
import type { Session } from "../session.js";

/** @throws UsageError for a database that may be somebody's work */
function requireDevelopment(alias: string): void {
  const { NODE_ENV: environment } = process.env;
  const host = settings.databases[alias]?.host ?? null;
  const reason = environment === "production" ? "NODE_ENV is production" : isRemote(host) ? `it is on ${host}, not on this machine` : null;
  if (reason === null) return;
  throw new UsageError(`"${alias}" is no database for development (${reason}), and reset would delete all that is in it.`);
}

/** `dorm reset` */
export function resetCommand(session: Session): Command {
  return createCommand("reset", "Drop everything in a database on this machine, and make it anew by the migrations.", [
    ["dorm reset", "asks first"],
    ["dorm reset --force --database test", "does not ask"],
  ])
    .option("--force", "do not ask", false)
    .addOption(databaseOption())
    .action(async (options: { force: boolean; database: string }) => {
      const project = await session.project();
      const { terminal } = session;
      const alias = requireAlias(options.database);
      requireDevelopment(alias);
      const { schema, vendor } = dialectFor(alias);
      const { dropAll } = schema;
      if (dropAll === null) throw new NotSupportedError(`reset does not know what to drop on ${vendor}.`, { alias, vendor });
      // what cannot be loaded is found before anything is dropped
      const migrations = await projectMigrations(project);
      if (!options.force && !(await askToConfirm(terminal, `Drop everything in the database "${alias}"?`, "Give --force to drop it all.")))
        throw new Cancelled();
      await transaction.atomic(
        async () => {
          if (schema.deferConstraints !== null) await runSql(alias, schema.deferConstraints, "other");
          const { rows } = await runSql(alias, dropAll, "select");
          for (const [sql] of rows) await runSql(alias, String(sql), "ddl");
        },
        { using: alias },
      );
      terminal.tell(`Dropped everything in "${alias}".`);
      await new MigrationExecutor({ migrations, using: alias, onProgress: progressReporter(terminal) }).migrate();
      await createUnmigratedTables(await project.apps(), alias, terminal);
    });
}
