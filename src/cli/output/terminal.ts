import picocolors from "picocolors";

type Colors = ReturnType<typeof picocolors.createColors>;

/** How much a command says: 0 only results and errors, 1 the usual, 2 also details, 3 also every statement. */
export type Verbosity = 0 | 1 | 2 | 3;

/** Where a command writes, and how. */
export class Terminal {
  readonly colors: Colors;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  readonly verbosity: Verbosity;

  constructor(verbosity: Verbosity, wantsColor: boolean) {
    const { NO_COLOR: forbidden, FORCE_COLOR: forced } = process.env;
    const colored =
      wantsColor && (forbidden === undefined || forbidden === "") && (process.stdout.isTTY === true || (forced ?? "0") !== "0");
    this.colors = picocolors.createColors(colored);
    this.interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
    this.verbosity = verbosity;
  }

  /** What the command was called for, on stdout. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** A value for a machine. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** How the work goes on, on stdout; not for `--verbosity 0`. */
  tell(text: string): void {
    if (this.verbosity >= 1) this.print(text);
  }

  /** Details, on stderr; from `--verbosity 2`. */
  detail(text: string): void {
    if (this.verbosity >= 2) process.stderr.write(`${this.colors.dim(text)}\n`);
  }

  /** On stderr, whatever the verbosity. */
  warn(text: string): void {
    process.stderr.write(`${this.colors.yellow(text)}\n`);
  }
}
