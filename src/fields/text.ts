import { ImproperlyConfigured } from "../errors.js";
import type { ColumnStorage } from "../sql/codec.js";
import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { isWellFormed } from "../values/json-text.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";
import { isEmail, isSlug, isUrl, lengthOf } from "./validators.js";

/** The options of text fields with a greatest length. */
export interface TextOptions extends CommonOptions<string> {
  /** The greatest number of characters (not of UTF-16 units). */
  readonly maxLength?: number;
}

/** Text: values are strings; numbers and bigints are taken as their digits. */
export class TextDefinition extends ColumnDefinition {
  /** The greatest number of characters; null where the column has no limit. */
  readonly maxLength: number | null;

  constructor(kind: string, storageKind: "varchar" | "text" | "citext", options: object, ownDefaults: Readonly<Record<string, unknown>>) {
    const given: unknown = Reflect.get(options, "maxLength") ?? ownDefaults.maxLength;
    const storage: ColumnStorage = typeof given === "number" ? { kind: storageKind, maxLength: given } : { kind: storageKind };
    super(kind, "text", storage, options, ownDefaults);
    this.maxLength = given === undefined || given === null ? null : this.count("maxLength", 1);
    for (const [choice] of this.choices ?? []) {
      if (typeof choice === "string" && this.isTooLong(choice)) {
        throw new ImproperlyConfigured(`${kind}: the choice ${describe(choice)} is longer than maxLength ${this.maxLength}`);
      }
    }
  }

  protected convert(input: unknown): unknown {
    return this.convertText(input);
  }

  /** Text of any content; a lone half of a surrogate pair has no UTF-8 form, and drivers would replace it in silence. */
  protected convertText(input: unknown): string {
    if (typeof input === "string") {
      if (!isWellFormed(input)) throw this.invalid("text with a lone surrogate cannot be stored");
      return input;
    }
    if (typeof input === "number" || typeof input === "bigint") return String(input);
    throw this.invalid(`${describe(input)} is not a string`);
  }

  override coerceLookup(input: unknown): unknown {
    return input === null || input === undefined ? this.coerce(input) : this.convertText(input);
  }

  protected override checkValue(value: unknown): void {
    this.checkLength(value);
  }

  override prepareForSave(value: unknown): unknown {
    this.checkLength(value);
    return value;
  }

  private checkLength(value: unknown): void {
    if (typeof value !== "string" || !this.isTooLong(value)) return;
    throw this.invalid(`ensure this value has at most ${this.maxLength} characters (it has ${lengthOf(value)})`);
  }

  private isTooLong(value: string): boolean {
    // No text has more characters than UTF-16 units, so most are not counted.
    return this.maxLength !== null && value.length > this.maxLength && lengthOf(value) > this.maxLength;
  }
}

/** Text that follows a rule. */
class FormattedTextDefinition extends TextDefinition {
  private readonly accepts: (text: string) => boolean;
  private readonly expected: string;
  /** Whether a bad value is refused when it is assigned, and not only by validation. */
  private readonly strict: boolean;

  constructor(
    kind: string,
    options: object,
    ownDefaults: Readonly<Record<string, unknown>>,
    rule: { readonly accepts: (text: string) => boolean; readonly expected: string; readonly strict: boolean },
  ) {
    super(kind, "varchar", options, ownDefaults);
    this.accepts = rule.accepts;
    this.expected = rule.expected;
    this.strict = rule.strict;
  }

  protected override convert(input: unknown): unknown {
    const text = this.convertText(input instanceof URL ? input.href : input);
    if (this.strict && text !== "") this.checkFormat(text);
    return text;
  }

  protected override checkValue(value: unknown): void {
    super.checkValue(value);
    if (typeof value === "string") this.checkFormat(value);
  }

  private checkFormat(text: string): void {
    if (!this.accepts(text)) throw this.invalid(`${describe(text)} is not ${this.expected}`);
  }
}

/**
 * Text with a greatest length, which is 255 unless given. A longer value is refused before it is sent, alike on all databases.
 *
 * @param options - `maxLength` and the common options; `choices` narrows the type to its values
 * @throws ImproperlyConfigured for unknown or impossible options
 * @example
 * class Item extends Model<Item>("library.Item")({ name: CharField({ maxLength: 100 }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ name: "pen" });
 * console.log(item.name); // → pen
 */
export function CharField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  return publish(new TextDefinition("CharField", "varchar", options ?? {}, { maxLength: 255 }));
}

/**
 * Text of any length; `maxLength` is checked by dorm, and not part of the column.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ body: TextField({ blank: true, default: "" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.body === ""); // → true
 */
export function TextField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  return publish(new TextDefinition("TextField", "text", options ?? {}, { maxLength: undefined }));
}

/**
 * Text that compares without regard to case: `citext` on PostgreSQL (the extension must be there), NOCASE on SQLite, which knows the
 * case of the letters A to Z only.
 *
 * @param options - the common options
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ name: CITextField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ name: "Pen" });
 * console.log(await Item.objects.filter({ name: "PEN" }).count()); // → 1
 */
export function CITextField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  return publish(new TextDefinition("CITextField", "citext", options ?? {}, { maxLength: undefined }));
}

/**
 * An e-mail address, at most 254 characters unless given. A bad one is refused when it is assigned; the empty string and null pass,
 * and values from the database are not checked.
 *
 * @param options - `maxLength` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ email: EmailField({ unique: true }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ email: "a@example.com" });
 * console.log(item.email); // → a@example.com
 */
export function EmailField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  const rule = { accepts: isEmail, expected: "an e-mail address", strict: true };
  return publish(new FormattedTextDefinition("EmailField", options ?? {}, { maxLength: 254 }, rule));
}

/**
 * An absolute URL, at most 200 characters unless given; checked by validation. A `URL` object is taken as its text.
 *
 * @param options - `maxLength` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ site: URLField({ blank: true, default: "" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ site: "https://example.com/" });
 * console.log(item.site); // → https://example.com/
 */
export function URLField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  const rule = { accepts: (text: string) => isUrl(text), expected: "a URL", strict: false };
  return publish(new FormattedTextDefinition("URLField", options ?? {}, { maxLength: 200 }, rule));
}

/**
 * Letters, digits, hyphens and underscores, at most 50 unless given, with an index; checked by validation.
 *
 * @param options - `maxLength` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ slug: SlugField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ slug: "a-pen" });
 * console.log(item.slug); // → a-pen
 */
export function SlugField<const O extends TextOptions = NoOptions>(options?: O & KnownOptions<O, TextOptions>): Make<string, O, "text"> {
  const rule = { accepts: isSlug, expected: "a slug of letters, digits, underscores and hyphens", strict: false };
  return publish(new FormattedTextDefinition("SlugField", options ?? {}, { maxLength: 50, dbIndex: true }, rule));
}
