import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { StorageError, SuspiciousFileOperationError } from "../errors.js";

const TOKEN_LENGTH = 7;
/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

function suspicious(name: unknown, why: string): SuspiciousFileOperationError {
  return new SuspiciousFileOperationError(
    `The file name ${JSON.stringify(name)} ${why}. Give a relative name, such as "docs/report.pdf".`,
    {
      code: "suspicious_file_name",
    },
  );
}

/**
 * The one form of the name of a stored file: relative, with slashes, without steps upwards.
 *
 * @param name - as given
 * @throws SuspiciousFileOperationError for a name that is empty, absolute, or leaves the storage
 */
export function checkedName(name: unknown): string {
  if (typeof name !== "string") throw suspicious(name, "is no text");
  if (name.includes("\0")) throw suspicious(name, "has a NUL character");
  const slashed = name.replaceAll("\\", "/");
  if (/^[A-Za-z]:/.test(slashed)) throw suspicious(name, "begins with a drive");
  if (slashed.startsWith("/")) throw suspicious(name, "is absolute");
  if (slashed.split("/").includes("")) throw suspicious(name, slashed === "" ? "is empty" : "has an empty part");
  const normal = posix.normalize(slashed);
  if (normal === "..") throw suspicious(name, "leaves the storage");
  if (normal.startsWith("../")) throw suspicious(name, "leaves the storage");
  if (normal === "." || normal.endsWith("/") || /(^|\/)\.\.?$/.test(slashed)) throw suspicious(name, "names a directory");
  return normal;
}

/**
 * The last part of a name with nothing in it that some file system, shell or URL takes amiss. Letters beyond ASCII
 * become "_"; so does what {@link https://docs.djangoproject.com/en/5.2/ref/files/storage/#django.core.files.storage.Storage.get_valid_name | Django}
 * removes.
 *
 * @param name - as an upload gives it, perhaps with a path
 * @returns letters, digits, ".", "_", "-", "+" and spaces; "file" where nothing is left
 */
export function validName(name: string): string {
  const last = name.normalize("NFC").split(/[\\/]/).at(-1) ?? "";
  const kept = last.replaceAll(/[^A-Za-z0-9._\-+ ]/gu, "_").replaceAll(/^[. ]+|[. ]+$/g, "");
  if (kept === "") return "file";
  return RESERVED.test(kept) ? `_${kept}` : kept;
}

interface NameParts {
  readonly directory: string;
  readonly root: string;
  readonly extension: string;
}

function partsOf(name: string): NameParts {
  const slash = name.lastIndexOf("/") + 1;
  const dot = name.lastIndexOf(".");
  const end = dot > slash ? dot : name.length;
  return { directory: name.slice(0, slash), root: name.slice(slash, end), extension: name.slice(end) };
}

function tooLong(name: string, maxLength: number): StorageError {
  return new StorageError(
    `"${name}" cannot be stored under a name of ${maxLength} characters, directory included. Give the field a greater maxLength, or a shorter uploadTo.`,
    { code: "name_too_long" },
  );
}

/**
 * A name that is no longer than the column: its root is cut, never its directory or its extension.
 *
 * @param maxLength - characters, directory included; null for no limit
 * @throws StorageError where directory and extension alone are too long
 */
export function fittingName(name: string, maxLength: number | null): string {
  if (maxLength === null || name.length <= maxLength) return name;
  const { directory, root, extension } = partsOf(name);
  const room = maxLength - directory.length - extension.length;
  if (room < 1) throw tooLong(name, maxLength);
  return directory + root.slice(0, room) + extension;
}

/**
 * Another name for a file whose own one is taken: seven random characters before the extension, fewer where the column
 * is short.
 *
 * @param maxLength - characters, directory included; null for no limit
 * @throws StorageError where not even one character fits
 */
export function alternativeName(name: string, maxLength: number | null): string {
  const { directory, root, extension } = partsOf(name);
  const token = randomBytes(Math.ceil(TOKEN_LENGTH / 2))
    .toString("hex")
    .slice(0, TOKEN_LENGTH);
  const room = maxLength === null ? Number.POSITIVE_INFINITY : maxLength - directory.length - extension.length;
  if (room < 1) throw tooLong(name, maxLength ?? 0);
  const kept = root.slice(0, Math.max(0, Math.min(root.length, room - TOKEN_LENGTH - 1)));
  const unique = kept === "" ? token.slice(0, Math.min(room, TOKEN_LENGTH)) : `${kept}_${token}`;
  return directory + unique + extension;
}
