import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { createCommand } from "../command.js";
import { CommandFailure } from "../failures.js";
import type { Session } from "../session.js";

/** `dorm runscript` */
export function runscriptCommand(session: Session): Command {
  return createCommand("runscript <file> [args...]", "Run a TypeScript file with the configuration applied and the models loaded.", [
    ["dorm runscript scripts/import.ts countries.csv", "calls its default export, or its run(), with the arguments"],
    ["dorm runscript scripts/import.ts -- --dry-run", "options of the script come after --"],
  ]).action(async (file: string, args: readonly string[]) => {
    const path = resolve(session.directory, file);
    if (!existsSync(path)) throw new CommandFailure(`There is no file ${file}.`);
    const project = await session.project();
    await project.apps();
    // as when Node runs the file itself
    process.argv = [process.execPath, path, ...args];
    const module = await project.modules.load(path);
    // a module is an object of its exports
    const { default: main, run = main } = module as { readonly default?: unknown; readonly run?: unknown };
    if (typeof run === "function") await run(...args);
  });
}
