import { FieldError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "../models/meta.js";
import type { LoadMask } from "./query.js";

/** The fields of a model that a query loads, and the masks of its relations. The primary key always is. */
export function loadedFields(meta: ModelMeta, mask: LoadMask | null): ReadonlySet<FieldDefinition> {
  if (mask === null) return new Set(meta.fields);
  const named = new Set<FieldDefinition>();
  for (const name of mask.names) {
    const separator = name.indexOf("__");
    const head = separator < 0 ? name : name.slice(0, separator);
    const field = meta.findColumn(head);
    // only("author__name") loads the key that leads there; defer("author__name") keeps it
    if (field && (mask.only || separator < 0)) named.add(field);
    if (head === "pk") for (const key of meta.keyFields) if (mask.only) named.add(key);
  }
  const keys = new Set(meta.keyFields);
  return new Set(meta.fields.filter((field) => keys.has(field) || named.has(field) === mask.only));
}

/** The part of a mask that concerns the model behind a relation; null where it loads whole. */
export function relatedMask(mask: LoadMask | null, name: string): LoadMask | null {
  if (mask === null) return null;
  const prefix = `${name}__`;
  const names = [...mask.names].filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  return names.length === 0 ? null : { only: mask.only, names: new Set(names) };
}

/** @throws FieldError for a name that is no column */
export function checkMaskName(meta: ModelMeta, path: string): void {
  let current = meta;
  const names = path.split("__");
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    if (last && (current.findColumn(name) || name === "pk")) return;
    const relation = current.findRelation(name);
    if (!relation || relation.kind === "many" || (relation.kind === "backward" && !relation.single)) {
      if (!relation && !current.findColumn(name)) current.column(name);
      throw new FieldError(`only() and defer() load columns, and "${path}" is none of ${meta.label}.`);
    }
    if (last && relation.kind === "forward") return;
    current = relation.target;
  }
  throw new FieldError(`only() and defer() load columns, and "${path}" is a relation of ${meta.label}.`);
}
