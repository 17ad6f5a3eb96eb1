import type { Decimal } from "decimal.js";
import type { AnyExpression, VALUE_OF } from "./expressions.js";
import type { Joined, PathValue, RelationAt } from "./paths.js";
import type { Problem } from "./problem.js";
import type { IsAny, ShapeOf } from "./shape.js";

declare const RULE: unique symbol;
declare const ARGUMENT: unique symbol;

/** A type that depends on the model that an expression is used with: `Rule` says how, {@link Resolved} does it. */
export interface Lazy<Rule extends string, Argument> {
  readonly [RULE]: Rule;
  readonly [ARGUMENT]: Argument;
}

/** The type of an expression's value on a model with annotations. */
export type Resolved<M, A, Value> = unknown extends Value
  ? Value
  : Value extends Lazy<infer Rule, infer Argument>
    ? Rule extends "at"
      ? Found<PathValue<M, A, Argument & string>>
      : Rule extends "nullable"
        ? Resolved<M, A, Argument> | null
        : Rule extends "present"
          ? NonNullable<Resolved<M, A, Argument>>
          : Rule extends "following"
            ? Argument extends [infer To, infer From]
              ? To | NullIn<Resolved<M, A, From>>
              : never
            : Rule extends "numeric"
              ? Numeric<Resolved<M, A, Argument>>
              : Rule extends "combined"
                ? Argument extends [infer Left, infer Right, infer Operator]
                  ? Combined<Resolved<M, A, Left>, Resolved<M, A, Right>, Operator>
                  : never
                : Rule extends "coalesced"
                  ? Coalesced<M, A, Argument>
                  : Rule extends "average"
                    ? Average<NonNullable<Resolved<M, A, Argument>>> | null
                    : Rule extends "array"
                      ? Resolved<M, A, Argument>[]
                      : Rule extends "object"
                        ? { [K in keyof Argument]: Resolved<M, A, Argument[K]> }
                        : Rule extends "filtered"
                          ? RelationAt<M, A, Argument & string> extends [infer To, unknown, unknown]
                            ? Joined<To>
                            : never
                          : never
    : Value;
/* A wrong path is reported by the check of paths; its value is nothing. */
type Found<Value> = IsAny<Value> extends true ? Value : Value extends Problem<string> ? never : Value;
/* A function of numbers gives a decimal where one is among its arguments. */
type Numeric<Value> = ([Extract<Value, Decimal>] extends [never] ? number : Decimal) | NullIn<Value>;
type NullIn<Value> = Value extends null ? null : never;

/* What two operands give: decimals win over numbers, big integers over small ones, a moment keeps being one. */
type Combined<Left, Right, Operator> = CombinedValue<NonNullable<Left>, NonNullable<Right>, Operator> | NullIn<Left> | NullIn<Right>;
type CombinedValue<Left, Right, Operator> = unknown extends Left | Right
  ? unknown
  : [Left] extends [Date]
    ? Operator extends "sub"
      ? [Right] extends [Date]
        ? number
        : Date
      : Date
    : [Right] extends [Date]
      ? Date
      : [Left] extends [string]
        ? string
        : [Left] extends [number]
          ? [Right] extends [number]
            ? number
            : Right
          : [Left] extends [bigint]
            ? [Right] extends [number | bigint]
              ? bigint
              : Right
            : Left;

type Coalesced<M, A, Arguments> = Arguments extends [infer First, ...infer Others]
  ? null extends Resolved<M, A, First>
    ? Others extends []
      ? Resolved<M, A, First>
      : NonNullable<Resolved<M, A, First>> | Coalesced<M, A, Others>
    : Resolved<M, A, First>
  : never;

type Average<Value> = [Value] extends [number | bigint] ? number : Value;

/** The type of one named expression. */
export type Output<M, A, E> = E extends AnyExpression ? Resolved<M, A, E[typeof VALUE_OF]> : boolean;
/** The types of named expressions, which may name each other. */
export type Outputs<M, A, E> = { -readonly [K in keyof E]: Output<M, WithNames<M, A, E>, E[K]> };
/* A name that is also a field means the field. */
type WithNames<M, A, E> = A & { [K in Exclude<keyof E, keyof ShapeOf<M>>]: Output<M, WithNames<M, A, E>, E[K]> };
