import type { Decimal } from "decimal.js";
import type { Ref } from "./deferred.js";
import type { AnyExpression } from "./expressions.js";
import type { FILLS, Field, FileColumn, GENERATED, INPUT, KIND, PRIMARY, ToOne, VALUE } from "./field.js";
import type { Problem } from "./problem.js";
import type { KeyColumn, KeyFields, OrNull, PkValue, ShapeOf, ToOneName } from "./shape.js";

/** What may be given for a value of a kind: `Date` or a string for a moment, strings and numbers for decimals, … */
export type InputOf<Value, Kind> = Kind extends "datetime" | "date" | "time"
  ? Date | string
  : Kind extends "bigint"
    ? Value extends bigint
      ? bigint | number
      : Value
    : Kind extends "decimal"
      ? Decimal | string | number
      : Kind extends "duration"
        ? SpanInput
        : Kind extends "array"
          ? Value extends readonly (infer Element)[]
            ? readonly ElementInput<Element>[]
            : Value
          : Kind extends "range"
            ? Value | BoundsInput<RangeBound<Value>>
            : Kind extends "json"
              ? Value | JsonNullInput
              : Value;
/** A span of time: milliseconds, what `Duration` gives, ISO 8601 or `1 02:03:04`. */
export type SpanInput = number | string | DurationLike;
/** A span of time from `Duration`. */
export interface DurationLike {
  /** How long, in milliseconds. */
  readonly milliseconds: number;
}
/** JSON's own null, `JSONNull`, where `null` is SQL's NULL. */
export interface JsonNullInput {
  /** Null, as JSON has it. */
  toJSON(): null;
}
type ElementInput<Element> = Element extends bigint
  ? bigint | number
  : Element extends Date
    ? Date | string
    : Element extends Decimal
      ? Decimal | string | number
      : Element extends readonly (infer Inner)[]
        ? readonly ElementInput<Inner>[]
        : Element;

/** The type of a range's bounds. */
export type RangeBound<Value> = Value extends { readonly lower: infer Bound } ? NonNullable<Bound> : never;
/** A range as bounds, with the marks of open and closed ends. */
export type BoundsInput<Bound> =
  | readonly [lower: ElementInput<Bound> | null, upper: ElementInput<Bound> | null]
  | readonly [lower: ElementInput<Bound> | null, upper: ElementInput<Bound> | null, bounds: "[)" | "(]" | "[]" | "()"];

/** What may be given for a model's primary key. */
export type PkInput<M> =
  KeyColumn<M> extends { readonly [VALUE]: infer Value; readonly [KIND]: infer Kind } ? InputOf<Value, Kind> : PkValue<M>;
/** What may be given for a to-one relation: the object, a reference to it, or its key. */
export type RelatedInput<M> = M | Ref<M> | PkInput<M>;

/** What may be given for one field of a shape, expressions included. */
export type FieldInput<F> =
  F extends ToOne<infer M, infer Null, boolean, "fk" | "o2o", boolean>
    ? OrNull<RelatedInput<M>, Null> | AnyExpression
    : F extends FileColumn<unknown, infer Taken, infer Null, boolean>
      ? OrNull<Taken, Null> | AnyExpression
      : F extends Field<infer Value, infer Null, boolean, infer Kind, boolean>
        ? OrNull<InputOf<Value, Kind>, Null> | AnyExpression
        : never;
type KeyInput<F> = F extends ToOne<infer M, infer Null, boolean, "fk" | "o2o", boolean> ? OrNull<PkInput<M>, Null> | AnyExpression : never;

/* A field that may be written: not one that the database computes. A to-one relation apart. */
interface Written {
  readonly [VALUE]: unknown;
  readonly [GENERATED]?: never;
}
/** The names of virtual fields that may be given. */
type VirtualName<S> = {
  [K in keyof S]: S[K] extends { readonly [INPUT]: infer Input } ? ([Input] extends [never] ? never : K) : never;
}[keyof S];
type VirtualInput<S> = { [K in VirtualName<S>]?: S[K] extends { readonly [INPUT]: infer Input } ? Input | undefined : never };
/** The columns that virtual fields fill in. */
export type FilledName<S> = { [K in keyof S]: S[K] extends { readonly [FILLS]: infer Fills } ? Fills : never }[keyof S] & string;
/* The virtual fields that fill in one column. */
type FillerOf<S, Name> = {
  [K in keyof S]: S[K] extends { readonly [FILLS]: infer Fills } ? (Name extends Fills ? K : never) : never;
}[keyof S];

type RequiredName<S> = Exclude<RequiredColumn<S>, FilledName<S>>;
type RequiredColumn<S> = {
  [K in keyof S]: S[K] extends Field<unknown, boolean, infer Defaulted, infer Kind, boolean>
    ? Kind extends "fk" | "o2o"
      ? never
      : Defaulted extends false
        ? K
        : never
    : never;
}[keyof S];
type OptionalName<S> = {
  [K in keyof S]: S[K] extends Field<unknown, boolean, infer Defaulted, infer Kind, boolean>
    ? Kind extends "fk" | "o2o"
      ? never
      : Defaulted extends true
        ? S[K] extends Written
          ? K
          : never
        : never
    : never;
}[keyof S];
/** The to-one relations without a default. */
export type RequiredToOne<S> = {
  [K in keyof S]: S[K] extends ToOne<unknown, boolean, infer Defaulted, "fk" | "o2o", boolean>
    ? Defaulted extends false
      ? K
      : never
    : never;
}[keyof S] &
  string;

/**
 * The values for a new object. A field without a default must be there; a to-one relation is given as `author` or as
 * `authorId`, and {@link NeededRelations} sees to it that a required one is. `undefined` means "not given".
 */
export type CreateInput<S> = { [K in RequiredName<S>]: FieldInput<S[K]> } & OptionalInput<S>;
type OptionalInput<S> = { [K in RequiredColumn<S> & FilledName<S>]?: FieldInput<S[K]> | undefined } & VirtualInput<S> & {
    [K in OptionalName<S>]?: FieldInput<S[K]> | undefined;
  } & ToOneInput<S> &
  PkOption<S>;
type ToOneInput<S> = { [K in ToOneName<S>]?: FieldInput<S[K]> | undefined } & {
  [K in ToOneName<S> as `${K}Id`]?: KeyInput<S[K]> | undefined;
};
type PkOption<S> = {
  pk?: (KeyFields<S> extends { readonly [VALUE]: infer Value; readonly [KIND]: infer Kind } ? InputOf<Value, Kind> : unknown) | undefined;
};

/** Any of a shape's values, for `set` and for the defaults of `getOrCreate`. */
export type SetInput<S> = { [K in RequiredName<S>]?: FieldInput<S[K]> | undefined } & OptionalInput<S>;

/** Values that may also be functions that give them, called only where a row is created. */
export type DefaultsInput<S> = { [K in Exclude<keyof SetInput<S>, VirtualName<S>>]?: SetInput<S>[K] | (() => SetInput<S>[K]) };

/** The required relations that `Given` has neither as `author` nor as `authorId`; `Implied` are filled in by a related manager. */
export type NeededRelations<M, Implied, Given> = {
  [K in Exclude<RelationNeed<ShapeOf<M>>, Implied> as K extends keyof Given
    ? never
    : `${K}Id` extends keyof Given
      ? never
      : [FillerOf<ShapeOf<M>, K> & keyof Given] extends [never]
        ? K
        : never]: FieldInput<ShapeOf<M>[K]>;
};
type RelationNeed<S> = RequiredToOne<S> | (RequiredColumn<S> & FilledName<S>);
/** The required fields that `Given` has not, relations as {@link NeededRelations} has them; `pk` stands for the key. */
export type NeededValues<M, Implied, Given> = NeededRelations<M, Implied, Given> & {
  [K in Exclude<RequiredName<ShapeOf<M>>, keyof Given | Implied | KeyIn<ShapeOf<M>, Given>>]: FieldInput<ShapeOf<M>[K]>;
};
type KeyIn<S, Given> = "pk" extends keyof Given ? KeyName<S> : never;
type KeyName<S> = { [K in keyof S]: S[K] extends { readonly [PRIMARY]: true } ? K : never }[keyof S];
/** Names that the shape does not have. */
export type UnknownNames<Known, Given> = { [K in Exclude<keyof Given, keyof Known>]: Problem<`no field '${K & string}'`> };
