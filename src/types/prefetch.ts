import type { NULLABLE } from "./field.js";
import type { AnyQuerySet, MODEL, ROW } from "./markers.js";
import type { Problem } from "./problem.js";
import type { QuerySet } from "./queryset.js";
import type { CheckedRelationPath, RelationEnd, RelationPathProblem, SingleTarget } from "./results.js";
import type { IsAny, ShapeOf, ToOneLike } from "./shape.js";

declare const PATH: unique symbol;
declare const QUERY: unique symbol;
declare const ATTRIBUTE: unique symbol;

/** A relation to prefetch with a queryset of its own, under its own name or as a list under another. */
export interface PrefetchSpecification<Path extends string = string, Query = unknown, Attribute extends string = string> {
  readonly [PATH]: Path;
  readonly [QUERY]: Query;
  readonly [ATTRIBUTE]: Attribute;
}
/** A relation for `prefetchRelated` with options. */
export type PrefetchFactory = <const Path extends string, Query extends AnyQuerySet = never, const Attribute extends string = never>(
  path: Path,
  options?: { readonly queryset?: Query; readonly toAttr?: Attribute },
) => PrefetchSpecification<Path, Query, Attribute>;

/** A name or a `Prefetch` as it is where its path exists, else what is wrong. */
export type CheckedPrefetch<M, X> = X extends null
  ? X
  : X extends string
    ? CheckedRelationPath<M, X>
    : X extends PrefetchSpecification<infer Path, infer Query>
      ? [RelationPathProblem<M, Path>] extends [never]
        ? IsOf<Query, RelationEnd<M, Path>> extends true
          ? X
          : Problem<`the queryset is not of the model at '${Path}'`>
        : Problem<RelationPathProblem<M, Path>>
      : never;
/* A virtual relation may lead to any model. */
type IsOf<Query, End> = [Query] extends [never]
  ? true
  : unknown extends End
    ? true
    : Query extends { readonly [MODEL]: infer Model }
      ? IsAny<Model> extends true
        ? true
        : [Model] extends [End]
          ? true
          : false
      : true;

/** What the prefetches add to a row: objects of relations to one, richer rows of relations to many, lists under `toAttr`. */
export type Prefetched<M, X> = [X] extends [null]
  ? unknown
  : PrefetchedItems<M, X extends string ? PrefetchSpecification<X, never, never> : X>;
type PrefetchedItems<M, X> = { [H in ChangedHead<M, X>]: PrefetchedRelation<M, H, X> } & ListsIn<M, X>;
/* A relation to many whose rows are as they always are keeps its manager's type. */
type ChangedHead<M, X> =
  X extends PrefetchSpecification<infer Path, infer Query, infer Attribute>
    ? Path extends `${infer Head}__${string}`
      ? Head
      : [Attribute] extends [never]
        ? SingleTarget<M, Path> extends [unknown]
          ? Path
          : [Query] extends [never]
            ? never
            : Path
        : never
    : never;
type PrefetchedRelation<M, H, X> =
  SingleTarget<M, H> extends [unknown]
    ? PrefetchedRow<M, H, X> | NullOf<ShapeOf<M>, H>
    : { all(): QuerySet<RelationEnd<M, H>, PrefetchedRow<M, H, X>> };
type NullOf<S, H> = H extends keyof S ? (S[H] extends ToOneLike ? (S[H][typeof NULLABLE] extends true ? null : never) : null) : never;
type PrefetchedRow<M, H, X> = OwnRow<RelationEnd<M, H>, QueryAt<X, H>> &
  ([Behind<X, H>] extends [never] ? unknown : PrefetchedItems<RelationEnd<M, H>, Behind<X, H>>);
type OwnRow<End, Query> = [Query] extends [never] ? End : Query extends { readonly [ROW]: infer Row } ? Row : never;
/* The queryset of the relation itself, not under another name. */
type QueryAt<X, H> =
  X extends PrefetchSpecification<infer Path, infer Query, infer Attribute>
    ? Path extends H
      ? [Attribute] extends [never]
        ? Query
        : never
      : never
    : never;
/* The items behind a relation. */
type Behind<X, H> =
  X extends PrefetchSpecification<`${H & string}__${infer Tail}`, infer Query, infer Attribute>
    ? PrefetchSpecification<Tail, Query, Attribute>
    : never;

type ListsIn<M, X> = { [K in AttributeIn<X>]: ListOf<M, WithAttribute<X, K>> };
type WithAttribute<X, K> =
  X extends PrefetchSpecification<string, unknown, infer Attribute>
    ? [Attribute] extends [never]
      ? never
      : Attribute extends K
        ? X
        : never
    : never;
type AttributeIn<X> =
  X extends PrefetchSpecification<infer Path, unknown, infer Attribute> ? (Path extends `${string}__${string}` ? never : Attribute) : never;
type ListOf<M, X> =
  X extends PrefetchSpecification<infer Path, infer Query, string>
    ? SingleTarget<M, Path> extends [unknown]
      ? OwnRow<RelationEnd<M, Path>, Query> | null
      : OwnRow<RelationEnd<M, Path>, Query>[]
    : never;
