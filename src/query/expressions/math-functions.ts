import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { fieldOf } from "../query.js";
import { OUTPUT } from "../value-output.js";
import {
  always,
  defineFunction,
  FunctionCall,
  type FunctionDefinition,
  type FunctionFactory,
  sameAsFirst,
  withDefinition,
} from "./functions.js";
import { argument } from "./references.js";

/** A decimal where an argument is one, else a number: Django's NumericOutputFieldMixin. */
function numericOutput(args: readonly Node[]): FieldDefinition {
  return args.some((arg) => fieldOf(arg)?.storage.kind === "decimal") ? OUTPUT.decimal : OUTPUT.float;
}

function numberFunction(name: string, count = 1): FunctionFactory {
  return defineFunction({ name, minimum: count, maximum: count, output: count === 0 ? always(OUTPUT.float) : numericOutput });
}

function sameTypeFunction(name: string): FunctionFactory {
  return defineFunction({ name, minimum: 1, maximum: 1, output: sameAsFirst });
}

export const abs = sameTypeFunction("ABS");
export const ceil = sameTypeFunction("CEIL");
export const floor = sameTypeFunction("FLOOR");
export const sign = numberFunction("SIGN");
export const sqrt = numberFunction("SQRT");
export const exp = numberFunction("EXP");
export const ln = numberFunction("LN");
export const sin = numberFunction("SIN");
export const cos = numberFunction("COS");
export const tan = numberFunction("TAN");
export const cot = numberFunction("COT");
export const asin = numberFunction("ASIN");
export const acos = numberFunction("ACOS");
export const atan = numberFunction("ATAN");
export const atan2 = numberFunction("ATAN2", 2);
export const degrees = numberFunction("DEGREES");
export const radians = numberFunction("RADIANS");
export const mod = numberFunction("MOD", 2);
export const power = numberFunction("POWER", 2);
export const log = numberFunction("LOG", 2);
export const pi = numberFunction("PI", 0);
export const random = numberFunction("RANDOM_FRACTION", 0);

const ROUND: FunctionDefinition = { name: "ROUND", minimum: 1, maximum: 1, output: sameAsFirst };

export const round = withDefinition(ROUND, (number: unknown, precision = 0): FunctionCall => {
  if (!Number.isSafeInteger(precision) || Math.abs(precision) > 30) {
    throw new QueryError(`Round: the precision is a whole number of places, not ${String(precision)}.`);
  }
  return new FunctionCall(ROUND, [number], null, { precision }, [argument(number), precision]);
});
