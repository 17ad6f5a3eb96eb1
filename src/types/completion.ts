import type { ConditionHint } from "./conditions.js";
import type { Bindable, HINTED, ORDERING, PATHS, VALUE_OF } from "./expressions.js";
import type { KIND, TARGET, VALUE } from "./field.js";
import type { CustomLookups, LookupTable } from "./lookups.js";
import type { AddedName, Joined } from "./paths.js";
import type { Problem } from "./problem.js";
import type { ColumnOf, IsAny, KeyColumn, RelationLike, ShapeOf } from "./shape.js";
import type { KindOf, Transformed, TransformName } from "./transforms.js";

/*
 * What an editor offers while a path is being typed. A path is wrong until it is finished, and only then are these types
 * looked at: what is right costs nothing, and the depth has no limit.
 */

/** A wrong path: what is wrong, and the paths that an editor offers in its place. */
export type WrongPath<Message extends string, M, A, P extends string> = Problem<Message> | Exclude<NextPath<M, A, P>, P>;
/** As {@link WrongPath}, of a path with `-` in front. */
export type WrongOrder<Message extends string, M, A, P extends string> = Problem<Message> | `-${Exclude<NextPath<M, A, P>, P>}`;

/** What an editor offers inside an expression or a condition: names for paths, keys for conditions. */
export interface Hints<Names extends string, Keys> {
  readonly [PATHS]: Names;
  readonly [HINTED]?: Keys;
}
/** The names that an editor offers; any other is checked after it is typed. */
export type BindableHint<M, A> = Hints<NextPath<M, A, ""> | (string & {}), ConditionHint<M, A>>;

/**
 * A wrong expression or condition. While the name in it is being typed, the compiler knows it as a `string` only: then
 * there are names to offer as well, in a form that no expression has.
 */
export type WrongBinding<Message extends string, M, A, E extends Bindable> = string extends E[typeof PATHS]
  ? Problem<Message> | Offer<NextPath<M, A, "">>
  : Problem<Message>;
interface Offer<Names extends string> {
  readonly [PATHS]: Names;
  readonly [VALUE_OF]?: never;
  readonly [ORDERING]?: never;
  readonly [HINTED]?: never;
}

/** The paths that begin as `P` does, up to its last `__`. */
export type NextPath<M, A, P extends string> = NextStep<M, A, P, false>;
/** The paths and lookups that begin as `P` does, up to its last `__`. */
export type NextLookup<M, A, P extends string> = NextStep<M, A, P, true>;

type NextStep<M, A, P extends string, Lookups extends boolean> =
  IsAny<M> extends true
    ? never
    : P extends `${infer Head}__${infer Rest}`
      ? `${Head}__${StepBehind<M, A, Head, Rest, Lookups>}`
      : NameIn<ShapeOf<M>> | AddedName<A> | "pk";
/* The names that have a column, or lead somewhere. */
type NameIn<S> = { [K in keyof S]: S[K] extends RelationLike | { readonly [VALUE]: unknown } ? K : never }[keyof S] & string;

type StepBehind<M, A, Head extends string, Rest extends string, Lookups extends boolean> = Head extends keyof A
  ? A[Head] extends Joined<infer To>
    ? NextStep<To, unknown, Rest, Lookups> | RelationLookupName<Rest, Lookups>
    : NextOfKind<NonNullable<A[Head]>, KindOf<NonNullable<A[Head]>>, Rest, Lookups>
  : Head extends keyof ShapeOf<M>
    ? ShapeOf<M>[Head] extends RelationLike
      ? NextStep<ShapeOf<M>[Head][typeof TARGET], unknown, Rest, Lookups> | RelationLookupName<Rest, Lookups>
      : NextOfColumn<ShapeOf<M>[Head], Rest, Lookups>
    : NextOfColumn<Head extends "pk" ? KeyColumn<M> : ColumnOf<ShapeOf<M>, Head>, Rest, Lookups>;
type RelationLookupName<Rest, Lookups> = Lookups extends true ? (Rest extends `${string}__${string}` ? never : "in" | "isnull") : never;
type NextOfColumn<F, Rest extends string, Lookups extends boolean> = [F] extends [never]
  ? never
  : F extends { readonly [VALUE]: infer Value; readonly [KIND]: infer Kind }
    ? NextOfKind<Value, Kind, Rest, Lookups>
    : never;
type NextOfKind<Value, Kind, Rest extends string, Lookups extends boolean> = Rest extends `${infer Head}__${infer Tail}`
  ? Transformed<Value, Kind, Head> extends [infer To, infer ToKind]
    ? `${Head}__${NextOfKind<To, ToKind, Tail, Lookups>}`
    : never
  : TransformName<Value, Kind> | (Lookups extends true ? LookupName<Kind> : never);
type LookupName<Kind> = Kind extends keyof LookupTable<unknown, false>
  ? (keyof LookupTable<unknown, false>[Kind] & string) | CustomName<Kind>
  : never;
type CustomName<Kind> = { [Name in keyof CustomLookups]: Kind extends keyof CustomLookups[Name] ? Name : never }[keyof CustomLookups] &
  string;
