import type { StandardSchemaProps } from "../types/standard-schema.js";
import type { ModelMeta } from "./meta.js";
import { checkInput } from "./validation.js";

/**
 * A model as a Standard Schema of the values that `create` takes, for forms, routers and whatever else takes one.
 *
 * @see https://standardschema.dev
 */
export function standardSchema(meta: ModelMeta): StandardSchemaProps<unknown, Record<string, unknown>> {
  return { version: 1, vendor: "dorm", validate: (input) => checkInput(meta, input) };
}
