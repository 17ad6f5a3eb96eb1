import { allIndexes } from "../../migrations/table-sql.js";
import type { ModelMeta } from "../../models/meta.js";
import type { Finding } from "./finding.js";

/** Whether an index, or the primary key, begins with this column. */
function isIndexed(meta: ModelMeta, field: ModelMeta["fields"][number]): boolean {
  if (field.unique || field.dbIndex || meta.keyFields[0] === field) return true;
  const leading = [
    ...allIndexes(meta).map((index) => index.fields[0]),
    ...(meta.options.uniqueTogether ?? []).map((names) => names[0]),
    ...(meta.options.constraints ?? []).map((constraint) => (constraint.type === "unique" ? constraint.fields[0] : undefined)),
  ];
  return leading.some((name) => name !== undefined && meta.findColumn(name.replace(/^-/, "")) === field);
}

/** Foreign keys without an index: each delete or join of the other side reads the whole table. */
export function checkModels(metas: readonly ModelMeta[]): readonly Finding[] {
  return metas
    .filter((meta) => meta.options.managed !== false)
    .flatMap((meta) =>
      meta.foreignKeys
        .filter((field) => !isIndexed(meta, field))
        .map(
          (field): Finding => ({
            level: "warning",
            code: "unindexed_foreign_key",
            message: `${meta.label}.${field.name} is a foreign key without an index.`,
            advice: "Leave dbIndex: false away, or begin an index with it.",
          }),
        ),
    );
}
