import { QueryError } from "../../errors.js";
import { Expression } from "../expression.js";
import { OUTPUT } from "../value-output.js";
import { always, defineFunction, FunctionCall, type FunctionDefinition, type FunctionFactory, withDefinition } from "./functions.js";
import { argument, ValueExpression } from "./references.js";

function textFunction(name: string): FunctionFactory {
  return defineFunction({ name, minimum: 1, maximum: 1, output: always(OUTPUT.text) });
}

function define(
  name: string,
  minimum: number,
  maximum: number,
  output: FunctionDefinition["output"] = always(OUTPUT.text),
): FunctionDefinition {
  return { name, minimum, maximum, output };
}

export const upper = textFunction("UPPER");
export const lower = textFunction("LOWER");
export const trim = textFunction("TRIM");
export const leftTrim = textFunction("LTRIM");
export const rightTrim = textFunction("RTRIM");
export const reverse = textFunction("REVERSE");
export const chr = textFunction("CHR");
export const md5 = textFunction("MD5");
export const sha1 = textFunction("SHA1");
export const sha224 = textFunction("SHA224");
export const sha256 = textFunction("SHA256");
export const sha384 = textFunction("SHA384");
export const sha512 = textFunction("SHA512");
export const length = defineFunction(define("LENGTH", 1, 1, always(OUTPUT.integer)));
export const ord = defineFunction(define("ORD", 1, 1, always(OUTPUT.integer)));
export const strIndex = defineFunction(define("STRINDEX", 2, 2, always(OUTPUT.integer)));
export const concat = defineFunction(define("CONCAT", 2, Number.POSITIVE_INFINITY));

/** A count given as a number is checked now; a column's is left to the database. */
function checkCount(given: unknown, name: string, what: string, least: number): void {
  if (given instanceof Expression || typeof given === "string") return;
  if (typeof given !== "number" || !Number.isSafeInteger(given) || given < least) {
    throw new QueryError(`${name}: the ${what} is a whole number from ${least}, not ${String(given)}.`);
  }
}

const SUBSTR = define("SUBSTR", 2, 3);
export const substr = withDefinition(SUBSTR, (text: unknown, position: unknown, ...length: readonly unknown[]): FunctionCall => {
  checkCount(position, "Substr", "position", 1);
  if (length.length > 0) checkCount(length[0], "Substr", "length", 0);
  return new FunctionCall(SUBSTR, [text, position, ...length]);
});

const LEFT = define("LEFT", 2, 2);
export const left = withDefinition(LEFT, (text: unknown, length: unknown): FunctionCall => {
  checkCount(length, "Left", "length", 1);
  return new FunctionCall(LEFT, [text, length]);
});

const RIGHT = define("RIGHT", 2, 2);
export const right = withDefinition(RIGHT, (text: unknown, length: unknown): FunctionCall => {
  checkCount(length, "Right", "length", 1);
  return new FunctionCall(RIGHT, [text, length]);
});

const LPAD = define("LPAD", 3, 3);
export const leftPad = withDefinition(LPAD, (text: unknown, length: unknown, fill: unknown = new ValueExpression(" ")): FunctionCall => {
  checkCount(length, "LPad", "length", 0);
  return new FunctionCall(LPAD, [text, length, fill]);
});

const RPAD = define("RPAD", 3, 3);
export const rightPad = withDefinition(RPAD, (text: unknown, length: unknown, fill: unknown = new ValueExpression(" ")): FunctionCall => {
  checkCount(length, "RPad", "length", 0);
  return new FunctionCall(RPAD, [text, length, fill]);
});

const REPEAT = define("REPEAT", 2, 2);
export const repeat = withDefinition(REPEAT, (text: unknown, times: unknown): FunctionCall => {
  checkCount(times, "Repeat", "number of times", 0);
  return new FunctionCall(REPEAT, [text, times]);
});

const REPLACE = define("REPLACE", 3, 3);
export const replace = withDefinition(
  REPLACE,
  (text: unknown, search: unknown, replacement: unknown = new ValueExpression("")): FunctionCall => {
    return new FunctionCall(REPLACE, [text, search, replacement]);
  },
);

/** What a collation may be called; its schema may stand before a point. */
const COLLATION = /^[\w-]+(\.[\w-]+)?$/;
const COLLATE = define("COLLATE", 1, 1);

export const collate = withDefinition(COLLATE, (text: unknown, collation: string): FunctionCall => {
  if (typeof collation !== "string" || !COLLATION.test(collation)) {
    throw new QueryError(`Collate: ${JSON.stringify(collation)} is not the name of a collation.`);
  }
  return new FunctionCall(COLLATE, [text], null, { collation }, [argument(text), collation]);
});
