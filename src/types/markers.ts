declare const MODEL: unique symbol;
declare const ROW: unique symbol;

export type { MODEL, ROW };

/** Any queryset, seen from a query that takes it as a value: its model and its rows. */
export interface AnyQuerySet<M = unknown, Row = unknown> {
  readonly [MODEL]: M;
  readonly [ROW]: Row;
}

/** What the methods that keep the rows' type give: the queryset's own class, so that custom methods survive. */
export interface Chainable {
  /* A string and no symbol: the compiler could not write the type of a custom method into declarations otherwise. */
  readonly "~chain": unknown;
}
