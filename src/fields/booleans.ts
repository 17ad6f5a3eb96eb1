import type { CommonOptions, Field, HasDefault, KnownOptions, Make, NoOptions } from "../types/field.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  on: true,
  "1": true,
  false: false,
  f: false,
  no: false,
  n: false,
  off: false,
  "0": false,
};

/** True and false; 0 and 1 and the usual words are taken. */
export class BooleanDefinition extends ColumnDefinition {
  constructor(kind: string, options: object, ownDefaults: Readonly<Record<string, unknown>> = {}) {
    super(kind, "bool", { kind: "boolean" }, options, ownDefaults);
  }

  protected convert(input: unknown): unknown {
    if (typeof input === "boolean") return input;
    const word =
      typeof input === "string" ? input.trim().toLowerCase() : typeof input === "number" || typeof input === "bigint" ? String(input) : "";
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    throw this.invalid(`${describe(input)} is neither true nor false`);
  }
}

/**
 * True or false.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ sold: BooleanField({ default: false }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.sold); // → false
 */
export function BooleanField<const O extends CommonOptions<boolean> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<boolean>>,
): Make<boolean, O, "bool"> {
  return publish(new BooleanDefinition("BooleanField", options ?? {}));
}

/** The options of a boolean that may be null. */
export type NullBooleanOptions = Omit<CommonOptions<boolean>, "null" | "primaryKey">;

/**
 * True, false or null: a BooleanField with `null: true`, under its old name.
 *
 * @param options - the common options without `null`
 * @example
 * class Item extends Model<Item>("library.Item")({ answer: NullBooleanField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.answer); // → null
 */
export function NullBooleanField<const O extends NullBooleanOptions = NoOptions>(
  options?: O & KnownOptions<O, NullBooleanOptions>,
): Field<boolean, true, HasDefault<O & { readonly null: true }>, "bool"> {
  return publish(new BooleanDefinition("NullBooleanField", { ...options }, { null: true, blank: true }));
}
