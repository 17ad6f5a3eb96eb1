import type { CompositeKey, Field, KIND, NULLABLE, PARTS, PRIMARY, TARGET, VALUE } from "./field.js";

declare const SHAPE: unique symbol;

export type { SHAPE };

/** Flattens an intersection, so that editors show one object. */
export type Simplify<T> = { [K in keyof T]: T[K] } & {};
/** The type, with null where `Null` says so. */
export type OrNull<T, Null> = true extends Null ? T | null : T;
/** True for `any`, for models that the compiler does not know. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** The fields of a model, its automatic key included, from the type of its instances. */
export type ShapeOf<M> = M extends { readonly [SHAPE]: infer S } ? S : never;

/** The key that a model has unless it declares one. */
export type AutomaticKey = Field<number, false, true, "number", true>;
type PrimaryFlags<S> = { [K in keyof S]: S[K] extends { readonly [PRIMARY]: true } ? true : false }[keyof S];
/** A shape with its automatic key, where it declares none. */
export type WithKey<S> = true extends PrimaryFlags<S> ? S : S & { id: AutomaticKey };
/** As {@link WithKey}, of the part of a shape that a child adds to its abstract base. */
export type WithKeyOver<Inherited, Own> = true extends PrimaryFlags<Inherited> | PrimaryFlags<Own> ? Own : Own & { id: AutomaticKey };

/** The field, or the fields, marked as the primary key. */
export type KeyFields<S> = { [K in keyof S]: S[K] extends { readonly [PRIMARY]: true } ? S[K] : never }[keyof S];

/** The name of each to-one relation of a shape. */
export type ToOneName<S> = { [K in keyof S]: S[K] extends ToOneLike ? K : never }[keyof S] & string;
/** The name of each column's field, to-one relations included. */
export type ColumnName<S> = { [K in keyof S]: S[K] extends ColumnLike ? K : never }[keyof S] & string;
/** The names under which an instance holds the columns: that of a to-one relation with `Id`. */
export type AttributeName<S> = {
  [K in keyof S]: S[K] extends ToOneLike ? `${K & string}Id` : S[K] extends ColumnLike ? K : never;
}[keyof S] &
  string;

/** Anything with a column. */
export interface ColumnLike {
  readonly [VALUE]: unknown;
}
/** A foreign key or a one-to-one field. */
export interface ToOneLike extends ColumnLike {
  readonly [TARGET]: unknown;
  readonly [NULLABLE]: boolean;
}
/** Any relation, in either direction. */
export interface RelationLike {
  readonly [TARGET]: unknown;
}

/** The value of a model's primary key: a tuple where it is composite. */
export type PkValue<M> = IsAny<M> extends true ? unknown : KeyValue<ShapeOf<M>>;
/** The value of the primary key of a shape. */
export type KeyValue<S> = [KeyFields<S>] extends [never]
  ? number
  : KeyFields<S> extends infer F
    ? F extends { readonly [PARTS]: infer Parts extends readonly string[] }
      ? { -readonly [I in keyof Parts]: PartValue<S, Parts[I]> }
      : F extends { readonly [TARGET]: infer R }
        ? PkValue<R>
        : F extends { readonly [VALUE]: infer Value }
          ? Value
          : never
    : never;
type PartValue<S, Name> = ColumnOf<S, Name> extends { readonly [VALUE]: infer Value } ? Value : never;

/** The column of a model's primary key, as lookups see it. */
export type KeyColumn<M, Null extends boolean = false> = [KeyFields<ShapeOf<M>>] extends [never]
  ? Field<number, Null, true, "number">
  : KeyFields<ShapeOf<M>> extends infer F
    ? F extends CompositeKey<readonly string[]>
      ? CompositeColumn<PkValue<M>>
      : F extends { readonly [TARGET]: infer R }
        ? KeyColumn<R, Null>
        : F extends { readonly [VALUE]: infer Value; readonly [KIND]: infer Kind extends string }
          ? Field<Value, Null, true, Kind>
          : never
    : never;
/** A composite key as lookups see it: equal to a tuple, or one of several. */
export interface CompositeColumn<Tuple> extends Field<Tuple, false, true, "composite"> {}

/**
 * The column that a name of one step means: that of a field, `pk`, or the key of a to-one relation by `<name>Id`;
 * never where there is none.
 */
export type ColumnOf<S, Name> = Name extends keyof S
  ? S[Name] extends ToOneLike
    ? RelationColumn<S[Name]>
    : S[Name]
  : Name extends `${infer Relation}Id`
    ? Relation extends keyof S
      ? S[Relation] extends ToOneLike
        ? RelationColumn<S[Relation]>
        : never
      : never
    : never;
/** The column of a to-one relation: it holds the key of the other model. */
export type RelationColumn<F extends ToOneLike> = KeyColumn<F[typeof TARGET], F[typeof NULLABLE]>;
