import type { Flow } from "../engine/flow.js";
import type { FieldDefinition } from "../fields/field.js";
import type { FileDefinition } from "../fields/files.js";
import { attributesOf } from "../models/attributes.js";
import type { ModelCore } from "../models/core.js";
import { fileFieldsOf } from "../models/file-fields.js";
import { discardFile, savingFiles, type Upload } from "../models/file-uploads.js";
import type { ModelMeta } from "../models/meta.js";
import { fetchAll } from "./fetch.js";
import { baseState } from "./root-state.js";
import { filterStep, valuesStep } from "./steps.js";

/** A file that a row names. */
interface StoredFile {
  readonly field: FileDefinition;
  readonly name: string;
}

/** The files that rows name, by the database's own word: an instance may have another one by now. */
function* storedFiles(meta: ModelMeta, fields: readonly FileDefinition[], keys: readonly unknown[], alias: string): Flow<StoredFile[]> {
  if (fields.length === 0) return [];
  const base = { ...baseState(meta), using: alias };
  const rows = { ...base, ...filterStep(base, [{ pk__in: keys }], false) };
  const names = fields.map(({ attname }) => attname);
  // a list of rows, each a list of the columns that were named
  const found = (yield* fetchAll({ ...rows, ...valuesStep(rows, names, "list") })) as readonly (readonly unknown[])[];
  return found.flatMap((row) =>
    fields.flatMap((field, index) => {
      const name = row[index];
      return typeof name === "string" && name !== "" ? [{ field, name }] : [];
    }),
  );
}

/** Those of some uploads that no row names: their rows met others, and were ignored. */
export function* withoutRow(meta: ModelMeta, uploads: readonly Upload[], alias: string): Flow<readonly Upload[]> {
  const base = { ...baseState(meta), using: alias };
  const named = new Map<FileDefinition, ReadonlySet<unknown>>();
  for (const field of new Set(uploads.map((upload) => upload.field))) {
    const names = uploads.filter((upload) => upload.field === field).map(({ name }) => name);
    const rows = { ...base, ...filterStep(base, [{ [`${field.attname}__in`]: names }], false) };
    named.set(field, new Set(yield* fetchAll({ ...rows, ...valuesStep(rows, [field.attname], "flat") })));
  }
  return uploads.filter(({ field, name }) => !named.get(field)?.has(name));
}

/** Writes the row of an instance with its files, and deletes those that it replaces where their fields say so. */
export function* writingFiles<T>(
  instance: ModelCore,
  meta: ModelMeta,
  alias: string,
  only: ReadonlySet<FieldDefinition> | null,
  write: () => Flow<T>,
): Flow<T> {
  const before = yield* replaceableFiles(instance, meta, alias, only);
  const result = yield* savingFiles(meta, [instance], alias, only, write);
  yield* discardReplaced(instance, before, alias);
  return result;
}

/** The files of an instance's row that go when a save puts others in their place (`onReplace`). */
function* replaceableFiles(
  instance: ModelCore,
  meta: ModelMeta,
  alias: string,
  only: ReadonlySet<FieldDefinition> | null,
): Flow<StoredFile[]> {
  const fields = fileFieldsOf(meta).filter((field) => field.deletesReplaced && (only === null || only.has(field)));
  return instance.pk === null ? [] : yield* storedFiles(meta, fields, [instance.pk], alias);
}

/** Deletes those of the files that the saved instance does not name any more, once the transaction is committed. */
function* discardReplaced(instance: ModelCore, before: readonly StoredFile[], alias: string): Flow<void> {
  const values = attributesOf(instance);
  for (const { field, name } of before) {
    if (!field.equals(values[field.attname], name)) yield* discardFile(field, name, alias);
  }
}

/** Whether files go with the rows of a model (`onRowDelete`). */
export function losesFiles(meta: ModelMeta): boolean {
  return fileFieldsOf(meta).some((field) => field.deletesWithRow);
}

/** Deletes the files of rows that are about to be deleted, once the transaction is committed. */
export function* discardWithRows(meta: ModelMeta, keys: readonly unknown[], alias: string): Flow<void> {
  const fields = fileFieldsOf(meta).filter((field) => field.deletesWithRow);
  for (const { field, name } of yield* storedFiles(meta, fields, keys, alias)) yield* discardFile(field, name, alias);
}
