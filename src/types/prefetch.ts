import type { AnyQuerySet, ROW } from "./markers.js";
import type { Problem } from "./problem.js";
import type { CheckedRelationPath, LoadedRelations, RelationEnd, SinglePrefix, SingleTarget } from "./results.js";

declare const PATH: unique symbol;
declare const QUERY: unique symbol;
declare const ATTRIBUTE: unique symbol;

/** A relation to prefetch with a queryset of its own, under its own name or as a list under another. */
export interface PrefetchSpecification<Path extends string = string, Query = unknown, Attribute extends string = string> {
  readonly [PATH]: Path;
  readonly [QUERY]: Query;
  readonly [ATTRIBUTE]: Attribute;
}
/**
 * A relation for `prefetchRelated` with options.
 *
 * @example Book.objects.prefetchRelated(Prefetch("reviews", { queryset: Review.objects.filter({ stars__gte: 4 }), toAttr: "topReviews" }))
 */
export type PrefetchFactory = <const Path extends string, Query extends AnyQuerySet = never, const Attribute extends string = never>(
  path: Path,
  options?: { readonly queryset?: Query; readonly toAttr?: Attribute },
) => PrefetchSpecification<Path, Query, Attribute>;

/** A name or a `Prefetch` as it is where its path exists, else what is wrong. */
export type CheckedPrefetch<M, X> = X extends string
  ? CheckedRelationPath<M, X>
  : X extends PrefetchSpecification<infer Path>
    ? CheckedRelationPath<M, Path> extends Problem<infer E>
      ? Problem<E>
      : X
    : never;

/** What the prefetches add to a row: objects of relations to one, lists under `toAttr`. */
export type Prefetched<M, X> = LoadedRelations<M, SingleLoaded<M, X>> & ListsIn<M, X>;
type SingleLoaded<M, X> = X extends string
  ? SinglePrefix<M, X>
  : X extends PrefetchSpecification<infer Path, unknown, infer Attribute>
    ? [Attribute] extends [never]
      ? SinglePrefix<M, Path>
      : never
    : never;
type ListsIn<M, X> = { [K in AttributeIn<X>]: ListOf<M, Extract<X, PrefetchSpecification<string, unknown, K>>> };
/* The attribute of a nested prefetch is on the objects behind, whose type stays as it is. */
type AttributeIn<X> =
  X extends PrefetchSpecification<infer Path, unknown, infer Attribute> ? (Path extends `${string}__${string}` ? never : Attribute) : never;
type ListOf<M, X> =
  X extends PrefetchSpecification<infer Path, infer Query, string>
    ? SingleTarget<M, Path> extends [unknown]
      ? RowOf<M, Path, Query> | null
      : RowOf<M, Path, Query>[]
    : never;
type RowOf<M, Path, Query> = [Query] extends [never] ? RelationEnd<M, Path> : Query extends { readonly [ROW]: infer Row } ? Row : never;
