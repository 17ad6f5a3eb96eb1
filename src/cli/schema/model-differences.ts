import { isSeveralColumns, type SchemaDifference, schemaDifferences } from "../../migrations/introspection/differences.js";
import { inspectSchema } from "../../migrations/introspection/inspect.js";
import { withJunctions } from "../../migrations/table-order.js";
import type { ModelMeta } from "../../models/meta.js";

/** The tables of a model: its own, and the junctions of its many-to-many fields. */
export function tablesOf(meta: ModelMeta): readonly string[] {
  return withJunctions([meta]).map((each) => each.table);
}

/** How a database differs from models. @param metas - of the project */
export function differencesOf(metas: readonly ModelMeta[], alias: string): Promise<readonly SchemaDifference[]> {
  // a class per meta is what schemaDifferences takes
  return schemaDifferences({ using: alias, models: metas.map((meta) => meta.modelClass) });
}

/**
 * What the tables of models have that no model can say, and that is no difference for that reason.
 *
 * @param metas - of the project
 * @returns a sentence for each
 */
export async function notesOf(metas: readonly ModelMeta[], alias: string): Promise<readonly string[]> {
  const tables = new Set(metas.flatMap(tablesOf));
  return (await inspectSchema(alias))
    .filter(({ name }) => tables.has(name))
    .flatMap(({ name, foreignKeys }) =>
      foreignKeys.filter(isSeveralColumns).map((foreignKey) => {
        const named = foreignKey.name === null ? "a foreign key" : `the foreign key "${foreignKey.name}"`;
        return `${name}: ${named} (${foreignKey.columns.join(", ")}) → ${foreignKey.table} (${foreignKey.targets.join(", ")}) is of several columns, which no field is: the database checks it, and the models know nothing of it.`;
      }),
    );
}

const WORDS: Readonly<Record<string, string>> = { missing: "missing in the database", extra: "only in the database" };

/** A difference as a line for people. */
export function describeDifference({ kind, name, expected, actual }: SchemaDifference): string {
  const [, side = "", part = ""] = /^(missing|extra)_(.*)$/.exec(kind) ?? [];
  const what = side === "" ? kind.replace(/_mismatch$/, "").replaceAll("_", " ") : part.replaceAll("_", " ");
  const named = name === null ? what : `${what} ${name}`;
  if (side === "") return `${named}: ${expected ?? "none"} in the models, ${actual ?? "none"} in the database`;
  const body = expected ?? actual;
  return `${named} ${WORDS[side]}${body === null || part === "table" ? "" : `: ${body}`}`;
}
