import { ImproperlyConfigured } from "../errors.js";
import type { ColumnStorage } from "../sql/codec.js";
import type { LookupFamily } from "../types/field.js";
import { describe } from "./describe-value.js";
import { FieldDefinition } from "./field.js";

/** A field with a column of its own, of a type that is known when it is made. */
export abstract class ColumnDefinition extends FieldDefinition {
  readonly storage: ColumnStorage;
  readonly lookupFamily: LookupFamily;

  constructor(
    kind: string,
    lookupFamily: LookupFamily,
    storage: ColumnStorage,
    options: object,
    ownDefaults: Readonly<Record<string, unknown>> = {},
  ) {
    super(kind, options, ownDefaults);
    this.lookupFamily = lookupFamily;
    this.storage = Object.freeze(storage);
  }

  protected override checkDefault(): void {
    const given = this.options.default;
    if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean" && typeof given !== "bigint") return;
    try {
      const value = this.coerce(given);
      if (this.choices !== null && !this.allows(value)) throw this.invalid(`${describe(given)} is not one of the choices`);
    } catch (cause) {
      throw new ImproperlyConfigured(`${this.label}: the default cannot be: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }
}
