import type { Flow } from "../engine/flow.js";
import { StorageError } from "../errors.js";
import { asyncOnly } from "./either-colour.js";
import type { FileReader, FileSource } from "./file-source.js";

/** A stream of bytes: Node's, the web's, or any other that can be iterated. */
export type ByteStream = AsyncIterable<Uint8Array | string>;

/** A Blob, such as the file of an upload: it can be read again and again. */
export class BlobSource implements FileSource {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  *open(): Flow<FileReader> {
    const blob = this.#blob;
    let position = 0;
    return {
      *read(length) {
        if (position >= blob.size) return null;
        const start = position;
        position = Math.min(blob.size, start + length);
        return yield* asyncOnly(async () => new Uint8Array(await blob.slice(start, position).arrayBuffer()), "A Blob");
      },
      *close() {},
    };
  }
}

/**
 * A stream that is opened anew for each reader, as storages give that are reached over a network.
 *
 * @example
 * import { Readable } from "node:stream";
 * import { File } from "dorm/storage";
 * const source = new StreamSource(async () => Readable.from(["far ", "away"]));
 * console.log(await new File(source, "letter.txt").text()); // → far away
 */
export class StreamSource implements FileSource {
  readonly size: number | null;
  readonly #open: () => ByteStream | PromiseLike<ByteStream>;

  constructor(open: () => ByteStream | PromiseLike<ByteStream>, size: number | null = null) {
    this.#open = open;
    this.size = size;
  }

  *open(): Flow<FileReader> {
    const open = this.#open;
    const stream = yield* asyncOnly(async () => ({ iterator: (await open())[Symbol.asyncIterator]() }), "A stream");
    return new StreamReader(stream.iterator, []);
  }
}

/** A stream that is there already, and can be read only once. */
export class OneShotSource implements FileSource {
  readonly size: number | null;
  readonly #stream: ByteStream;
  #iterator: AsyncIterator<Uint8Array | string> | null = null;
  #opened = false;
  readonly #buffered: Uint8Array[] = [];

  constructor(stream: ByteStream, size: number | null) {
    this.#stream = stream;
    this.size = size;
  }

  *head(length: number): Flow<Uint8Array> {
    this.#requireUnread();
    this.#iterator ??= this.#stream[Symbol.asyncIterator]();
    const reader = new StreamReader(this.#iterator, []);
    let known = this.#buffered.reduce((total, chunk) => total + chunk.byteLength, 0);
    while (known < length) {
      const chunk = yield* reader.read(length - known);
      if (chunk === null) break;
      this.#buffered.push(chunk);
      known += chunk.byteLength;
    }
    this.#buffered.push(...reader.rest());
    return Buffer.concat(this.#buffered).subarray(0, length);
  }

  // biome-ignore lint/correctness/useYield: a flow that has nothing to wait for
  *open(): Flow<FileReader> {
    this.#requireUnread();
    this.#opened = true;
    this.#iterator ??= this.#stream[Symbol.asyncIterator]();
    return new StreamReader(this.#iterator, this.#buffered);
  }

  #requireUnread(): void {
    if (!this.#opened) return;
    throw new StorageError("This stream was read already, and it cannot be read again. Give a new File.", { code: "stream_consumed" });
  }
}

class StreamReader implements FileReader {
  readonly #iterator: AsyncIterator<Uint8Array | string>;
  /** What was read and not given yet. */
  readonly #waiting: Uint8Array[];

  constructor(iterator: AsyncIterator<Uint8Array | string>, waiting: readonly Uint8Array[]) {
    this.#iterator = iterator;
    this.#waiting = [...waiting];
  }

  *read(length: number): Flow<Uint8Array | null> {
    let chunk = this.#waiting.shift();
    while (chunk === undefined || chunk.byteLength === 0) {
      const next = yield* asyncOnly(() => this.#iterator.next(), "A stream");
      if (next.done === true) return null;
      chunk = typeof next.value === "string" ? Buffer.from(next.value, "utf8") : next.value;
    }
    if (chunk.byteLength > length) {
      this.#waiting.unshift(chunk.subarray(length));
      chunk = chunk.subarray(0, length);
    }
    return chunk;
  }

  /** What was read and not given, for another reader. */
  rest(): readonly Uint8Array[] {
    return this.#waiting;
  }

  *close(): Flow<void> {
    const { return: end } = this.#iterator;
    if (end) yield* asyncOnly(async () => void (await end.call(this.#iterator)), "A stream");
  }
}
