import type { Step } from "./flow.js";

/** Hears of the tables whose rows were changed, once the changes are committed. */
export type WriteListener = (tables: ReadonlySet<string>) => Step;

let listener: WriteListener | undefined;

/** Fills in what stands above the engine and wants to hear of writes: the caches. */
export function installWriteListener(implementation: WriteListener): void {
  listener = implementation;
}

/** A step that tells of tables whose rows were changed; it is for the time after the commit. */
export function tellWritten(tables: ReadonlySet<string>): Step {
  // the package's entry loads what listens
  if (!listener) throw new Error('the caches of dorm are not loaded: import from "dorm"');
  return listener(tables);
}
