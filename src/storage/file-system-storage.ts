import { lstatSync, mkdirSync, realpathSync, type Stats, unlinkSync } from "node:fs";
import { lstat, mkdir, realpath, unlink } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Flow } from "../engine/flow.js";
import { ImproperlyConfigured, SuspiciousFileOperationError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import { changeMode, closeFile, createFile, DiskSource, writeAll } from "./disk-file.js";
import { either } from "./either-colour.js";
import type { File } from "./file.js";
import type { FileReader, FileSource } from "./file-source.js";
import { checkBaseUrl, mediaUrl } from "./media-url.js";
import { checkedName } from "./names.js";
import { Storage } from "./storage.js";

/** The options of {@link FileSystemStorage}. */
export interface FileSystemStorageOptions {
  /** The directory of the files; a relative one begins at the working directory. "media" unless given. */
  readonly location?: string;
  /** What URLs begin with; "/media/" unless given, null for no URLs. */
  readonly baseUrl?: string | null;
  /** The permissions of directories that it makes, less the process's umask; 0o755 unless given. */
  readonly dirMode?: number;
  /** The permissions of files; 0o644 unless given. */
  readonly fileMode?: number;
}

/**
 * Keeps files in a directory. No name and no link leads out of it, and no file is written over.
 *
 * @example
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * const storage = new FileSystemStorage({ location: mkdtempSync(join(tmpdir(), "media-")), baseUrl: "/files/" });
 * const name = await storage.save("reports/q1.txt", new ContentFile("fine"));
 * console.log(await storage.url(name)); // → /files/reports/q1.txt
 */
export class FileSystemStorage extends Storage {
  /** The directory, as an absolute path. */
  readonly location: string;
  /** What URLs begin with; null: there are none. */
  readonly baseUrl: string | null;
  /** The permissions of directories that it makes. */
  readonly dirMode: number;
  /** The permissions of files. */
  readonly fileMode: number;

  constructor(options: FileSystemStorageOptions = {}) {
    super();
    checkOptions("FileSystemStorage", options, ["location", "baseUrl", "dirMode", "fileMode"]);
    const { location = "media", dirMode = 0o755, fileMode = 0o644 } = options;
    if (typeof location !== "string" || location === "")
      throw new ImproperlyConfigured("FileSystemStorage: location is the path of a directory.");
    this.location = resolve(location);
    this.baseUrl = checkBaseUrl(options.baseUrl === undefined ? "/media/" : options.baseUrl, "FileSystemStorage");
    this.dirMode = checkMode("dirMode", dirMode);
    this.fileMode = checkMode("fileMode", fileMode);
  }

  override path(name: string): string {
    return join(this.location, ...checkedName(name).split("/"));
  }

  protected override *create(name: string, content: File): Flow<boolean> {
    const path = this.path(name);
    yield* this.#checkInside(name, path);
    yield* makeDirectory(dirname(path), this.dirMode);
    const descriptor = yield* unless(createFile(path, this.fileMode), "EEXIST");
    if (descriptor === null) return false;
    let complete = false;
    try {
      yield* changeMode(descriptor, this.fileMode);
      yield* content.eachChunk(function* (chunk) {
        yield* writeAll(descriptor, chunk);
        return true;
      });
      complete = true;
    } finally {
      yield* closeFile(descriptor);
      if (!complete) yield* unless(removeFile(path), "ENOENT");
    }
    return true;
  }

  protected override sourceOf(name: string, size: number | null): FileSource {
    const path = this.path(name);
    const check = (): Flow<void> => this.#checkInside(name, path);
    const source = new DiskSource(path, size);
    return {
      size,
      *open(): Flow<FileReader> {
        yield* check();
        return yield* source.open();
      },
    };
  }

  protected override *remove(name: string): Flow<void> {
    const found = yield* this.#find(name);
    if (found === null) return;
    // an empty name or a directory's would take everything below it
    if (found.isDirectory()) {
      throw new SuspiciousFileOperationError(`"${name}" is a directory, and only files are deleted.`, { code: "suspicious_file_name" });
    }
    yield* unless(removeFile(this.path(name)), "ENOENT");
  }

  protected override *has(name: string): Flow<boolean> {
    const found = yield* this.#find(name);
    return found !== null && !found.isDirectory();
  }

  protected override *sizeOf(name: string): Flow<number | null> {
    const found = yield* this.#find(name);
    return found === null || found.isDirectory() ? null : found.size;
  }

  // biome-ignore lint/correctness/useYield: a flow that has nothing to wait for
  protected override *urlOf(name: string): Flow<string> {
    return mediaUrl(this.baseUrl, name, "FileSystemStorage");
  }

  /** What is at a name; null for nothing. A link is followed, inside of the location. */
  *#find(name: string): Flow<Stats | null> {
    const path = this.path(name);
    yield* this.#checkInside(name, path);
    const target = yield* realPath(path);
    if (target === null) return null;
    return yield* unless(
      either(
        () => lstat(target),
        () => lstatSync(target),
      ),
      "ENOENT",
    );
  }

  /** @throws SuspiciousFileOperationError where a link on the way leads out of the location */
  *#checkInside(name: string, path: string): Flow<void> {
    const root = yield* realPath(this.location);
    if (root === null) return;
    let existing = path;
    let real = yield* realPath(existing);
    while (real === null && existing !== this.location) {
      existing = dirname(existing);
      real = yield* realPath(existing);
    }
    if (real === null || real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return;
    throw new SuspiciousFileOperationError(`"${name}" leads out of ${this.location} by a symbolic link.`, { code: "suspicious_file_name" });
  }
}

function checkMode(option: string, mode: unknown): number {
  if (typeof mode === "number" && Number.isInteger(mode) && mode >= 0 && mode <= 0o7777) return mode;
  throw new ImproperlyConfigured(`FileSystemStorage: ${option} is a number of permissions, such as 0o644, not ${String(mode)}.`);
}

/** The value of a flow; null where it fails with one of these codes of the system. */
function* unless<T>(flow: Flow<T>, ...codes: readonly string[]): Flow<T | null> {
  try {
    return yield* flow;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (typeof code === "string" && codes.includes(code)) return null;
    throw error;
  }
}

/** A path without links; null where there is nothing. */
function realPath(path: string): Flow<string | null> {
  return unless(
    either(
      () => realpath(path),
      () => realpathSync(path),
    ),
    "ENOENT",
    "ENOTDIR",
  );
}

function* makeDirectory(path: string, mode: number): Flow<void> {
  yield* either(
    () => mkdir(path, { recursive: true, mode }),
    () => mkdirSync(path, { recursive: true, mode }),
  );
}

function removeFile(path: string): Flow<void> {
  return either(
    () => unlink(path),
    () => unlinkSync(path),
  );
}
