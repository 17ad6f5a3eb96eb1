/* A symbol, so that editors do not offer it. */
declare const PROBLEM: unique symbol;

/**
 * What a wrong name or value resolves to: no value is assignable to it, so that the compiler's message says what is
 * wrong in a sentence.
 */
export interface Problem<Message extends string> {
  readonly [PROBLEM]: Message;
}

/**
 * A parameter whose type argument is inferred from what was given and which is then checked against `Checked` alone: the
 * branch that is never taken is where the compiler infers from, so messages speak of `Checked` and not of `Given & Checked`.
 */
export type InferThenCheck<Given, Checked> = [Given] extends [never] ? Given : Checked;
