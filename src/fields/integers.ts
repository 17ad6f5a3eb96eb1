import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, Field, KnownOptions, Make, NoOptions } from "../types/field.js";
import { Decimal } from "../values/decimal.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { type IntegerLimits, publish } from "./field.js";

/** The options of 64-bit integers. */
export interface BigIntegerOptions extends CommonOptions<bigint | number> {
  /** "bigint" unless given; "number" reads JavaScript numbers, and refuses what they cannot hold exactly. */
  readonly mode?: "bigint" | "number";
}

type Size = "smallint" | "integer" | "bigint";

const GREATEST: Readonly<Record<Size, bigint>> = { smallint: 32_767n, integer: 2_147_483_647n, bigint: 9_223_372_036_854_775_807n };
const INTEGER_TEXT = /^[+-]?\d+$/;

/** Whole numbers. Text of digits is taken; fractions, booleans and anything else is refused. */
export class IntegerDefinition extends ColumnDefinition {
  /** How values are held in JavaScript. */
  readonly mode: "number" | "bigint";
  private readonly bounds: IntegerLimits;

  constructor(
    kind: string,
    size: Size,
    options: object,
    traits: { readonly mode?: "number" | "bigint"; readonly unsigned?: boolean } = {},
    ownDefaults: Readonly<Record<string, unknown>> = {},
  ) {
    const unsigned = traits.unsigned ?? false;
    const mode: unknown = Object.hasOwn(ownDefaults, "mode")
      ? (Reflect.get(options, "mode") ?? ownDefaults.mode)
      : (traits.mode ?? "number");
    if (mode !== "number" && mode !== "bigint") throw new ImproperlyConfigured(`${kind}: option "mode" must be "bigint" or "number"`);
    super(kind, mode === "bigint" ? "bigint" : "number", { kind: size, mode, ...(unsigned ? { unsigned } : {}) }, options, ownDefaults);
    this.mode = mode;
    this.bounds = Object.freeze({ min: unsigned ? 0n : -GREATEST[size] - 1n, max: GREATEST[size] });
  }

  override get limits(): IntegerLimits {
    return this.bounds;
  }

  protected convert(input: unknown): unknown {
    if (typeof input === "number") {
      if (!Number.isInteger(input)) throw this.notAnInteger(input);
      if (this.mode === "number") return input === 0 ? 0 : input;
      if (!Number.isSafeInteger(input)) throw this.invalid(`${input} is beyond the numbers that JavaScript holds exactly; give a bigint`);
      return BigInt(input);
    }
    if (typeof input === "bigint") return this.fromBigint(input);
    if (typeof input === "string" && INTEGER_TEXT.test(input.trim())) return this.fromBigint(BigInt(input.trim()));
    if (Decimal.isDecimal(input) && input.isInteger()) return this.fromBigint(BigInt(input.toFixed()));
    throw this.notAnInteger(input);
  }

  private fromBigint(value: bigint): number | bigint {
    return this.mode === "number" ? Number(value) : value;
  }

  private notAnInteger(input: unknown): Error {
    return this.invalid(`${describe(input)} is not an integer`);
  }

  protected override checkValue(value: unknown): void {
    this.checkLimits(value);
  }

  override prepareForSave(value: unknown): unknown {
    this.checkLimits(value);
    return value;
  }

  private checkLimits(value: unknown): void {
    if (typeof value !== "number" && typeof value !== "bigint") return;
    const { min, max } = this.bounds;
    if (value < min || value > max) throw this.invalid(`${value} is outside the column's range, ${min} to ${max}`);
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw this.invalid(`${value} is beyond the numbers that JavaScript holds exactly; use BigIntegerField without mode "number"`);
    }
  }
}

/** A primary key that the database numbers. */
export class AutoDefinition extends IntegerDefinition {
  override readonly auto = true;
  override readonly filledOnSave = true;

  constructor(kind: string, size: Size, options: object) {
    super(kind, size, options, {}, { primaryKey: true, blank: true });
    if (!this.primaryKey) throw new ImproperlyConfigured(`${kind}: must be the primary key; use an integer field otherwise`);
    if (this.hasDefault()) throw new ImproperlyConfigured(`${kind}: takes no default, as the database numbers the rows`);
  }
}

/** The options of keys that the database numbers. */
export interface AutoOptions extends Omit<CommonOptions<never>, "primaryKey" | "null" | "default"> {
  /** It always is. */
  readonly primaryKey?: true;
}
/** The type of a key that the database numbers. */
export type AutoKey = Field<number, false, true, "number", true>;

/**
 * A 32-bit primary key that the database numbers.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ id: AutoField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.id); // → 1
 */
export function AutoField(options: AutoOptions = {}): AutoKey {
  return publish(new AutoDefinition("AutoField", "integer", options));
}

/**
 * A 64-bit primary key that the database numbers: what a model gets that declares none. It is read as a number; a key beyond 2^53 is
 * an error.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ id: BigAutoField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.id); // → 1
 */
export function BigAutoField(options: AutoOptions = {}): AutoKey {
  return publish(new AutoDefinition("BigAutoField", "bigint", options));
}

/**
 * A 16-bit primary key that the database numbers.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ id: SmallAutoField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.id); // → 1
 */
export function SmallAutoField(options: AutoOptions = {}): AutoKey {
  return publish(new AutoDefinition("SmallAutoField", "smallint", options));
}

/**
 * A whole number of 32 bits.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ amount: IntegerField({ default: 0 }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ amount: 3 });
 * console.log(item.amount); // → 3
 */
export function IntegerField<const O extends CommonOptions<number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<number>>,
): Make<number, O, "number"> {
  return publish(new IntegerDefinition("IntegerField", "integer", options ?? {}));
}

/**
 * A whole number of 16 bits.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ amount: SmallIntegerField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ amount: -3 });
 * console.log(item.amount); // → -3
 */
export function SmallIntegerField<const O extends CommonOptions<number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<number>>,
): Make<number, O, "number"> {
  return publish(new IntegerDefinition("SmallIntegerField", "smallint", options ?? {}));
}

type BigMake<O> = O extends { readonly mode: "number" } ? Make<number, O, "number"> : Make<bigint, O, "bigint">;

/**
 * A whole number of 64 bits, read as bigint, or with `mode: "number"` as a number.
 *
 * @param options - `mode` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ bytes: BigIntegerField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ bytes: 9007199254740993n });
 * console.log(item.bytes); // → 9007199254740993n
 */
export function BigIntegerField<const O extends BigIntegerOptions = NoOptions>(
  options?: O & KnownOptions<O, BigIntegerOptions>,
): BigMake<O> {
  return publish(new IntegerDefinition("BigIntegerField", "bigint", options ?? {}, {}, { mode: "bigint" }));
}

/**
 * A whole number of 32 bits from zero up; the database checks it too.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ amount: PositiveIntegerField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ amount: 3 });
 * console.log(item.amount); // → 3
 */
export function PositiveIntegerField<const O extends CommonOptions<number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<number>>,
): Make<number, O, "number"> {
  return publish(new IntegerDefinition("PositiveIntegerField", "integer", options ?? {}, { unsigned: true }));
}

/**
 * A whole number of 16 bits from zero up; the database checks it too.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ amount: PositiveSmallIntegerField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ amount: 3 });
 * console.log(item.amount); // → 3
 */
export function PositiveSmallIntegerField<const O extends CommonOptions<number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<number>>,
): Make<number, O, "number"> {
  return publish(new IntegerDefinition("PositiveSmallIntegerField", "smallint", options ?? {}, { unsigned: true }));
}

/**
 * A whole number of 64 bits from zero up; the database checks it too.
 *
 * @param options - `mode` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ bytes: PositiveBigIntegerField({ mode: "number" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ bytes: 3 });
 * console.log(item.bytes); // → 3
 */
export function PositiveBigIntegerField<const O extends BigIntegerOptions = NoOptions>(
  options?: O & KnownOptions<O, BigIntegerOptions>,
): BigMake<O> {
  return publish(new IntegerDefinition("PositiveBigIntegerField", "bigint", options ?? {}, { unsigned: true }, { mode: "bigint" }));
}
