import type { Codec, ColumnStorage } from "./codec.js";

/** What differs between databases, as data and small overrides. */
export interface Dialect {
  /** The vendor, as in query events and errors: "sqlite", "postgresql". */
  readonly vendor: string;
  /** The codec of a column; throws `NotSupportedError` where the database cannot hold it. */
  codec(storage: ColumnStorage): Codec;
  quoteIdentifier(name: string): string;
}
