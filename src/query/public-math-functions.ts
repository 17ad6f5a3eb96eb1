import type { DatabaseFunctions } from "../types/functions.js";
import * as math from "./expressions/math-functions.js";
import { typed } from "./public-type.js";

/**
 * A number without its sign.
 *
 * @example console.log(await Point.objects.valuesList(Abs(F("x").sub(F("y"))), { flat: true })); // → [ 1 ]
 */
export const Abs = typed<DatabaseFunctions["Abs"]>(math.abs);

/**
 * The least whole number that is not smaller.
 *
 * @example console.log(await Book.objects.valuesList(Ceil("rating"), { flat: true })); // → [ 5, 5, 4 ]
 */
export const Ceil = typed<DatabaseFunctions["Ceil"]>(math.ceil);

/**
 * The greatest whole number that is not greater.
 *
 * @example console.log(await Book.objects.valuesList(Floor("rating"), { flat: true })); // → [ 4, 4, 3 ]
 */
export const Floor = typed<DatabaseFunctions["Floor"]>(math.floor);

/**
 * A number rounded to places, halves away from zero.
 *
 * @param precision - places after the point, before it where negative; 0 unless given
 * @throws QueryError for a precision that is no whole number
 * @example console.log(await Book.objects.valuesList(Round("rating"), { flat: true })); // → [ 5, 4, 4 ]
 */
export const Round = typed<DatabaseFunctions["Round"]>(math.round);

/**
 * The remainder of a division.
 *
 * @example console.log(await Book.objects.valuesList(Mod("pages", 100), { flat: true })); // → [ 41, 84, 29 ]
 */
export const Mod = typed<DatabaseFunctions["Mod"]>(math.mod);

/**
 * The first to the power of the second.
 *
 * @example console.log(await Point.objects.valuesList(Power("x", 2), { flat: true })); // → [ 9 ]
 */
export const Power = typed<DatabaseFunctions["Power"]>(math.power);

/**
 * The logarithm of the second to the base of the first.
 *
 * @example console.log(await Point.objects.valuesList(Log(2, "y"), { flat: true })); // → [ 2 ]
 */
export const Log = typed<DatabaseFunctions["Log"]>(math.log);

/**
 * The angle of a point, in radians, from its y and x.
 *
 * @example console.log(await Point.objects.valuesList(Round(ATan2("y", "x"), 3), { flat: true })); // → [ 0.927 ]
 */
export const ATan2 = typed<DatabaseFunctions["ATan2"]>(math.atan2);

/**
 * -1, 0 or 1.
 *
 * @example console.log(await Point.objects.valuesList(Sign("x"), { flat: true })); // → [ 1 ]
 */
export const Sign = typed<DatabaseFunctions["Sign"]>(math.sign);

/**
 * The square root.
 *
 * @example console.log(await Point.objects.valuesList(Sqrt("y"), { flat: true })); // → [ 2 ]
 */
export const Sqrt = typed<DatabaseFunctions["Sqrt"]>(math.sqrt);

/**
 * e to the power of a number.
 *
 * @example console.log(await Point.objects.valuesList(Round(Exp("x"), 3), { flat: true })); // → [ 20.086 ]
 */
export const Exp = typed<DatabaseFunctions["Exp"]>(math.exp);

/**
 * The natural logarithm.
 *
 * @example console.log(await Point.objects.valuesList(Round(Ln("x"), 3), { flat: true })); // → [ 1.099 ]
 */
export const Ln = typed<DatabaseFunctions["Ln"]>(math.ln);

/**
 * The sine of an angle in radians.
 *
 * @example console.log(await Point.objects.valuesList(Round(Sin("x"), 3), { flat: true })); // → [ 0.141 ]
 */
export const Sin = typed<DatabaseFunctions["Sin"]>(math.sin);

/**
 * The cosine of an angle in radians.
 *
 * @example console.log(await Point.objects.valuesList(Round(Cos("x"), 3), { flat: true })); // → [ -0.99 ]
 */
export const Cos = typed<DatabaseFunctions["Cos"]>(math.cos);

/**
 * The tangent of an angle in radians.
 *
 * @example console.log(await Point.objects.valuesList(Round(Tan("x"), 3), { flat: true })); // → [ -0.143 ]
 */
export const Tan = typed<DatabaseFunctions["Tan"]>(math.tan);

/**
 * The cotangent of an angle in radians.
 *
 * @example console.log(await Point.objects.valuesList(Round(Cot("x"), 3), { flat: true })); // → [ -7.015 ]
 */
export const Cot = typed<DatabaseFunctions["Cot"]>(math.cot);

/**
 * The angle in radians of a sine.
 *
 * @example console.log(await Point.objects.valuesList(Round(ASin(F("x").div(F("y"))), 3), { flat: true })); // → [ 0.848 ]
 */
export const ASin = typed<DatabaseFunctions["ASin"]>(math.asin);

/**
 * The angle in radians of a cosine.
 *
 * @example console.log(await Point.objects.valuesList(Round(ACos(F("x").div(F("y"))), 3), { flat: true })); // → [ 0.723 ]
 */
export const ACos = typed<DatabaseFunctions["ACos"]>(math.acos);

/**
 * The angle in radians of a tangent.
 *
 * @example console.log(await Point.objects.valuesList(Round(ATan("x"), 3), { flat: true })); // → [ 1.249 ]
 */
export const ATan = typed<DatabaseFunctions["ATan"]>(math.atan);

/**
 * Radians in degrees.
 *
 * @example console.log(await Point.objects.valuesList(Round(Degrees("x"), 3), { flat: true })); // → [ 171.887 ]
 */
export const Degrees = typed<DatabaseFunctions["Degrees"]>(math.degrees);

/**
 * Degrees in radians.
 *
 * @example console.log(await Point.objects.valuesList(Round(Radians("x"), 3), { flat: true })); // → [ 0.052 ]
 */
export const Radians = typed<DatabaseFunctions["Radians"]>(math.radians);

/**
 * The ratio of a circle's circumference to its diameter.
 *
 * @example console.log(await Point.objects.valuesList(Round(F("x").mul(Pi()), 3), { flat: true })); // → [ 9.425 ]
 */
export const Pi = typed<DatabaseFunctions["Pi"]>(math.pi);

/**
 * A random number from 0 up to, without, 1.
 *
 * @example
 * const [book] = await Book.objects.orderBy(Random()).limit(1);
 * console.log(book instanceof Book); // → true
 */
export const Random = typed<DatabaseFunctions["Random"]>(math.random);
