import type { Flow } from "../../engine/flow.js";
import { IrreversibleError, NotSupportedError } from "../../errors.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import { type DeconstructedOperation, Operation, type OperationContext, trimArguments } from "./operation.js";

/** Makes statements, with names quoted by the runner. */
export type Statements = (runner: StatementRunner) => readonly string[];

export interface StatementOperationOptions {
  /** The factory's name and its arguments. */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly description: string;
  readonly forwards: Statements;
  /** Null where there is no way back. */
  readonly backwards: Statements | null;
  /** What happens on a database without it. */
  readonly elsewhere: "refuse" | "skip";
  readonly outsideTransaction?: boolean;
}

/** An operation of PostgreSQL that is a few statements, and nothing to the state. */
export class StatementOperation extends Operation {
  readonly #options: StatementOperationOptions;
  override readonly reversible: boolean;
  override readonly outsideTransaction: boolean;

  constructor(options: StatementOperationOptions) {
    super();
    this.#options = options;
    this.reversible = options.backwards !== null;
    this.outsideTransaction = options.outsideTransaction ?? false;
  }

  deconstruct(): DeconstructedOperation {
    return { name: this.#options.name, args: trimArguments(this.#options.args) };
  }

  describe(): string {
    return this.#options.description;
  }

  override get nameFragment(): string {
    return this.#options.description.toLowerCase().replace(/\W+/g, "_");
  }

  override *databaseForwards({ runner }: OperationContext): Flow<void> {
    yield* this.#run(runner, this.#options.forwards);
  }

  override *databaseBackwards({ runner }: OperationContext): Flow<void> {
    if (this.#options.backwards === null) throw new IrreversibleError(`${this.#options.name} has no way back.`);
    yield* this.#run(runner, this.#options.backwards);
  }

  *#run(runner: StatementRunner, statements: Statements): Flow<void> {
    if (runner.dialect.schema.serverObjects) return yield* runner.runAll(statements(runner));
    if (this.#options.elsewhere === "skip") return runner.note(`${this.#options.description}: nothing to do here`);
    throw new NotSupportedError(`${this.#options.name} is for PostgreSQL; ${runner.dialect.vendor} has nothing like it.`, {
      alias: runner.alias,
      vendor: runner.dialect.vendor,
    });
  }
}
