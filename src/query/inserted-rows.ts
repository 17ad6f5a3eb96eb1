import type { InsertedKeys } from "../drivers/driver.js";
import type { Flow } from "../engine/flow.js";
import type { FieldDefinition } from "../fields/field.js";
import { attributesOf } from "../models/attributes.js";
import type { ModelCore } from "../models/core.js";
import { refreshInstance } from "./refresh.js";

/**
 * Puts on instances what the database filled in, where it has no RETURNING: the keys are counted up from the first one
 * (InnoDB gives the rows of one INSERT keys in a row), the other columns are read by them.
 *
 * @param missing - the columns that the instances do not have
 * @param keys - what the driver told of the keys; without it, rows whose key is not known stay as they are
 */
export function* readInserted(
  instances: readonly ModelCore[],
  alias: string,
  missing: readonly FieldDefinition[],
  keys: InsertedKeys | undefined,
): Flow<void> {
  if (missing.length === 0) return;
  const auto = missing.find((field) => field.auto);
  if (auto !== undefined && keys !== undefined) {
    for (const [index, instance] of instances.entries()) {
      const values = attributesOf(instance);
      values[auto.attname] = auto.coerce(keys.first + BigInt(index * keys.step));
    }
  }
  const others = missing.filter((field) => field !== auto).map((field) => field.attname);
  if (others.length === 0) return;
  for (const instance of instances) if (instance.pk !== null) yield* refreshInstance(instance, { using: alias, fields: others });
}
