import { QuerySetBase } from "../../query/queryset.js";

/** A queryset that is only named is shown by its first rows, which one query reads: one more than are printed. */
const PREVIEW_ROWS = 51;

/**
 * What reads the rows to show.
 *
 * @param value - what an expression gave
 * @returns null for a value that is shown as it is
 */
export function previewOf(value: unknown): PromiseLike<unknown> | null {
  if (!(value instanceof QuerySetBase) || value.isManager) return null;
  // every queryset has this method and can be awaited; the class's type hides what its table of terminals adds
  return (value as unknown as { limit(count: number): PromiseLike<unknown> }).limit(PREVIEW_ROWS);
}
