import { confirm, isCancel, select, text } from "@clack/prompts";
import { UsageError } from "../failures.js";
import { Cancelled } from "./describe-error.js";
import type { Terminal } from "./terminal.js";

/** @throws UsageError where nobody can answer; it says which option answers instead */
function requirePerson(terminal: Terminal, instead: string): void {
  if (!terminal.interactive) throw new UsageError(`There is no terminal to ask on. ${instead}`);
}

function given<T>(answer: T | symbol): T {
  if (isCancel(answer)) throw new Cancelled();
  // isCancel has taken the symbol away
  return answer as T;
}

/**
 * Asks for a yes.
 *
 * @param instead - the sentence for where there is no terminal: which option says yes
 */
export async function askToConfirm(terminal: Terminal, question: string, instead: string): Promise<boolean> {
  requirePerson(terminal, instead);
  return given<boolean>(await confirm({ message: question, initialValue: false }));
}

/** Asks for one of several. */
export async function askForChoice<T extends string>(
  terminal: Terminal,
  question: string,
  choices: readonly { readonly value: T; readonly label: string }[],
  instead: string,
): Promise<T> {
  requirePerson(terminal, instead);
  // one of the choices
  return given<string>(await select<string>({ message: question, options: [...choices] })) as T;
}

/**
 * Asks for a line of text.
 *
 * @param check - gives a sentence for text that will not do
 */
export async function askForText(
  terminal: Terminal,
  question: string,
  check: (text: string) => string | undefined,
  instead: string,
): Promise<string> {
  requirePerson(terminal, instead);
  return given<string>(await text({ message: question, validate: (value) => check(value ?? "") }));
}
