import type { ModelMeta } from "./meta.js";
import { registry } from "./registry.js";
import type { ForwardRelation } from "./relations.js";

let version = -1;
let byLabel = new Map<string, ForwardRelation[]>();

/**
 * Every foreign key that refers to a model, of all models, junctions included, whether or not the model names its other side.
 *
 * @throws ImproperlyConfigured where a registered model has a relation that cannot be
 */
export function dependentsOf(meta: ModelMeta): readonly ForwardRelation[] {
  if (version !== registry.version) rebuild();
  return byLabel.get(meta.label) ?? [];
}

function rebuild(): void {
  let seen: number;
  do {
    seen = registry.version;
    // resolving a many-to-many field registers its junction
    for (const model of registry.all()) void model.relations;
  } while (seen !== registry.version);
  byLabel = new Map();
  for (const model of registry.all()) {
    for (const relation of model.relations.values()) {
      if (relation.kind !== "forward") continue;
      // by the label: a reloaded module leaves relations to the model that it replaced
      const list = byLabel.get(relation.target.label);
      if (list) list.push(relation);
      else byLabel.set(relation.target.label, [relation]);
    }
  }
  version = registry.version;
}
