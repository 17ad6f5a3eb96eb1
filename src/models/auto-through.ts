import type { FieldDefinition } from "../fields/field.js";
import { BigAutoField } from "../fields/integers.js";
import { CASCADE, ForeignKeyDefinition, type ManyToManyDefinition } from "../fields/relations.js";
import { generateBase } from "./base-class.js";
import { UniqueConstraint } from "./constraints.js";
import { ModelMeta } from "./meta.js";
import { registry } from "./registry.js";

const junctions = new WeakMap<ManyToManyDefinition, ModelMeta>();

/**
 * The junction of a many-to-many field that names none: `id`, a key to each side, and the pair unique. Its label is
 * the field's, `blog.Book_tags`, its table `blog_book_tags`.
 */
export function defineAutoThrough(source: ModelMeta, field: ManyToManyDefinition, target: ModelMeta): ModelMeta {
  const known = junctions.get(field);
  if (known) return known;
  const label = `${source.label}_${field.name}`;
  const [near, far] = source === target ? [`from${source.name}`, `to${target.name}`] : [lowerFirst(source.name), lowerFirst(target.name)];
  const key = (name: string, to: ModelMeta): FieldDefinition =>
    new ForeignKeyDefinition("ForeignKey", () => to.modelClass, {
      onDelete: CASCADE,
      dbConstraint: field.options.dbConstraint ?? true,
      relatedName: "+",
    }).bind(name, label);
  // a factory's result is the definition; its public type only hides that
  const id = (BigAutoField({ primaryKey: true }) as unknown as FieldDefinition).bind("id", label);
  const table = field.options.dbTable ?? `${source.table}_${field.name.toLowerCase()}`;
  const meta = new ModelMeta({
    label,
    fields: [id, key(near, source), key(far, target)],
    keyFields: [id],
    manyToMany: [],
    reverse: new Map(),
    options: {
      dbTable: table,
      managed: source.options.managed ?? true,
      constraints: [UniqueConstraint({ fields: [near, far], name: `${table}_unique` })],
    },
    autoCreated: true,
  });
  meta.base = generateBase(meta);
  junctions.set(field, meta);
  // the junction of a model that the registry does not know is not for it either
  if (registry.find(source.label) === source) registry.register(meta);
  return meta;
}

function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
