import { Decimal as DecimalJs } from "decimal.js";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../src/fields/decimal.js";

describe("Decimal", () => {
  it("is exact beyond the 20 digits of decimal.js as it comes", () => {
    const long = "123456789012345678901234567890.123456789012345678901234567891";
    expect(new Decimal(long).plus("0.000000000000000000000000000001").toString()).toBe(
      "123456789012345678901234567890.123456789012345678901234567892",
    );
    expect(new Decimal(1).div(3).mul(3).toDecimalPlaces(30).toString()).toBe("1");
  });

  it("prints without exponents and compares as a number", () => {
    expect(`${new Decimal("1e-7")} ${new Decimal("1e30")}`).toBe(`0.0000001 1${"0".repeat(30)}`);
    expect(new Decimal("9.9") < new Decimal("10")).toBe(true);
    expect(Number(new Decimal("1.5"))).toBe(1.5);
    expect(JSON.stringify({ price: new Decimal("1.50") })).toBe('{"price":"1.5"}');
  });

  it("rounds half to the even neighbour, as Python does", () => {
    expect(["0.125", "0.135"].map((text) => new Decimal(text).toDecimalPlaces(2).toString())).toEqual(["0.12", "0.14"]);
  });

  it("leaves other users of decimal.js alone", () => {
    expect(DecimalJs.precision).toBe(20);
    expect(new DecimalJs("1e-7").toString()).toBe("1e-7");
    expect(new Decimal(1)).toBeInstanceOf(Decimal);
    expect(Symbol.toPrimitive in DecimalJs.prototype).toBe(false);
    expect(DecimalJs.isDecimal(new Decimal(1).plus(1))).toBe(true);
  });
});
