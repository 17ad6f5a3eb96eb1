import type { Codec, ColumnStorage } from "../sql/codec.js";

/** Codecs by storage: a field's storage is one object for as long as the field lives. */
export function memoizeCodec(codecFor: (storage: ColumnStorage) => Codec): (storage: ColumnStorage) => Codec {
  const known = new WeakMap<ColumnStorage, Codec>();
  return (storage) => {
    let codec = known.get(storage);
    if (codec === undefined) {
      codec = codecFor(storage);
      known.set(storage, codec);
    }
    return codec;
  };
}
