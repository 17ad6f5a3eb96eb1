import type { BindableHint, NextLookup, WrongBinding } from "./completion.js";
import type { Bindable, CONDITIONS, Expression, HINTED, PATHS, Summed } from "./expressions.js";
import type { KIND, NULLABLE, READ, TARGET, VALUE } from "./field.js";
import type { RelatedInput } from "./input.js";
import type { CustomLookups, LookupTable, RelatedList, RelatedSql, SqlValue } from "./lookups.js";
import type { Joined, PathHint, PathProblem } from "./paths.js";
import type { InferThenCheck, Problem } from "./problem.js";
import type { Resolved } from "./resolve.js";
import type { ColumnOf, IsAny, KeyColumn, OrNull, RelationLike, ShapeOf, ToOneLike } from "./shape.js";
import type { KindOf, Transformed } from "./transforms.js";

/** What `filter` takes: a record of lookups, a `Q`, or an expression that is true or false. */
export type Condition<M, A> = Bindable | ConditionHint<M, A>;
/* Names that an editor offers; anything else is checked after it is typed. */
/** The names that an editor offers for a record of conditions. */
export type ConditionHint<M, A> = { [K in PathHint<M, A>]?: unknown } & { [path: string]: unknown };

/** A condition as it is where it fits the model, else what is wrong with it. */
export type CheckedCondition<M, A, C> = C extends Bindable
  ? CheckedBinding<M, A, C>
  : InferThenCheck<C, CheckedLookups<M, A, C> & UnfinishedLookups<M, A, C>>;
/**
 * Several conditions, each as {@link CheckedCondition}. While a `Q` among them is being typed there is nothing to infer
 * from yet: then they are what an editor offers inside it.
 */
export type CheckedConditions<M, A, C> = [C] extends [never]
  ? readonly BindableHint<M, A>[]
  : { [I in keyof C]: CheckedCondition<M, A, C[I]> };
/** A record of lookups with the type that each right-hand side must have. */
export type CheckedLookups<M, A, C> = { [K in keyof C]: CheckedLookup<M, A, K & string, C[K]> };
/** The lookups that an editor offers in the place of those that are wrong. */
export type UnfinishedLookups<M, A, C> = {
  [K in keyof C as K extends `${string}__${string}`
    ? LookupValue<M, A, K> extends Problem<string>
      ? NextLookup<M, A, K>
      : never
    : never]?: unknown;
};
type CheckedLookup<M, A, P extends string, Given> =
  IsAny<Given> extends true
    ? LookupValue<M, A, P>
    : Given extends Bindable
      ? [BindingProblem<M, A, Given>] extends [never]
        ? LookupValue<M, A, P>
        : WrongBinding<BindingProblem<M, A, Given>, M, A, Given>
      : LookupValue<M, A, P>;

/** An expression or a `Q` as it is where everything that it names exists, else what is wrong. */
export type CheckedBinding<M, A, E> = [BindingProblem<M, A, E>] extends [never]
  ? BindableHint<M, A>
  : WrongBinding<BindingProblem<M, A, E>, M, A, E & Bindable>;
/** Named expressions, each as {@link CheckedBinding}; they may name each other. */
export type CheckedBindings<M, A, E> = { [K in keyof E]: CheckedBinding<M, A & { [Name in keyof E]: unknown }, E[K]> };
/** What is wrong with an expression or a `Q` on a model: names that do not exist, values of a wrong type. */
export type BindingProblem<M, A, E> =
  IsAny<M> extends true
    ? never
    : E extends Bindable
      ? PathProblem<M, A, E[typeof PATHS]> | LookupsProblem<M, A, E[typeof CONDITIONS]>
      : never;
type LookupsProblem<M, A, C> =
  C extends Summed<infer Value> ? SumProblem<Resolved<M, A, Value>> : { [K in keyof C]-?: LookupProblem<M, A, K & string, C[K]> }[keyof C];
/* A sum of texts is nonsense that some databases answer with 0. */
type SumProblem<Value> =
  IsAny<Value> extends true
    ? never
    : [NonNullable<Value>] extends [never]
      ? never
      : [NonNullable<Value>] extends [string | Date]
        ? "only numbers and durations have a sum or a mean"
        : never;
type LookupProblem<M, A, P extends string, Given> =
  LookupValue<M, A, P> extends infer Expected
    ? IsAny<Expected> extends true
      ? never
      : [Expected] extends [Problem<infer E>]
        ? E
        : [Given] extends [Expected]
          ? BindingProblem<M, A, Given>
          : `the value of '${P}' is of a wrong type`
    : never;

/**
 * The type of the right-hand side of a lookup such as `author__publisher__name__icontains`: parsed step by step, so that
 * its cost follows the path that the caller wrote.
 */
export type LookupValue<M, A, P extends string, Through extends boolean = false> =
  IsAny<M> extends true
    ? unknown
    : P extends keyof A
      ? AnnotationLookup<A[P], "exact">
      : ShapeOf<M> extends infer S
        ? P extends keyof S
          ? FieldLookup<S[P], KeyColumn<M>, "exact", P, Through>
          : P extends "pk"
            ? ColumnLookup<KeyColumn<M, true>, "exact", P, Through>
            : P extends `${infer Head}__${infer Rest}`
              ? Head extends keyof A
                ? AnnotationLookup<A[Head], Rest>
                : Head extends keyof S
                  ? FieldLookup<S[Head], KeyColumn<M>, Rest, Head, Through>
                  : Head extends "pk"
                    ? ColumnLookup<KeyColumn<M>, Rest, Head, Through>
                    : ColumnLookup<ColumnOf<S, Head>, Rest, Head, Through>
              : ColumnLookup<ColumnOf<S, P>, "exact", P, Through>
        : never;

/* `Through` says whether the row may be missing: then its columns can be compared with null. */
type FieldLookup<F, Key, Rest extends string, Head extends string, Through extends boolean> = F extends RelationLike
  ? RelationLookup<F, Rest, Through>
  : F extends { readonly [VALUE]: unknown }
    ? ColumnLookup<F, Rest, Head, Through>
    : F extends { readonly [READ]: unknown }
      ? Problem<`'${Head}' has no column`>
      : ColumnLookup<Key, Rest, Head, Through>;

type RelationLookup<F extends RelationLike, Rest extends string, Through extends boolean> = Rest extends "exact"
  ? OrNull<RelatedInput<F[typeof TARGET]>, Through | (F extends ToOneLike ? F[typeof NULLABLE] : true)> | RelatedSql<F[typeof TARGET]>
  : Rest extends "in"
    ? RelatedList<F[typeof TARGET]>
    : Rest extends "isnull" | "isnotnull"
      ? boolean
      : Rest extends "gt" | "gte" | "lt" | "lte" | "range"
        ? ColumnLookup<KeyColumn<F[typeof TARGET]>, Rest, "pk", true>
        : LookupValue<F[typeof TARGET], unknown, Rest, F extends ToOneLike ? F[typeof NULLABLE] | Through : true>;

type AnnotationLookup<Value, Rest extends string> = [Value] extends [Joined<infer M>]
  ? Rest extends "exact" | "in" | "isnull"
    ? RelationLookup<{ readonly [TARGET]: M }, Rest, true>
    : LookupValue<M, unknown, Rest, true>
  : KindLookup<NonNullable<Value>, null extends Value ? true : false, KindOf<NonNullable<Value>>, Rest>;

type ColumnLookup<F, Rest extends string, Head extends string, Through extends boolean> = [F] extends [never]
  ? Problem<`no field '${Head}'`>
  : F extends { readonly [VALUE]: infer Value; readonly [NULLABLE]: infer Null; readonly [KIND]: infer Kind }
    ? KindLookup<Value, true extends Null | Through ? true : false, Kind, Rest>
    : never;

type KindLookup<Value, Null, Kind, Rest extends string> = Kind extends keyof LookupTable<Value, Null>
  ? Rest extends keyof LookupTable<Value, Null>[Kind]
    ? LookupTable<Value, Null>[Kind][Rest]
    : Rest extends keyof CustomLookups
      ? Kind extends keyof CustomLookups[Rest]
        ? CustomLookups[Rest][Kind] | SqlValue
        : Problem<`a ${Kind & string} column has no lookup '${Rest}'`>
      : Rest extends `${infer Head}__${infer Tail}`
        ? Transformed<Value, Kind, Head> extends [infer To, infer ToKind]
          ? KindLookup<To, Null, ToKind, Tail>
          : Problem<`a ${Kind & string} column has no transform '${Head}'`>
        : Transformed<Value, Kind, Rest> extends [infer To, infer ToKind]
          ? KindLookup<To, Null, ToKind, "exact">
          : Problem<`a ${Kind & string} column has no lookup '${Rest}'`>
  : Problem<`a ${Kind & string} column has no lookup '${Rest}'`>;

/**
 * A condition that can be combined. `Conditions` is the union of the records inside it, checked against the model where
 * it is used.
 */
export interface QExpression<Conditions, Paths extends string = never> extends Bindable {
  readonly [PATHS]: Paths;
  readonly [CONDITIONS]: Conditions;
  /* Where the compiler finds what an editor offers inside `Q`, from the place where it is used. */
  readonly [HINTED]?: Conditions;
  /** This condition and the others. */
  and<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** This condition or one of the others. */
  or<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** An odd number of this condition and the others. */
  xor<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** The opposite. A condition across several rows then holds where no row meets it, as `exclude` does. */
  not(): QExpression<Conditions, Paths>;
}
/** What `Q` takes: records of lookups, other conditions, expressions that are true or false. */
export type QOperand = Bindable | LookupRecord;
/** Conditions whose keys the compiler does not check. */
export type LookupRecord = Readonly<Record<string, unknown>>;
/** The records of lookups inside conditions. */
export type ConditionsIn<C> = C extends Bindable ? C[typeof CONDITIONS] : C;
/** The paths that a condition names. */
export type PathsIn<C> = C extends Bindable ? C[typeof PATHS] : never;

/** Makes conditions that can be combined: `Q({ age__lt: 18 }).or(Q({ age__gt: 65 }))`. */
export interface QFactory {
  /** All of the conditions. */
  <const W extends LookupRecord>(conditions: W): QExpression<W>;
  /** All of the conditions. */
  <const C extends readonly QOperand[]>(...conditions: C): QExpression<ConditionsIn<C[number]>, PathsIn<C[number]>>;
  /** All of the conditions. */
  and<const C extends readonly QOperand[]>(...conditions: C): QExpression<ConditionsIn<C[number]>, PathsIn<C[number]>>;
  /** At least one of the conditions. */
  or<const C extends readonly QOperand[]>(...conditions: C): QExpression<ConditionsIn<C[number]>, PathsIn<C[number]>>;
  /** An odd number of the conditions. */
  xor<const C extends readonly QOperand[]>(...conditions: C): QExpression<ConditionsIn<C[number]>, PathsIn<C[number]>>;
  /**
   * A condition whose keys are computed: checked when it runs, not by the compiler.
   *
   * @example
   * const column: string = "name";
   * console.log(await Author.objects.filter(Q.untyped({ [`${column}__startswith`]: "U" })).count()); // → 1
   */
  untyped(conditions: LookupRecord): QExpression<never>;
}

/** An expression that is true or false: it also serves as a condition. */
export interface BooleanExpression<Paths extends string = never, Conditions = never> extends Expression<boolean, Paths, Conditions> {
  /** This condition and the others. */
  and<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** This condition or one of the others. */
  or<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** An odd number of this condition and the others. */
  xor<const C extends readonly QOperand[]>(...others: C): QExpression<Conditions | ConditionsIn<C[number]>, Paths | PathsIn<C[number]>>;
  /** The opposite. */
  not(): BooleanExpression<Paths, Conditions>;
}
