import type { Flow } from "../../engine/flow.js";
import type { CompositeKey, Field, ToMany } from "../../types/field.js";
import type { StatementRunner } from "../schema/statement-runner.js";
import type { ProjectState } from "../state/project-state.js";

/** Marks operations for every copy of the package in a process. */
const BRAND = Symbol.for("dorm.migrations.operation");

/** A field as a migration file gives it to an operation. */
export type MigrationField = Field<unknown, boolean, boolean, string, boolean> | ToMany<unknown>;
/** The fields of a model in a migration file; a composite key under the name `pk`. */
export type MigrationShape = Readonly<Record<string, MigrationField | CompositeKey<readonly string[]>>>;

/** Where an operation is run. */
export interface OperationContext {
  /** The app of the migration. */
  readonly app: string;
  /** Runs statements on the database, or collects them for a dry run. */
  readonly runner: StatementRunner;
  /** Tells of long work: how much is done. */
  readonly progress: (message: string) => void;
}

/** What it takes to write an operation into a file. */
export interface DeconstructedOperation {
  readonly name: string;
  readonly args: readonly unknown[];
}

/**
 * What an operation changes and what it needs, as words: `model:blog.Author`, `field:blog.Author.age`,
 * `field:blog.Author.*`, `key:blog.Author`, `*` for everything. By these the optimizer knows what may change places.
 */
export interface Footprint {
  readonly changes: readonly string[];
  readonly needs: readonly string[];
}

/** Everything: nothing may be moved across it. */
export const EVERYTHING: Footprint = { changes: ["*"], needs: ["*"] };

/**
 * One step of a migration: it changes the state of the models, and the database, there and back.
 *
 * @example
 * class Greet extends Operation {
 *   deconstruct() {
 *     return { name: "Greet", args: [] };
 *   }
 *   describe() {
 *     return "Greet";
 *   }
 * }
 * console.log(new Greet().describe(), new Greet().reversible); // → Greet true
 */
export abstract class Operation {
  /** True where it cannot run inside a transaction; its file says `atomic: false`. */
  readonly outsideTransaction: boolean = false;
  /** Whether it can be undone. */
  readonly reversible: boolean = true;
  /** Whether a squashed migration may leave it out. */
  readonly elidable: boolean = false;

  /** The factory's name and its arguments. */
  abstract deconstruct(): DeconstructedOperation;
  /** What it does, for people: "Add field age to Author". */
  abstract describe(): string;
  /** What a migration that consists of it is called: "author_age"; null where it says nothing. */
  get nameFragment(): string | null {
    return null;
  }

  /** The state after it. */
  stateForwards(_app: string, state: ProjectState): ProjectState {
    return state;
  }

  /** Changes the database. @param from - the state before. @param to - the state after */
  *databaseForwards(_context: OperationContext, _from: ProjectState, _to: ProjectState): Flow<void> {}

  /** Undoes that. @param from - the state with the operation. @param to - the state without it */
  *databaseBackwards(_context: OperationContext, _from: ProjectState, _to: ProjectState): Flow<void> {}

  /** What it changes and needs; everything unless an operation says less. */
  footprint(_app: string): Footprint {
    return EVERYTHING;
  }

  /** The operations that do the same as this one and a later one together; null where they cannot be joined. */
  reduce(_later: Operation, _app: string): readonly Operation[] | null {
    return null;
  }
}
Object.defineProperty(Operation.prototype, BRAND, { value: true });

/**
 * Whether a value is an operation, of whichever copy of the package.
 *
 * @example console.log(isOperation(DeleteModel("Job")), isOperation({})); // → true false
 */
export function isOperation(value: unknown): value is Operation {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** Arguments without empty ones at their end. */
export function trimArguments(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && isEmptyArgument(args[length - 1])) length--;
  return args.slice(0, length);
}

function isEmptyArgument(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length === 0)
  );
}
