import { isIPv4, isIPv6 } from "node:net";
import { ImproperlyConfigured, ValidationError } from "../errors.js";
import { Decimal } from "../values/decimal.js";

const BRAND = Symbol.for("dorm.validator");

/** What it takes to make a validator again. */
export interface DeconstructedValidator {
  readonly kind: string;
  readonly args: readonly unknown[];
}

/** A validator that migrations can carry: it knows its own arguments. */
export interface DescribedValidator<Value> {
  (value: Value): void;
  readonly [BRAND]: true;
  /** The factory's name and its arguments, from which a migration writes it. */
  deconstruct(): DeconstructedValidator;
  /** Whether the other one is of the same kind with the same arguments. */
  equals(other: unknown): boolean;
}

/** Values with an order. */
export type Ordered = number | bigint | string | Date | Decimal;

function describeValidator<Value>(kind: string, args: readonly unknown[], check: (value: Value) => void): DescribedValidator<Value> {
  return Object.assign((value: Value) => check(value), {
    [BRAND]: true as const,
    deconstruct: () => ({ kind, args }),
    equals: (other: unknown) => {
      if (!isDescribedValidator(other)) return false;
      const theirs = other.deconstruct();
      return (
        theirs.kind === kind && theirs.args.length === args.length && args.every((arg, index) => sameArgument(arg, theirs.args[index]))
      );
    },
  });
}

/** Whether a validator knows its own arguments, of whichever copy of the package. */
export function isDescribedValidator(value: unknown): value is DescribedValidator<never> {
  return typeof value === "function" && BRAND in value;
}

function sameArgument(left: unknown, right: unknown): boolean {
  if (left instanceof RegExp && right instanceof RegExp) return String(left) === String(right);
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (Decimal.isDecimal(left) && Decimal.isDecimal(right)) return left.eq(right);
  // Options are plain objects of plain values, written in one order here.
  if (typeof left === "object" && typeof right === "object") return JSON.stringify(left) === JSON.stringify(right);
  return Object.is(left, right);
}

/** Below zero when `left` comes first. Decimals compare by all their digits, the others as JavaScript compares them. */
function compare(left: Ordered, right: Ordered): number {
  if (Decimal.isDecimal(left) || Decimal.isDecimal(right)) return new Decimal(decimalOf(left)).cmp(decimalOf(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

function decimalOf(value: Ordered): number | bigint | string | Decimal {
  return value instanceof Date ? value.getTime() : value;
}

function limitOf<Limit>(limit: Limit | (() => Limit)): Limit {
  // A limit is an ordered value, so a function can only be the one that gives it.
  return typeof limit === "function" ? (limit as () => Limit)() : limit;
}

/**
 * Refuses values below a limit.
 *
 * @param limit - the least value that passes, or a function that gives it for each check
 * @returns a validator that throws ValidationError
 * @example
 * class Item extends Model<Item>("library.Item")({ amount: IntegerField({ validators: [MinValueValidator(0)] }) }) {}
 * await createTables([Item]);
 * await new Item({ amount: -1 }).fullClean().catch((error: Error) => console.log(error.message)); // → library.Item.amount: ensure this value is greater than or equal to 0
 */
export function MinValueValidator(limit: Ordered | (() => Ordered)): DescribedValidator<Ordered> {
  return describeValidator("MinValueValidator", [limit], (value) => {
    const least = limitOf(limit);
    if (compare(value, least) < 0) throw new ValidationError(`ensure this value is greater than or equal to ${least}`);
  });
}

/**
 * Refuses values above a limit.
 *
 * @param limit - the greatest value that passes, or a function that gives it for each check
 * @returns a validator that throws ValidationError
 * @example
 * const check = MaxValueValidator(100);
 * check(100);
 * try {
 *   check(101);
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → ensure this value is less than or equal to 100
 * }
 */
export function MaxValueValidator(limit: Ordered | (() => Ordered)): DescribedValidator<Ordered> {
  return describeValidator("MaxValueValidator", [limit], (value) => {
    const most = limitOf(limit);
    if (compare(value, most) > 0) throw new ValidationError(`ensure this value is less than or equal to ${most}`);
  });
}

/** Text and what else has a length. */
export type Measurable = string | { readonly length: number };

/**
 * The length as databases count it: characters of text, not UTF-16 units; elements of lists, bytes of binary values.
 */
export function lengthOf(value: Measurable): number {
  if (typeof value !== "string") return value.length;
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/**
 * Refuses values that are too short.
 *
 * @param limit - the least number of characters, elements or bytes
 * @returns a validator that throws ValidationError
 * @example
 * const check = MinLengthValidator(3);
 * check("abc");
 * try {
 *   check("ab");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → ensure this value has at least 3 characters (it has 2)
 * }
 */
export function MinLengthValidator(limit: number): DescribedValidator<Measurable> {
  return describeValidator("MinLengthValidator", [limit], (value) => {
    const length = lengthOf(value);
    if (length < limit) throw new ValidationError(`ensure this value has at least ${limit} characters (it has ${length})`);
  });
}

/**
 * Refuses values that are too long.
 *
 * @param limit - the greatest number of characters, elements or bytes
 * @returns a validator that throws ValidationError
 * @example
 * const check = MaxLengthValidator(3);
 * check("abc");
 * try {
 *   check(["a", "b", "c", "d"]);
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → ensure this value has at most 3 characters (it has 4)
 * }
 */
export function MaxLengthValidator(limit: number): DescribedValidator<Measurable> {
  return describeValidator("MaxLengthValidator", [limit], (value) => {
    const length = lengthOf(value);
    if (length > limit) throw new ValidationError(`ensure this value has at most ${limit} characters (it has ${length})`);
  });
}

/**
 * Refuses text in which a pattern is not found; it is searched, so anchor it with `^` and `$` for the whole text.
 *
 * @param pattern - a regular expression, or its source
 * @param message - what to say of text without it
 * @param options - `flags` for a source; `inverseMatch` refuses text in which the pattern is found
 * @returns a validator that throws ValidationError
 * @example
 * const check = RegexValidator(/^[A-Z]{2}-\d{4}$/, "Invalid SKU");
 * check("AB-1234");
 * try {
 *   check("ab");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → Invalid SKU
 * }
 */
export function RegexValidator(
  pattern: RegExp | string,
  message = "enter a valid value",
  options: { readonly flags?: string; readonly inverseMatch?: boolean } = {},
): DescribedValidator<string> {
  const given = typeof pattern === "string" ? compile(pattern, options.flags) : pattern;
  // The flags g and y make `test` remember where it stopped.
  const searched = new RegExp(given.source, given.flags.replace(/[gy]/g, ""));
  const inverse = options.inverseMatch ?? false;
  const args = inverse ? [searched, message, Object.freeze({ inverseMatch: true })] : [searched, message];
  return describeValidator("RegexValidator", args, (value) => {
    if (searched.test(value) === inverse) throw new ValidationError(message);
  });
}

function compile(source: string, flags: string | undefined): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new ImproperlyConfigured(`RegexValidator: ${JSON.stringify(source)} is not a regular expression`, { cause });
  }
}

const EMAIL_USER = /^[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+)*$|^"(?:[^\\"\p{Cc}]|\\\P{Cc})*"$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const TOP_LEVEL_LABEL = /^(?:xn--[a-z0-9-]{1,59}|[\p{L}][\p{L}-]{0,61}\p{L})$/iu;

function isDomain(text: string): boolean {
  const labels = text.split(".");
  const last = labels.at(-1) ?? "";
  return text.length <= 253 && labels.length >= 2 && labels.every((label) => DOMAIN_LABEL.test(label)) && TOP_LEVEL_LABEL.test(last);
}

function isHost(text: string): boolean {
  if (text.startsWith("[") && text.endsWith("]")) return isIPv6(text.slice(1, -1));
  return text === "localhost" || isIPv4(text) || isDomain(text);
}

/** Whether text is an e-mail address, as Django's EmailValidator takes them. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > 320) return false;
  const domain = text.slice(at + 1);
  if (!EMAIL_USER.test(text.slice(0, at))) return false;
  if (domain.startsWith("[") && domain.endsWith("]")) {
    const literal = domain.slice(1, -1);
    return isIPv4(literal) || isIPv6(literal);
  }
  return domain === "localhost" || isDomain(domain);
}

/** Whether text is an absolute URL with one of the schemes; host names need a dot, except for `localhost`. */
export function isUrl(text: string, schemes: readonly string[] = ["http", "https", "ftp", "ftps"]): boolean {
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^\s:@/]+(?::[^\s:@/]*)?@)?(\[[^\]\s]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?(?:[/?#][^\s]*)?$/i.exec(text);
  if (match === null || text.length > 2048) return false;
  const [, scheme = "", host = "", port] = match;
  return schemes.includes(scheme.toLowerCase()) && isHost(host.toLowerCase().replace(/\.$/, "")) && Number(port ?? 0) <= 65_535;
}

const SLUG = /^[-A-Za-z0-9_]+$/;
/** Whether text is letters, digits, hyphens and underscores. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/**
 * Refuses what is no e-mail address.
 *
 * @example
 * const check = EmailValidator();
 * check("ada@example.com");
 * try {
 *   check("ada");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → enter a valid e-mail address
 * }
 */
export function EmailValidator(message = "enter a valid e-mail address"): DescribedValidator<string> {
  return describeValidator("EmailValidator", [message], (value) => {
    if (!isEmail(value)) throw new ValidationError(message);
  });
}

/**
 * Refuses what is no absolute URL with one of the schemes.
 *
 * @example
 * const check = URLValidator({ schemes: ["https"] });
 * check("https://example.com/");
 * try {
 *   check("http://example.com/");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → enter a valid URL
 * }
 */
export function URLValidator(
  options: { readonly schemes?: readonly string[]; readonly message?: string } = {},
): DescribedValidator<string> {
  const { schemes = ["http", "https", "ftp", "ftps"], message = "enter a valid URL" } = options;
  return describeValidator("URLValidator", [{ schemes, message }], (value) => {
    if (!isUrl(value, schemes)) throw new ValidationError(message);
  });
}

/**
 * Refuses what is not letters, digits, hyphens and underscores.
 *
 * @example
 * const check = SlugValidator();
 * check("a-slug");
 * try {
 *   check("no slug");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → enter a slug of letters, digits, underscores and hyphens
 * }
 */
export function SlugValidator(message = "enter a slug of letters, digits, underscores and hyphens"): DescribedValidator<string> {
  return describeValidator("SlugValidator", [message], (value) => {
    if (!isSlug(value)) throw new ValidationError(message);
  });
}

/**
 * The e-mail rule as a function.
 *
 * @example
 * try {
 *   validateEmail("ada");
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → enter a valid e-mail address
 * }
 */
export const validateEmail: DescribedValidator<string> = EmailValidator();

/**
 * What a decimal has too much of, or null when it fits.
 *
 * @param value - the decimal
 * @param maxDigits - digits in all
 * @param decimalPlaces - digits after the point
 */
export function decimalProblem(value: Decimal, maxDigits: number, decimalPlaces: number): string | null {
  if (!value.isFinite()) return "enter a number";
  const places = value.decimalPlaces();
  const whole = Math.max(value.e + 1, 0);
  if (places > decimalPlaces) return `ensure that there are no more than ${decimalPlaces} decimal places`;
  if (whole + places > maxDigits) return `ensure that there are no more than ${maxDigits} digits in total`;
  if (whole > maxDigits - decimalPlaces && !value.isZero())
    return `ensure that there are no more than ${maxDigits - decimalPlaces} digits before the decimal point`;
  return null;
}

/**
 * Refuses decimals with too many digits, as a column of that size would.
 *
 * @example
 * const check = DecimalValidator(5, 2);
 * check(new Decimal("999.99"));
 * try {
 *   check(new Decimal("0.001"));
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.message); // → ensure that there are no more than 2 decimal places
 * }
 */
export function DecimalValidator(maxDigits: number, decimalPlaces: number): DescribedValidator<Decimal> {
  return describeValidator("DecimalValidator", [maxDigits, decimalPlaces], (value) => {
    const problem = decimalProblem(value, maxDigits, decimalPlaces);
    if (problem !== null) throw new ValidationError(problem);
  });
}
