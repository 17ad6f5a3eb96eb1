import type { ModelCore } from "./core.js";

/** The attributes of an instance by their names: columns, relations that were set, annotations. */
export function attributesOf(instance: ModelCore): Record<string, unknown> {
  // they are plain properties, and accessors, of every instance
  return instance as unknown as Record<string, unknown>;
}
