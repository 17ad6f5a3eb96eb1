import type { WrongPath } from "./completion.js";
import type { CheckedBinding } from "./conditions.js";
import type { Deferred, LOADED, NotLoaded } from "./deferred.js";
import type { AnyExpression, Bindable } from "./expressions.js";
import type { END, KIND, NULLABLE, PRIMARY, TARGET, VIA } from "./field.js";
import type { CheckedPath, Joined, PathValue } from "./paths.js";
import type { Problem } from "./problem.js";
import type { Output, Outputs } from "./resolve.js";
import type { AttributeName, IsAny, OrNull, PkValue, RelationLike, ShapeOf, Simplify, ToOneLike, ToOneName } from "./shape.js";

/* ---------- loaded relations ---------- */

type HeadOf<P> = P extends `${infer Head}__${string}` ? Head : P;
type TailOf<P, Head> = P extends `${Head & string}__${infer Tail}` ? Tail : never;

/** What is loaded together with a model over to-one relations, to be intersected with its row. */
export type LoadedRelations<M, P> = [P] extends [never]
  ? unknown
  : { [H in HeadOf<P> & keyof ShapeOf<M>]: LoadedRelation<ShapeOf<M>[H], TailOf<P, H>> };
type LoadedRelation<F, Tail> = F extends ToOneLike
  ? OrNull<LoadedTarget<F[typeof TARGET], Tail>, F[typeof NULLABLE]>
  : F extends RelationLike
    ? LoadedTarget<F[typeof TARGET], Tail> | null
    : never;
type LoadedTarget<M, Tail> = [Tail] extends [never] ? M : M & LoadedRelations<M, Tail>;

/** The model behind a relation that leads to one object at most, the reverse of a one-to-one field included; else false. */
export type SingleTarget<M, Name> = IsAny<M> extends true ? [M] : Name extends keyof ShapeOf<M> ? SingleTargetOf<ShapeOf<M>[Name]> : false;
type SingleTargetOf<F> = F extends ToOneLike
  ? [F[typeof TARGET]]
  : F extends { readonly [TARGET]: infer R; readonly [KIND]: "reverse"; readonly [VIA]: infer Via }
    ? Via extends keyof ShapeOf<R>
      ? ShapeOf<R>[Via] extends { readonly [KIND]: "o2o" }
        ? [R]
        : false
      : false
    : false;
/** A path for `selectRelated` as it is, or what is wrong with it. */
export type CheckedSinglePath<M, P> = P extends string
  ? [SinglePathProblem<M, P>] extends [never]
    ? P
    : WrongSinglePath<SinglePathProblem<M, P>, M, P>
  : P;
type SinglePathProblem<M, P extends string> = P extends `${infer Head}__${infer Tail}`
  ? SingleTarget<M, Head> extends [infer Next]
    ? SinglePathProblem<Next, Tail>
    : `'${Head}' is not a relation to one object`
  : SingleTarget<M, P> extends [unknown]
    ? never
    : `'${P}' is not a relation to one object`;
/* What is wrong, and what an editor offers in its place. */
type WrongSinglePath<Message extends string, M, P extends string> = Problem<Message> | NextSinglePath<M, P>;
type NextSinglePath<M, P extends string> = P extends `${infer Head}__${infer Tail}`
  ? SingleTarget<M, Head> extends [infer Next]
    ? `${Head}__${NextSinglePath<Next, Tail>}`
    : never
  : { [K in keyof ShapeOf<M>]: SingleTarget<M, K> extends [unknown] ? K : never }[keyof ShapeOf<M>] & string;
/** Names that an editor offers for `selectRelated`. */
export type SingleRelationHint<M> = ToOneName<ShapeOf<M>> | ReverseName<ShapeOf<M>>;
type ReverseName<S> = { [K in keyof S]: S[K] extends { readonly [KIND]: "reverse" } ? K : never }[keyof S] & string;
/** Names that an editor offers for `prefetchRelated`. */
export type RelationHint<M> = RelationNameOf<ShapeOf<M>>;
type RelationNameOf<S> = { [K in keyof S]: S[K] extends RelationLike | VirtualRelation ? K : never }[keyof S] & string;

/* What a virtual field leads to can be prefetched, and nothing else, as there is nothing to join. */
interface VirtualRelation {
  readonly [END]: unknown;
}

/** A path for `prefetchRelated` as it is, or what is wrong with it: relations of any kind. */
export type CheckedRelationPath<M, P extends string> = [RelationPathProblem<M, P>] extends [never]
  ? P
  : WrongRelationPath<RelationPathProblem<M, P>, M, P>;
/** What is wrong with a path of relations; never where nothing is. */
export type RelationPathProblem<M, P extends string> = P extends `${infer Head}__${infer Tail}`
  ? RelationTarget<M, Head> extends [infer Next]
    ? RelationPathProblem<Next, Tail>
    : `'${Head}' is not a relation`
  : RelationTarget<M, P> extends [unknown]
    ? never
    : `'${P}' is not a relation`;
type WrongRelationPath<Message extends string, M, P extends string> = Problem<Message> | NextRelationPath<M, P>;
type NextRelationPath<M, P extends string> = P extends `${infer Head}__${infer Tail}`
  ? RelationTarget<M, Head> extends [infer Next]
    ? `${Head}__${NextRelationPath<Next, Tail>}`
    : never
  : RelationHint<M>;
type RelationTarget<M, Name> =
  IsAny<M> extends true
    ? [M]
    : Name extends keyof ShapeOf<M>
      ? ShapeOf<M>[Name] extends RelationLike
        ? [ShapeOf<M>[Name][typeof TARGET]]
        : ShapeOf<M>[Name] extends VirtualRelation
          ? [ShapeOf<M>[Name][typeof END]]
          : false
      : false;
/** The model at the end of a checked path of relations. */
export type RelationEnd<M, P> = P extends `${infer Head}__${infer Tail}`
  ? RelationTarget<M, Head> extends [infer Next]
    ? RelationEnd<Next, Tail>
    : never
  : RelationTarget<M, P> extends [infer End]
    ? End
    : never;
/* The to-one relations that are never null, which `selectRelated()` without arguments loads. */
type RequiredRelation<S> = {
  [K in keyof S]: S[K] extends ToOneLike ? (S[K][typeof NULLABLE] extends true ? never : K) : never;
}[keyof S] &
  string;

/** What `selectRelated` adds to a row. */
export type SelectedRelations<M, P extends readonly unknown[]> = LoadedRelations<
  M,
  P extends readonly [] ? RequiredRelation<ShapeOf<M>> : Extract<P[number], string>
>;

/* ---------- rows with some columns left out ---------- */

/** A row with only the columns of `P` loaded; the others are awaited. */
export type OnlyLoaded<M, R, P> = {
  [K in keyof R]: IsLoaded<ShapeOf<M>, K, P> extends true ? Narrowed<M, R, K, TailOf<P, K>> : Unloaded<M, K>;
};
/** A row with the columns of `P` left out: they are awaited. With null every column is loaded. */
export type DeferredRow<M, R, P> = [P] extends [null] ? RestoredRow<M, R> : WithDeferred<M, R, P>;
type RestoredRow<M, R> = R extends M
  ? R
  : { [K in keyof R]: K extends keyof M & keyof ShapeOf<M> ? (R[K] extends NotLoaded ? M[K] : R[K]) : R[K] };
type WithDeferred<M, R, P> = {
  [K in keyof R]: IsKey<ShapeOf<M>, K> extends true
    ? R[K]
    : IsNamed<ShapeOf<M>, K, P> extends true
      ? Unloaded<M, K>
      : DeferredBehind<M, R, K, TailOf<P, K>>;
};
/* A column that an earlier `only` left out is loaded again by a later one. */
type Narrowed<M, R, K extends keyof R, Tail> = [Tail] extends [never]
  ? R[K] extends NotLoaded
    ? K extends keyof M
      ? M[K]
      : R[K]
    : R[K]
  : TargetOf<M, K> extends [infer To]
    ? Extract<R[K], NotLoaded> extends never
      ? OnlyLoaded<To, NonNullable<R[K]>, Tail> | Extract<R[K], null>
      : R[K]
    : R[K];
type DeferredBehind<M, R, K extends keyof R, Tail> = [Tail] extends [never]
  ? R[K]
  : TargetOf<M, K> extends [infer To]
    ? Extract<R[K], NotLoaded> extends never
      ? WithDeferred<To, NonNullable<R[K]>, Tail> | Extract<R[K], null>
      : R[K]
    : R[K];
type TargetOf<M, K> = K extends keyof ShapeOf<M> ? (ShapeOf<M>[K] extends ToOneLike ? [ShapeOf<M>[K][typeof TARGET]] : false) : false;
type Unloaded<M, K> = K extends keyof M ? Deferred<Exclude<M[K], NotLoaded>> : never;
type IsNamed<S, K, P> = K extends P
  ? true
  : K extends ToOneName<S>
    ? `${K}Id` extends P
      ? true
      : false
    : K extends `${infer Relation}Id`
      ? Relation extends P
        ? Relation extends ToOneName<S>
          ? true
          : false
        : false
      : false;
type IsKey<S, K> = K extends keyof S
  ? S[K] extends { readonly [PRIMARY]: true }
    ? true
    : false
  : K extends `${infer Relation}Id`
    ? Relation extends keyof S
      ? S[Relation] extends { readonly [PRIMARY]: true }
        ? true
        : false
      : false
    : false;
/* A to-one relation goes with its column; what is no column is always there. */
type IsLoaded<S, K, P> =
  IsNamed<S, K, P | HeadOf<P>> extends true
    ? true
    : IsKey<S, K> extends true
      ? true
      : K extends keyof S
        ? S[K] extends RelationLike
          ? S[K] extends ToOneLike
            ? false
            : true
          : S[K] extends { readonly [PRIMARY]: boolean }
            ? false
            : true
        : K extends `${infer Relation}Id`
          ? Relation extends ToOneName<S>
            ? false
            : true
          : true;

/* ---------- annotated rows ---------- */

/** A row with what is annotated: a list of values gets the new ones at its end. */
export type AnnotatedRow<M, R, A, E> = R extends readonly unknown[]
  ? [...R, ...AppendedValues<M, A, E>]
  : R extends { readonly [LOADED]: true }
    ? R & AnnotatedValues<M, A, E>
    : R extends object
      ? Simplify<R & AnnotatedValues<M, A, E>>
      : R;
type AnnotatedValues<M, A, E> = Simplify<{
  -readonly [K in keyof E as Output<M, A, E[K]> extends Joined<unknown> ? never : K]: Outputs<M, A, E>[K];
}>;
/* The order of several keys is not in the type. */
type AppendedValues<M, A, E> = IsUnion<keyof E> extends true ? Outputs<M, A, E>[keyof E][] : [Outputs<M, A, E>[keyof E]];
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

/** Annotations that have the name of a field, which Django refuses too; computed names are looked at when it runs. */
export type NameClash<M, E> = string extends keyof E
  ? unknown
  : { [K in keyof E & keyof ShapeOf<M>]: Problem<`'${K & string}' is a field of the model`> };

/* ---------- values ---------- */

/** An item of `values`: a path, or a record of named expressions. */
export type ValuesItem<Hint extends string> = Hint | (string & {}) | Readonly<Record<string, Bindable>>;
/** An item of `values` as it is, else what is wrong with it. */
export type CheckedValuesItem<M, A, X> = X extends string
  ? PathValue<M, A, X> extends Problem<infer E>
    ? WrongPath<E, M, A, X>
    : X
  : { [K in keyof X]: CheckedBinding<M, A, X[K]> };
/** The row of `values()`: with items those, else every column under its attribute's name and the annotations. */
export type ValuesRow<M, A, P extends readonly unknown[]> = P extends readonly []
  ? Simplify<
      { [K in AttributeName<ShapeOf<M>>]: PathValue<M, A, K> } & { [K in keyof A as A[K] extends Joined<unknown> ? never : K]: A[K] }
    >
  : Simplify<{ [K in Extract<P[number], string>]: PathValue<M, A, K> } & NamedOutputs<M, A, P[number]>>;
type NamedOutputs<M, A, X> = UnionToIntersection<X extends string ? never : Outputs<M, A, X>>;
/** The annotations after `values` with named expressions. */
export type ValuesAnnotations<M, A, P extends readonly unknown[]> = A & NamedOutputs<M, A, P[number]>;
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;

/** An item of `valuesList`: a path or an expression. */
export type ListItem<Hint extends string> = Hint | (string & {}) | AnyExpression;
/** The last argument of `valuesList`. */
export interface ListOptions {
  /** The values themselves, of the only item. */
  readonly flat?: boolean;
  /** The values also by name. */
  readonly named?: boolean;
}
/** An item of `valuesList` as it is, else what is wrong with it. */
export type CheckedListItem<M, A, X, Length> = X extends string
  ? CheckedPath<M, A, X>
  : X extends Bindable
    ? CheckedBinding<M, A, X>
    : X extends { readonly flat: true }
      ? Length extends 2
        ? X
        : Problem<"flat takes exactly one item">
      : X;
type ListValue<M, A, X> = X extends string ? PathValue<M, A, X> : Output<M, A, X>;
/** The row of `valuesList`. */
export type ListResult<M, A, P extends readonly unknown[]> = P extends readonly [...infer Items, infer Last]
  ? Last extends { readonly flat: true }
    ? ListValue<M, A, Items[0]>
    : Last extends { readonly named: true }
      ? ListRow<M, A, Items> & { readonly [K in Extract<Items[number], string>]: PathValue<M, A, K> }
      : Last extends string | Bindable
        ? ListRow<M, A, P>
        : ListRow<M, A, Items>
  : ListRow<M, A, P>;
type ListRow<M, A, P extends readonly unknown[]> = P extends readonly []
  ? (PathValue<M, A, AttributeName<ShapeOf<M>>> | A[keyof A])[]
  : { -readonly [I in keyof P]: ListValue<M, A, P[I]> };

/** The value that a queryset of one column stands for as a subquery. */
export type SubqueryValue<M, R> = R extends readonly [infer First, ...unknown[]]
  ? First
  : R extends object
    ? R extends Date | Uint8Array
      ? R
      : M extends object
        ? [R] extends [M]
          ? PkValue<M>
          : R[keyof R]
        : R[keyof R]
    : R;
