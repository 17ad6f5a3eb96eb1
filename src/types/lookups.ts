import type { Decimal } from "decimal.js";
import type { LOADED } from "./deferred.js";
import type { AnyExpression } from "./expressions.js";
import type { BoundsInput, InputOf, RangeBound, RelatedInput, SpanInput } from "./input.js";
import type { AnyQuerySet } from "./markers.js";
import type { OrNull } from "./shape.js";

/**
 * Lookups added by `registerLookup`: for each name, the type of its right-hand side by kind of column.
 *
 * @example
 * declare module "dorm" {
 *   interface CustomLookups {
 *     longerThan: { text: number };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface CustomLookups {}

/** What stands for a value in SQL: an expression, or a queryset of one column. */
export type SqlValue = AnyExpression | AnyQuerySet;
/** The right-hand side of `in`: any iterable but a string, or a queryset. A null in it matches nothing. */
export type InList<Value> = (Iterable<Value | AnyExpression | null> & object) | SqlValue;

/* The rows of a queryset that `values` or `valuesList` has made plain. */
type PlainRow =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | Decimal
  | readonly unknown[]
  | { readonly [LOADED]?: never; readonly [name: string]: unknown };
/** What stands for an object in SQL: an expression, a queryset of its model, or one of plain values. */
export type RelatedSql<M> = AnyExpression | AnyQuerySet<M> | AnyQuerySet<unknown, PlainRow>;
/** The right-hand side of `in` for a relation. */
export type RelatedList<M> = (Iterable<RelatedInput<M> | AnyExpression | null> & object) | RelatedSql<M>;

interface Presence {
  isnull: boolean;
  isnotnull: boolean;
}
interface Equality<Value, Null> extends Presence {
  exact: OrNull<Value, Null> | SqlValue;
  in: InList<Value>;
}
interface Order<Value> {
  gt: Value | SqlValue;
  gte: Value | SqlValue;
  lt: Value | SqlValue;
  lte: Value | SqlValue;
  range: readonly [from: Value | SqlValue, to: Value | SqlValue];
}
type Pattern = string | SqlValue;
interface Patterns {
  iexact: string | null | SqlValue;
  contains: Pattern;
  icontains: Pattern;
  startswith: Pattern;
  istartswith: Pattern;
  endswith: Pattern;
  iendswith: Pattern;
  regex: Pattern;
  iregex: Pattern;
}
/** Full-text and trigram search, on PostgreSQL. */
interface Search {
  search: Pattern;
  trigramSimilar: Pattern;
  trigramWordSimilar: Pattern;
  trigramStrictWordSimilar: Pattern;
}
interface TextLookups<Value, Null> extends Equality<Value, Null>, Order<string>, Patterns, Search {}
interface OrderedLookups<Value, Null> extends Equality<Value, Null>, Order<Value> {}
/* Patterns on numbers and moments compare their text, as in Django. */
interface NumberLookups<Value, Null> extends Equality<Value, Null>, Order<Value>, NumberPatterns {}
type NumberPattern = string | number | bigint | SqlValue;
interface NumberPatterns {
  contains: NumberPattern;
  icontains: NumberPattern;
  startswith: NumberPattern;
  istartswith: NumberPattern;
  endswith: NumberPattern;
  iendswith: NumberPattern;
  regex: Pattern;
  iregex: Pattern;
}
/* Choices keep their narrow type; any other number may be given in either form. */
type NumberInput<Value> = number extends Value ? number | bigint : bigint extends Value ? number | bigint : Value;
interface Keyed {
  hasKey: string | number;
  hasKeys: readonly (string | number)[];
  hasAnyKeys: readonly (string | number)[];
}
interface JsonLookups extends Presence, Patterns, Order<unknown>, Keyed {
  exact: unknown;
  in: InList<unknown>;
  contains: never;
  containedBy: unknown;
}
interface ArrayLookups<Value, Null> extends Equality<Value, Null>, Order<Value> {
  contains: Value | SqlValue;
  containedBy: Value | SqlValue;
  overlap: Value | SqlValue;
}
interface HStoreLookups<Value, Null> extends Equality<Value, Null>, Keyed {
  contains: Value | SqlValue;
  containedBy: Value | SqlValue;
}
interface RangeLookups<Value, Null, Bound> extends Equality<Value, Null>, Order<Value> {
  contains: Value | Bound | SqlValue;
  containedBy: Value | SqlValue;
  overlap: Value | SqlValue;
  fullyLt: Value | SqlValue;
  fullyGt: Value | SqlValue;
  notLt: Value | SqlValue;
  notGt: Value | SqlValue;
  adjacentTo: Value | SqlValue;
}

/** The lookups of each kind of column, and the type of their right-hand side. */
export interface LookupTable<Value, Null> {
  /** Lookups of CharField, TextField and their kind. */
  text: TextLookups<Value, Null>;
  /** Lookups of what a transform or a function made text. */
  string: TextLookups<string, Null>;
  /** Lookups of UUIDField. */
  uuid: TextLookups<Value, Null>;
  /** Lookups of addresses. */
  inet: TextLookups<Value, Null>;
  /** Lookups of whole and floating-point numbers. */
  number: NumberLookups<Value | NumberInput<Value>, Null>;
  /** Lookups of BigIntegerField. */
  bigint: NumberLookups<Value | NumberInput<Value>, Null>;
  /** Lookups of DecimalField. */
  decimal: NumberLookups<InputOf<Value, "decimal">, Null>;
  /** Lookups of BooleanField. */
  bool: Equality<boolean, Null>;
  /** Lookups of DateTimeField. */
  datetime: OrderedLookups<Date | string, Null> & Patterns;
  /** Lookups of DateField. */
  date: OrderedLookups<Date | string, Null> & Patterns;
  /** Lookups of TimeField. */
  time: OrderedLookups<Date | string, Null> & Patterns;
  /** Lookups of DurationField. */
  duration: OrderedLookups<SpanInput, Null>;
  /** Lookups of BinaryField. */
  binary: OrderedLookups<Value, Null>;
  /** Lookups of JSONField. */
  json: JsonTable;
  /** Lookups of ArrayField. */
  array: ArrayLookups<InputOf<Value, "array">, Null>;
  /** Lookups of HStoreField. */
  hstore: HStoreLookups<Readonly<Record<string, string | null>>, Null>;
  /** Lookups of range fields. */
  range: RangeLookups<Value | BoundsInput<RangeBound<Value>>, Null, InputOf<RangeBound<Value>, BoundKind<RangeBound<Value>>>>;
  /** Lookups of a key of several columns. */
  composite: Equality<Value, false>;
  /** Lookups where the compiler does not know the column. */
  unknown: Record<string, unknown>;
}
/* `contains` on JSON takes any JSON, not a pattern. */
type JsonTable = Omit<JsonLookups, "contains"> & { contains: unknown };
type BoundKind<Bound> = Bound extends Date
  ? "datetime"
  : Bound extends number
    ? "number"
    : Bound extends bigint
      ? "bigint"
      : Bound extends string
        ? "date"
        : "decimal";
