import type { Readable } from "node:stream";
import { inspect } from "node:util";
import type { Flow } from "../engine/flow.js";
import { run, runSync } from "../engine/run.js";
import { QueryError, StorageError } from "../errors.js";
import { type File, toFile } from "../storage/file.js";
import type { Storage } from "../storage/storage.js";
import { checkOptions } from "../suggestions.js";
import type { UrlOptions } from "../types/storage.js";
import type { FileDefinition } from "./files.js";

/** Marks the values of file fields for every copy of the package in a process. */
const BRAND = Symbol.for("dorm.field-file");

/** Whether the instance is saved too. */
export interface FieldFileOptions {
  /** True unless given. */
  readonly save?: boolean;
}

/** What a {@link FieldFile} needs of the instance that it belongs to. */
export interface FileOwner {
  readonly field: FileDefinition;
  /** Puts a value into the attribute. */
  assign(value: unknown): void;
  /** Uploads what is pending; it is removed again when the transaction is rolled back. */
  upload(): Flow<void>;
  /** Saves the instance by the method of its class. */
  save(): Flow<void>;
  /** Deletes a stored file when the transaction is committed; at once where none is open. */
  discard(storage: Storage, name: string): Flow<void>;
}

/**
 * What an instance has for a file field: the name that the column holds, and the file behind it. A file that was
 * assigned is pending until the instance is saved, which uploads it.
 *
 * @example
 * configure({ storages: { default: new InMemoryStorage() } });
 * class Item extends Model<Item>("library.Item")({ manual: FileField({ uploadTo: "manuals" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ manual: new ContentFile("press here", "pen.txt") });
 * console.log(item.manual.name, await item.manual.text()); // → manuals/pen.txt press here
 */
export class FieldFile {
  readonly #owner: FileOwner;
  #name: string;
  #pending: File | null;

  /** @internal */
  constructor(owner: FileOwner, name: string, pending: File | null = null) {
    this.#owner = owner;
    this.#name = name;
    this.#pending = pending;
  }

  /** The name under which the file is stored, which the column holds; of a pending file its own name; "" for none. */
  get name(): string {
    return this.#pending?.name ?? this.#name;
  }

  /** Whether the file is stored; false while it waits for the instance to be saved. */
  get committed(): boolean {
    return this.#pending === null;
  }

  /** The file that waits to be uploaded; null where none does. */
  get pending(): File | null {
    return this.#pending;
  }

  /** Where the field keeps its files, by the settings of this moment. */
  get storage(): Storage {
    return this.#owner.field.resolveStorage();
  }

  /** @internal notes what became of it */
  become(name: string, pending: File | null): void {
    this.#name = name;
    this.#pending = pending;
  }

  /**
   * Where a browser finds the file.
   *
   * @param options - `expiresIn` in seconds and `responseDisposition`, for storages that sign their URLs
   * @throws StorageError where there is no file, or it is not stored yet
   */
  url(options: UrlOptions = {}): Promise<string> {
    return run(this.#url(options));
  }

  /** As `url`, without waiting. */
  /** {@link url}, without waiting. */
  urlSync(options: UrlOptions = {}): string {
    return runSync(this.#url(options));
  }

  *#url(options: UrlOptions): Flow<string> {
    return yield* this.storage.urlFlow(this.#stored(), options);
  }

  /** The path on this machine's disk. @throws StorageError where there is none, or the file is not stored yet */
  get path(): string {
    return this.storage.path(this.#stored());
  }

  /** The number of bytes. @throws StorageError where there is no file */
  size(): Promise<number> {
    return run(this.#size());
  }

  /** As `size`, without waiting. */
  /** {@link size}, without waiting. */
  sizeSync(): number {
    return runSync(this.#size());
  }

  *#size(): Flow<number> {
    if (this.#pending === null) return yield* this.storage.sizeFlow(this.#stored());
    return this.#pending.size ?? (yield* this.#pending.readFlow()).byteLength;
  }

  /** Whether the storage has the file. */
  exists(): Promise<boolean> {
    return run(this.#exists());
  }

  /** As `exists`, without waiting. */
  /** {@link exists}, without waiting. */
  existsSync(): boolean {
    return runSync(this.#exists());
  }

  *#exists(): Flow<boolean> {
    return this.#pending === null && this.#name !== "" && (yield* this.storage.existsFlow(this.#name));
  }

  /** The file, whose bytes are read when they are asked for. @throws StorageError where there is none */
  open(): Promise<File> {
    return run(this.#open());
  }

  /** As `open`, without waiting. */
  /** {@link open}, without waiting. */
  openSync(): File {
    return runSync(this.#open());
  }

  *#open(): Flow<File> {
    return this.#pending ?? (yield* this.storage.openFlow(this.#stored()));
  }

  /** All bytes. @throws StorageError where there is no file */
  read(): Promise<Uint8Array> {
    return run(this.#read());
  }

  /** As `read`, without waiting. */
  /** {@link read}, without waiting. */
  readSync(): Uint8Array {
    return runSync(this.#read());
  }

  *#read(): Flow<Uint8Array> {
    return yield* (yield* this.#open()).readFlow();
  }

  /** The text in UTF-8. @throws StorageError where there is no file */
  async text(): Promise<string> {
    return (await this.open()).text();
  }

  /** As `text`, without waiting. */
  /** {@link text}, without waiting. */
  textSync(): string {
    return this.openSync().textSync();
  }

  /** The bytes as a stream of Node's. @throws StorageError where there is no file */
  async createReadStream(): Promise<Readable> {
    return this.#pending === null ? this.storage.createReadStream(this.#stored()) : this.#pending.createReadStream();
  }

  /**
   * Stores another file here, and saves the instance. The file that was here stays in the storage.
   *
   * @param name - the file's name, to which `uploadTo` adds the directory
   * @param content - a File of dorm's or a Blob
   * @param options - `save: false` only uploads, and leaves saving to the caller
   */
  save(name: string, content: File | Blob, options: FieldFileOptions = {}): Promise<void> {
    return run(this.#save(name, content, options));
  }

  /** As `save`, without waiting. */
  /** {@link save}, without waiting. */
  saveSync(name: string, content: File | Blob, options: FieldFileOptions = {}): void {
    runSync(this.#save(name, content, options));
  }

  *#save(name: string, content: File | Blob, options: FieldFileOptions): Flow<void> {
    checkOptions("save() of a file", options, ["save"]);
    const file = toFile(content);
    if (file === null) throw new QueryError(`save() of a file: the content is a File or a Blob, not ${String(content)}.`);
    this.become("", file.named(name));
    this.#owner.assign(this);
    yield* options.save === false ? this.#owner.upload() : this.#owner.save();
  }

  /**
   * Empties the field, saves the instance and deletes the file: when the transaction is committed, at once where none
   * is open. Nothing happens where there is no file.
   *
   * @param options - `save: false` leaves saving to the caller
   */
  delete(options: FieldFileOptions = {}): Promise<void> {
    return run(this.#delete(options));
  }

  /** As `delete`, without waiting. */
  /** {@link delete}, without waiting. */
  deleteSync(options: FieldFileOptions = {}): void {
    runSync(this.#delete(options));
  }

  *#delete(options: FieldFileOptions): Flow<void> {
    checkOptions("delete() of a file", options, ["save"]);
    if (this.name === "") return;
    const { storage } = this;
    const stored = this.#pending === null ? this.#name : "";
    this.become("", null);
    this.#owner.assign(this.#owner.field.null ? null : this);
    if (options.save !== false) yield* this.#owner.save();
    if (stored !== "") yield* this.#owner.discard(storage, stored);
  }

  #stored(): string {
    const { label } = this.#owner.field;
    if (this.#pending !== null) {
      throw new StorageError(`${label}: "${this.#pending.name}" is not stored yet. Save the instance first.`, { code: "not_stored" });
    }
    if (this.#name === "") throw new StorageError(`${label} has no file.`, { code: "no_file" });
    return this.#name;
  }

  /** The name; empty where there is no file. */
  /** The name. */
  toString(): string {
    return this.name;
  }

  /** The name. */
  toJSON(): string {
    return this.name;
  }

  [inspect.custom](): string {
    return `FieldFile(${inspect(this.name)}${this.committed ? "" : ", pending"})`;
  }
}
Object.defineProperty(FieldFile.prototype, BRAND, { value: true });

/** A value of a file field, of whichever copy of the package. */
export function isFieldFile(value: unknown): value is FieldFile {
  return typeof value === "object" && value !== null && BRAND in value;
}
