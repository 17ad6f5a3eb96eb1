const BRAND = Symbol.for("dorm.Range");

/** Whether each end belongs to the range: `[` and `]` do, `(` and `)` do not. */
export type RangeBounds = "[)" | "(]" | "[]" | "()";

/**
 * A span between two values of PostgreSQL's range types. An end that is null is open: it goes on for ever, and does not belong to
 * the range.
 * PostgreSQL brings ranges of integers and dates into the form `[)`: `[1,3]` is read as `[1,4)`.
 *
 * @example
 * const ages = new Range(18, 65);
 * console.log(String(ages), ages.lower, ages.upper); // → [18,65) 18 65
 */
export class Range<T> {
  /** The lower end; null: it is open. */
  readonly lower: T | null;
  /** The upper end; null: it is open. */
  readonly upper: T | null;
  /** Whether the ends are part of it: "[)" has the lower one only. */
  readonly bounds: RangeBounds;
  /** True for the range that contains nothing. */
  readonly isEmpty: boolean;

  /**
   * @param lower - the lower end, or null
   * @param upper - the upper end, or null
   * @param bounds - which ends belong to it; `[)` unless given
   * @throws RangeError when the bounds are none of the four
   */
  constructor(lower: T | null = null, upper: T | null = null, bounds: RangeBounds = "[)", isEmpty = false) {
    if (!["[)", "(]", "[]", "()"].includes(bounds))
      throw new RangeError(`Range: bounds must be "[)", "(]", "[]" or "()", not ${JSON.stringify(bounds)}`);
    this.lower = lower;
    this.upper = upper;
    // The check above leaves the four pairs of brackets, of which these are two halves.
    this.bounds = `${lower === null ? "(" : bounds[0]}${upper === null ? ")" : bounds[1]}` as RangeBounds;
    this.isEmpty = isEmpty;
    Object.freeze(this);
  }

  /** The range that contains nothing. */
  static empty<T>(): Range<T> {
    return new Range<T>(null, null, "[)", true);
  }

  /** Whether the two have the same ends and bounds; `same` compares two ends, by identity unless given. */
  equals(other: Range<T>, same: (left: T, right: T) => boolean = Object.is): boolean {
    if (this.isEmpty || other.isEmpty) return this.isEmpty === other.isEmpty;
    const sameEnd = (left: T | null, right: T | null) => (left === null || right === null ? left === right : same(left, right));
    return this.bounds === other.bounds && sameEnd(this.lower, other.lower) && sameEnd(this.upper, other.upper);
  }

  /** As PostgreSQL writes it: `[18,65)`. */
  toString(): string {
    if (this.isEmpty) return "empty";
    return `${this.bounds[0]}${this.lower === null ? "" : String(this.lower)},${this.upper === null ? "" : String(this.upper)}${this.bounds[1]}`;
  }

  /** An object of `lower`, `upper` and `bounds`. */
  toJSON(): unknown {
    return this.isEmpty ? { empty: true } : { lower: this.lower, upper: this.upper, bounds: this.bounds };
  }
}
Object.defineProperty(Range.prototype, BRAND, { value: true });

/** Whether a value is a {@link Range}, of whichever copy of the package. */
export function isRange(value: unknown): value is Range<unknown> {
  return typeof value === "object" && value !== null && BRAND in value;
}
