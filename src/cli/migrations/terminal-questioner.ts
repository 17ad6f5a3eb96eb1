import { DormError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import type { DefaultAnswer, DefaultReason, MigrationQuestioner } from "../../migrations/detection/questioner.js";
import type { StateField } from "../../migrations/state/model-state.js";
import { CommandFailure } from "../failures.js";
import { askForChoice, askForText, askToConfirm } from "../output/ask.js";
import type { Terminal } from "../output/terminal.js";

/** What was answered before anything is asked. */
export interface GivenAnswers {
  /** False: what is new is new, whatever it resembles. */
  readonly renames: boolean;
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** The field's value of a text: as JSON, else as it stands. @throws what the field says of it */
function fieldValue(field: StateField, text: string): unknown {
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // no JSON, so a text
  }
  if (!isField(field)) return value;
  try {
    return field.coerce(value);
  } catch (error) {
    // "12" for a text
    if (value === text) throw error;
    return field.coerce(text);
  }
}

function problemWith(field: StateField, text: string): string | undefined {
  try {
    fieldValue(field, text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Asks on a terminal what the models do not tell; where there is none, says which option tells it. */
export class TerminalQuestioner implements MigrationQuestioner {
  readonly #terminal: Terminal;
  readonly #given: GivenAnswers;

  constructor(terminal: Terminal, given: GivenAnswers) {
    this.#terminal = terminal;
    this.#given = given;
  }

  isModelRenamed(app: string, oldName: string, newName: string): Promise<boolean> {
    return this.#isRenamed(`the model ${app}.${oldName}`, newName, `${app}.${oldName}=${newName}`);
  }

  isFieldRenamed(label: string, oldName: string, newName: string): Promise<boolean> {
    return this.#isRenamed(`the field ${label}.${oldName}`, newName, `${label}.${oldName}=${newName}`);
  }

  async #isRenamed(what: string, newName: string, option: string): Promise<boolean> {
    if (!this.#given.renames) return false;
    if (!this.#terminal.interactive) {
      throw new CommandFailure(
        `Was ${what} renamed to "${newName}"? If so, give --rename ${option}; if it is deleted with its rows and another one is new, give --no-renames. Nothing was written.`,
      );
    }
    return askToConfirm(this.#terminal, `Was ${what} renamed to "${newName}"?`, "");
  }

  async defaultFor(label: string, name: string, field: StateField, reason: DefaultReason): Promise<DefaultAnswer> {
    const path = `${label}.${name}`;
    if (Object.hasOwn(this.#given.defaults, path)) {
      const value = this.#given.defaults[path];
      try {
        return { kind: "value", value: isField(field) ? field.coerce(value) : value };
      } catch (error) {
        throw new DormError(
          `The value given for rows that are there does not fit ${path}: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    }
    const problem = reason === "add" ? `${path} is new and must have a value` : `${path} must have a value now`;
    if (!this.#terminal.interactive) {
      throw new CommandFailure(
        `${problem}, and rows that are there have none. Give the field a default or null: true, or a value for those rows: --default ${path}=<value>. Nothing was written.`,
      );
    }
    const choices = [
      { value: "value", label: "Give a value now, for the rows that are there" },
      { value: "quit", label: "Stop, and give the field a default or null: true" },
      ...(reason === "alter" ? [{ value: "none", label: "There are no such rows, or an earlier migration fills them" }] : []),
    ] as const;
    const answer = await askForChoice(this.#terminal, `${problem}. What shall rows get that are there?`, choices, "");
    if (answer === "quit") throw new CommandFailure("Stopped; nothing was written.");
    if (answer === "none") return { kind: "none" };
    const text = await askForText(this.#terminal, `The value for ${path}`, (given) => problemWith(field, given), "");
    return { kind: "value", value: fieldValue(field, text) };
  }
}
