import { NotSupportedError } from "../errors.js";
import type { Index } from "../models/constraints.js";
import type { ModelMeta } from "../models/meta.js";
import type { Dialect } from "../sql/dialect.js";
import { conditionSql, indexKeySql } from "./expression-sql.js";
import { schemaName } from "./schema-names.js";

/** An index with its name, whatever it came from. */
export interface IndexDefinition extends Omit<Index, "type" | "name"> {
  readonly name: string;
}

/** The columns of field names, of which some may begin with `-`. */
export function columnsOf(meta: ModelMeta, names: readonly string[]): readonly string[] {
  return names.map((name) => meta.column(withoutSign(name)).column);
}

const withoutSign = (name: string): string => (name.startsWith("-") ? name.slice(1) : name);

/** The indexes of a model: of single fields (`dbIndex`, foreign keys), then those of its options. */
export function indexesOf(meta: ModelMeta): readonly IndexDefinition[] {
  const single = meta.fields
    .filter((field) => field.dbIndex && !field.unique)
    .map((field): IndexDefinition => ({ name: schemaName("idx", meta.table, [field.column]), fields: [field.name] }));
  const own = (meta.options.indexes ?? []).map(
    ({ type: _type, ...index }): IndexDefinition => ({ ...index, name: indexName(meta, index) }),
  );
  return [...new Map([...single, ...own].map((index) => [index.name, index])).values()];
}

/** The name of an index as given, or one made of its table and columns. */
export function indexName(meta: ModelMeta, { name, fields, unique }: Omit<Index, "type">): string {
  if (name !== undefined) return name;
  const columns = fields.map((field) => `${meta.column(withoutSign(field)).column}${field.startsWith("-") ? "_desc" : ""}`);
  return schemaName(unique === true ? "uniq" : "idx", meta.table, columns);
}

/** CREATE INDEX. */
export function createIndexSql(dialect: Dialect, meta: ModelMeta, index: IndexDefinition): string {
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const where = `${meta.label}: the index "${index.name}"`;
  const { indexMethods, partialIndexes } = dialect.schema;
  checkIndex(dialect, index, where);
  const fields = index.fields.map((name, position) => {
    const operatorClass = indexMethods && index.opclasses?.[position] ? ` ${index.opclasses[position]}` : "";
    return `${quote(meta.column(withoutSign(name)).column)}${operatorClass}${name.startsWith("-") ? " DESC" : ""}`;
  });
  const expressions = (index.expressions ?? []).map((expression) => indexKeySql(dialect, meta, expression, where));
  const method = indexMethods && index.method !== undefined ? ` USING ${index.method}` : "";
  const include = indexMethods && index.include?.length ? ` INCLUDE (${columnsOf(meta, index.include).map(quote).join(", ")})` : "";
  const nulls = index.nullsDistinct === false ? " NULLS NOT DISTINCT" : "";
  const condition = index.condition === undefined || !partialIndexes ? "" : ` WHERE ${conditionSql(dialect, meta, index.condition, where)}`;
  return `CREATE ${index.unique === true ? "UNIQUE " : ""}INDEX ${quote(index.name)} ON ${quote(meta.table)}${method} (${[...fields, ...expressions].join(", ")})${include}${nulls}${condition}`;
}

/** @throws NotSupportedError for an index that would mean something else on this database */
function checkIndex(dialect: Dialect, { unique, condition, expressions }: IndexDefinition, where: string): void {
  const { vendor } = dialect;
  if (unique === true && condition !== undefined && !dialect.schema.partialIndexes)
    throw new NotSupportedError(`${where} cannot be unique under a condition only on ${vendor}, which would hold it for every row.`, {
      vendor,
    });
  if (expressions?.length && !dialect.schema.expressionIndexes)
    throw new NotSupportedError(`${where} has expressions, and ${vendor} has indexes over columns only. Use a GeneratedField.`, { vendor });
}
