import { close, closeSync, constants, fchmod, fchmodSync, open, openSync, read, readSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { Flow } from "../engine/flow.js";
import { either } from "./either-colour.js";
import type { FileReader, FileSource } from "./file-source.js";

const openAsync = promisify(open);
const closeAsync = promisify(close);
const readAsync = promisify(read);
const writeAsync = promisify(write);
const chmodAsync = promisify(fchmod);

/** A file of the disk that is read from its path. */
export class DiskSource implements FileSource {
  readonly size: number | null;
  readonly #path: string;

  constructor(path: string, size: number | null = null) {
    this.#path = path;
    this.size = size;
  }

  *open(): Flow<FileReader> {
    const path = this.#path;
    const descriptor = yield* either(
      () => openAsync(path, constants.O_RDONLY),
      () => openSync(path, constants.O_RDONLY),
    );
    return {
      *read(length) {
        const buffer = new Uint8Array(length);
        const count = yield* either(
          async () => (await readAsync(descriptor, buffer, 0, length, null)).bytesRead,
          () => readSync(descriptor, buffer, 0, length, null),
        );
        return count === 0 ? null : buffer.subarray(0, count);
      },
      close: () => closeFile(descriptor),
    };
  }
}

/** Opens a file that must not be there yet, and that is no link. @returns its descriptor */
export function createFile(path: string, mode: number): Flow<number> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return either(
    () => openAsync(path, flags, mode),
    () => openSync(path, flags, mode),
  );
}

/** Writes all of the bytes at the descriptor's position. */
export function* writeAll(descriptor: number, bytes: Uint8Array): Flow<void> {
  for (let start = 0; start < bytes.byteLength; ) {
    start += yield* either(
      async () => (await writeAsync(descriptor, bytes, start, bytes.byteLength - start, null)).bytesWritten,
      () => writeSync(descriptor, bytes, start, bytes.byteLength - start, null),
    );
  }
}

/** Sets the permissions of an open file, whatever the umask is. */
export function changeMode(descriptor: number, mode: number): Flow<void> {
  return either(
    () => chmodAsync(descriptor, mode),
    () => fchmodSync(descriptor, mode),
  );
}

export function closeFile(descriptor: number): Flow<void> {
  return either(
    () => closeAsync(descriptor),
    () => closeSync(descriptor),
  );
}
