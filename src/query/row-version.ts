import type { FieldDefinition } from "../fields/field.js";
import { attributesOf } from "../models/attributes.js";
import type { ModelCore } from "../models/core.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";

/** The column that counts the changes of a row (`Meta.versionField`); null where the model has none. */
export function versionFieldOf(meta: ModelMeta): FieldDefinition | null {
  const { versionField } = meta.options;
  return versionField === undefined ? null : meta.column(versionField);
}

/** The version after one more change. */
export function nextVersion(version: unknown): unknown {
  if (typeof version === "bigint") return version + 1n;
  // checkDefinition has seen to it that the column holds whole numbers
  return Number(version ?? 0) + 1;
}

/**
 * Counts the versions of instances up, as an UPDATE has done to their rows. An instance that was behind its row stays
 * behind, so that saving it is refused.
 */
export function countUpVersions(meta: ModelMeta, instances: Iterable<ModelCore>): void {
  const field = versionFieldOf(meta);
  if (field === null) return;
  for (const instance of instances) {
    const values = attributesOf(instance);
    if (!(values[field.attname] instanceof PendingValue)) values[field.attname] = nextVersion(values[field.attname]);
  }
}
