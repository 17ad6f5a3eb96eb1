import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Settings } from "../../engine/settings.js";
import { fileFieldsOf } from "../../models/file-fields.js";
import type { ModelMeta } from "../../models/meta.js";
import { getStorage } from "../../storage/configured-storages.js";
import { FileSystemStorage } from "../../storage/file-system-storage.js";
import type { Finding } from "./finding.js";

/** Whether files can be put into a directory; one that is not there yet will be made. */
function isWritable(location: string): boolean {
  let existing = location;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return statSync(existing).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Directories that take no files, and file fields whose files go where nobody said.
 *
 * @param settings - of the project
 * @param metas - its models
 */
export function checkStorages(settings: Settings, metas: readonly ModelMeta[]): readonly Finding[] {
  const findings: Finding[] = [];
  const aliases = Object.keys(settings.storages);
  for (const alias of aliases) {
    const storage = getStorage(alias);
    if (!(storage instanceof FileSystemStorage) || isWritable(storage.location)) continue;
    findings.push({
      level: "warning",
      code: "unwritable_storage",
      message: `The storage "${alias}" cannot write to ${storage.location}.`,
      advice: "Make it a directory that this user may write to, or set another location.",
    });
  }
  const first = aliases.length > 0 ? undefined : metas.flatMap(fileFieldsOf)[0];
  if (first !== undefined) {
    findings.push({
      level: "warning",
      code: "no_storages",
      message: `${first.label} keeps its files in ./media, as there is no setting "storages".`,
      advice: "Set storages, with a location outside of the code, which a new release does not wipe.",
    });
  }
  return findings;
}
