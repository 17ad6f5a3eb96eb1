import type { Statement } from "../drivers/driver.js";
import type { FieldDefinition } from "../fields/field.js";
import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
import { type Returning, readingBack, selected } from "./inserts.js";
import { StatementPlans } from "./statement-plans.js";

/** One UPDATE of one row by its key: the columns in order, then the key. */
export interface SavePlan extends Returning {
  readonly statement: Statement;
}

const plans = new StatementPlans<SavePlan>();

/**
 * The UPDATE that `save()` sends, made once for each set of columns, whatever the values are.
 *
 * @param guard - a column that must still have the value that was read
 */
export function savePlan(
  meta: ModelMeta,
  fields: readonly FieldDefinition[],
  dialect: Dialect,
  returning: readonly FieldDefinition[],
  guard: FieldDefinition | null = null,
): SavePlan {
  const key = `${dialect.vendor}:${fields.map(({ column }) => column).join(",")}:${returning.map(({ column }) => column).join(",")}:${guard?.column ?? ""}`;
  return plans.get(meta, key, () => ({
    statement: makeStatement(meta, fields, dialect, returning, guard),
    ...readingBack(returning, dialect),
  }));
}

function makeStatement(
  meta: ModelMeta,
  fields: readonly FieldDefinition[],
  dialect: Dialect,
  returning: readonly FieldDefinition[],
  guard: FieldDefinition | null,
): Statement {
  const quote = ({ column }: FieldDefinition): string => dialect.quoteIdentifier(column);
  const set = fields.map((field, index) => `${quote(field)} = ${dialect.placeholder(index + 1)}`).join(", ");
  const found = guard === null ? meta.keyFields : [...meta.keyFields, guard];
  const where = found.map((field, index) => `${quote(field)} = ${dialect.placeholder(fields.length + index + 1)}`).join(" AND ");
  const read = returning.length > 0 ? ` RETURNING ${returning.map((field) => selected(field, dialect)).join(", ")}` : "";
  const sql = `UPDATE ${dialect.quoteIdentifier(meta.table)} SET ${set} WHERE ${where}${read}`;
  return {
    sql,
    kind: "update",
    returnsRows: returning.length > 0,
    parameterColumns: [...fields, ...found].map(({ column }) => column),
  };
}
