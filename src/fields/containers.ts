import { ImproperlyConfigured, ValidationError } from "../errors.js";
import type { CommonOptions, Field, FieldValue, KnownOptions, Make, NoOptions } from "../types/field.js";
import { isWellFormed } from "../values/json-text.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe, isPlainObject } from "./describe-value.js";
import { type Deconstructed, type FieldDefinition, isField, publish } from "./field.js";

/** The options of arrays. */
export interface ArrayOptions<Element> extends CommonOptions<readonly Element[]> {
  /** The greatest number of elements. */
  readonly size?: number;
}

/** Lists of values of another field. */
export class ArrayDefinition extends ColumnDefinition {
  readonly base: FieldDefinition;
  readonly size: number | null;

  constructor(base: unknown, options: object) {
    if (!isField(base))
      throw new ImproperlyConfigured("ArrayField: the first argument is the field of the elements, as in ArrayField(IntegerField())");
    if (base.auto || base.primaryKey || base.generated) throw new ImproperlyConfigured(`ArrayField: a ${base.kind} cannot be an element`);
    super("ArrayField", "array", { kind: "array", element: base.storage }, options, { size: undefined });
    this.base = base;
    this.size = this.option("size") === undefined ? null : this.count("size", 1);
  }

  protected convert(input: unknown): unknown {
    if (!Array.isArray(input)) throw this.invalid(`${describe(input)} is not a list`);
    return this.eachElement(input, (element) => this.base.coerce(element));
  }

  protected override checkValue(value: unknown): void {
    if (!Array.isArray(value)) return;
    this.checkSize(value);
    this.eachElement(value, (element) => this.base.validate(element));
  }

  override prepareForSave(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    this.checkSize(value);
    return this.eachElement(value, (element) => (element === null ? null : this.base.prepareForSave(element)));
  }

  private checkSize(value: readonly unknown[]): void {
    if (this.size !== null && value.length > this.size)
      throw this.invalid(`a list of at most ${this.size} elements is allowed (it has ${value.length})`);
  }

  /** Runs the element field over a list, with the place of an element in its error. */
  private eachElement(list: readonly unknown[], run: (element: unknown) => unknown): unknown[] {
    return Array.from(list, (element, index) => {
      if (element === null && !this.base.null) throw this.invalid(`element ${index}: null is not allowed`);
      try {
        return run(element);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        throw this.invalid(
          error.messages.map((message) => `element ${index}: ${message.replace(`${this.base.kind}: `, "")}`),
          error,
        );
      }
    });
  }

  override equals(left: unknown, right: unknown): boolean {
    if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
    return left.length === right.length && left.every((element, index) => this.sameElement(element, right[index]));
  }

  private sameElement(left: unknown, right: unknown): boolean {
    return left === null || right === null ? left === right : this.base.equals(left, right);
  }

  override deconstruct(): Deconstructed {
    return { ...super.deconstruct(), args: [this.base] };
  }
}

/**
 * A list of values of another field; on PostgreSQL only.
 *
 * @param base - the field of the elements; with `null: true` an element may be null
 * @param options - `size` and the common options
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ words: ArrayField(CharField({ maxLength: 20 }), { default: [] }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ words: ["a", "b"] });
 * console.log(item.words); // → [ 'a', 'b' ]
 */
export function ArrayField<
  Base extends Field<unknown, boolean, boolean, string, boolean>,
  const O extends ArrayOptions<FieldValue<Base>> = NoOptions,
>(base: Base, options?: O & KnownOptions<O, ArrayOptions<FieldValue<Base>>>): Make<FieldValue<Base>[], O, "array"> {
  return publish(new ArrayDefinition(base, options ?? {}));
}

/** The value of an HStoreField. */
export type HStore = Record<string, string | null>;

/** Records of text. */
export class HStoreDefinition extends ColumnDefinition {
  constructor(options: object) {
    super("HStoreField", "hstore", { kind: "hstore" }, options);
  }

  protected convert(input: unknown): unknown {
    if (!isPlainObject(input)) throw this.invalid(`${describe(input)} is not an object of strings`);
    for (const [key, value] of Object.entries(input)) {
      if (value !== null && typeof value !== "string")
        throw this.invalid(`the value of ${describe(key)} must be a string or null, not ${describe(value)}`);
      if (!isWellFormed(key) || (value !== null && !isWellFormed(value))) throw this.invalid("text with a lone surrogate cannot be stored");
    }
    return input;
  }

  override prepareForSave(value: unknown): unknown {
    return this.convert(value);
  }

  override equals(left: unknown, right: unknown): boolean {
    if (!isPlainObject(left) || !isPlainObject(right)) return left === right;
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && left[key] === right[key]);
  }
}

/**
 * A record of text: `hstore` on PostgreSQL (the extension must be there), JSON text elsewhere.
 *
 * @param options - the common options
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ labels: HStoreField({ default: {} }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ labels: { size: "XL" } });
 * console.log(await Item.objects.filter({ labels__hasKey: "size" }).count(), item.labels.size); // → 1 XL
 */
export function HStoreField<const O extends CommonOptions<Readonly<HStore>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<Readonly<HStore>>>,
): Make<HStore, O, "hstore"> {
  return publish(new HStoreDefinition(options ?? {}));
}
