import { basename } from "node:path";
import { Readable } from "node:stream";
import { inspect } from "node:util";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { QueryError } from "../errors.js";
import { BlobSource, type ByteStream, OneShotSource } from "./async-source.js";
import { DiskSource } from "./disk-file.js";
import { BytesSource, type FileSource } from "./file-source.js";

/** Marks files for every copy of the package in a process. */
const BRAND = Symbol.for("dorm.storage.file");

/** Bytes that are read at once, unless a caller says otherwise. */
export const CHUNK_SIZE = 64 * 1024;

/** What is known of a file besides its bytes. */
export interface FileOptions {
  /** The media type, as in "image/png"; null where it is not known. */
  readonly contentType?: string | null;
}

/**
 * Bytes with a name. Reading keeps no place and holds nothing open: each call begins at the first byte, except for
 * streams, which can be read once. Blobs and streams have no synchronous form.
 *
 * @example
 * const config = File.fromPath("package.json");
 * console.log(config.name, (await config.read(1)).byteLength); // → package.json 1
 */
export class File {
  /** The name that it is saved under, unless another one is given. */
  readonly name: string;
  /** The media type, as "image/png"; null where it is not known. */
  readonly contentType: string | null;
  /** Where the bytes come from. */
  readonly source: FileSource;

  constructor(source: FileSource, name: string, options: FileOptions = {}) {
    if (typeof name !== "string") throw new QueryError(`The name of a file is a string, not ${String(name)}.`);
    this.source = source;
    this.name = name;
    this.contentType = options.contentType || null;
  }

  /**
   * A file of the disk, read when its bytes are needed.
   *
   * @param path - where it is
   * @param name - the last part of the path unless given
   */
  static fromPath(path: string, name = basename(path), options: FileOptions = {}): File {
    return new File(new DiskSource(path), name, options);
  }

  /**
   * A stream of Node's or of the web's, or another iterable of bytes. It can be read once, and only asynchronously.
   *
   * @param stream - not read yet
   * @param options - `size` in bytes, where it is known; `contentType`
   */
  static fromStream(stream: ByteStream, name: string, options: FileOptions & { readonly size?: number } = {}): File {
    return new File(new OneShotSource(stream, options.size ?? null), name, options);
  }

  /**
   * A Blob, or the `File` of the web that an upload gives.
   *
   * @param name - the blob's own name unless given
   */
  static fromBlob(blob: Blob, name = nameOf(blob)): File {
    return new File(new BlobSource(blob), name, { contentType: blob.type });
  }

  /** The number of bytes; null where only reading tells. */
  get size(): number | null {
    return this.source.size;
  }

  /** The same bytes under another name. */
  named(name: string): File {
    return new File(this.source, name, { contentType: this.contentType });
  }

  /**
   * Reads from the first byte on.
   *
   * @param length - how many bytes at most; all of them unless given
   */
  read(length?: number): Promise<Uint8Array> {
    return run(this.readFlow(length));
  }

  /** @throws SyncUnavailableError for blobs and streams */
  readSync(length?: number): Uint8Array {
    return runSync(this.readFlow(length));
  }

  /** {@link read} for code that is a flow itself. */
  *readFlow(length: number = Number.POSITIVE_INFINITY): Flow<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let known = 0;
    // biome-ignore lint/correctness/useYield: a flow that has nothing to wait for
    yield* this.eachChunk(function* (chunk) {
      chunks.push(chunk);
      known += chunk.byteLength;
      return known < length;
    });
    return new Uint8Array(Buffer.concat(chunks).subarray(0, Math.min(length, known)));
  }

  /** The first bytes, `length` at most, which leave a stream as it was. */
  *headFlow(length: number): Flow<Uint8Array> {
    const { source } = this;
    return source.head ? yield* source.head(length) : yield* this.readFlow(length);
  }

  /** The text in UTF-8. */
  text(): Promise<string> {
    return run(this.#text());
  }

  /** As `text`, without waiting. */
  /** {@link text}, without waiting. @throws SyncUnavailableError for blobs and streams */
  textSync(): string {
    return runSync(this.#text());
  }

  *#text(): Flow<string> {
    return new TextDecoder().decode(yield* this.readFlow());
  }

  /**
   * Gives the bytes to a flow, chunk by chunk.
   *
   * @param take - gets each chunk; false ends the reading
   */
  *eachChunk(take: (chunk: Uint8Array) => Flow<boolean | undefined>): Flow<void> {
    const reader = yield* this.source.open();
    try {
      for (;;) {
        const chunk = yield* reader.read(CHUNK_SIZE);
        if (chunk === null || (yield* take(chunk)) === false) return;
      }
    } finally {
      yield* reader.close();
    }
  }

  /**
   * The bytes in portions.
   *
   * @param size - bytes in one portion at most
   */
  async *chunks(size = CHUNK_SIZE): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = await run(this.source.open());
    try {
      for (let chunk = await run(reader.read(size)); chunk !== null; chunk = await run(reader.read(size))) yield chunk;
    } finally {
      await run(reader.close());
    }
  }

  /** @throws SyncUnavailableError for blobs and streams */
  *chunksSync(size = CHUNK_SIZE): Generator<Uint8Array, void, undefined> {
    const reader = runSync(this.source.open());
    try {
      for (let chunk = runSync(reader.read(size)); chunk !== null; chunk = runSync(reader.read(size))) yield chunk;
    } finally {
      runSync(reader.close());
    }
  }

  /** The bytes as a stream of Node's. */
  createReadStream(): Readable {
    return Readable.from(this.chunks(), { objectMode: false });
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { name: ${inspect(this.name)}, size: ${String(this.size)} }`;
  }
}
Object.defineProperty(File.prototype, BRAND, { value: true });

/**
 * A file in memory.
 *
 * @example
 * // the bytes of the text in UTF-8
 * console.log(new ContentFile("é", "letter.txt").size); // → 2
 */
export class ContentFile extends File {
  /**
   * @param content - text, which is taken as UTF-8, or bytes
   * @param name - may be left out where a name is given beside the file
   */
  constructor(content: string | Uint8Array | ArrayBuffer, name = "", options: FileOptions = {}) {
    super(new BytesSource(bytesOf(content)), name, options);
  }
}

function bytesOf(content: unknown): Uint8Array {
  if (typeof content === "string") return Buffer.from(content, "utf8");
  if (content instanceof Uint8Array) return content;
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  throw new QueryError(`The content of a ContentFile is text or bytes, not ${String(content)}.`);
}

function nameOf(blob: Blob): string {
  const name: unknown = Reflect.get(blob, "name");
  return typeof name === "string" ? name : "";
}

/** A file, of whichever copy of the package. */
export function isFile(value: unknown): value is File {
  return typeof value === "object" && value !== null && BRAND in value;
}

/**
 * What counts as a file: one of ours, or a Blob.
 *
 * @returns the file; null for anything else
 */
export function toFile(value: unknown): File | null {
  if (isFile(value)) return value;
  return value instanceof Blob ? File.fromBlob(value) : null;
}
