import type { DatabaseFunctions } from "../types/functions.js";
import * as math from "./expressions/math-functions.js";
import { typed } from "./public-type.js";

/**
 * A number without its sign.
 *
 * @example Abs(F("balance").sub(F("limit")))
 */
export const Abs = typed<DatabaseFunctions["Abs"]>(math.abs);

/**
 * The least whole number that is not smaller.
 *
 * @example Ceil("price")
 */
export const Ceil = typed<DatabaseFunctions["Ceil"]>(math.ceil);

/**
 * The greatest whole number that is not greater.
 *
 * @example Floor("price")
 */
export const Floor = typed<DatabaseFunctions["Floor"]>(math.floor);

/**
 * A number rounded to places, halves away from zero.
 *
 * @param precision - places after the point, before it where negative; 0 unless given
 * @throws QueryError for a precision that is no whole number
 * @example Round("price", 1)
 */
export const Round = typed<DatabaseFunctions["Round"]>(math.round);

/**
 * The remainder of a division.
 *
 * @example Mod("id", 10)
 */
export const Mod = typed<DatabaseFunctions["Mod"]>(math.mod);

/**
 * The first to the power of the second.
 *
 * @example Power("side", 2)
 */
export const Power = typed<DatabaseFunctions["Power"]>(math.power);

/**
 * The logarithm of the second to the base of the first.
 *
 * @example Log(2, "size")
 */
export const Log = typed<DatabaseFunctions["Log"]>(math.log);

/**
 * The angle of a point, in radians, from its y and x.
 *
 * @example ATan2("y", "x")
 */
export const ATan2 = typed<DatabaseFunctions["ATan2"]>(math.atan2);

/**
 * -1, 0 or 1.
 *
 * @example Sign("balance")
 */
export const Sign = typed<DatabaseFunctions["Sign"]>(math.sign);

/**
 * The square root.
 *
 * @example Sqrt("area")
 */
export const Sqrt = typed<DatabaseFunctions["Sqrt"]>(math.sqrt);

/**
 * e to the power of a number.
 *
 * @example Exp("rate")
 */
export const Exp = typed<DatabaseFunctions["Exp"]>(math.exp);

/**
 * The natural logarithm.
 *
 * @example Ln("size")
 */
export const Ln = typed<DatabaseFunctions["Ln"]>(math.ln);

/**
 * The sine of an angle in radians.
 *
 * @example Sin("angle")
 */
export const Sin = typed<DatabaseFunctions["Sin"]>(math.sin);

/**
 * The cosine of an angle in radians.
 *
 * @example Cos("angle")
 */
export const Cos = typed<DatabaseFunctions["Cos"]>(math.cos);

/**
 * The tangent of an angle in radians.
 *
 * @example Tan("angle")
 */
export const Tan = typed<DatabaseFunctions["Tan"]>(math.tan);

/**
 * The cotangent of an angle in radians.
 *
 * @example Cot("angle")
 */
export const Cot = typed<DatabaseFunctions["Cot"]>(math.cot);

/**
 * The angle in radians of a sine.
 *
 * @example ASin("ratio")
 */
export const ASin = typed<DatabaseFunctions["ASin"]>(math.asin);

/**
 * The angle in radians of a cosine.
 *
 * @example ACos("ratio")
 */
export const ACos = typed<DatabaseFunctions["ACos"]>(math.acos);

/**
 * The angle in radians of a tangent.
 *
 * @example ATan("slope")
 */
export const ATan = typed<DatabaseFunctions["ATan"]>(math.atan);

/**
 * Radians in degrees.
 *
 * @example Degrees("angle")
 */
export const Degrees = typed<DatabaseFunctions["Degrees"]>(math.degrees);

/**
 * Degrees in radians.
 *
 * @example Radians("angle")
 */
export const Radians = typed<DatabaseFunctions["Radians"]>(math.radians);

/**
 * The ratio of a circle's circumference to its diameter.
 *
 * @example F("radius").mul(Pi())
 */
export const Pi = typed<DatabaseFunctions["Pi"]>(math.pi);

/**
 * A random number from 0 up to, without, 1.
 *
 * @example Ticket.objects.orderBy(Random())
 */
export const Random = typed<DatabaseFunctions["Random"]>(math.random);
