import type { Command } from "commander";
import { healthCheck } from "../../engine/connections.js";
import { databaseFor } from "../../engine/execute.js";
import { settings } from "../../engine/settings.js";
import { createCommand, formatOption } from "../command.js";
import { checkModels } from "../doctor/check-models.js";
import { checkProductionSettings } from "../doctor/check-settings.js";
import { checkStorages } from "../doctor/check-storages.js";
import type { Finding } from "../doctor/finding.js";
import { ExitCode } from "../failures.js";
import type { Session } from "../session.js";

async function checkReachable(aliases: readonly string[]): Promise<readonly Finding[]> {
  const answers = await Promise.all(aliases.map((alias) => healthCheck(alias)));
  return answers.flatMap((answer) =>
    answer.status === "ok"
      ? []
      : [
          {
            level: "warning" as const,
            code: "unreachable",
            message: `"${answer.alias}" does not answer: ${answer.error}.`,
            advice: "Check host, port, user and password, and that the server runs.",
          },
        ],
  );
}

/** `dorm doctor` */
export function doctorCommand(session: Session): Command {
  return createCommand("doctor", "Look for what goes wrong in production: pools, TLS, timeouts, indexes. Exit code 1 with warnings.", [
    ["dorm doctor", "settings, models and databases"],
    ["dorm doctor --offline --format json", "without asking the databases, for a machine"],
  ])
    .option("--offline", "do not connect to the databases", false)
    .addOption(formatOption())
    .action(async (options: { offline: boolean }) => {
      const project = await session.project();
      const { terminal } = session;
      const apps = await project.apps();
      const models = apps.flatMap((app) => app.models);
      const isServer = (alias: string): boolean => !databaseFor(alias).synchronous;
      const findings = [
        ...checkProductionSettings(settings, isServer),
        ...checkModels(models),
        ...checkStorages(settings, models),
        ...(options.offline ? [] : await checkReachable(Object.keys(settings.databases))),
      ];
      const warnings = findings.filter((finding) => finding.level === "warning").length;
      if (session.format === "json") terminal.printJson({ warnings, findings });
      else {
        const { yellow, blue, green, dim } = terminal.colors;
        for (const { level, message, advice } of findings) {
          terminal.print(`${level === "warning" ? yellow("warning") : blue("note")}  ${message} ${dim(advice)}`);
        }
        terminal.print(warnings === 0 ? green("No warnings.") : `${warnings} ${warnings === 1 ? "warning" : "warnings"}.`);
      }
      if (warnings > 0) process.exitCode = ExitCode.failed;
    });
}
