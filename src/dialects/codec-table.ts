import { NotSupportedError } from "../errors.js";
import type { Codec, ColumnStorage, StorageKind } from "../sql/codec.js";

/** How a database holds each kind of column: a codec, or how one is made of what the field says. */
export type CodecTable = Readonly<Record<StorageKind, Codec | ((storage: ColumnStorage) => Codec)>>;

/**
 * The codec of a column, from a dialect's table. Made once for each storage: a field's storage is one object for as
 * long as the field lives.
 *
 * @param table - the dialect's
 * @returns gives a storage its codec; throws NotSupportedError for a kind that the database cannot hold
 */
export function codecsOf(table: CodecTable): (storage: ColumnStorage) => Codec {
  const known = new WeakMap<ColumnStorage, Codec>();
  return (storage) => {
    let codec = known.get(storage);
    if (codec === undefined) {
      const entry = table[storage.kind];
      codec = typeof entry === "function" ? entry(storage) : entry;
      known.set(storage, codec);
    }
    return codec;
  };
}

type ContainerKind = Extract<StorageKind, "array" | `${string}Range`>;

/**
 * The entries of a database that has no arrays and no ranges.
 *
 * @param title - the database's name, for the message
 */
export function withoutContainers(title: string, vendor: string): Pick<CodecTable, ContainerKind> {
  const refuse = (what: string, instead: string) => (): never => {
    throw new NotSupportedError(`${title} has no ${what}: ${instead}`, { vendor });
  };
  const range = refuse("range columns", "use two fields for the ends, or PostgreSQL");
  return {
    array: refuse("array columns", "use a JSONField, or PostgreSQL"),
    integerRange: range,
    bigintRange: range,
    decimalRange: range,
    dateRange: range,
    datetimeRange: range,
  };
}
