declare const TEMPLATE: unique symbol;

/** SQL with its parameters, from the template tag `sql`. */
export interface SqlTemplate {
  readonly [TEMPLATE]: true;
}

/** Objects of a model from SQL of the caller; columns that are no fields become properties. */
export interface RawQuerySet<Row> extends PromiseLike<Row[]>, AsyncIterable<Row>, Iterable<Row> {
  using(alias: string): RawQuerySet<Row>;
  signal(signal: AbortSignal): RawQuerySet<Row>;
  prefetchRelated(...lookups: string[]): RawQuerySet<Row>;
}
