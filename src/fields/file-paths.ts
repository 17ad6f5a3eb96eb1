import { type Stats, statSync } from "node:fs";
import { basename, isAbsolute, relative, sep } from "node:path";
import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, KnownOptions, Make } from "../types/field.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";
import { TextDefinition } from "./text.js";

/** The options of {@link FilePathField}. */
export interface FilePathOptions extends CommonOptions<string> {
  /** The directory whose entries are allowed, or a function that gives it. */
  readonly path: string | (() => string);
  /** What the last part of the path must match. */
  readonly match?: RegExp | string;
  /** Whether the directories below count too; false unless given. */
  readonly recursive?: boolean;
  /** Whether files are allowed; true unless given. */
  readonly allowFiles?: boolean;
  /** Whether directories are allowed; false unless given. */
  readonly allowFolders?: boolean;
  /** The greatest number of characters; 100 unless given. */
  readonly maxLength?: number;
}

const OWN_DEFAULTS = { maxLength: 100, path: undefined, match: undefined, recursive: false, allowFiles: true, allowFolders: false };

class FilePathDefinition extends TextDefinition {
  private readonly match: RegExp | null;
  private readonly recursive: boolean;
  private readonly files: boolean;
  private readonly folders: boolean;

  constructor(options: object) {
    super("FilePathField", "varchar", options, OWN_DEFAULTS);
    const path = this.option("path");
    if (typeof path !== "function" && (typeof path !== "string" || path === "")) {
      throw new ImproperlyConfigured('FilePathField: "path" must be a directory, or a function that gives one');
    }
    this.match = this.pattern();
    this.recursive = this.flag("recursive");
    this.files = this.flag("allowFiles");
    this.folders = this.flag("allowFolders");
    if (!this.files && !this.folders) throw new ImproperlyConfigured("FilePathField: allowFiles or allowFolders must be true");
  }

  private pattern(): RegExp | null {
    const match = this.option("match") ?? null;
    if (match === null || match instanceof RegExp) return match;
    if (typeof match !== "string") throw new ImproperlyConfigured('FilePathField: "match" must be a regular expression');
    try {
      return new RegExp(match);
    } catch (cause) {
      throw new ImproperlyConfigured(`FilePathField: "match" is no regular expression: ${match}`, { cause });
    }
  }

  protected override checkValue(value: unknown): void {
    super.checkValue(value);
    if (typeof value !== "string") return;
    const given = this.option("path");
    const directory: unknown = typeof given === "function" ? given() : given;
    if (typeof directory !== "string") throw new ImproperlyConfigured(`${this.label}: the function "path" gave ${describe(directory)}`);
    const inside = relative(directory, value);
    const wrong = (why: string) => this.invalid(`${describe(value)} ${why}`);
    if (inside === "" || isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`)) throw wrong(`is not in ${directory}`);
    if (!this.recursive && inside.includes(sep)) throw wrong(`is not directly in ${directory}`);
    // a fresh start, as a pattern with the flag g remembers where it was
    if (this.match !== null && basename(value).search(this.match) < 0) throw wrong(`does not match ${this.match}`);
    const found = statOf(value);
    if (found === null) throw wrong("does not exist");
    if (!((this.files && found.isFile()) || (this.folders && found.isDirectory()))) {
      throw wrong(found.isDirectory() ? "is a directory" : "is no directory");
    }
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // a part of the path is a file, or may not be entered
    return null;
  }
}

/**
 * The path of a file or a directory of this machine, one of those in a directory, which validation checks. Semantics:
 * Django's {@link https://docs.djangoproject.com/en/5.2/ref/models/fields/#filepathfield | FilePathField}.
 *
 * @param options - `path`, `match`, `recursive`, `allowFiles`, `allowFolders`, `maxLength` and the common options
 * @throws ImproperlyConfigured for unknown or impossible options
 * @example
 * class Item extends Model<Item>("library.Item")({ source: FilePathField({ path: "src", match: /\.ts$/ }) }) {}
 * new Item({ source: "src/index.ts" }).cleanFields();
 * console.log(new Item({ source: "src/index.ts" }).source); // → src/index.ts
 */
export function FilePathField<const O extends FilePathOptions>(options: O & KnownOptions<O, FilePathOptions>): Make<string, O, "text"> {
  return publish(new FilePathDefinition(options));
}
