export const LEAST_64 = -9_223_372_036_854_775_808n;
export const GREATEST_64 = 9_223_372_036_854_775_807n;

/** Whether a value is a whole number that no integer of 64 bits, and so no column of integers, holds. */
export function isBeyond64Bits(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && (value > GREATEST_64 || value < LEAST_64);
  return typeof value === "bigint" && (value > GREATEST_64 || value < LEAST_64);
}
