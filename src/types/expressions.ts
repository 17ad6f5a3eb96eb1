import type { Decimal } from "decimal.js";
import type { Field } from "./field.js";
import type { DurationLike } from "./input.js";
import type { Lazy } from "./resolve.js";

declare const VALUE_OF: unique symbol;
declare const PATHS: unique symbol;
declare const CONDITIONS: unique symbol;
declare const HINTED: unique symbol;
declare const ORDERING: unique symbol;

export type { CONDITIONS, HINTED, ORDERING, PATHS, VALUE_OF };

/** What names columns of the model that it is used with: they are checked there. */
export interface Bindable {
  readonly [PATHS]: string;
  readonly [CONDITIONS]: unknown;
}
/** Any expression, seen from a query that takes it as a value. */
export interface AnyExpression extends Bindable {
  readonly [VALUE_OF]: unknown;
}

/**
 * A value that the database computes. `Value` is its type, or what its type depends on; `Paths` are the columns that it
 * names; `Conditions` are the conditions inside it.
 */
export interface Expression<Value, Paths extends string = never, Conditions = never> extends AnyExpression {
  readonly [VALUE_OF]: Value;
  readonly [PATHS]: Paths;
  readonly [CONDITIONS]: Conditions;
  /** The sum; with a duration, a moment or a date that much later. */
  add<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The difference; of two moments, a duration. */
  sub<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X, "sub">;
  /** The product. */
  mul<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The quotient; of whole numbers, as the database divides them. */
  div<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The remainder of a division. */
  mod<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The value to the power of another. */
  pow<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The bits that both numbers have. */
  bitAnd<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The bits that at least one of the numbers has. */
  bitOr<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The bits that exactly one of the numbers has. */
  bitXor<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The bits moved to the left. */
  bitLeftShift<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The bits moved to the right. */
  bitRightShift<const X extends Literal | AnyExpression>(other: X): Arithmetic<this, X>;
  /** The negative. */
  neg(): Expression<Value, Paths, Conditions>;
  /** Orders from the least up. */
  asc(options?: NullsOrder): Ordering<Paths, Conditions>;
  /** Orders from the greatest down. */
  desc(options?: NullsOrder): Ordering<Paths, Conditions>;
}
/** Where nulls go in an order: where the database puts them unless one of the two is true. */
export interface NullsOrder {
  /** True: nulls before everything else. */
  readonly nullsFirst?: boolean;
  /** True: nulls behind everything else. */
  readonly nullsLast?: boolean;
}
/** An expression with a direction, for `orderBy`. */
export interface Ordering<Paths extends string = string, Conditions = unknown> extends Bindable {
  readonly [ORDERING]: true;
  readonly [PATHS]: Paths;
  readonly [CONDITIONS]: Conditions;
}

/** A value that is bound as a parameter. */
export type Literal = string | number | bigint | boolean | Date | Decimal | DurationLike | Uint8Array | null;
/** An argument of a function: the path of a column, an expression, or a value that is not a string. */
export type Operand = Literal | AnyExpression;
/** An argument that must be a column or an expression. */
export type Source = string | AnyExpression;

/** The type of an argument's value: of a string, what is at that path. */
export type OperandValue<X> = X extends string ? Lazy<"at", X> : X extends AnyExpression ? X[typeof VALUE_OF] : Widened<X>;
/** The paths that an argument names. */
export type OperandPaths<X> = X extends string ? X : X extends Bindable ? X[typeof PATHS] : never;
declare const SUMMED: unique symbol;
/** A condition on the argument of an aggregate: that it is a number. */
export interface Summed<Value> {
  readonly [SUMMED]: Value;
}
/** The types of the conditions inside an argument. */
export type OperandConditions<X> = X extends Bindable ? X[typeof CONDITIONS] : never;
/** As {@link OperandValue}, where a string is a value and not a path. */
export type LiteralValue<X> = X extends AnyExpression ? X[typeof VALUE_OF] : Widened<X>;
/** The paths of a literal or an expression. */
export type LiteralPaths<X> = X extends Bindable ? X[typeof PATHS] : never;
/** The type of a literal as a column has it: `string` for "a". */
export type Widened<X> = X extends string
  ? string
  : X extends number
    ? number
    : X extends bigint
      ? bigint
      : X extends boolean
        ? boolean
        : X extends DurationLike
          ? number
          : X extends { readonly [K in "toFixed" | "toDecimalPlaces"]: unknown }
            ? Decimal
            : X;

type Arithmetic<Left extends AnyExpression, Right, Operator extends "sub" | "any" = "any"> = Expression<
  Lazy<"combined", [Left[typeof VALUE_OF], LiteralValue<Right>, Operator]>,
  Left[typeof PATHS] | LiteralPaths<Right>,
  Left[typeof CONDITIONS] | OperandConditions<Right>
>;

/** `outputField`: the field whose type the result has. */
export interface OutputOption<F = OutputField> {
  /** A field whose values it gives, where the type is not that of the argument. */
  readonly outputField?: F;
}
/** A field that says the type of an expression. */
export type OutputField = Field<unknown, boolean, boolean, string, boolean>;
/** The value of an output field, else `Otherwise`. */
export type OutputValue<Options, Otherwise> = Options extends { readonly outputField: infer F } ? FieldOutput<F> : Otherwise;
/** The value of a field as a result, null where the field may be null. */
export type FieldOutput<F> =
  F extends Field<infer Value, infer Null, boolean, string, boolean> ? (Null extends true ? Value | null : Value) : unknown;

/** An expression over one argument, whose type does not depend on it but for null. */
export type Following<Value, X> = Expression<Lazy<"following", [Value, OperandValue<X>]>, OperandPaths<X>, OperandConditions<X>>;
/** An expression over arguments, of a type of its own. */
export type Computed<Value, X> = Expression<Value, OperandPaths<X>, OperandConditions<X>>;
