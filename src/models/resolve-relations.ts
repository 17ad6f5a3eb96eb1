import { DormError, ImproperlyConfigured } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import {
  ForeignKeyDefinition,
  installTargetResolver,
  type ManyToManyDefinition,
  type ReverseRelationDefinition,
  type TargetThunk,
} from "../fields/relations.js";
import { didYouMean } from "../suggestions.js";
import { defineAutoThrough } from "./auto-through.js";
import { findMeta, installRelationResolver, type ModelMeta } from "./meta.js";
import { registry } from "./registry.js";
import { backwardRelation, type ForwardRelation, forwardRelation, manyToManyRelation, type Relation } from "./relations.js";

const targets = new WeakMap<FieldDefinition, FieldDefinition>();

installTargetResolver((field) => {
  let target = targets.get(field);
  if (!target) {
    const meta = resolveTargetModel(field.to, field.modelLabel, `${field.modelLabel}.${field.name}`);
    target = field.toField === null ? meta.singleKey(`${field.modelLabel}.${field.name}`) : meta.column(field.toField);
    targets.set(field, target);
  }
  return target;
});

/** The model that a relation names. */
export function resolveTargetModel(to: TargetThunk, ownLabel: string, where: string): ModelMeta {
  if (typeof to === "string") {
    if (to === "self") return registry.get(ownLabel);
    const app = ownLabel.includes(".") ? ownLabel.slice(0, ownLabel.lastIndexOf(".") + 1) : "";
    return registry.find(to) ?? registry.find(`${app}${to}`) ?? registry.get(to);
  }
  let modelClass: unknown;
  try {
    modelClass = to();
  } catch (cause) {
    if (cause instanceof DormError) throw new ImproperlyConfigured(`${where}: ${cause.message}`, { cause });
    throw new ImproperlyConfigured(`${where}: its model is not defined yet; use it after all models are loaded.`, { cause });
  }
  const meta = findMeta(modelClass);
  if (!meta) throw new ImproperlyConfigured(`${where}: the function must give a model class, not ${String(modelClass)}.`);
  return meta;
}

installRelationResolver(relationsOf);

/** Every relation of a model by its name. */
function relationsOf(meta: ModelMeta): ReadonlyMap<string, Relation> {
  const relations = new Map<string, Relation>();
  for (const field of meta.foreignKeys) relations.set(field.name, forwardOf(meta, field));
  for (const field of meta.manyToMany) relations.set(field.name, forwardManyToMany(meta, field));
  for (const [name, definition] of meta.reverse) relations.set(name, backwardOf(meta, name, definition));
  return relations;
}

function forwardOf(meta: ModelMeta, field: ForeignKeyDefinition): ForwardRelation {
  const target = resolveTargetModel(field.to, meta.label, `${meta.label}.${field.name}`);
  checkRelatedName(target, field.relatedName, meta, field.name);
  return forwardRelation(meta, field, target);
}

/** A relatedName that the target declares for something else, or that is one of its fields, is a mistake. */
function checkRelatedName(target: ModelMeta, relatedName: string | null | undefined, meta: ModelMeta, fieldName: string): void {
  if (relatedName === null || relatedName === undefined || relatedName.endsWith("+")) return;
  const declared = target.reverse.get(relatedName);
  const where = `${meta.label}.${fieldName}`;
  if (declared) {
    const from = resolveTargetModel(declared.to, target.label, `${target.label}.${relatedName}`);
    if (from !== meta || declared.via !== fieldName) {
      throw new ImproperlyConfigured(
        `${where}: its relatedName "${relatedName}" is declared on ${target.label} as the other side of ${from.label}.${declared.via}. Give one of them another name.`,
      );
    }
  } else if (target.hasName(relatedName)) {
    throw new ImproperlyConfigured(
      `${where}: its relatedName "${relatedName}" is a field of ${target.label}. Choose another name, or end it in "+" for none.`,
    );
  }
  for (const other of registry.all()) {
    for (const field of other.foreignKeys) {
      if (field.relatedName !== relatedName || (other.label === meta.label && field.name === fieldName)) continue;
      if (typeof field.to === "function" && sameTarget(field, target)) {
        throw new ImproperlyConfigured(
          `${where} and ${other.label}.${field.name} both have the relatedName "${relatedName}" on ${target.label}.`,
        );
      }
    }
  }
}

function sameTarget(field: ForeignKeyDefinition, target: ModelMeta): boolean {
  try {
    return findMeta(typeof field.to === "function" ? field.to() : undefined) === target;
  } catch {
    // a model that is not defined yet is checked when its own relations are resolved
    return false;
  }
}

function forwardManyToMany(meta: ModelMeta, field: ManyToManyDefinition): Relation {
  const { near, far, symmetrical } = junctionOf(meta, field);
  checkRelatedName(far.target, field.options.relatedName, meta, field.name);
  return manyToManyRelation(field.name, field, near, far, symmetrical, false);
}

function backwardOf(meta: ModelMeta, name: string, definition: ReverseRelationDefinition): Relation {
  const where = `${meta.label}.${name}`;
  const owner = resolveTargetModel(definition.to, meta.label, where);
  const foreignKey = owner.findColumn(definition.via);
  if (foreignKey instanceof ForeignKeyDefinition && foreignKey.name === definition.via) {
    const forward = forwardOf(owner, foreignKey);
    if (forward.target !== meta) {
      throw new ImproperlyConfigured(
        `${where}: ${owner.label}.${definition.via} refers to ${forward.target.label}, so its other side is there.`,
      );
    }
    if (foreignKey.relatedName !== null && foreignKey.relatedName !== name) {
      throw new ImproperlyConfigured(
        `${where}: ${owner.label}.${definition.via} has the relatedName "${foreignKey.relatedName}". Use one name for both.`,
      );
    }
    return backwardRelation(name, forward);
  }
  const many = owner.manyToMany.find((field) => field.name === definition.via);
  if (many) {
    const { near, far, symmetrical } = junctionOf(owner, many);
    if (far.target !== meta)
      throw new ImproperlyConfigured(
        `${where}: ${owner.label}.${definition.via} leads to ${far.target.label}, so its other side is there.`,
      );
    return manyToManyRelation(name, many, far, near, symmetrical, true);
  }
  const choices = [...owner.foreignKeys, ...owner.manyToMany].map((field) => field.name);
  throw new ImproperlyConfigured(
    `${where}: ${owner.label} has no relation "${definition.via}". ${didYouMean(definition.via, choices)}`.trim(),
  );
}

/** The junction's two keys. */
function junctionOf(meta: ModelMeta, field: ManyToManyDefinition): { near: ForwardRelation; far: ForwardRelation; symmetrical: boolean } {
  const where = `${meta.label}.${field.name}`;
  const target = resolveTargetModel(field.to, meta.label, where);
  const symmetrical = field.options.symmetrical ?? target === meta;
  if (symmetrical && target !== meta) throw new ImproperlyConfigured(`${where}: only a relation of a model to itself can be symmetrical.`);
  const through =
    field.options.through === undefined
      ? defineAutoThrough(meta, field, target)
      : resolveTargetModel(field.options.through, meta.label, where);
  const key = (name: string): ForwardRelation => {
    const column = through.findColumn(name);
    if (!(column instanceof ForeignKeyDefinition))
      throw new ImproperlyConfigured(`${where}: throughFields names "${name}", which is no foreign key of ${through.label}.`);
    return forwardOf(through, column);
  };
  if (field.options.throughFields) {
    const [near, far] = field.options.throughFields;
    return { near: key(near), far: key(far), symmetrical };
  }
  const keys = through.foreignKeys.map((foreignKey) => forwardOf(through, foreignKey));
  const nearKeys = keys.filter((relation) => relation.target === meta);
  const farKeys = keys.filter((relation) => relation.target === target);
  const near = nearKeys[0];
  const far = target === meta ? farKeys[1] : farKeys[0];
  const clear = target === meta ? nearKeys.length === 2 : nearKeys.length === 1 && farKeys.length === 1;
  if (!near || !far || !clear) {
    throw new ImproperlyConfigured(
      `${where}: ${through.label} must have one foreign key to ${meta.label} and one to ${target.label}; say which with throughFields: ["near", "far"]. It has ${keys.map((relation) => relation.name).join(", ") || "none"}.`,
    );
  }
  return { near, far, symmetrical };
}
