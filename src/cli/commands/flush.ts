import type { Command } from "commander";
import { dialectFor } from "../../engine/execute.js";
import { noteWrite } from "../../engine/routing.js";
import { transaction } from "../../engine/transaction.js";
import { dependencyOrder, withJunctions } from "../../migrations/table-order.js";
import { createCommand, databaseOption } from "../command.js";
import { askToConfirm } from "../output/ask.js";
import { Cancelled } from "../output/describe-error.js";
import { requireAlias } from "../project/project.js";
import { runSql } from "../run-statement.js";
import type { Session } from "../session.js";

/** `dorm flush` */
export function flushCommand(session: Session): Command {
  return createCommand("flush", "Delete every row of the project's models and begin their numbering anew. Tables and migrations stay.", [
    ["dorm flush", "asks first"],
    ["dorm flush --noinput --database test", "does not ask"],
  ])
    .option("--noinput", "do not ask", false)
    .addOption(databaseOption())
    .action(async (options: { noinput: boolean; database: string }) => {
      const project = await session.project();
      const alias = requireAlias(options.database);
      const dialect = dialectFor(alias);
      const apps = await project.apps();
      const metas = dependencyOrder(withJunctions(apps.flatMap((app) => app.models))).toReversed();
      if (metas.length === 0) {
        session.terminal.tell("There are no models, so nothing to delete.");
        return;
      }
      if (!options.noinput) {
        const question = `Delete every row of ${metas.length} ${metas.length === 1 ? "table" : "tables"} of the database "${alias}"?`;
        if (!(await askToConfirm(session.terminal, question, "Give --noinput to delete every row without being asked.")))
          throw new Cancelled();
      }
      const numbered = metas.filter((meta) => meta.keyFields.some((field) => field.auto));
      const statements = dialect.schema.emptyTables(
        metas.map((meta) => meta.table),
        numbered.map((meta) => meta.table),
      );
      await transaction.atomic(
        async () => {
          if (dialect.schema.deferConstraints !== null) await runSql(alias, dialect.schema.deferConstraints, "other");
          for (const sql of statements) await runSql(alias, sql, "delete");
          for (const meta of metas) noteWrite(meta, alias);
        },
        { using: alias },
      );
      session.terminal.tell(`Deleted every row of ${metas.length} ${metas.length === 1 ? "table" : "tables"} of "${alias}".`);
    });
}
