import type { BooleanExpression } from "./conditions.js";
import type {
  Computed,
  Expression,
  FieldOutput,
  Following,
  Operand,
  OperandConditions,
  OperandPaths,
  OperandValue,
  OutputField,
  OutputOption,
  OutputValue,
  Source,
} from "./expressions.js";
import type { NoOptions } from "./field.js";
import type { InList } from "./lookups.js";
import type { DateTimeUnit } from "./query-options.js";
import type { Lazy } from "./resolve.js";

/* A string argument of a function is the path of a column, as in Django; a text is Value("…"). */

/** From one argument to a text; null of null. */
export type TextFunction = <const X extends Source>(expression: X) => Following<string, X>;
/** A number, or a decimal where an argument is one; null of null. */
type Numeric<X> = Expression<Lazy<"numeric", OperandValue<X>>, OperandPaths<X>, OperandConditions<X>>;
/** From one argument to a number, from a decimal to a decimal; null of null. */
export type NumberFunction = <const X extends Operand>(expression: X) => Numeric<X>;
/** From one argument to a value of its type. */
export type SameTypeFunction = <const X extends Operand>(
  expression: X,
) => Expression<OperandValue<X>, OperandPaths<X>, OperandConditions<X>>;
/** From two numbers to a number, to a decimal where one of them is a decimal; null of null. */
export type TwoNumbersFunction = <const X extends Operand, const Y extends Operand>(left: X, right: Y) => Numeric<X | Y>;
/** A number rounded to places; of the same type. */
export type RoundFunction = <const X extends Operand>(
  expression: X,
  precision?: number,
) => Expression<OperandValue<X>, OperandPaths<X>, OperandConditions<X>>;
/** The logarithm of the second to the base of the first. */
export type LogFunction = <const X extends Operand, const Y extends Operand>(base: X, expression: Y) => Numeric<X | Y>;
/** A number without arguments. */
export type ConstantNumberFunction = () => Expression<number>;
/** A part of a text by its length. */
export type CutFunction = <const X extends Source>(expression: X, length: number | Source) => Following<string, X>;
/** A text filled up to a length. */
export type PadFunction = <const X extends Source, const Fill extends Source = never>(
  expression: X,
  length: number | Source,
  fill?: Fill,
) => Following<string, X | NoInfer<Fill>>;
/** A text several times over. */
export type RepeatFunction = <const X extends Source, const N extends number | Source>(expression: X, times: N) => Following<string, X | N>;
/** A text with every occurrence of another one replaced. */
export type ReplaceFunction = <const X extends Source, const From extends Source, const To extends Source = never>(
  expression: X,
  text: From,
  replacement?: To,
) => Following<string, X | From | NoInfer<To>>;
/** The place of a text in another, from 1; 0 where it is not in it. */
export type StrIndexFunction = <const X extends Source, const Y extends Source>(expression: X, text: Y) => Following<number, X | Y>;
/** The part of a text from `position`, counted from 1. */
export type SubstrFunction = <const X extends Source, const P extends number | Source, const L extends number | Source = never>(
  expression: X,
  position: P,
  length?: L,
) => Following<string, X | P | L>;
/** The texts one after the other; null counts as empty. */
export type ConcatFunction = <const X extends readonly [Source, Source, ...Source[]]>(...expressions: X) => Computed<string, X[number]>;
/** A text by the rules of a collation. */
export type CollateFunction = <const X extends Source>(expression: X, collation: string) => Following<string, X>;
/** The first argument that is not null. */
export type CoalesceFunction = <const X extends readonly [Operand, ...Operand[]]>(
  ...expressions: X
) => Expression<Lazy<"coalesced", { -readonly [I in keyof X]: OperandValue<X[I]> }>, OperandPaths<X[number]>, OperandConditions<X[number]>>;
/** The greatest or the least of the arguments. */
export type ChooseFunction = <const X extends readonly [Operand, Operand, ...Operand[]]>(
  ...expressions: X
) => Expression<OperandValue<X[number]>, OperandPaths<X[number]>, OperandConditions<X[number]>>;
/** Null where both are equal, else the first. */
export type NullIfFunction = <const X extends Operand, const Y extends Operand>(
  expression: X,
  other: Y,
) => Expression<Lazy<"nullable", OperandValue<X>>, OperandPaths<X | Y>, OperandConditions<X | Y>>;
/** The value as the type of a field. */
export type CastFunction = <const X extends Operand, F extends OutputField>(expression: X, outputField: F) => Following<FieldOutput<F>, X>;
/** A JSON object with these members. */
export type JSONObjectFunction = <const X extends Readonly<Record<string, Operand>>>(
  members: X,
) => Expression<Lazy<"object", { -readonly [K in keyof X]: OperandValue<X[K]> }>, OperandPaths<X[keyof X]>, OperandConditions<X[keyof X]>>;
/** The time at which the transaction began. */
export type NowFunction = () => Expression<Date>;

/** What functions of moments take. */
export interface TimeZoneOption {
  /** The time zone that the parts are in: an IANA name; the settings' unless given. */
  readonly timeZone?: string;
}
/** The parts of a date or a moment. */
export type ExtractUnit =
  | "year"
  | "isoYear"
  | "quarter"
  | "month"
  | "week"
  | "weekDay"
  | "isoWeekDay"
  | "day"
  | "hour"
  | "minute"
  | "second"
  | "epoch"
  | "dayOfYear";
/** A part of a date or a moment, as a number. */
export type ExtractFunction = <const X extends Source>(expression: X, unit: ExtractUnit, options?: TimeZoneOption) => Following<number, X>;
/** One certain part of a date or a moment, as a number. */
export type ExtractPartFunction = <const X extends Source>(expression: X, options?: TimeZoneOption) => Following<number, X>;
/** Cut down to a unit: a date stays a date, a moment a moment. */
export type TruncFunction = <const X extends Source, const O extends OutputOption & TimeZoneOption = NoOptions>(
  expression: X,
  unit: DateTimeUnit | "quarter",
  options?: O,
) => Expression<OutputValue<O, OperandValue<X>>, OperandPaths<X>, OperandConditions<X>>;
/** Cut down to one certain unit. */
export type TruncPartFunction = <const X extends Source, const O extends OutputOption & TimeZoneOption = NoOptions>(
  expression: X,
  options?: O,
) => Expression<OutputValue<O, OperandValue<X>>, OperandPaths<X>, OperandConditions<X>>;
/** The date, or the time of day, of a moment. */
export type TruncTextFunction = <const X extends Source>(expression: X, options?: TimeZoneOption) => Following<string, X>;

/** A comparison as an expression; also a condition. */
export type ComparisonFunction = <const X extends Operand, const Y extends Operand>(
  left: X,
  right: Y,
) => BooleanExpression<OperandPaths<X | Y>, OperandConditions<X | Y>>;
/** Whether a value is null, as a condition. */
export type IsNullFunction = <const X extends Operand>(
  expression: X,
  isNull: boolean,
) => BooleanExpression<OperandPaths<X>, OperandConditions<X>>;
/** Whether a value is one of a list, as a condition. */
export type InFunction = <const X extends Operand>(
  expression: X,
  values: InList<unknown>,
) => BooleanExpression<OperandPaths<X>, OperandConditions<X>>;
/** Django's functions of the database and comparison expressions, by name. */
export interface DatabaseFunctions {
  readonly Cast: CastFunction;
  readonly Coalesce: CoalesceFunction;
  readonly Collate: CollateFunction;
  readonly Greatest: ChooseFunction;
  readonly Least: ChooseFunction;
  readonly NullIf: NullIfFunction;
  readonly JSONObject: JSONObjectFunction;

  readonly Now: NowFunction;
  readonly Extract: ExtractFunction;
  readonly ExtractYear: ExtractPartFunction;
  readonly ExtractIsoYear: ExtractPartFunction;
  readonly ExtractQuarter: ExtractPartFunction;
  readonly ExtractMonth: ExtractPartFunction;
  readonly ExtractWeek: ExtractPartFunction;
  readonly ExtractWeekDay: ExtractPartFunction;
  readonly ExtractIsoWeekDay: ExtractPartFunction;
  readonly ExtractDay: ExtractPartFunction;
  readonly ExtractHour: ExtractPartFunction;
  readonly ExtractMinute: ExtractPartFunction;
  readonly ExtractSecond: ExtractPartFunction;
  readonly Trunc: TruncFunction;
  readonly TruncYear: TruncPartFunction;
  readonly TruncQuarter: TruncPartFunction;
  readonly TruncMonth: TruncPartFunction;
  readonly TruncWeek: TruncPartFunction;
  readonly TruncDay: TruncPartFunction;
  readonly TruncHour: TruncPartFunction;
  readonly TruncMinute: TruncPartFunction;
  readonly TruncSecond: TruncPartFunction;
  readonly TruncDate: TruncTextFunction;
  readonly TruncTime: TruncTextFunction;

  readonly Abs: SameTypeFunction;
  readonly Ceil: SameTypeFunction;
  readonly Floor: SameTypeFunction;
  readonly Round: RoundFunction;
  readonly Mod: TwoNumbersFunction;
  readonly Power: TwoNumbersFunction;
  readonly Log: LogFunction;
  readonly ATan2: TwoNumbersFunction;
  readonly Sign: NumberFunction;
  readonly Sqrt: NumberFunction;
  readonly Exp: NumberFunction;
  readonly Ln: NumberFunction;
  readonly Sin: NumberFunction;
  readonly Cos: NumberFunction;
  readonly Tan: NumberFunction;
  readonly Cot: NumberFunction;
  readonly ASin: NumberFunction;
  readonly ACos: NumberFunction;
  readonly ATan: NumberFunction;
  readonly Degrees: NumberFunction;
  readonly Radians: NumberFunction;
  readonly Pi: ConstantNumberFunction;
  readonly Random: ConstantNumberFunction;

  readonly Upper: TextFunction;
  readonly Lower: TextFunction;
  readonly Trim: TextFunction;
  readonly LTrim: TextFunction;
  readonly RTrim: TextFunction;
  readonly Reverse: TextFunction;
  readonly MD5: TextFunction;
  readonly SHA1: TextFunction;
  readonly SHA224: TextFunction;
  readonly SHA256: TextFunction;
  readonly SHA384: TextFunction;
  readonly SHA512: TextFunction;
  readonly Length: NumberFunction;
  readonly Ord: NumberFunction;
  readonly Chr: ChrFunction;
  readonly Left: CutFunction;
  readonly Right: CutFunction;
  readonly LPad: PadFunction;
  readonly RPad: PadFunction;
  readonly Repeat: RepeatFunction;
  readonly Replace: ReplaceFunction;
  readonly StrIndex: StrIndexFunction;
  readonly Substr: SubstrFunction;
  readonly Concat: ConcatFunction;

  readonly Exact: ComparisonFunction;
  readonly IExact: ComparisonFunction;
  readonly GreaterThan: ComparisonFunction;
  readonly GreaterThanOrEqual: ComparisonFunction;
  readonly LessThan: ComparisonFunction;
  readonly LessThanOrEqual: ComparisonFunction;
  readonly Contains: ComparisonFunction;
  readonly IContains: ComparisonFunction;
  readonly StartsWith: ComparisonFunction;
  readonly IStartsWith: ComparisonFunction;
  readonly EndsWith: ComparisonFunction;
  readonly IEndsWith: ComparisonFunction;
  readonly Regex: ComparisonFunction;
  readonly IRegex: ComparisonFunction;
  readonly In: InFunction;
  readonly IsNull: IsNullFunction;
}
/** The character of a code point. */
export type ChrFunction = <const X extends Operand>(code: X) => Following<string, X>;
