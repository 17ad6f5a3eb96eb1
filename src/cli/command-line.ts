import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { addCommands } from "./commands/add-commands.js";
import { ExitCode } from "./failures.js";
import { reportError } from "./output/describe-error.js";
import type { Verbosity } from "./output/terminal.js";
import { packageVersion } from "./package-version.js";
import { Session } from "./session.js";

function parseVerbosity(text: string): Verbosity {
  const value = Number(text);
  if (value === 0 || value === 1 || value === 2 || value === 3) return value;
  throw new InvalidArgumentError("It is 0, 1, 2 or 3.");
}

function buildProgram(): { readonly program: Command; readonly session: Session } {
  const program = new Command("dorm")
    .description("The Django ORM for TypeScript, from the command line.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help for a command")
    .commandsGroup("This program:")
    .helpCommand("help [command]", "print help for a command")
    .option("--config <file>", "the configuration file; else DORM_CONFIG, else dorm.config.ts here or above")
    .addOption(
      new Option("-v, --verbosity <level>", "0 results only, 1 as usual, 2 details, 3 every statement")
        .default(1)
        .argParser(parseVerbosity),
    )
    .option("--no-color", "no colours (also NO_COLOR)")
    .option("--traceback", "print where an error came from", false)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError("Run dorm help for the commands, and dorm help <command> for one of them.")
    .exitOverride();
  const session = new Session(program);
  program.hook("preAction", (_program, command) => session.start(command.optsWithGlobals()));
  addCommands(program, session);
  return { program, session };
}

/** The warning of Node that its SQLite is experimental says nothing about the project. */
function silenceExperimentalWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}

/**
 * Runs a command.
 *
 * @param args - the words after `dorm`
 * @returns the exit code: 0 done, 1 failed or found something, 2 not understood
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  silenceExperimentalWarnings();
  // a pager or `head` that has read enough is no failure
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(ExitCode.done);
    throw error;
  });
  const { program, session } = buildProgram();
  try {
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? ExitCode.done);
  } catch (error) {
    // help and version end in this way too, and it has been printed
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    return reportError(error, session.terminal, session.format, session.traceback);
  } finally {
    await session.end();
  }
}
