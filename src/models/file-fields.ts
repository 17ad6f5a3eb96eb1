import { FileDefinition } from "../fields/files.js";
import type { ModelMeta } from "./meta.js";

const known = new WeakMap<ModelMeta, readonly FileDefinition[]>();

/** The file fields of a model. */
export function fileFieldsOf(meta: ModelMeta): readonly FileDefinition[] {
  let fields = known.get(meta);
  if (!fields) {
    fields = meta.fields.filter((field) => field instanceof FileDefinition);
    known.set(meta, fields);
  }
  return fields;
}
