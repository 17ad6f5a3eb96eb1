import type { Flow } from "../engine/flow.js";
import { log } from "../engine/logging.js";
import { afterCommit, afterRollback } from "../engine/transaction-callbacks.js";
import { DatabaseError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isFieldFile } from "../fields/field-file.js";
import type { FileDefinition } from "../fields/files.js";
import { type ModelCore, stateOf } from "./core.js";
import { fileFieldsOf } from "./file-fields.js";
import type { ModelMeta } from "./meta.js";
import type { ErrorCollector } from "./validation.js";

/** A file that was stored for a row. */
export interface Upload {
  readonly field: FileDefinition;
  /** In the storage, and in the row. */
  readonly name: string;
  /** Takes it back: the stored file goes, and the instance has it pending again. */
  readonly undo: () => Flow<void>;
}

/**
 * Uploads the file that waits in a field of an instance. When the transaction is rolled back it is removed again.
 *
 * @param alias - the database that the instance is saved to
 * @returns null where nothing waited
 * @throws ValidationError for a file that the field does not take, before anything is stored
 */
export function* uploadFile(instance: ModelCore, field: FileDefinition, alias: string): Flow<Upload | null> {
  const held = stateOf(instance).file(field.attname);
  const pending = isFieldFile(held) ? held.pending : null;
  if (!isFieldFile(held) || pending === null) {
    const empty = held === null || held === "" || (isFieldFile(held) && held.name === "");
    if (empty) Object.assign(instance, field.withoutFile());
    return null;
  }
  const others = yield* field.inspectFile(pending);
  const wanted = field.uploadName(instance, pending);
  field.checkUploadName(wanted);
  const storage = field.resolveStorage();
  const name = yield* storage.saveFlow(wanted, pending, { maxLength: field.maxLength });
  Object.assign(instance, others);
  held.become(name, null);
  let stored = true;
  const undo = function* (): Flow<void> {
    if (!stored) return;
    stored = false;
    // what was assigned meanwhile stays
    if (held.name === name && held.committed) held.become("", pending);
    yield* storage.deleteFlow(name);
  };
  afterRollback(alias, undo, `Removing the file "${name}" of ${field.label} after a rollback`);
  return { field, name, undo };
}

/**
 * Saves rows with the files that wait in their fields, which are stored before, as the column holds their names. When
 * saving fails they are removed again, unless the statement may have been executed.
 *
 * @param only - the fields that are saved; null for all
 * @param save - writes the rows
 * @param withoutRow - the uploads whose rows were not written, once the others are; they are taken back
 */
export function* savingFiles<T>(
  meta: ModelMeta,
  instances: readonly ModelCore[],
  alias: string,
  only: ReadonlySet<FieldDefinition> | null,
  save: () => Flow<T>,
  withoutRow: ((uploads: readonly Upload[]) => Flow<readonly Upload[]>) | null = null,
): Flow<T> {
  const fields = fileFieldsOf(meta).filter((field) => only === null || only.has(field));
  if (fields.length === 0) return yield* save();
  const uploads: Upload[] = [];
  let result: T;
  try {
    for (const instance of instances) {
      for (const field of fields) {
        const upload = yield* uploadFile(instance, field, alias);
        if (upload) uploads.push(upload);
      }
    }
    result = yield* save();
  } catch (error) {
    if (!(error instanceof DatabaseError && error.ambiguous === true))
      for (const { undo } of uploads) yield* attempt(undo, "Removing a file after a failed save");
    throw error;
  }
  if (withoutRow !== null && uploads.length > 0)
    for (const { undo } of yield* withoutRow(uploads)) yield* attempt(undo, "Removing the file of a row that was not written");
  return result;
}

/** What fails here must not hide the error that led here. */
function* attempt(flow: () => Flow<unknown>, description: string): Flow<void> {
  try {
    yield* flow();
  } catch (error) {
    log("dorm.storage", "error", `${description} failed`, error);
  }
}

/** Deletes one file once the transaction is committed; what goes wrong is logged, as the row has changed already. */
export function* discardFile(field: FileDefinition, name: string, alias: string): Flow<void> {
  const storage = field.resolveStorage();
  const description = `Deleting the file "${name}" of ${field.label}`;
  yield* afterCommit(alias, () => attempt(() => storage.deleteFlow(name), description), description);
}

/** Validates the files that wait in the fields of an instance: their content, and whether their names fit. */
export function* cleanFiles(instance: ModelCore, meta: ModelMeta, excluded: ReadonlySet<string>, errors: ErrorCollector): Flow<void> {
  for (const field of fileFieldsOf(meta)) {
    const held = stateOf(instance).file(field.attname);
    const pending = isFieldFile(held) ? held.pending : null;
    if (pending === null || excluded.has(field.name) || errors.fields.includes(field.name)) continue;
    try {
      yield* field.inspectFile(pending);
      field.checkUploadName(field.uploadName(instance, pending));
    } catch (error) {
      errors.merge(error);
    }
  }
}
