/*
 * The public names by their types alone, so that the tests of types do not need the run-time side.
 */
import type { Decimal } from "decimal.js";
import type { Aggregates } from "../../src/types/aggregates.js";
import type * as base from "../../src/types/base-expressions.js";
import type { QFactory } from "../../src/types/conditions.js";
import type {
  Backward,
  CommonOptions,
  CompositeKey,
  Field,
  Flag,
  Generated,
  HasDefault,
  Make,
  NoOptions,
  ToMany,
  ToOne,
} from "../../src/types/field.js";
import type { DatabaseFunctions } from "../../src/types/functions.js";
import type { ManagerConstructor } from "../../src/types/manager.js";
import type { AbstractModelFactory, ModelFactory } from "../../src/types/model.js";
import type { PrefetchFactory } from "../../src/types/prefetch.js";
import type { QuerySet as DeclaredQuerySet, ModelThunk, QuerySetConstructor } from "../../src/types/queryset.js";
import type { SqlTemplate } from "../../src/types/raw.js";
import type { SearchFunctions } from "../../src/types/search.js";
import type { WindowFunctions } from "../../src/types/windows.js";

export declare const Model: ModelFactory;
export declare const AbstractModel: AbstractModelFactory;
export declare const QuerySet: QuerySetConstructor;
export type QuerySet<M, R = M, A = unknown> = DeclaredQuerySet<M, R, A>;
export declare const Manager: ManagerConstructor;
export declare const Q: QFactory;
export declare const F: base.FFactory;
export declare const Value: base.ValueFactory;
export declare const ExpressionWrapper: base.ExpressionWrapperFactory;
export declare const RawSQL: base.RawSQLFactory;
export declare const When: base.WhenFactory;
export declare const Case: base.CaseFactory;
export declare const Subquery: base.SubqueryFactory;
export declare const Exists: base.ExistsFactory;
export declare const OuterRef: base.OuterRefFactory;
export declare const FilteredRelation: base.FilteredRelationFactory;
export declare const Func: base.FuncFactory;
export declare const Prefetch: PrefetchFactory;
export declare function sql(strings: TemplateStringsArray, ...values: unknown[]): SqlTemplate;
export declare const Count: Aggregates["Count"];
export declare const Sum: Aggregates["Sum"];
export declare const Min: Aggregates["Min"];
export declare const Max: Aggregates["Max"];
export declare const Avg: Aggregates["Avg"];
export declare const StdDev: Aggregates["StdDev"];
export declare const Variance: Aggregates["Variance"];
export declare const StringAgg: Aggregates["StringAgg"];
export declare const ArrayAgg: Aggregates["ArrayAgg"];
export declare const JSONBAgg: Aggregates["JSONBAgg"];
export declare const BoolAnd: Aggregates["BoolAnd"];
export declare const BoolOr: Aggregates["BoolOr"];
export declare const BitAnd: Aggregates["BitAnd"];
export declare const BitOr: Aggregates["BitOr"];
export declare const BitXor: Aggregates["BitXor"];
export declare const Mode: Aggregates["Mode"];
export declare const PercentileCont: Aggregates["PercentileCont"];
export declare const PercentileDisc: Aggregates["PercentileDisc"];
export declare const Cast: DatabaseFunctions["Cast"];
export declare const Coalesce: DatabaseFunctions["Coalesce"];
export declare const Collate: DatabaseFunctions["Collate"];
export declare const Greatest: DatabaseFunctions["Greatest"];
export declare const Least: DatabaseFunctions["Least"];
export declare const NullIf: DatabaseFunctions["NullIf"];
export declare const JSONObject: DatabaseFunctions["JSONObject"];
export declare const Now: DatabaseFunctions["Now"];
export declare const Extract: DatabaseFunctions["Extract"];
export declare const ExtractYear: DatabaseFunctions["ExtractYear"];
export declare const ExtractIsoYear: DatabaseFunctions["ExtractIsoYear"];
export declare const ExtractQuarter: DatabaseFunctions["ExtractQuarter"];
export declare const ExtractMonth: DatabaseFunctions["ExtractMonth"];
export declare const ExtractWeek: DatabaseFunctions["ExtractWeek"];
export declare const ExtractWeekDay: DatabaseFunctions["ExtractWeekDay"];
export declare const ExtractIsoWeekDay: DatabaseFunctions["ExtractIsoWeekDay"];
export declare const ExtractDay: DatabaseFunctions["ExtractDay"];
export declare const ExtractHour: DatabaseFunctions["ExtractHour"];
export declare const ExtractMinute: DatabaseFunctions["ExtractMinute"];
export declare const ExtractSecond: DatabaseFunctions["ExtractSecond"];
export declare const Trunc: DatabaseFunctions["Trunc"];
export declare const TruncYear: DatabaseFunctions["TruncYear"];
export declare const TruncQuarter: DatabaseFunctions["TruncQuarter"];
export declare const TruncMonth: DatabaseFunctions["TruncMonth"];
export declare const TruncWeek: DatabaseFunctions["TruncWeek"];
export declare const TruncDay: DatabaseFunctions["TruncDay"];
export declare const TruncHour: DatabaseFunctions["TruncHour"];
export declare const TruncMinute: DatabaseFunctions["TruncMinute"];
export declare const TruncSecond: DatabaseFunctions["TruncSecond"];
export declare const TruncDate: DatabaseFunctions["TruncDate"];
export declare const TruncTime: DatabaseFunctions["TruncTime"];
export declare const Abs: DatabaseFunctions["Abs"];
export declare const Ceil: DatabaseFunctions["Ceil"];
export declare const Floor: DatabaseFunctions["Floor"];
export declare const Round: DatabaseFunctions["Round"];
export declare const Mod: DatabaseFunctions["Mod"];
export declare const Power: DatabaseFunctions["Power"];
export declare const Log: DatabaseFunctions["Log"];
export declare const ATan2: DatabaseFunctions["ATan2"];
export declare const Sign: DatabaseFunctions["Sign"];
export declare const Sqrt: DatabaseFunctions["Sqrt"];
export declare const Exp: DatabaseFunctions["Exp"];
export declare const Ln: DatabaseFunctions["Ln"];
export declare const Sin: DatabaseFunctions["Sin"];
export declare const Cos: DatabaseFunctions["Cos"];
export declare const Tan: DatabaseFunctions["Tan"];
export declare const Cot: DatabaseFunctions["Cot"];
export declare const ASin: DatabaseFunctions["ASin"];
export declare const ACos: DatabaseFunctions["ACos"];
export declare const ATan: DatabaseFunctions["ATan"];
export declare const Degrees: DatabaseFunctions["Degrees"];
export declare const Radians: DatabaseFunctions["Radians"];
export declare const Pi: DatabaseFunctions["Pi"];
export declare const Random: DatabaseFunctions["Random"];
export declare const Upper: DatabaseFunctions["Upper"];
export declare const Lower: DatabaseFunctions["Lower"];
export declare const Trim: DatabaseFunctions["Trim"];
export declare const LTrim: DatabaseFunctions["LTrim"];
export declare const RTrim: DatabaseFunctions["RTrim"];
export declare const Reverse: DatabaseFunctions["Reverse"];
export declare const MD5: DatabaseFunctions["MD5"];
export declare const SHA1: DatabaseFunctions["SHA1"];
export declare const SHA224: DatabaseFunctions["SHA224"];
export declare const SHA256: DatabaseFunctions["SHA256"];
export declare const SHA384: DatabaseFunctions["SHA384"];
export declare const SHA512: DatabaseFunctions["SHA512"];
export declare const Length: DatabaseFunctions["Length"];
export declare const Ord: DatabaseFunctions["Ord"];
export declare const Chr: DatabaseFunctions["Chr"];
export declare const Left: DatabaseFunctions["Left"];
export declare const Right: DatabaseFunctions["Right"];
export declare const LPad: DatabaseFunctions["LPad"];
export declare const RPad: DatabaseFunctions["RPad"];
export declare const Repeat: DatabaseFunctions["Repeat"];
export declare const Replace: DatabaseFunctions["Replace"];
export declare const StrIndex: DatabaseFunctions["StrIndex"];
export declare const Substr: DatabaseFunctions["Substr"];
export declare const Concat: DatabaseFunctions["Concat"];
export declare const Exact: DatabaseFunctions["Exact"];
export declare const IExact: DatabaseFunctions["IExact"];
export declare const GreaterThan: DatabaseFunctions["GreaterThan"];
export declare const GreaterThanOrEqual: DatabaseFunctions["GreaterThanOrEqual"];
export declare const LessThan: DatabaseFunctions["LessThan"];
export declare const LessThanOrEqual: DatabaseFunctions["LessThanOrEqual"];
export declare const Contains: DatabaseFunctions["Contains"];
export declare const IContains: DatabaseFunctions["IContains"];
export declare const StartsWith: DatabaseFunctions["StartsWith"];
export declare const IStartsWith: DatabaseFunctions["IStartsWith"];
export declare const EndsWith: DatabaseFunctions["EndsWith"];
export declare const IEndsWith: DatabaseFunctions["IEndsWith"];
export declare const Regex: DatabaseFunctions["Regex"];
export declare const IRegex: DatabaseFunctions["IRegex"];
export declare const In: DatabaseFunctions["In"];
export declare const Range: DatabaseFunctions["Range"];
export declare const IsNull: DatabaseFunctions["IsNull"];
export declare const Window: WindowFunctions["Window"];
export declare const RowRange: WindowFunctions["RowRange"];
export declare const ValueRange: WindowFunctions["ValueRange"];
export declare const RowNumber: WindowFunctions["RowNumber"];
export declare const Rank: WindowFunctions["Rank"];
export declare const DenseRank: WindowFunctions["DenseRank"];
export declare const PercentRank: WindowFunctions["PercentRank"];
export declare const CumeDist: WindowFunctions["CumeDist"];
export declare const Ntile: WindowFunctions["Ntile"];
export declare const Lag: WindowFunctions["Lag"];
export declare const Lead: WindowFunctions["Lead"];
export declare const FirstValue: WindowFunctions["FirstValue"];
export declare const LastValue: WindowFunctions["LastValue"];
export declare const NthValue: WindowFunctions["NthValue"];
export declare const SearchVector: SearchFunctions["SearchVector"];
export declare const SearchQuery: SearchFunctions["SearchQuery"];
export declare const SearchRank: SearchFunctions["SearchRank"];
export declare const SearchHeadline: SearchFunctions["SearchHeadline"];
export declare const TrigramSimilarity: SearchFunctions["TrigramSimilarity"];
export declare const TrigramDistance: SearchFunctions["TrigramDistance"];
export declare const TrigramWordSimilarity: SearchFunctions["TrigramWordSimilarity"];
export declare const TrigramStrictWordSimilarity: SearchFunctions["TrigramStrictWordSimilarity"];

type Options = CommonOptions<unknown, never>;
export declare const CASCADE: "CASCADE";
export declare const SET_NULL: "SET_NULL";
export declare function AutoField(): Field<number, false, true, "number", true>;
export declare function BigAutoField(): Field<number, false, true, "number", true>;
export declare function CharField<const O extends Options & { maxLength?: number } = NoOptions>(options?: O): Make<string, O, "text">;
export declare function TextField<const O extends Options = NoOptions>(options?: O): Make<string, O, "text">;
export declare function EmailField<const O extends Options = NoOptions>(options?: O): Make<string, O, "text">;
export declare function IntegerField<const O extends Options = NoOptions>(options?: O): Make<number, O, "number">;
export declare function FloatField<const O extends Options = NoOptions>(options?: O): Make<number, O, "number">;
export declare function BigIntegerField<const O extends Options = NoOptions>(options?: O): Make<bigint, O, "bigint">;
export declare function DecimalField<const O extends Options & { maxDigits?: number; decimalPlaces?: number } = NoOptions>(
  options?: O,
): Make<Decimal, O, "decimal">;
export declare function BooleanField<const O extends Options = NoOptions>(options?: O): Make<boolean, O, "bool">;
export declare function DateTimeField<const O extends Options & { autoNow?: boolean; autoNowAdd?: boolean } = NoOptions>(
  options?: O,
): Make<Date, O, "datetime">;
export declare function DateField<const O extends Options & { autoNow?: boolean; autoNowAdd?: boolean } = NoOptions>(
  options?: O,
): Make<string, O, "date">;
export declare function TimeField<const O extends Options = NoOptions>(options?: O): Make<string, O, "time">;
export declare function DurationField<const O extends Options = NoOptions>(options?: O): Make<number, O, "duration">;
export declare function UUIDField<const O extends Options & { version?: 4 | 7 } = NoOptions>(options?: O): Make<string, O, "uuid">;
export declare function JSONField<T = unknown>(options?: Options): Field<T, false, true, "json">;
export declare function BinaryField<const O extends Options = NoOptions>(options?: O): Make<Uint8Array, O, "binary">;
export declare function GenericIPAddressField<const O extends Options = NoOptions>(options?: O): Make<string, O, "inet">;
export declare function HStoreField<const O extends Options = NoOptions>(options?: O): Make<Record<string, string | null>, O, "hstore">;
export declare function ArrayField<V, const O extends Options = NoOptions>(
  element: Field<V, boolean, boolean, string, boolean>,
  options?: O,
): Make<V[], O, "array">;
export interface Range<T> {
  readonly lower: T | null;
  readonly upper: T | null;
  readonly bounds: "[)" | "(]" | "[]" | "()";
}
export declare function IntegerRangeField<const O extends Options = NoOptions>(options?: O): Make<Range<number>, O, "range">;
export declare function GeneratedField<V, N extends boolean, K extends string>(options: {
  expression: string;
  outputField: Field<V, N, boolean, K, boolean>;
}): Generated<V, N, K>;

type ToOneOptions = Options & { readonly onDelete: string; readonly relatedName?: string };
export declare function ForeignKey<M, const O extends ToOneOptions>(
  to: ModelThunk<M>,
  options: O,
): ToOne<M, Flag<O, "null">, HasDefault<O>, "fk", Flag<O, "primaryKey">>;
export declare function OneToOneField<M, const O extends ToOneOptions>(
  to: ModelThunk<M>,
  options: O,
): ToOne<M, Flag<O, "null">, HasDefault<O>, "o2o", Flag<O, "primaryKey">>;
export declare function ManyToManyField<M>(to: ModelThunk<M>, options?: { relatedName?: string; through?: ModelThunk<unknown> }): ToMany<M>;
export declare function ReverseRelation<M, const Via extends string>(to: ModelThunk<M>, via: Via): Backward<M, Via>;
export declare function CompositePrimaryKey<const Parts extends readonly string[]>(...parts: Parts): CompositeKey<Parts>;
