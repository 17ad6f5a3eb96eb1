import type { ModelMeta } from "../models/meta.js";
import { constrainedRelations } from "./foreign-key-sql.js";

/**
 * Models in an order in which each one's foreign keys lead to earlier ones. In a cycle, and for keys to the model
 * itself, that is impossible, and the order given decides; it is the same in every run.
 *
 * @param metas - the models
 * @returns the same models
 */
export function dependencyOrder(metas: readonly ModelMeta[]): ModelMeta[] {
  const wanted = new Set(metas);
  const visited = new Set<ModelMeta>();
  const ordered: ModelMeta[] = [];
  const visit = (meta: ModelMeta): void => {
    if (visited.has(meta) || !wanted.has(meta)) return;
    visited.add(meta);
    for (const { target } of constrainedRelations(meta)) visit(target);
    ordered.push(meta);
  };
  for (const meta of metas) visit(meta);
  return ordered;
}

/** Models with the junctions of their many-to-many fields, without those whose tables are somebody else's. */
export function withJunctions(metas: readonly ModelMeta[]): ModelMeta[] {
  const found = new Set<ModelMeta>();
  for (const meta of metas) {
    if (meta.options.managed === false) continue;
    found.add(meta);
    for (const { name } of meta.manyToMany) {
      const relation = meta.findRelation(name);
      if (relation?.kind === "many" && relation.through.autoCreated && relation.through.options.managed !== false)
        found.add(relation.through);
    }
  }
  return [...found];
}
