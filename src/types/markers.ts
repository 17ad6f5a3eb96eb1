declare const MODEL: unique symbol;
declare const ROW: unique symbol;
declare const CHAIN: unique symbol;

export type { CHAIN, MODEL, ROW };

/** Any queryset, seen from a query that takes it as a value: its model and its rows. */
export interface AnyQuerySet<M = unknown, Row = unknown> {
  readonly [MODEL]: M;
  readonly [ROW]: Row;
}

/** What has methods that keep the rows' type. */
export interface Chainable {
  readonly [CHAIN]: unknown;
}
/**
 * What the methods that keep the rows' type give: the queryset's own class, so that custom methods survive. It has a
 * name, as the compiler could not write the symbol into the declarations of a custom method.
 */
export type ChainOf<Rows extends Chainable> = Rows[typeof CHAIN];
