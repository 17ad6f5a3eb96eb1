import { type Command, Option } from "commander";
import { LINT_RULES, type LintRule, lintMigrations } from "../../migrations/lint.js";
import { createCommand, formatOption } from "../command.js";
import { ExitCode } from "../failures.js";
import { migrationFolder } from "../migrations/project-migrations.js";
import type { Session } from "../session.js";

const RULES = Object.keys(LINT_RULES);

/** `dorm lint-migrations` */
export function lintMigrationsCommand(session: Session): Command {
  const rules = RULES.map((rule) => `  ${rule}  ${LINT_RULES[rule as LintRule]}`);
  return (
    createCommand(
      "lint-migrations [apps...]",
      "Look for migrations that lock tables, lose rows or have no way back. Exit code 1 with findings.",
      [
        ["dorm lint-migrations", "every app"],
        ["dorm lint-migrations blog --rule M002 M003", "some rules for one app"],
        ["dorm lint-migrations --format json --exit-zero", "for a machine, without failing"],
      ],
    )
      .addOption(new Option("--rule <rules...>", "only these rules").choices(RULES))
      .option("--exit-zero", "exit code 0 also with findings", false)
      .addOption(formatOption())
      .addHelpText("after", `\nRules (a comment "// noqa: M001" in a file keeps one back):\n${rules.join("\n")}`)
      // the choices above are the rules
      .action(async (labels: string[], options: { rule?: readonly LintRule[]; exitZero: boolean }) => {
        const project = await session.project();
        const { terminal } = session;
        const apps = await project.chosenApps(labels);
        const findings = await lintMigrations(
          apps.map((app) => ({ label: app.label, folder: migrationFolder(app) })),
          { importModule: project.modules, ...(options.rule === undefined ? {} : { rules: options.rule }) },
        );
        if (findings.length > 0 && !options.exitZero) process.exitCode = ExitCode.failed;
        if (session.format === "json") {
          terminal.printJson({
            findings: findings.map(({ path, ...finding }) => ({ ...finding, path: path === null ? null : project.show(path) })),
          });
          return;
        }
        const { yellow, dim, green } = terminal.colors;
        for (const { rule, path, migration, operation, message } of findings) {
          terminal.print(`${yellow(`DORM-${rule}`)} ${path === null ? migration : project.show(path)}: ${message}`);
          if (operation !== null) terminal.print(dim(`    ${operation}`));
        }
        terminal.print(
          findings.length === 0 ? green("No findings.") : `${findings.length} ${findings.length === 1 ? "finding" : "findings"}.`,
        );
      })
  );
}
