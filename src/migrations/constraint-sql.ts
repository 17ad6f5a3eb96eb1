import { NotSupportedError } from "../errors.js";
import type { CheckConstraint, Constraint, ExclusionConstraint, UniqueConstraint } from "../models/constraints.js";
import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
import { conditionSql, expressionSql } from "./expression-sql.js";
import { columnsOf, type IndexDefinition } from "./index-sql.js";
import { schemaName } from "./schema-names.js";

/** Every unique constraint of a model by its name: of single fields, of `uniqueTogether`, and of `constraints`. */
export function uniqueConstraints(meta: ModelMeta): readonly UniqueConstraint[] {
  const fields = meta.fields.filter((field) => field.unique && !field.primaryKey).map((field) => plainUnique(meta, [field.name]));
  const together = (meta.options.uniqueTogether ?? []).map((names) => plainUnique(meta, names));
  // a junction's name comes from its table, which may be as long as a name can be
  const named = (meta.options.constraints ?? [])
    .filter((constraint) => constraint.type === "unique")
    .map((constraint) => (meta.autoCreated ? plainUnique(meta, constraint.fields) : constraint));
  const byName = new Map([...fields, ...together, ...named].map((constraint) => [constraint.name, constraint]));
  return [...byName.values()];
}

function plainUnique(meta: ModelMeta, fields: readonly string[]): UniqueConstraint {
  return { type: "unique", fields, name: schemaName("uniq", meta.table, columnsOf(meta, fields)) };
}

/** The constraints that are no unique ones: conditions of a row, and of any two rows. */
export function checkConstraints(meta: ModelMeta): readonly (CheckConstraint | ExclusionConstraint)[] {
  return (meta.options.constraints ?? []).filter((constraint) => constraint.type !== "unique");
}

/** A condition or an expression makes a unique constraint an index: constraints have columns only. */
export function asUniqueIndex(constraint: UniqueConstraint): IndexDefinition | null {
  if (constraint.condition === undefined && !constraint.expressions?.length) return null;
  const { fields, name, condition, include, expressions, nullsDistinct } = constraint;
  return {
    name,
    unique: true,
    fields,
    ...(condition === undefined ? {} : { condition }),
    ...(include === undefined ? {} : { include }),
    ...(expressions === undefined ? {} : { expressions }),
    ...(nullsDistinct === undefined ? {} : { nullsDistinct }),
  };
}

/** A constraint as part of CREATE TABLE, or of ALTER TABLE … ADD; null where it is an index instead. */
export function constraintSql(dialect: Dialect, meta: ModelMeta, constraint: Constraint): string | null {
  const name = dialect.quoteIdentifier(constraint.name);
  if (constraint.type === "check") {
    return `CONSTRAINT ${name} CHECK (${conditionSql(dialect, meta, constraint.check, `${meta.label}: the constraint "${constraint.name}"`)})`;
  }
  if (constraint.type === "exclusion") return exclusionSql(dialect, meta, constraint);
  if (asUniqueIndex(constraint) !== null) return null;
  checkDeferrable(dialect, meta, constraint);
  checkNullsDistinct(dialect, meta, constraint);
  const quoted = (names: readonly string[]): string =>
    columnsOf(meta, names)
      .map((column) => dialect.quoteIdentifier(column))
      .join(", ");
  const nulls = constraint.nullsDistinct === false ? " NULLS NOT DISTINCT" : "";
  const include = constraint.include?.length && dialect.schema.indexMethods ? ` INCLUDE (${quoted(constraint.include)})` : "";
  const deferrable = constraint.deferrable === undefined ? "" : ` DEFERRABLE INITIALLY ${constraint.deferrable.toUpperCase()}`;
  return `CONSTRAINT ${name} UNIQUE${nulls} (${quoted(constraint.fields)})${include}${deferrable}`;
}

/** @throws NotSupportedError on other databases than PostgreSQL */
function exclusionSql(dialect: Dialect, meta: ModelMeta, constraint: ExclusionConstraint): string {
  const { name, fields, expressions, operators, method = "gist", opclasses, include, condition, deferrable } = constraint;
  const where = `${meta.label}: the constraint "${name}"`;
  if (!dialect.schema.exclusionConstraints)
    throw new NotSupportedError(`${where} excludes rows by others, which ${dialect.vendor} cannot; only PostgreSQL can.`, {
      vendor: dialect.vendor,
    });
  const quote = (column: string): string => dialect.quoteIdentifier(column);
  const elements = expressions?.length
    ? expressions.map((expression) => `(${expressionSql(dialect, meta, expression, where)})`)
    : columnsOf(meta, fields).map(quote);
  const parts = elements.map((element, position) => {
    const operatorClass = opclasses?.[position] ? ` ${opclasses[position]}` : "";
    return `${element}${operatorClass} WITH ${operators[position]}`;
  });
  const carried = include?.length ? ` INCLUDE (${columnsOf(meta, include).map(quote).join(", ")})` : "";
  const only = condition === undefined ? "" : ` WHERE (${conditionSql(dialect, meta, condition, where)})`;
  const waits = deferrable === undefined ? "" : ` DEFERRABLE INITIALLY ${deferrable.toUpperCase()}`;
  return `CONSTRAINT ${dialect.quoteIdentifier(name)} EXCLUDE USING ${method} (${parts.join(", ")})${carried}${only}${waits}`;
}

function checkDeferrable(dialect: Dialect, meta: ModelMeta, constraint: UniqueConstraint): void {
  if (constraint.deferrable === undefined || dialect.schema.deferrableUnique) return;
  throw new NotSupportedError(
    `${meta.label}: ${dialect.vendor} has no unique constraints that wait for the end of the transaction; leave "deferrable" out of "${constraint.name}".`,
    { vendor: dialect.vendor },
  );
}

/** @throws NotSupportedError where a database always takes several nulls */
export function checkNullsDistinct(
  dialect: Dialect,
  meta: ModelMeta,
  { name, nullsDistinct }: { name: string; nullsDistinct?: boolean },
): void {
  if (nullsDistinct !== false || dialect.schema.nullsNotDistinct) return;
  throw new NotSupportedError(
    `${meta.label}: nulls are always distinct on ${dialect.vendor}; instead of nullsDistinct: false give "${name}" an expression such as Coalesce("field", Value("")).`,
    { vendor: dialect.vendor },
  );
}
