import type {
  AnyExpression,
  Bindable,
  CONDITIONS,
  Expression,
  Operand,
  OperandConditions,
  OperandPaths,
  OperandValue,
  OutputOption,
  OutputValue,
  PATHS,
  VALUE_OF,
} from "./expressions.js";
import type { NoOptions } from "./field.js";
import type { Lazy } from "./resolve.js";

/** What to order by: paths with `-` for descending, expressions, expressions with a direction; one or several. */
export type OrderArgument = string | Bindable | readonly (string | Bindable)[];
/** The paths that an order names. */
export type OrderPaths<X> = X extends readonly (infer Item)[] ? OrderPath<Item> : OrderPath<X>;
type OrderPath<X> = X extends `-${infer Path}` ? Path : X extends string ? X : X extends Bindable ? X[typeof PATHS] : never;
type OrderConditions<X> = X extends readonly (infer Item)[] ? OperandConditions<Item> : OperandConditions<X>;

/** The rows around the current one: counted from it, null is open. */
export interface FrameBounds {
  /** Where it begins: 0 is the current row, -1 the one before; null or nothing: at the beginning. */
  readonly start?: number | null;
  /** Where it ends: 0 is the current row, 1 the one behind; null or nothing: at the end. */
  readonly end?: number | null;
  /** Rows that are left out: the current one, those equal to it with it, or without it. */
  readonly exclusion?: "currentRow" | "group" | "ties";
}
declare const FRAME: unique symbol;
/** Which rows around the current one a window function sees. */
export interface Frame {
  readonly [FRAME]: true;
}
/** A frame: RowRange by rows, ValueRange by values. */
export type FrameFactory = (bounds?: FrameBounds) => Frame;

/** What Window takes. */
export interface WindowOptions {
  /** Paths or expressions: rows with the same values share a window; all rows unless given. */
  readonly partitionBy?: string | Bindable | readonly (string | Bindable)[];
  /** The order inside a window: paths with `-` for descending, and expressions. */
  readonly orderBy?: OrderArgument;
  /** Which rows of the window count; with an order, from its beginning to the current row unless given. */
  readonly frame?: Frame;
  /** A field whose values it gives. */
  readonly outputField?: OutputOption["outputField"];
}
type PartitionOf<O> = O extends { readonly partitionBy: infer Given } ? Given : never;
type OrderOf<O> = O extends { readonly orderBy: infer Given } ? Given : never;
/** An aggregate or a window function over rows around each row. */
export type WindowFactory = <const X extends AnyExpression, const O extends WindowOptions = NoOptions>(
  expression: X,
  options?: O,
) => Expression<
  OutputValue<O, X[typeof VALUE_OF]>,
  X[typeof PATHS] | OrderPaths<PartitionOf<O>> | OrderPaths<OrderOf<O>>,
  X[typeof CONDITIONS] | OrderConditions<PartitionOf<O>> | OrderConditions<OrderOf<O>>
>;
/** A number of the row in its window. */
export type RankFactory = () => Expression<number>;
/** The number of the bucket that a row falls into. */
export type NtileFactory = (buckets?: number) => Expression<number>;
/** The value of a row `offset` rows away; null, or the default, where there is none. */
export interface OffsetFactory {
  <const X extends Operand>(
    expression: X,
    options?: { readonly offset?: number },
  ): Expression<Lazy<"nullable", OperandValue<X>>, OperandPaths<X>, OperandConditions<X>>;
  <const X extends Operand, const D extends Operand>(
    expression: X,
    options: { readonly offset?: number; readonly default: D },
  ): Expression<OperandValue<X> | OperandValue<D>, OperandPaths<X> | OperandPaths<D>, OperandConditions<X> | OperandConditions<D>>;
}
/** The value of one row of the frame. */
export type WindowValueFactory = <const X extends Operand>(
  expression: X,
) => Expression<OperandValue<X>, OperandPaths<X>, OperandConditions<X>>;
/** The value of the nth row of the frame; null where there are fewer. */
export type NthValueFactory = <const X extends Operand>(
  expression: X,
  options: { readonly nth: number },
) => Expression<Lazy<"nullable", OperandValue<X>>, OperandPaths<X>, OperandConditions<X>>;

/** Django's window functions, by name. */
export interface WindowFunctions {
  readonly Window: WindowFactory;
  readonly RowRange: FrameFactory;
  readonly ValueRange: FrameFactory;
  readonly RowNumber: RankFactory;
  readonly Rank: RankFactory;
  readonly DenseRank: RankFactory;
  readonly PercentRank: RankFactory;
  readonly CumeDist: RankFactory;
  readonly Ntile: NtileFactory;
  readonly Lag: OffsetFactory;
  readonly Lead: OffsetFactory;
  readonly FirstValue: WindowValueFactory;
  readonly LastValue: WindowValueFactory;
  readonly NthValue: NthValueFactory;
}
