declare const TEMPLATE: unique symbol;

/** SQL with its parameters, from the template tag `sql`. */
export interface SqlTemplate {
  readonly [TEMPLATE]: true;
}

/** Objects of a model from SQL of the caller; columns that are no fields become properties. */
export interface RawQuerySet<Row> extends PromiseLike<Row[]>, AsyncIterable<Row>, Iterable<Row> {
  /** Runs on this database. */
  using(alias: string): RawQuerySet<Row>;
  /** Stops the query when the signal is aborted. */
  signal(signal: AbortSignal): RawQuerySet<Row>;
  /** Loads what relations lead to, with one more query each. */
  prefetchRelated(...lookups: string[]): RawQuerySet<Row>;
}
