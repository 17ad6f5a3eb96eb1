import { posix } from "node:path";
import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { ImproperlyConfigured, StorageError } from "../errors.js";
import { getStorage } from "../storage/configured-storages.js";
import { type File, isFile, toFile } from "../storage/file.js";
import { checkedName, fittingName } from "../storage/names.js";
import { isStorage, type Storage } from "../storage/storage.js";
import type { CommonOptions, FileColumn, Flag, HasDefault, KnownOptions, NoOptions } from "../types/field.js";
import { strftime, unknownCode } from "../values/strftime.js";
import { utcToLocal } from "../values/time-zone.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";
import { type FieldFile, isFieldFile } from "./field-file.js";
import { TextDefinition } from "./text.js";

/** What may be given for a file field: a file, which `save` uploads, or the name of one that is stored already. */
export type FileInput = File | Blob | FieldFile | string;

/**
 * Gives the whole name under which a file is to be stored, from the instance and the file's own name:
 * `function path(report: Report, filename: string): string`. What it takes and gives is not checked by the compiler, as
 * looking at the parameter would lead back into the model that is being defined.
 */
export type UploadTo = (...args: never) => unknown;

/** The options of file fields. */
export interface FileOptions extends CommonOptions<FileInput, File | string> {
  /**
   * The directory, in which codes such as `%Y/%m/%d` become today's date; or a function of the instance and the file's
   * name that gives the whole name. "" unless given.
   */
  readonly uploadTo?: string | UploadTo;
  /** The zone of the dates in `uploadTo`; the setting `timeZone` unless given. */
  readonly uploadToTz?: string;
  /** An alias of the setting `storages`, a storage, or a function that gives one; "default" unless given. */
  readonly storage?: string | Storage | (() => Storage);
  /** The greatest number of characters of the name, directory included; 255 unless given. */
  readonly maxLength?: number;
  /** What happens to the old file when a save puts another in its place: "keep" unless given. "delete" reads the row before each save. */
  readonly onReplace?: "keep" | "delete";
  /** What happens to the file when its row is deleted: "keep" unless given. */
  readonly onRowDelete?: "keep" | "delete";
}

/** The options of file fields that other text has not. */
export const FILE_DEFAULTS: Readonly<Record<string, unknown>> = {
  maxLength: 255,
  uploadTo: "",
  uploadToTz: undefined,
  storage: "default",
  onReplace: "keep",
  onRowDelete: "keep",
};

/** A column that holds the name of a stored file. Its values are names, or files that are not uploaded yet. */
export class FileDefinition extends TextDefinition {
  readonly uploadTo: string | ((instance: object, filename: string) => unknown);
  readonly deletesReplaced: boolean;
  readonly deletesWithRow: boolean;

  constructor(kind: string, options: object, ownDefaults: Readonly<Record<string, unknown>> = FILE_DEFAULTS) {
    super(kind, "varchar", options, ownDefaults);
    if (this.primaryKey) throw new ImproperlyConfigured(`${kind}: the name of a file cannot be the primary key`);
    const uploadTo = this.option("uploadTo");
    if (typeof uploadTo !== "string" && typeof uploadTo !== "function") {
      throw new ImproperlyConfigured(`${kind}: "uploadTo" must be a directory or a function`);
    }
    if (typeof uploadTo === "string") {
      const unknown = unknownCode(uploadTo);
      if (unknown !== null)
        throw new ImproperlyConfigured(`${kind}: "uploadTo" has the code "${unknown}", which is none; write "%%" for "%"`);
      if (uploadTo !== "") checkedName(posix.join(uploadTo, "file"));
    }
    // dorm calls it with instances, whatever it wants to know of them
    this.uploadTo = uploadTo as FileDefinition["uploadTo"];
    const zone = this.text("uploadToTz");
    if (zone !== null) checkZone(kind, zone);
    const storage = this.option("storage");
    if (typeof storage !== "string" && typeof storage !== "function" && !isStorage(storage)) {
      throw new ImproperlyConfigured(
        `${kind}: "storage" must be an alias of the setting storages, a storage, or a function that gives one`,
      );
    }
    this.deletesReplaced = this.deletes("onReplace");
    this.deletesWithRow = this.deletes("onRowDelete");
  }

  private deletes(option: string): boolean {
    const value = this.option(option);
    if (value !== "keep" && value !== "delete") throw new ImproperlyConfigured(`${this.kind}: "${option}" must be "keep" or "delete"`);
    return value === "delete";
  }

  /** Where the files are, by the settings of this moment. */
  resolveStorage(): Storage {
    const given = this.option("storage");
    const storage = typeof given === "function" ? (given() as unknown) : given;
    if (typeof storage === "string") return getStorage(storage);
    if (isStorage(storage)) return storage;
    throw new ImproperlyConfigured(`${this.label}: the function "storage" gave ${describe(storage)}, which is no storage`);
  }

  /** The empty string counts as no file, which is NULL where the column may be NULL. */
  override coerce(input: unknown): unknown {
    const value = super.coerce(input);
    return value === "" && this.null ? null : value;
  }

  protected override convert(input: unknown): unknown {
    if (isFieldFile(input)) return input.pending ?? input.name;
    const file = toFile(input);
    if (file !== null) return file;
    if (typeof input !== "string") throw this.invalid(`${describe(input)} is neither a file nor the name of one`);
    return this.convertText(input);
  }

  override coerceLookup(input: unknown): unknown {
    return super.coerceLookup(isFieldFile(input) ? input.name : input);
  }

  override equals(left: unknown, right: unknown): boolean {
    const plain = (value: unknown): unknown => (isFieldFile(value) ? (value.pending ?? value.name) : value);
    return Object.is(plain(left), plain(right));
  }

  protected override checkValue(value: unknown): void {
    super.checkValue(value);
    if (!isFile(value)) return;
    this.requireName(value);
    if (typeof this.uploadTo === "string") this.checkUploadName(this.inDirectory(this.uploadTo, value));
  }

  /** @throws ValidationError where nothing says how to call the file */
  protected requireName(file: File): void {
    if (file.name === "" && typeof this.uploadTo === "string")
      throw this.invalid('the file has no name: give one, as in new ContentFile(bytes, "report.pdf")');
  }

  override prepareForSave(value: unknown): unknown {
    if (isFile(value)) {
      throw this.invalid(`"${value.name}" is not uploaded: save() and create() upload files, update() takes the name of a stored one`);
    }
    return super.prepareForSave(value);
  }

  /**
   * The name under which a file is to be stored.
   *
   * @throws ValidationError where `uploadTo` gives none; SuspiciousFileOperationError for one outside of the storage
   */
  uploadName(instance: object, file: File): string {
    this.requireName(file);
    if (typeof this.uploadTo === "string") return this.inDirectory(this.uploadTo, file);
    const name = this.uploadTo(instance, file.name);
    if (typeof name !== "string" || name === "") throw this.invalid(`uploadTo gave ${describe(name)} instead of a name`);
    return checkedName(name);
  }

  private inDirectory(template: string, file: File): string {
    const zone = this.text("uploadToTz") ?? settings.timeZone;
    const directory = strftime(template, utcToLocal(zone, Date.now()));
    return checkedName(posix.join(directory, this.resolveStorage().getValidName(file.name)));
  }

  /** @throws ValidationError where the name cannot be cut to the column's length */
  checkUploadName(name: string): void {
    try {
      fittingName(name, this.maxLength);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      throw this.invalid(error.message, error);
    }
  }

  /**
   * Looks into a file before it is validated or uploaded; throws {@link invalid}.
   *
   * @returns values for other fields of the instance, by their names
   */
  // biome-ignore lint/correctness/useYield: a flow that has nothing to wait for here
  *inspectFile(_file: File): Flow<Readonly<Record<string, unknown>>> {
    return {};
  }

  /** Values for other fields of the instance when there is no file. */
  withoutFile(): Readonly<Record<string, unknown>> {
    return {};
  }
}

function checkZone(kind: string, zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch (cause) {
    throw new ImproperlyConfigured(`${kind}: "uploadToTz" is "${zone}", which is no time zone of the IANA database`, { cause });
  }
}

/** The type of a file field from its options. */
export type MakeFile<O> = FileColumn<FieldFile, FileInput, Flag<O, "null">, HasDefault<O>>;

/**
 * A file: the column holds its name, the bytes are in a storage. What is assigned is uploaded by `save`, and removed
 * again when the transaction is rolled back. Semantics: Django's
 * {@link https://docs.djangoproject.com/en/5.2/ref/models/fields/#filefield | FileField}.
 *
 * @param options - `uploadTo`, `storage`, `maxLength` and the common options
 * @throws ImproperlyConfigured for unknown or impossible options
 * @example
 * configure({ storages: { default: new InMemoryStorage() } });
 * class Item extends Model<Item>("library.Item")({ manual: FileField({ uploadTo: "manuals", null: true }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ manual: new ContentFile("press here", "pen.txt") });
 * console.log(await item.manual?.url()); // → /media/manuals/pen.txt
 */
export function FileField<const O extends FileOptions = NoOptions>(options?: O & KnownOptions<O, FileOptions>): MakeFile<O> {
  return publish(new FileDefinition("FileField", options ?? {}));
}
