import type { ModelMeta } from "../../models/meta.js";
import { isSingle } from "../../models/relations.js";
import { fieldSchema, type JsonSchema } from "./field-schema.js";

function relationSchemas(meta: ModelMeta, reference: (label: string) => string): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...meta.relations.values()].map((relation) => {
      const target = { $ref: reference(relation.target.label) };
      return [relation.name, isSingle(relation) ? { anyOf: [target, { type: "null" }] } : { type: "array", items: target }];
    }),
  );
}

/**
 * The objects of a model, as `JSON.stringify` writes them.
 *
 * @param meta - the model
 * @param reference - where the schema of another model is; null: relations are left out
 */
export function modelSchema(meta: ModelMeta, reference: ((label: string) => string) | null): JsonSchema {
  const columns = Object.fromEntries(meta.fields.map((field) => [field.attname, fieldSchema(field)]));
  return {
    title: meta.options.verboseName ?? meta.name,
    ...(meta.options.dbTableComment === undefined ? {} : { description: meta.options.dbTableComment }),
    type: "object",
    properties: { ...columns, ...(reference === null ? {} : relationSchemas(meta, reference)) },
    required: meta.fields.filter((field) => !field.null && !field.filledByItself).map((field) => field.attname),
  };
}
