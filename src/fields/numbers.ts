import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { Decimal } from "../values/decimal.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";
import { decimalProblem } from "./validators.js";

const NUMBER_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Floating-point numbers of 64 bits. NaN is refused: SQLite would store NULL for it in silence. */
export class FloatDefinition extends ColumnDefinition {
  constructor(options: object) {
    super("FloatField", "number", { kind: "float" }, options);
  }

  protected convert(input: unknown): unknown {
    const value = this.toNumber(input);
    if (Number.isNaN(value)) throw this.invalid(`${describe(input)} is not a number`);
    // The sign of a zero does not survive every driver.
    return value === 0 ? 0 : value;
  }

  private toNumber(input: unknown): number {
    if (typeof input === "number") return input;
    if (typeof input === "bigint") return Number(input);
    if (typeof input === "string" && NUMBER_TEXT.test(input.trim())) return Number(input);
    if (Decimal.isDecimal(input)) return input.toNumber();
    return Number.NaN;
  }
}

/**
 * A floating-point number of 64 bits.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ ratio: FloatField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ ratio: 0.5 });
 * console.log(item.ratio); // → 0.5
 */
export function FloatField<const O extends CommonOptions<number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<number>>,
): Make<number, O, "number"> {
  return publish(new FloatDefinition(options ?? {}));
}

/** What a decimal may be given as; a number counts as its shortest decimal form. */
export type DecimalInput = Decimal | string | number | bigint;

/** The options of decimals. */
export interface DecimalOptions extends CommonOptions<DecimalInput, Decimal> {
  /** Digits in all; 10 unless given. */
  readonly maxDigits?: number;
  /** Digits after the point; 2 unless given. */
  readonly decimalPlaces?: number;
}

/** Exact decimals. */
export class DecimalDefinition extends ColumnDefinition {
  readonly maxDigits: number;
  readonly decimalPlaces: number;

  constructor(options: object) {
    // Filled in once the options have been checked; the storage is frozen by then.
    const storage = decimalStorage(options);
    super("DecimalField", "decimal", storage, options, { maxDigits: 10, decimalPlaces: 2 });
    this.maxDigits = this.count("maxDigits", 1);
    this.decimalPlaces = this.count("decimalPlaces", 0);
    if (this.decimalPlaces > this.maxDigits) throw new ImproperlyConfigured("DecimalField: decimalPlaces cannot be more than maxDigits");
  }

  protected convert(input: unknown): unknown {
    const value = toDecimal(input);
    if (value === null) throw this.invalid(`${describe(input)} is not a decimal number`);
    return value;
  }

  protected override checkValue(value: unknown): void {
    if (!Decimal.isDecimal(value)) return;
    const problem = decimalProblem(value, this.maxDigits, this.decimalPlaces);
    if (problem !== null) throw this.invalid(problem);
  }

  /** Rounded to the column's places, half to the even neighbour, as Django does. */
  override prepareForSave(value: unknown): unknown {
    if (!Decimal.isDecimal(value)) return value;
    const rounded = new Decimal(value).toDecimalPlaces(this.decimalPlaces);
    const problem = decimalProblem(rounded, this.maxDigits, this.decimalPlaces);
    if (problem !== null) throw this.invalid(problem);
    return rounded;
  }

  override equals(left: unknown, right: unknown): boolean {
    return Decimal.isDecimal(left) && Decimal.isDecimal(right) ? left.eq(right) : left === right;
  }
}

function decimalStorage(options: object): { kind: "decimal"; maxDigits: number; decimalPlaces: number } {
  const maxDigits: unknown = Reflect.get(options, "maxDigits") ?? 10;
  const decimalPlaces: unknown = Reflect.get(options, "decimalPlaces") ?? 2;
  return { kind: "decimal", maxDigits: Number(maxDigits), decimalPlaces: Number(decimalPlaces) };
}

/** A finite decimal from what may be given as one, or null. */
export function toDecimal(input: unknown): Decimal | null {
  if (Decimal.isDecimal(input)) return input.isFinite() ? new Decimal(input) : null;
  if (typeof input === "bigint") return new Decimal(input);
  if (typeof input === "number") return Number.isFinite(input) ? new Decimal(input) : null;
  return typeof input === "string" && NUMBER_TEXT.test(input.trim()) ? new Decimal(input.trim().replace(/^\+/, "")) : null;
}

/**
 * An exact decimal: `Decimal` of decimal.js. Values are rounded to `decimalPlaces` when they are saved. SQLite holds up to 15 digits as
 * numbers and more as text, which is exact; there, only the order and the arithmetic of long ones are approximate.
 *
 * @param options - `maxDigits` (10), `decimalPlaces` (2) and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ price: DecimalField({ maxDigits: 8, decimalPlaces: 2 }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ price: "19.90" });
 * console.log(item.price.mul(3).toString()); // → 59.7
 */
export function DecimalField<const O extends DecimalOptions = NoOptions>(
  options?: O & KnownOptions<O, DecimalOptions>,
): Make<Decimal, O, "decimal"> {
  return publish(new DecimalDefinition(options ?? {}));
}
