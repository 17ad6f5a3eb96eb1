import type { Command } from "commander";
import type { Session } from "../session.js";
import { sqlCommand } from "./sql.js";
import { versionCommand } from "./version.js";

type CommandMaker = (session: Session) => Command;

/** The commands, in the order in which a project meets them. */
const GROUPS: readonly (readonly [heading: string, makers: readonly CommandMaker[]])[] = [
  ["Database:", [sqlCommand]],
  ["This program:", [versionCommand]],
];

/** Gives the program its commands. */
export function addCommands(program: Command, session: Session): void {
  for (const [heading, makers] of GROUPS) {
    for (const make of makers) program.addCommand(make(session).helpGroup(heading));
  }
}
