import type { ConditionsIn, PathsIn } from "./conditions.js";
import type {
  Bindable,
  Expression,
  Operand,
  OperandConditions,
  OperandPaths,
  OperandValue,
  OutputOption,
  OutputValue,
  Source,
  Summed,
} from "./expressions.js";
import type { NoOptions } from "./field.js";
import type { Lazy } from "./resolve.js";
import type { OrderArgument, OrderPaths } from "./windows.js";

/** What every aggregate takes. */
export interface AggregateOptions extends OutputOption {
  /** Only rows that meet this condition. */
  readonly filter?: Bindable;
  /** Each value once. */
  readonly distinct?: boolean;
  /** The value where there are no rows, instead of null. */
  readonly default?: unknown;
}
type FilterOf<O> = O extends { readonly filter: infer Q } ? Q : never;
type Aggregated<Value, X, O> = Expression<
  OutputValue<O, Value>,
  OperandPaths<X> | PathsIn<FilterOf<O>>,
  OperandConditions<X> | ConditionsIn<FilterOf<O>>
>;
/* An aggregate of numbers only. */
type AggregatedNumbers<Value, X, O> = Expression<
  OutputValue<O, Value>,
  OperandPaths<X> | PathsIn<FilterOf<O>>,
  OperandConditions<X> | ConditionsIn<FilterOf<O>> | Summed<OperandValue<X>>
>;
type OrDefault<Value, O> = O extends { readonly default: unknown } ? Lazy<"present", Value> : Lazy<"nullable", Value>;

/** The number of rows, with `"*"`, or of values that are not null. */
export type CountFactory = <const X extends Operand, const O extends AggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => Aggregated<number, X, O>;
/** The sum, of the argument's type; null where there are no rows. */
export type SumFactory = <const X extends Operand, const O extends AggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => AggregatedNumbers<OrDefault<OperandValue<X>, O>, X, O>;
/** An aggregate of the argument's type, null where there are no rows: Min, Max. */
export type SameTypeAggregateFactory = <const X extends Operand, const O extends AggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => Aggregated<OrDefault<OperandValue<X>, O>, X, O>;
/** The mean: a decimal of decimals, else a number; null where there are no rows. */
export type AvgFactory = <const X extends Operand, const O extends AggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => AggregatedNumbers<
  O extends { readonly default: unknown } ? Lazy<"present", Lazy<"average", OperandValue<X>>> : Lazy<"average", OperandValue<X>>,
  X,
  O
>;
/** Standard deviation and variance, of the whole population or of a sample: a decimal of decimals, else a number. */
export type SpreadAggregateFactory = <
  const X extends Operand,
  const O extends AggregateOptions & { readonly sample?: boolean } = NoOptions,
>(
  expression: X,
  options?: O,
) => AggregatedNumbers<
  O extends { readonly default: unknown }
    ? Lazy<"present", Lazy<"numeric", OperandValue<X>>>
    : Lazy<"nullable", Lazy<"numeric", OperandValue<X>>>,
  X,
  O
>;
/** An aggregate that gives true, false, or null where there are no rows: BoolAnd, BoolOr. */
export type BooleanAggregateFactory = <const X extends Source | Bindable, const O extends AggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => Aggregated<O extends { readonly default: unknown } ? boolean : boolean | null, X, O>;

/** What an aggregate takes whose result depends on the order of the rows. */
export interface OrderedAggregateOptions extends AggregateOptions {
  /** The order of the rows that go into it: names with `-` for descending, and expressions. */
  readonly orderBy?: OrderArgument;
}
type OrderOf<O> = O extends { readonly orderBy: infer Given } ? Given : never;
type OrderedAggregate<Value, X, O> = Expression<
  OutputValue<O, Value>,
  OperandPaths<X> | PathsIn<FilterOf<O>> | OrderPaths<OrderOf<O>>,
  OperandConditions<X> | ConditionsIn<FilterOf<O>>
>;
/** The values joined to one text. */
export type StringAggFactory = <const X extends Source, const O extends OrderedAggregateOptions = NoOptions>(
  expression: X,
  delimiter: string | Bindable,
  options?: O,
) => OrderedAggregate<O extends { readonly default: unknown } ? string : string | null, X, O>;
/** The values as a list: ArrayAgg, JSONBAgg. */
export type ListAggregateFactory = <const X extends Source, const O extends OrderedAggregateOptions = NoOptions>(
  expression: X,
  options?: O,
) => OrderedAggregate<
  O extends { readonly default: unknown } ? Lazy<"array", OperandValue<X>> : Lazy<"array", OperandValue<X>> | null,
  X,
  O
>;
/** The value at a fraction of the ordered rows: PercentileCont, PercentileDisc. */
export type PercentileFactory = <const X extends Source, const O extends AggregateOptions = NoOptions>(
  expression: X,
  fraction: number,
  options?: O,
) => Aggregated<OrDefault<OperandValue<X>, O>, X, O>;

/** Django's aggregates, by name. */
export interface Aggregates {
  readonly Count: CountFactory;
  readonly Sum: SumFactory;
  readonly Min: SameTypeAggregateFactory;
  readonly Max: SameTypeAggregateFactory;
  readonly Avg: AvgFactory;
  readonly StdDev: SpreadAggregateFactory;
  readonly Variance: SpreadAggregateFactory;
  readonly StringAgg: StringAggFactory;
  readonly ArrayAgg: ListAggregateFactory;
  readonly JSONBAgg: ListAggregateFactory;
  readonly BoolAnd: BooleanAggregateFactory;
  readonly BoolOr: BooleanAggregateFactory;
  readonly BitAnd: SameTypeAggregateFactory;
  readonly BitOr: SameTypeAggregateFactory;
  readonly BitXor: SameTypeAggregateFactory;
  readonly Mode: SameTypeAggregateFactory;
  readonly PercentileCont: PercentileFactory;
  readonly PercentileDisc: PercentileFactory;
}
