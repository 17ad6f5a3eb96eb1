import type { Readable } from "node:stream";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { QueryError, StorageError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import type { StorageLike, UrlOptions } from "../types/storage.js";
import { asyncOnly } from "./either-colour.js";
import { File, toFile } from "./file.js";
import type { FileSource } from "./file-source.js";
import { alternativeName, checkedName, fittingName, validName } from "./names.js";

/** Marks storages for every copy of the package in a process. */
const BRAND = Symbol.for("dorm.storage");

/** How many names are tried before a storage gives up. */
const TRIES = 100;

/** How a file is stored. */
export interface SaveFileOptions {
  /** The greatest number of characters of the whole name, directory included; null for no limit. */
  readonly maxLength?: number | null;
}

/**
 * A place for files. A subclass says how its own place works, in six methods that are flows, written once for both
 * colours: `yield { perform, performSync }`, or {@link Storage.asyncOnly} for what has no synchronous form. The names
 * that they get are relative and safe.
 *
 * @example
 * class MapStorage extends Storage {
 *   readonly #files = new Map<string, Uint8Array>();
 *
 *   protected override *create(name: string, content: File) {
 *     if (this.#files.has(name)) return false;
 *     this.#files.set(name, yield* content.readFlow());
 *     return true;
 *   }
 *   protected override sourceOf(name: string): FileSource {
 *     return new BytesSource(this.#files.get(name) ?? new Uint8Array());
 *   }
 *   protected override *remove(name: string) {
 *     this.#files.delete(name);
 *   }
 *   protected override *has(name: string) {
 *     return this.#files.has(name);
 *   }
 *   protected override *sizeOf(name: string) {
 *     return this.#files.get(name)?.byteLength ?? null;
 *   }
 *   protected override *urlOf(name: string) {
 *     return `https://files.example/${name}`;
 *   }
 * }
 * console.log(await new MapStorage().url("a.txt")); // → https://files.example/a.txt
 */
export abstract class Storage implements StorageLike {
  /**
   * Stores a file under a name that nothing has yet.
   *
   * @param content - to be read after the name is known to be free
   * @returns false, with nothing changed, where the name is taken
   */
  protected abstract create(name: string, content: File): Flow<boolean>;
  /** The bytes of a stored file. @param size - in bytes, where it is known */
  protected abstract sourceOf(name: string, size: number | null): FileSource;
  /** Deletes a file; one that is not there is no error. */
  protected abstract remove(name: string): Flow<void>;
  /** Whether there is a file of this name. */
  protected abstract has(name: string): Flow<boolean>;
  /** The number of bytes; null where there is no such file. */
  protected abstract sizeOf(name: string): Flow<number | null>;
  protected abstract urlOf(name: string, options: UrlOptions): Flow<string>;

  /** One step that only the asynchronous runner can do; the synchronous forms throw SyncUnavailableError. */
  protected asyncOnly<T>(perform: () => PromiseLike<T> | T): Flow<T> {
    return asyncOnly(perform, this.constructor.name);
  }

  /**
   * Stores a file.
   *
   * @param name - wanted, directory included; each part is made valid, and a taken name gets seven characters more
   * @param content - a File of dorm's or a Blob
   * @returns the name under which it is stored
   * @throws SuspiciousFileOperationError for a name outside of the storage; StorageError where no name is free or short enough
   * @example
   * const storage = new InMemoryStorage();
   * console.log(await storage.save("docs/hello.txt", new ContentFile("hello"))); // → docs/hello.txt
   */
  save(name: string, content: File | Blob, options: SaveFileOptions = {}): Promise<string> {
    return run(this.saveFlow(name, content, options));
  }

  /** As `save`, without waiting. */
  /** {@link save}, without waiting. */
  saveSync(name: string, content: File | Blob, options: SaveFileOptions = {}): string {
    return runSync(this.saveFlow(name, content, options));
  }

  /** {@link save} for code that is a flow itself. */
  *saveFlow(name: string, content: File | Blob, options: SaveFileOptions = {}): Flow<string> {
    checkOptions("storage.save()", options, ["maxLength"]);
    const file = toFile(content);
    if (file === null) throw new QueryError(`storage.save(): the content is a File or a Blob, not ${String(content)}.`);
    const { maxLength = null } = options;
    const wanted = this.validPath(name);
    for (let tries = 0; tries < TRIES; tries++) {
      const candidate = tries === 0 ? fittingName(wanted, maxLength) : alternativeName(wanted, maxLength);
      if (yield* this.create(candidate, file)) return candidate;
    }
    throw new StorageError(`No name is free for "${wanted}": ${TRIES} were tried.`, { code: "no_free_name" });
  }

  /**
   * A stored file. Nothing is held open: its bytes are read when they are asked for.
   *
   * @throws StorageError with the code "file_not_found"
   */
  open(name: string): Promise<File> {
    return run(this.openFlow(name));
  }

  /** As `open`, without waiting. */
  /** {@link open}, without waiting. */
  openSync(name: string): File {
    return runSync(this.openFlow(name));
  }

  /** {@link open} for code that is a flow itself. */
  *openFlow(name: string): Flow<File> {
    const checked = checkedName(name);
    return new File(this.sourceOf(checked, yield* this.sizeFlow(checked)), checked);
  }

  /** The bytes of a stored file as a stream of Node's. @throws StorageError with the code "file_not_found" */
  async createReadStream(name: string): Promise<Readable> {
    return (await this.open(name)).createReadStream();
  }

  /** Deletes a file at once, whatever transaction is open; one that is not there is no error. */
  delete(name: string): Promise<void> {
    return run(this.deleteFlow(name));
  }

  /** As `delete`, without waiting. */
  /** {@link delete}, without waiting. */
  deleteSync(name: string): void {
    runSync(this.deleteFlow(name));
  }

  /** {@link delete} for code that is a flow itself. */
  *deleteFlow(name: string): Flow<void> {
    yield* this.remove(checkedName(name));
  }

  /** Whether there is a file of this name. */
  exists(name: string): Promise<boolean> {
    return run(this.existsFlow(name));
  }

  /** As `exists`, without waiting. */
  /** {@link exists}, without waiting. */
  existsSync(name: string): boolean {
    return runSync(this.existsFlow(name));
  }

  /** {@link exists} for code that is a flow itself. */
  *existsFlow(name: string): Flow<boolean> {
    return yield* this.has(checkedName(name));
  }

  /** The number of bytes of a stored file. @throws StorageError with the code "file_not_found" */
  size(name: string): Promise<number> {
    return run(this.sizeFlow(name));
  }

  /** As `size`, without waiting. */
  /** {@link size}, without waiting. */
  sizeSync(name: string): number {
    return runSync(this.sizeFlow(name));
  }

  /** {@link size} for code that is a flow itself. */
  *sizeFlow(name: string): Flow<number> {
    const checked = checkedName(name);
    const size = yield* this.sizeOf(checked);
    if (size === null)
      throw new StorageError(`There is no file "${checked}" in this ${this.constructor.name}.`, { code: "file_not_found" });
    return size;
  }

  /** Where a browser finds the file. @throws StorageError where the storage has no URLs */
  url(name: string, options: UrlOptions = {}): Promise<string> {
    return run(this.urlFlow(name, options));
  }

  /** As `url`, without waiting. */
  /** {@link url}, without waiting. */
  urlSync(name: string, options: UrlOptions = {}): string {
    return runSync(this.urlFlow(name, options));
  }

  /** {@link url} for code that is a flow itself. */
  *urlFlow(name: string, options: UrlOptions = {}): Flow<string> {
    checkOptions("url()", options, ["expiresIn", "responseDisposition"]);
    return yield* this.urlOf(checkedName(name), options);
  }

  /** The path on this machine's disk. @throws StorageError where files are elsewhere */
  path(_name: string): string {
    throw new StorageError(`${this.constructor.name} keeps its files where no path leads. Use open() to read them.`, { code: "no_path" });
  }

  /** The last part of a name as this storage takes it; override it for other rules. */
  getValidName(name: string): string {
    return validName(name);
  }

  /** A name as it may be stored, every part of it valid. @throws SuspiciousFileOperationError */
  protected validPath(name: string): string {
    return checkedName(name)
      .split("/")
      .map((part) => this.getValidName(part))
      .join("/");
  }
}
Object.defineProperty(Storage.prototype, BRAND, { value: true });

/** A storage, of whichever copy of the package. */
export function isStorage(value: unknown): value is Storage {
  return typeof value === "object" && value !== null && BRAND in value;
}
