import { inspect } from "node:util";
import type { Command } from "commander";
import { closeAll } from "../engine/connections.js";
import { postQuery } from "../engine/events.js";
import { Terminal, type Verbosity } from "./output/terminal.js";
import { openProject, type Project } from "./project/project.js";

/** The options that every command takes. */
interface GlobalOptions {
  readonly config?: string;
  readonly verbosity: Verbosity;
  readonly color: boolean;
  readonly traceback: boolean;
  /** Of the commands that can answer a machine. */
  readonly format?: string;
  readonly json?: boolean;
}

/** One call of the command line: its terminal, and its project once a command asks for it. */
export class Session {
  /** Where the command was called; the working directory becomes the project's folder when it is opened. */
  readonly directory = process.cwd();
  /** The whole command line, for commands that describe it. */
  readonly program: Command;
  terminal = new Terminal(1, true);
  format: "text" | "json" = "text";
  traceback = false;
  #config: string | undefined;
  #project: Promise<Project> | null = null;

  constructor(program: Command) {
    this.program = program;
  }

  /** Takes over the options, before the command's action runs. */
  start(options: GlobalOptions): void {
    this.terminal = new Terminal(options.verbosity, options.color);
    this.format = options.format === "json" || options.json === true ? "json" : "text";
    this.traceback = options.traceback;
    this.#config = options.config;
    if (options.verbosity < 3) return;
    postQuery.connect(({ sql, params, elapsedMs }) => {
      const time = elapsedMs === undefined ? "" : ` -- ${elapsedMs.toFixed(1)} ms`;
      this.terminal.detail(`${sql}${params.length === 0 ? "" : ` ${inspect(params, { breakLength: Number.POSITIVE_INFINITY })}`}${time}`);
    });
  }

  /** The project, its configuration applied; opened on the first call. */
  project(): Promise<Project> {
    this.#project ??= openProject(this.directory, this.#config).then((project) => {
      this.terminal.detail(`Configuration: ${project.configFile}`);
      return project;
    });
    return this.#project;
  }

  /** Ends what would keep the process alive. */
  async end(): Promise<void> {
    if (this.#project !== null) await closeAll();
  }
}
