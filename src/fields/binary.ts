import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";

/** What bytes may be given as. */
export type BinaryInput = Uint8Array | ArrayBuffer;

/** The options of bytes. */
export interface BinaryOptions extends CommonOptions<BinaryInput, Uint8Array> {
  /** The greatest number of bytes. */
  readonly maxLength?: number;
}

/** Bytes. */
export class BinaryDefinition extends ColumnDefinition {
  readonly maxLength: number | null;

  constructor(options: object) {
    super("BinaryField", "binary", { kind: "binary" }, options, { maxLength: undefined, editable: false });
    this.maxLength = this.option("maxLength") === undefined ? null : this.count("maxLength", 1);
  }

  protected convert(input: unknown): unknown {
    if (input instanceof Uint8Array) return input.constructor === Uint8Array ? input : new Uint8Array(input);
    if (input instanceof ArrayBuffer) return new Uint8Array(input);
    throw this.invalid(`${describe(input)} is not bytes; give a Uint8Array`);
  }

  protected override checkValue(value: unknown): void {
    if (this.maxLength !== null && value instanceof Uint8Array && value.length > this.maxLength) {
      throw this.invalid(`ensure this value has at most ${this.maxLength} bytes (it has ${value.length})`);
    }
  }

  override prepareForSave(value: unknown): unknown {
    this.checkValue(value);
    return value;
  }

  override isEmpty(value: unknown): boolean {
    return value instanceof Uint8Array && value.length === 0;
  }

  override equals(left: unknown, right: unknown): boolean {
    if (!(left instanceof Uint8Array) || !(right instanceof Uint8Array)) return left === right;
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  }
}

/**
 * Bytes, as a `Uint8Array`.
 *
 * @param options - `maxLength` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ data: BinaryField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ data: new Uint8Array([1, 2]) });
 * console.log(item.data.length); // → 2
 */
export function BinaryField<const O extends BinaryOptions = NoOptions>(
  options?: O & KnownOptions<O, BinaryOptions>,
): Make<Uint8Array, O, "binary"> {
  return publish(new BinaryDefinition(options ?? {}));
}
