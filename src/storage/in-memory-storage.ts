import type { Flow } from "../engine/flow.js";
import { checkOptions } from "../suggestions.js";
import type { File } from "./file.js";
import { BytesSource, type FileSource } from "./file-source.js";
import { checkBaseUrl, mediaUrl } from "./media-url.js";
import { Storage } from "./storage.js";

/** The options of {@link InMemoryStorage}. */
export interface InMemoryStorageOptions {
  /** What URLs begin with; "/media/" unless given, null for no URLs. */
  readonly baseUrl?: string | null;
}

/**
 * Keeps files in the memory of the process: for tests, and for what may be lost.
 *
 * @example
 * const storage = new InMemoryStorage();
 * storage.saveSync("a.txt", new ContentFile("hello"));
 * console.log(storage.openSync("a.txt").textSync()); // → hello
 */
export class InMemoryStorage extends Storage {
  /** What URLs begin with; null: there are none. */
  /** What URLs begin with; null where there are none. */
  readonly baseUrl: string | null;
  readonly #files = new Map<string, Uint8Array>();
  /** Names whose bytes are still on their way. */
  readonly #reserved = new Set<string>();

  constructor(options: InMemoryStorageOptions = {}) {
    super();
    checkOptions("InMemoryStorage", options, ["baseUrl"]);
    this.baseUrl = checkBaseUrl(options.baseUrl === undefined ? "/media/" : options.baseUrl, "InMemoryStorage");
  }

  protected override *create(name: string, content: File): Flow<boolean> {
    if (this.#files.has(name) || this.#reserved.has(name)) return false;
    this.#reserved.add(name);
    try {
      this.#files.set(name, yield* content.readFlow());
    } finally {
      this.#reserved.delete(name);
    }
    return true;
  }

  protected override sourceOf(name: string): FileSource {
    return new BytesSource(this.#files.get(name) ?? new Uint8Array());
  }

  // biome-ignore-start lint/correctness/useYield: flows that have nothing to wait for
  protected override *remove(name: string): Flow<void> {
    this.#files.delete(name);
  }

  protected override *has(name: string): Flow<boolean> {
    return this.#files.has(name);
  }

  protected override *sizeOf(name: string): Flow<number | null> {
    return this.#files.get(name)?.byteLength ?? null;
  }

  protected override *urlOf(name: string): Flow<string> {
    return mediaUrl(this.baseUrl, name, "InMemoryStorage");
  }
  // biome-ignore-end lint/correctness/useYield: flows that have nothing to wait for
}
