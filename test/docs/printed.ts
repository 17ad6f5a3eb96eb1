import { formatWithOptions } from "node:util";
import { vi } from "vitest";

/** The lines that `console.log` gets from now on, each value on one line; until mocks are restored. */
export function recordPrinted(): readonly string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
    lines.push(formatWithOptions({ breakLength: Number.POSITIVE_INFINITY, compact: true }, ...values));
  });
  return lines;
}
