import type { CallNode } from "../sql/nodes.js";

/** The keys of a JSON path, as the transform collected them. */
export function pathOf({ options }: CallNode): readonly string[] {
  // JSON transforms always give a list of names
  return options?.path as readonly string[];
}
