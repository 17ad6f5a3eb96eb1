import type { Deferred, Ref } from "./deferred.js";
import type { Backward, Field, FileColumn, Labelled, NULLABLE, READ, ToMany, ToOne } from "./field.js";
import type { Problem } from "./problem.js";
import type { RelatedManager, RemovableManager } from "./related-manager.js";
import type { OrNull, PkValue, ShapeOf, ToOneName } from "./shape.js";

/** What an instance has for one field of its shape. */
export type Attribute<F> =
  F extends ToOne<infer M, infer Null, boolean, "fk" | "o2o", boolean>
    ? OrNull<M | Ref<M>, Null>
    : F extends FileColumn<infer Shown, unknown, infer Null, boolean>
      ? OrNull<Shown, Null>
      : F extends Field<infer Value, infer Null, boolean, string, boolean>
        ? OrNull<Value, Null>
        : F extends ToMany<infer M>
          ? RemovableManager<M, never>
          : F extends Backward<infer M, infer Via>
            ? BackwardAttribute<M, Via>
            : F extends { readonly [READ]: infer Read }
              ? Read
              : unknown;

/** The other side of a relation: many objects, or one for a one-to-one field. */
type BackwardAttribute<M, Via extends string> = Via extends keyof ShapeOf<M>
  ? ShapeOf<M>[Via] extends ToOne<unknown, infer Null, boolean, infer Kind, boolean>
    ? Kind extends "o2o"
      ? M | Deferred<M | null> | null
      : Null extends true
        ? RemovableManager<M, Via>
        : RelatedManager<M, Via>
    : ShapeOf<M>[Via] extends ToMany<unknown>
      ? RemovableManager<M, never>
      : Problem<`'${Via}' is not a relation of that model`>
  : Problem<`that model has no relation '${Via}'`>;

/**
 * What instances have for the fields of a shape: `author` and `authorId` for a to-one relation, `getLevelDisplay()` for a
 * field with choices.
 */
export type Attributes<S> = { -readonly [K in keyof S]: Attribute<S[K]> } & {
  [K in ToOneName<S> as `${K}Id`]: S[K] extends ToOne<infer M, infer Null, boolean, "fk" | "o2o", boolean>
    ? OrNull<PkValue<M>, Null>
    : never;
} & {
  /** The label of the value among the choices; the value as text where it has none. Django's `get_FOO_display()`. */
  readonly [K in keyof S as S[K] extends Labelled ? `get${Capitalize<K & string>}Display` : never]: () => S[K] extends {
    readonly [NULLABLE]: infer Null;
  }
    ? OrNull<string, Null>
    : never;
};
