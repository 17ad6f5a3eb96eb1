import type { Command } from "commander";
import { createCommand, formatOption } from "../command.js";
import { packageVersion } from "../package-version.js";
import type { Session } from "../session.js";

/** `dorm version` */
export function versionCommand(session: Session): Command {
  return createCommand("version", "Print the versions of dorm and Node.", [
    ["dorm version", "dorm 0.1.0 on Node 24.21.0"],
    ["dorm version --format json", "the same for a machine"],
  ])
    .addOption(formatOption())
    .action(() => {
      const versions = { dorm: packageVersion(), node: process.versions.node };
      if (session.format === "json") session.terminal.printJson(versions);
      else session.terminal.print(`dorm ${versions.dorm} on Node ${versions.node}`);
    });
}
