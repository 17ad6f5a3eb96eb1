import type { BooleanExpression, ConditionsIn, PathsIn, QOperand } from "./conditions.js";
import type {
  Bindable,
  CONDITIONS,
  Expression,
  FieldOutput,
  Literal,
  Operand,
  OperandConditions,
  OperandPaths,
  OperandValue,
  OutputField,
  OutputOption,
  OutputValue,
  PATHS,
  VALUE_OF,
  Widened,
} from "./expressions.js";
import type { NoOptions } from "./field.js";
import type { AnyQuerySet, MODEL, ROW } from "./markers.js";
import type { Lazy } from "./resolve.js";
import type { SubqueryValue } from "./results.js";

/** The value of a column, or of an annotation. */
export type FFactory = <const Path extends string>(path: Path) => Expression<Lazy<"at", Path>, Path>;
/** A value that is bound as a parameter. */
export type ValueFactory = <const X extends Literal | object, const O extends OutputOption = NoOptions>(
  value: X,
  options?: O,
) => Expression<OutputValue<O, Widened<X>>>;
/** An expression, or a condition, whose type is that of a field. */
export type ExpressionWrapperFactory = <const X extends Bindable, F extends OutputField>(
  expression: X,
  options: { readonly outputField: F },
) => Expression<FieldOutput<F>, X[typeof PATHS], X[typeof CONDITIONS]>;
/** SQL of the caller, with `%s` for each parameter. */
export type RawSQLFactory = <const O extends OutputOption = NoOptions>(
  sql: string,
  params?: readonly unknown[],
  options?: O,
) => Expression<OutputValue<O, unknown>>;

/** One arm of a `Case`. */
export interface WhenClause<Value = unknown, Paths extends string = string, Conditions = unknown> extends Bindable {
  readonly [VALUE_OF]: Value;
  readonly [PATHS]: Paths;
  readonly [CONDITIONS]: Conditions;
  /** The value where the condition holds. */
  readonly then: unknown;
}
/** One arm of a `Case`: a condition and what it gives. A string after `then` is the path of a column. */
export type WhenFactory = <const C extends QOperand, const X extends Operand>(
  condition: C,
  result: { readonly then: X },
) => WhenClause<OperandValue<X>, PathsIn<C> | OperandPaths<X>, ConditionsIn<C> | OperandConditions<X>>;
/** What stands behind the branches of a Case. */
export interface CaseOptions {
  /** The value where no condition holds; null unless given. A string is the path of a column. */
  readonly default?: Operand;
  /** A field whose values it gives. */
  readonly outputField?: OutputField;
}
type DefaultOf<O> = O extends { readonly default: infer D } ? D : null;
/** The value of the first arm whose condition holds. */
export interface CaseFactory {
  <const W extends readonly WhenClause[]>(
    ...arms: W
  ): Expression<W[number][typeof VALUE_OF] | null, W[number][typeof PATHS], W[number][typeof CONDITIONS]>;
  <const W extends readonly WhenClause[], const O extends CaseOptions>(
    ...arms: [...W, O]
  ): Expression<
    OutputValue<O, W[number][typeof VALUE_OF] | OperandValue<DefaultOf<O>>>,
    W[number][typeof PATHS] | OperandPaths<DefaultOf<O>>,
    W[number][typeof CONDITIONS] | OperandConditions<DefaultOf<O>>
  >;
}

/** The first row of a queryset of one column, null where it has none. */
export type SubqueryFactory = <Q extends AnyQuerySet, const O extends OutputOption = NoOptions>(
  querySet: Q,
  options?: O,
) => Expression<OutputValue<O, SubqueryValue<Q[typeof MODEL], Q[typeof ROW]> | null>>;
/** Whether a queryset has a row; also a condition of its own. */
export type ExistsFactory = (querySet: AnyQuerySet) => BooleanExpression;
declare const OUTER: unique symbol;
/** A column of a query around. */
export interface OuterReference<Value = unknown> extends Expression<Value> {
  readonly [OUTER]: true;
}
/** A column of the query around, inside a subquery; of the one around that, for each OuterRef inside another. */
export type OuterRefFactory = <Value = unknown>(path: string | OuterReference) => OuterReference<Value>;
/** A relation that is joined with a condition of its own, under the name of the annotation. */
export type FilteredRelationFactory = <const Path extends string, const C extends Bindable>(
  relation: Path,
  options: { readonly condition: C },
) => Expression<Lazy<"filtered", Path>, Path | C[typeof PATHS], C[typeof CONDITIONS]>;

/** How a function of the database is written. */
export interface FuncOptions extends OutputOption {
  /** The function's name in SQL. */
  readonly function: string;
  /** The text around it, with `%(function)s` and `%(expressions)s`. */
  readonly template?: string;
  /** What stands between the arguments; ", " unless given. */
  readonly argJoiner?: string;
}
/** A function of the database that has no factory of its own. */
export type FuncFactory = <const X extends readonly Operand[], const O extends FuncOptions>(
  ...args: [...X, O]
) => Expression<OutputValue<O, unknown>, OperandPaths<X[number]>, OperandConditions<X[number]>>;
