import type { WrongOrder, WrongPath } from "./completion.js";
import type { Field, KIND, NULLABLE, PARTS, READ, TARGET, VALUE } from "./field.js";
import type { Problem } from "./problem.js";
import type { ColumnOf, IsAny, KeyColumn, OrNull, PkValue, RelationLike, ShapeOf, ToOneLike } from "./shape.js";
import type { KindOf, Transformed } from "./transforms.js";

/** Names that an editor offers for a path; anything else is checked after it is typed. */
export type PathHint<M, A> = (keyof ShapeOf<M> & string) | AddedName<A> | "pk";
/** The names of annotations; names that are only known to be texts are none to offer. */
export type AddedName<A> = string extends keyof A ? never : keyof A & string;
/** As {@link PathHint}, for `orderBy`. */
export type OrderHint<M, A> = PathHint<M, A> | `-${PathHint<M, A>}`;

/** An annotation that is a relation under another name. */
export interface Joined<M> {
  /** The model of the relation. */
  readonly joined: M;
}

/**
 * The type of the value at a path such as `author__publisher__name` or `joined__year`; null is added where a step may
 * lead nowhere. A wrong path gives a {@link Problem}.
 */
export type PathValue<M, A, P extends string> =
  IsAny<M> extends true
    ? unknown
    : P extends keyof A
      ? AnnotationValue<A[P]>
      : ShapeOf<M> extends infer S
        ? P extends keyof S
          ? FieldPathValue<S[P], M>
          : P extends "pk"
            ? PkValue<M>
            : P extends `${infer Head}__${infer Rest}`
              ? Head extends keyof A
                ? AnnotationStep<A[Head], Rest>
                : Head extends keyof S
                  ? S[Head] extends RelationLike
                    ? RelationStep<S[Head], Rest>
                    : ColumnStep<S[Head], Rest, Head>
                  : Head extends "pk"
                    ? ColumnStep<KeyColumn<M>, Rest, Head>
                    : ColumnStep<ColumnOf<S, Head>, Rest, Head>
              : ColumnValue<ColumnOf<S, P>, P>
        : never;

type AnnotationValue<Value> = Value extends Joined<infer M> ? PkValue<M> | null : Value;
type AnnotationStep<Value, Rest extends string> = [Value] extends [Joined<infer M>]
  ? PathValue<M, unknown, Rest> | null
  : TransformedValue<NonNullable<Value>, null extends Value ? true : false, KindOf<NonNullable<Value>>, Rest>;

/* A path that ends on a relation gives the key of the object there. */
type FieldPathValue<F, M> = F extends RelationLike
  ? F extends ToOneLike
    ? OrNull<PkValue<F[typeof TARGET]>, F[typeof NULLABLE]>
    : PkValue<F[typeof TARGET]> | null
  : F extends { readonly [PARTS]: unknown }
    ? PkValue<M>
    : F extends { readonly [READ]: unknown }
      ? Problem<"it has no column">
      : F extends Field<infer Value, infer Null, boolean, string, boolean>
        ? OrNull<Value, Null>
        : never;
type RelationStep<F extends RelationLike, Rest extends string> = F extends ToOneLike
  ? WithNull<PathValue<F[typeof TARGET], unknown, Rest>, F[typeof NULLABLE]>
  : WithNull<PathValue<F[typeof TARGET], unknown, Rest>, true>;
/* A problem stays one; a value gets null where the step may lead nowhere. */
type WithNull<Value, Null> = Null extends true ? (Value extends Problem<string> ? Value : Value | null) : Value;

type ColumnValue<F, P extends string> = [F] extends [never]
  ? Problem<`no field '${P}'`>
  : F extends Field<infer Value, infer Null, boolean, string, boolean>
    ? OrNull<Value, Null>
    : never;
type ColumnStep<F, Rest extends string, Head extends string> = [F] extends [never]
  ? Problem<`no field '${Head}'`>
  : F extends { readonly [VALUE]: infer Value; readonly [NULLABLE]: infer Null; readonly [KIND]: infer Kind }
    ? TransformedValue<Value, Null, Kind, Rest>
    : never;
type TransformedValue<Value, Null, Kind, Rest extends string> = Rest extends `${infer Head}__${infer Tail}`
  ? Transformed<Value, Kind, Head> extends [infer To, infer ToKind]
    ? TransformedValue<To, Null, ToKind, Tail>
    : Problem<`a ${Kind & string} column has no transform '${Head}'`>
  : Transformed<Value, Kind, Rest> extends [infer To, unknown]
    ? OrNull<To, Null>
    : Problem<`a ${Kind & string} column has no transform '${Rest}'`>;

/** What is wrong with a path, or with one of several; never where nothing is. */
export type PathProblem<M, A, P> = P extends "*" ? never : P extends string ? ProblemIn<PathValue<M, A, P>> : never;
/* `never` and `any` would take the branch of a problem: they are values. */
type ProblemIn<Value> = IsAny<Value> extends true ? never : [Value] extends [never] ? never : Value extends Problem<infer E> ? E : never;

/** The path itself where it is right, else what is wrong. */
export type CheckedPath<M, A, P> = P extends null
  ? P
  : P extends string
    ? [PathProblem<M, A, P>] extends [never]
      ? P
      : WrongPath<PathProblem<M, A, P>, M, A, P>
    : never;
/** As {@link CheckedPath}, for `orderBy`: `-` in front, `?` for a random order. */
export type CheckedOrderPath<M, A, P> = P extends "?"
  ? P
  : P extends `-${infer Path}`
    ? [PathProblem<M, A, Path>] extends [never]
      ? P
      : WrongOrder<PathProblem<M, A, Path>, M, A, Path>
    : CheckedPath<M, A, P>;

/** The model at the end of a path of relations, and whether it may be missing; false where a step is no relation. */
export type RelationAt<M, A, P extends string> = P extends `${infer Head}__${infer Rest}`
  ? RelationAt<M, A, Head> extends [infer Next, unknown, infer Single]
    ? RelationAt<Next, unknown, Rest> extends [infer End, unknown, infer EndSingle]
      ? [End, true, Single extends true ? EndSingle : false]
      : false
    : false
  : P extends keyof A
    ? A[P] extends Joined<infer Next>
      ? [Next, true, false]
      : false
    : P extends keyof ShapeOf<M>
      ? ShapeOf<M>[P] extends RelationLike
        ? [ShapeOf<M>[P][typeof TARGET], true, ShapeOf<M>[P] extends ToOneLike ? true : false]
        : false
      : false;
