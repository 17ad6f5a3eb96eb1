import * as fields from "../../fields/index.js";
import * as query from "../../query/index.js";

const names = new Map<unknown, string>();
for (const [name, value] of [...Object.entries(fields), ...Object.entries(query)]) {
  if (typeof value === "function" && !names.has(value)) names.set(value, name);
}

/** The name under which dorm exports a function, where it does: `uuid7` as a default, `Lower` in an index. */
export function publicNameOf(value: unknown): string | undefined {
  return names.get(value);
}
