import { ImproperlyConfigured, ValidationError } from "../errors.js";
import type { StorageKind } from "../sql/codec.js";
import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import type { Decimal } from "../values/decimal.js";
import { isRange, Range, type RangeBounds } from "../values/range.js";
import { ColumnDefinition } from "./column-definition.js";
import { DateDefinition, DateTimeDefinition } from "./dates.js";
import { describe, isPlainObject } from "./describe-value.js";
import { type FieldDefinition, publish } from "./field.js";
import { IntegerDefinition } from "./integers.js";
import { DecimalDefinition, type DecimalInput } from "./numbers.js";

export { Range, type RangeBounds };

/** What a range may be given as: a Range, its two ends, or the ends and the bounds. */
export type RangeInput<End, Input = End> =
  | Range<End>
  | readonly [lower: Input | null, upper: Input | null]
  | readonly [lower: Input | null, upper: Input | null, bounds: RangeBounds];

/** Spans between two values of another field. */
export class RangeDefinition extends ColumnDefinition {
  /** The field of the ends. */
  readonly base: FieldDefinition;

  constructor(kind: string, storageKind: StorageKind, base: FieldDefinition, options: object) {
    super(kind, "range", { kind: storageKind }, options);
    if (this.primaryKey) throw new ImproperlyConfigured(`${kind}: a range cannot be a primary key`);
    this.base = base;
  }

  protected convert(input: unknown): unknown {
    const parts = partsOf(input);
    if (parts === null) throw this.invalid(`${describe(input)} is not a range: give a Range or [lower, upper]`);
    if (parts.isEmpty) return Range.empty();
    const lower = this.end(parts.lower);
    const upper = this.end(parts.upper);
    if (lower !== null && upper !== null && isBefore(upper, lower))
      throw this.invalid("the lower end of a range cannot be beyond the upper one");
    try {
      return new Range(lower, upper, parts.bounds);
    } catch (cause) {
      throw this.invalid(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  private end(input: unknown): unknown {
    if (input === null || input === undefined) return null;
    try {
      const value = this.base.coerce(input);
      return this.base instanceof DecimalDefinition ? value : this.base.prepareForSave(value);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      throw this.invalid(
        error.messages.map((message) => message.replace(`${this.base.kind}: `, "")),
        error,
      );
    }
  }

  /** A lookup may also name one value that the range contains. */
  override coerceLookup(input: unknown): unknown {
    return input === null || partsOf(input) !== null ? this.coerce(input) : this.end(input);
  }

  override isEmpty(): boolean {
    return false;
  }

  override equals(left: unknown, right: unknown): boolean {
    return isRange(left) && isRange(right) ? left.equals(right, (one, other) => this.base.equals(one, other)) : left === right;
  }
}

interface RangeParts {
  readonly lower: unknown;
  readonly upper: unknown;
  readonly bounds: RangeBounds;
  readonly isEmpty: boolean;
}

function partsOf(input: unknown): RangeParts | null {
  if (isRange(input)) return input;
  if (Array.isArray(input) && (input.length === 2 || input.length === 3)) {
    const [lower, upper, bounds = "[)"]: unknown[] = input;
    // The constructor of Range checks the bounds.
    return { lower, upper, bounds: bounds as RangeBounds, isEmpty: false };
  }
  if (isPlainObject(input) && ("lower" in input || "upper" in input)) {
    return { lower: input.lower, upper: input.upper, bounds: (input.bounds ?? "[)") as RangeBounds, isEmpty: false };
  }
  return isPlainObject(input) && input.empty === true ? { lower: null, upper: null, bounds: "[)", isEmpty: true } : null;
}

/** Ends are numbers, bigints, Dates, Decimals or ISO dates, of one type each. */
function isBefore(left: unknown, right: unknown): boolean {
  // Decimals and Dates turn into numbers here, dates of four-digit years sort as text.
  return (left as number) < (right as number);
}

/**
 * A span of 32-bit integers; PostgreSQL only, which reads `[1,3]` back as `[1,4)`.
 *
 * @param options - the common options
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ ages: IntegerRangeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ ages: [18, 65] });
 * console.log(await Item.objects.filter({ ages__contains: 30 }).count(), item.ages.upper); // → 1 65
 */
export function IntegerRangeField<const O extends CommonOptions<RangeInput<number>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<RangeInput<number>>>,
): Make<Range<number>, O, "range"> {
  return publish(
    new RangeDefinition("IntegerRangeField", "integerRange", new IntegerDefinition("IntegerField", "integer", {}), options ?? {}),
  );
}

/**
 * A span of 64-bit integers; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ ids: BigIntegerRangeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ ids: [1n, 1000n] });
 * console.log(item.ids.lower, item.ids.upper); // → 1n 1000n
 */
export function BigIntegerRangeField<const O extends CommonOptions<RangeInput<bigint, bigint | number>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<RangeInput<bigint, bigint | number>>>,
): Make<Range<bigint>, O, "range"> {
  const base = new IntegerDefinition("BigIntegerField", "bigint", {}, { mode: "bigint" });
  return publish(new RangeDefinition("BigIntegerRangeField", "bigintRange", base, options ?? {}));
}

/**
 * A span of decimals; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ price: DecimalRangeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ price: ["1.50", "2.50"] });
 * console.log(item.price.upper?.toString()); // → 2.5
 */
export function DecimalRangeField<const O extends CommonOptions<RangeInput<Decimal, DecimalInput>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<RangeInput<Decimal, DecimalInput>>>,
): Make<Range<Decimal>, O, "range"> {
  return publish(new RangeDefinition("DecimalRangeField", "decimalRange", new DecimalDefinition({}), options ?? {}));
}

/**
 * A span of days; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ stay: DateRangeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ stay: ["2026-11-20", "2026-11-23"] });
 * console.log(await Item.objects.filter({ stay__contains: "2026-11-22" }).count()); // → 1
 */
export function DateRangeField<const O extends CommonOptions<RangeInput<string, string | Date>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<RangeInput<string, string | Date>>>,
): Make<Range<string>, O, "range"> {
  return publish(new RangeDefinition("DateRangeField", "dateRange", new DateDefinition({}), options ?? {}));
}

/**
 * A span of instants; PostgreSQL only.
 *
 * @example
 * // PostgreSQL
 * class Item extends Model<Item>("library.Item")({ open: DateTimeRangeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ open: [new Date("2026-11-20T08:00Z"), null] });
 * console.log(item.open.upper); // → null
 */
export function DateTimeRangeField<const O extends CommonOptions<RangeInput<Date, string | Date>> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<RangeInput<Date, string | Date>>>,
): Make<Range<Date>, O, "range"> {
  return publish(new RangeDefinition("DateTimeRangeField", "datetimeRange", new DateTimeDefinition({}), options ?? {}));
}
