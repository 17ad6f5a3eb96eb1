import type { Statement } from "../drivers/driver.js";
import { ReadOnlyModelError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { currentTimeZone } from "../fields/time-zone.js";
import { attributesOf } from "../models/attributes.js";
import type { ModelCore } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import type { Dialect } from "../sql/dialect.js";
import { bindParameters } from "../sql/parameters.js";
import { Renderer } from "../sql/renderer.js";
import type { Expression } from "./expression.js";
import { Query } from "./query.js";
import { referenceContext } from "./references.js";
import { Fingerprint, Shape, Slots } from "./shape.js";
import { StatementPlans } from "./statement-plans.js";

/** What to do with a row that meets another one in a unique column. */
export interface ConflictRule {
  readonly action: "ignore" | "update";
  readonly uniqueFields: readonly FieldDefinition[];
  readonly updateFields: readonly FieldDefinition[];
  /** The version of a row that is updated, where `updateFields` does not write it. */
  readonly countedUp: readonly FieldDefinition[];
}

/** The columns that a statement reads back, and how their values are decoded. */
export interface Returning {
  readonly returning: readonly FieldDefinition[];
  readonly decode: readonly (((raw: unknown) => unknown) | null)[];
}

/** One INSERT: the columns, how many rows, and what it reads back. */
export interface InsertPlan extends Returning {
  readonly statement: Statement;
  /** The columns that it should read back and cannot, as the database has no RETURNING. */
  readonly missing: readonly FieldDefinition[];
}

/** @throws ReadOnlyModelError for a model that may not be written */
export function requireWritable(meta: ModelMeta): void {
  if (meta.options.readOnly) throw new ReadOnlyModelError(`${meta.label} is read-only (Meta.readOnly).`);
}

/** The columns that an INSERT of this instance names: not those that the database fills. */
export function insertedFields(meta: ModelMeta, instance: ModelCore): FieldDefinition[] {
  const values = attributesOf(instance);
  return meta.fields.filter((field) => {
    if (field.generated) return false;
    const value = values[field.attname];
    if (value instanceof PendingValue) return false;
    if (value === null || value === undefined) return !field.auto && !Object.hasOwn(field.options, "dbDefault");
    return true;
  });
}

const plans = new StatementPlans<InsertPlan>();

/** The INSERT of so many rows, made once for each set of columns. */
export function insertPlan(
  meta: ModelMeta,
  fields: readonly FieldDefinition[],
  rows: number,
  dialect: Dialect,
  conflict: ConflictRule | null,
  returning: readonly FieldDefinition[],
): InsertPlan {
  const key = `${dialect.vendor}:${rows}:${fields.map((field) => field.column).join(",")}:${conflictKey(conflict)}:${returning.map((field) => field.column).join(",")}`;
  return plans.get(meta, key, () => {
    const placeholders = (row: number): string => fields.map((_, index) => dialect.placeholder(row * fields.length + index + 1)).join(", ");
    const values = fields.length === 0 ? null : Array.from({ length: rows }, (_, row) => `(${placeholders(row)})`).join(", ");
    return makePlan(meta, fields, values, dialect, conflict, returning);
  });
}

function conflictKey(conflict: ConflictRule | null): string {
  return conflict === null
    ? ""
    : `${conflict.action}/${conflict.uniqueFields.map((field) => field.column).join(",")}/${conflict.updateFields.map((field) => field.column).join(",")}/${conflict.countedUp.length}`;
}

function makePlan(
  meta: ModelMeta,
  fields: readonly FieldDefinition[],
  values: string | null,
  dialect: Dialect,
  conflict: ConflictRule | null,
  returning: readonly FieldDefinition[],
): InsertPlan {
  const quote = (name: string): string => dialect.quoteIdentifier(name);
  let sql = `INSERT INTO ${quote(meta.table)}`;
  sql += values === null ? ` ${dialect.defaultValues}` : ` (${fields.map((field) => quote(field.column)).join(", ")}) VALUES ${values}`;
  sql += conflictClause(meta, conflict, dialect);
  const read = dialect.features.returning ? returning : [];
  if (read.length > 0) sql += ` RETURNING ${read.map((field) => selected(field, dialect)).join(", ")}`;
  return {
    statement: { sql, kind: "insert", returnsRows: read.length > 0 },
    missing: dialect.features.returning ? [] : returning,
    ...readingBack(read, dialect),
  };
}

/** What RETURNING gives for these columns. */
export function readingBack(returning: readonly FieldDefinition[], dialect: Dialect): Returning {
  // a codec decodes what its own column gives
  return { returning, decode: returning.map((field) => dialect.codec(field.storage).decode as ((raw: unknown) => unknown) | null) };
}

/** A column in RETURNING, in the form in which it arrives whole. */
export function selected(field: FieldDefinition, dialect: Dialect): string {
  const column = dialect.quoteIdentifier(field.column);
  return dialect.codec(field.storage).selectAsText ? `CAST(${column} AS TEXT)` : column;
}

function conflictClause(meta: ModelMeta, conflict: ConflictRule | null, dialect: Dialect): string {
  if (conflict === null) return "";
  const quote = ({ column }: FieldDefinition): string => dialect.quoteIdentifier(column);
  return ` ${dialect.onConflict({
    target: conflict.uniqueFields.map(quote),
    update: conflict.updateFields.map(quote),
    countUp: conflict.countedUp.map(quote),
    table: dialect.quoteIdentifier(meta.table),
    anyColumn: dialect.quoteIdentifier(meta.fields[0]?.column ?? ""),
  })}`;
}

/** What is bound for one column of one row. */
export function columnParameter(field: FieldDefinition, value: unknown, dialect: Dialect): unknown {
  if (value === null || value === undefined) return null;
  // what was assigned after construction is checked here at the latest
  const coerced = field.coerce(value);
  const prepared = coerced === null ? null : field.prepareForSave(coerced);
  if (prepared === null) return null;
  // a codec encodes what its own field gives
  const encode = dialect.codec(field.storage).encode as ((value: unknown) => unknown) | null;
  return encode ? encode(prepared) : prepared;
}

/** An INSERT of one row some of whose values the database computes. */
export function insertWithExpressions(
  meta: ModelMeta,
  fields: readonly FieldDefinition[],
  instance: ModelCore,
  dialect: Dialect,
  returning: readonly FieldDefinition[],
): { readonly plan: InsertPlan; readonly params: unknown[] } {
  const values = attributesOf(instance);
  const renderer = new Renderer(dialect, { timeZone: currentTimeZone(), qualified: false });
  const all: unknown[] = [];
  const parts = fields.map((field) => {
    const value = values[field.attname];
    if (!isExpression(value)) return renderer.parameters.bound(columnParameter(field, value, dialect));
    const expression = value as Expression;
    const print = new Fingerprint(new Shape(), all);
    expression.fingerprint(print);
    const node = expression.resolve(
      referenceContext(new Query(meta), new Slots(print.values, all.length), { allowJoins: false, forSave: true }),
    );
    all.push(...print.values.slice(all.length));
    return renderer.node(node);
  });
  const read = [...returning, ...fields.filter((field) => isExpression(values[field.attname]) && !returning.includes(field))];
  const plan = makePlan(meta, fields, `(${parts.join(", ")})`, dialect, null, read);
  return { plan, params: bindParameters(renderer.parameters.binders, all) };
}

/** Whether any of the values is one that the database computes. */
export function hasExpressions(fields: readonly FieldDefinition[], instance: ModelCore): boolean {
  const values = attributesOf(instance);
  return fields.some((field) => isExpression(values[field.attname]));
}
