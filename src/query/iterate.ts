import { run, runSync } from "../engine/run.js";
import { openPortions } from "./fetch.js";
import type { QuerySetState } from "./state.js";

/** The rows of a query from a cursor, one by one; the cursor closes on every way out of the loop. */
export async function* iterateAsync(state: QuerySetState, chunkSize: number): AsyncGenerator<unknown, void, undefined> {
  const portions = await run(openPortions(state, chunkSize));
  try {
    for (let rows = await run(portions.next()); rows !== null; rows = await run(portions.next())) yield* rows;
  } finally {
    await run(portions.close());
  }
}

/** The same without waiting. */
export function* iterateSync(state: QuerySetState, chunkSize: number): Generator<unknown, void, undefined> {
  const portions = runSync(openPortions(state, chunkSize));
  try {
    for (let rows = runSync(portions.next()); rows !== null; rows = runSync(portions.next())) yield* rows;
  } finally {
    runSync(portions.close());
  }
}
