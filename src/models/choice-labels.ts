import { attributesOf } from "./attributes.js";
import type { ModelCore } from "./core.js";
import type { ModelMeta } from "./meta.js";

/** Puts `getLevelDisplay()` on a model's prototype for each field with choices; a base's own method of that name stays. */
export function defineChoiceLabels(prototype: ModelCore, meta: ModelMeta): void {
  for (const field of meta.fields) {
    if (field.choices === null) continue;
    const name = `get${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}Display`;
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: false,
      writable: true,
      value(this: ModelCore): string | null {
        return field.display(attributesOf(this)[field.attname]);
      },
    });
  }
}
