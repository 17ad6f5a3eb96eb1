import type { Measurement } from "./measure.ts";

/** What one contestant did on one database. */
export interface Result {
  readonly contestant: string;
  readonly measurements: readonly Measurement[];
}

const units = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
] as const;

export function showTime(nanoseconds: number): string {
  for (const [size, unit] of units) {
    if (nanoseconds >= size) return `${(nanoseconds / size).toPrecision(3)} ${unit}`;
  }
  return `${Math.round(nanoseconds)} ns`;
}

/** A table of medians: a row for each task, a column for each contestant, with its ratio to the first one. */
export function table(results: readonly Result[]): string {
  const [first] = results;
  if (first === undefined) return "";
  const header = ["", ...results.map((result) => result.contestant)];
  const rows = first.measurements.map(({ task, median }) => [
    task,
    ...results.map((result) => {
      const found = result.measurements.find((measurement) => measurement.task === task);
      if (found === undefined) return "failed";
      return result === first ? showTime(found.median) : `${showTime(found.median)} (${(found.median / median).toFixed(2)})`;
    }),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  ");
  return [line(header), ...rows.map(line)].join("\n");
}
