import type { Decimal } from "decimal.js";
import type { RangeBound } from "./input.js";

/**
 * Transforms added by `registerTransform`: for each name, by kind of column, the value that it gives and that value's kind.
 *
 * @example
 * declare module "dorm" {
 *   interface CustomTransforms {
 *     length: { text: { value: number; kind: "number" } };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface CustomTransforms {}

interface DateParts {
  year: [number, "number"];
  isoYear: [number, "number"];
  quarter: [number, "number"];
  month: [number, "number"];
  week: [number, "number"];
  weekDay: [number, "number"];
  isoWeekDay: [number, "number"];
  day: [number, "number"];
}
interface TimeParts {
  hour: [number, "number"];
  minute: [number, "number"];
  second: [number, "number"];
}
interface MomentParts extends DateParts, TimeParts {
  date: [string, "date"];
  time: [string, "time"];
}
interface TextParts {
  unaccent: [string, "text"];
}
interface TransformTable<Value> {
  datetime: MomentParts;
  date: DateParts;
  time: TimeParts;
  /* A string that an annotation gives may be a date. */
  string: MomentParts & TextParts;
  text: TextParts;
  array: { len: [number, "number"] };
  hstore: { keys: [string[], "array"]; values: [(string | null)[], "array"] };
  range: {
    startswith: [RangeBound<Value>, KindOf<RangeBound<Value>>];
    endswith: [RangeBound<Value>, KindOf<RangeBound<Value>>];
    isempty: [boolean, "bool"];
    lowerInc: [boolean, "bool"];
    lowerInf: [boolean, "bool"];
    upperInc: [boolean, "bool"];
    upperInf: [boolean, "bool"];
  };
}

/** What a column becomes behind `__`: its new value and kind, or false where it has no such transform. */
export type Transformed<Value, Kind, Name extends string> = Name extends keyof CustomTransforms
  ? Kind extends keyof CustomTransforms[Name]
    ? CustomTransforms[Name][Kind] extends { value: infer To; kind: infer ToKind }
      ? [To, ToKind]
      : false
    : false
  : Kind extends "json"
    ? [JsonMember<Value, Name>, "json"]
    : Kind extends "unknown"
      ? [unknown, "unknown"]
      : Kind extends keyof TransformTable<Value>
        ? Name extends keyof TransformTable<Value>[Kind]
          ? TransformTable<Value>[Kind][Name]
          : Kind extends "array"
            ? ArrayPart<Value, Name>
            : Kind extends "hstore"
              ? [string, "text"]
              : false
        : false;

/** The names of the transforms of a kind of column; the members of JSON have any name. */
export type TransformName<Value, Kind> =
  | (Kind extends keyof TransformTable<Value> ? keyof TransformTable<Value>[Kind] & string : never)
  | ({ [Name in keyof CustomTransforms]: Kind extends keyof CustomTransforms[Name] ? Name : never }[keyof CustomTransforms] & string);

type ArrayPart<Value, Name extends string> = Name extends `${number}_${number}`
  ? [Value, "array"]
  : Name extends `${number}`
    ? Value extends readonly (infer Element)[]
      ? [Element, KindOf<Element>]
      : false
    : false;
/** The member of a JSON value: typed where `JSONField<T>` says what is in it. */
type JsonMember<Value, Name extends string> = unknown extends Value
  ? unknown
  : Value extends readonly (infer Element)[]
    ? Name extends `${number}`
      ? Element | null
      : unknown
    : Name extends keyof Value
      ? Value[Name]
      : unknown;

/** The kind of a value that is no field's: an annotation, an element of an array. */
export type KindOf<Value> = unknown extends Value
  ? "unknown"
  : [Value] extends [string]
    ? "string"
    : [Value] extends [number]
      ? "number"
      : [Value] extends [boolean]
        ? "bool"
        : [Value] extends [bigint]
          ? "bigint"
          : [Value] extends [number | bigint]
            ? "bigint"
            : [Value] extends [Date]
              ? "datetime"
              : [Value] extends [Uint8Array]
                ? "binary"
                : [Value] extends [readonly unknown[]]
                  ? "array"
                  : [Value] extends [Decimal | number | bigint]
                    ? "decimal"
                    : "json";
