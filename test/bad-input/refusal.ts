import { expect } from "vitest";
import { DormError, type QueryEvent } from "../../src/index.js";
import { captureQueries } from "../../src/testing/index.js";

/** What a call must be refused with: a class of errors, and what its message says. */
export type Refusal = readonly [
  title: string,
  body: () => unknown,
  errorClass: new (...args: never[]) => DormError,
  message: RegExp | string,
];

/** The error that a call ends in, and the statements that it sent before. */
export async function refused(body: () => unknown): Promise<{ error: DormError; queries: readonly QueryEvent[] }> {
  let error: unknown = null;
  const queries = await captureQueries(async () => {
    try {
      await body();
    } catch (caught) {
      error = caught;
    }
  });
  expect(error, "it was refused").not.toBeNull();
  expect(error, "with an error of ours").toBeInstanceOf(DormError);
  // just found to be one
  return { error: error as unknown as DormError, queries };
}

/** Checks that a call is refused before it sends anything. */
export async function expectRefusal([, body, errorClass, message]: Refusal): Promise<void> {
  const { error, queries } = await refused(body);
  expect(error).toBeInstanceOf(errorClass);
  if (typeof message === "string") expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
  expect(queries.map(({ sql }) => sql)).toEqual([]);
}
