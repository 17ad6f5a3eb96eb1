import type { CheckedBinding } from "./conditions.js";
import type { AnyExpression, Ordering } from "./expressions.js";
import type { CheckedOrderPath, CheckedPath, OrderHint, PathHint, PathProblem } from "./paths.js";
import type { Problem } from "./problem.js";

/** What `orderBy` takes: a path with `-` for descending, `?` for a random order, an expression, or one with a direction. */
export type OrderItem<M, A> = OrderHint<M, A> | (string & {}) | AnyExpression | Ordering;
/** An item as it is where everything that it names exists, else what is wrong. */
export type CheckedOrder<M, A, X> = X extends string ? CheckedOrderPath<M, A, X> : CheckedBinding<M, A, X>;
/** The items of an order as they are, else what is wrong with them. */
export type CheckedOrders<M, A, P> = { [I in keyof P]: CheckedOrder<M, A, P[I]> };

/** Paths as they are where they exist, else what is wrong. */
export type CheckedPaths<M, A, P> = { [I in keyof P]: CheckedPath<M, A, P[I]> };
/** What a method that takes paths offers and accepts. */
export type PathItem<M, A> = PathHint<M, A> | (string & {});

/** The path of a date or a moment as it is, else what is wrong with it. */
export type CheckedDatePath<M, A, P> = P extends string
  ? [PathProblem<M, A, P>] extends [never]
    ? [PathProblem<M, A, `${P}__year`>] extends [never]
      ? P
      : Problem<`'${P}' is neither a date nor a moment`>
    : Problem<PathProblem<M, A, P>>
  : never;
