import { Decimal as DecimalJs } from "decimal.js";

/**
 * Exact decimal numbers: decimal.js, set up for money and measurements. Sums and products are exact to 100 digits,
 * roundings go to the even neighbour as in Python, and it prints without exponents. `<` and `>` compare by number
 * (decimal.js as it comes compares as text); for exact comparisons of long numbers use `lt`, `eq`, `cmp`.
 *
 * @example console.log(new Decimal("0.1").plus("0.2").eq("0.3")); // → true
 */
export const Decimal: DecimalJs.Constructor = makeDecimal();
export type Decimal = DecimalJs;

function makeDecimal(): DecimalJs.Constructor {
  const own = DecimalJs.clone({ defaults: true, precision: 100, rounding: DecimalJs.ROUND_HALF_EVEN, toExpNeg: -1e15, toExpPos: 1e15 });
  // All clones share one prototype, so ours gets its own: other users of decimal.js must see no change.
  // Functions made by `clone` have a writable prototype, which the class type hides.
  const prototype: object = Object.create(DecimalJs.prototype, {
    [Symbol.toPrimitive]: {
      value(this: DecimalJs, hint: string): string | number {
        return hint === "number" ? Number(this.toString()) : this.toString();
      },
    },
    [Symbol.for("nodejs.util.inspect.custom")]: {
      value(this: DecimalJs): string {
        return `Decimal(${this.toString()})`;
      },
    },
  });
  Object.defineProperty(own, "prototype", { value: prototype });
  return own;
}
