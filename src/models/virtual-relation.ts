import { ImproperlyConfigured } from "../errors.js";
import { type ModelMeta, metaOf } from "./meta.js";
import type { VirtualRelation } from "./relations.js";
import type { VirtualField } from "./virtual-field.js";

const relations = new WeakMap<VirtualField, VirtualRelation>();

/**
 * What a virtual field of a model joins, or undefined for a name that is none or joins nothing.
 *
 * @throws ImproperlyConfigured where it joins what is no model, or by columns that do not exist
 */
export function findVirtualRelation(meta: ModelMeta, name: string): VirtualRelation | undefined {
  const field = meta.virtual.get(name);
  if (!field?.join) return undefined;
  let relation = relations.get(field);
  if (!relation) {
    relation = makeRelation(meta, name, field);
    relations.set(field, relation);
  }
  return relation;
}

function makeRelation(meta: ModelMeta, name: string, field: VirtualField): VirtualRelation {
  const join = field.join?.(meta.modelClass);
  if (!join || join.columns.length === 0) throw new ImproperlyConfigured(`${field.label}: join() gives no columns to join by.`);
  const target = metaOf(join.target);
  return {
    kind: "virtual",
    name,
    source: meta,
    target,
    path: [
      {
        from: meta,
        to: target,
        columns: join.columns.map(([own, other]) => [own === "pk" ? meta.singleKey(field.label) : meta.column(own), target.column(other)]),
        multiple: !(join.single ?? false),
        nullable: true,
        direct: false,
        where: join.where ?? {},
      },
    ],
  };
}
