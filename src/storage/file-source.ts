import type { Flow } from "../engine/flow.js";

/** Reads bytes from a place onwards. */
export interface FileReader {
  /** The next bytes, `length` at most and at least one; null at the end. */
  read(length: number): Flow<Uint8Array | null>;
  /** Ends the reading; called once, also after an error. */
  /** Gives back what reading holds. */
  close(): Flow<void>;
}

/** Where the bytes of a {@link File} come from. */
export interface FileSource {
  /** The number of bytes; null where only reading tells. */
  readonly size: number | null;
  /** The first bytes, `length` at most, where they are in memory; null elsewhere. */
  atHand?(length: number): Uint8Array | null;
  /** The first bytes without using the source up; for sources that can be read only once. */
  head?(length: number): Flow<Uint8Array>;
  /** A reader from the first byte on. */
  open(): Flow<FileReader>;
}

/**
 * Bytes in memory.
 *
 * @example
 * import { File } from "dorm/storage";
 * const source = new BytesSource(new Uint8Array([104, 105]));
 * console.log(new File(source, "letter.txt").textSync()); // → hi
 */
export class BytesSource implements FileSource {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.byteLength;
  }

  atHand(length: number): Uint8Array {
    return this.#bytes.subarray(0, length);
  }

  // biome-ignore lint/correctness/useYield: a flow that has nothing to wait for
  *open(): Flow<FileReader> {
    const bytes = this.#bytes;
    let position = 0;
    return {
      // biome-ignore lint/correctness/useYield: as above
      *read(length) {
        if (position >= bytes.byteLength) return null;
        const chunk = bytes.subarray(position, position + length);
        position += chunk.byteLength;
        return chunk;
      },
      *close() {},
    };
  }
}
