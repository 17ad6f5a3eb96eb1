import type { QueryResult, Statement } from "../drivers/driver.js";
import { atomicFlow } from "../engine/atomic.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isInstance, keyText, type ModelCore, metaOfInstance } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import { savingFiles } from "../models/file-uploads.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { requireSavedRelations } from "../models/relation-accessors.js";
import type { Dialect } from "../sql/dialect.js";
import { didYouMean } from "../suggestions.js";
import { writeAlias } from "./alias.js";
import { checkBatchSize, DEFAULT_BATCH } from "./bulk-create.js";
import { toCondition } from "./condition.js";
import { Case, When } from "./expressions/conditional.js";
import { Reference, ValueExpression } from "./expressions/references.js";
import { columnParameter, requireWritable } from "./inserts.js";
import { countUpVersions, versionFieldOf } from "./row-version.js";
import type { QuerySetState } from "./state.js";
import { StatementPlans } from "./statement-plans.js";
import { filterStep } from "./steps.js";
import { runUpdate } from "./updates.js";

type Values = Readonly<Record<string, unknown>>;

function valuesOf(instance: ModelCore): Values {
  // a model's attributes are its columns
  return instance as unknown as Values;
}

/** Updates some columns of many rows with few statements. */
export function* bulkUpdate(
  state: QuerySetState,
  given: Iterable<unknown>,
  names: readonly string[],
  options: { readonly batchSize?: number } = {},
): Flow<number> {
  const { meta } = state;
  requireWritable(meta);
  if (names.length === 0) throw new QueryError("bulkUpdate(): name the fields to update.");
  checkBatchSize(options.batchSize, "bulkUpdate");
  const fields = [...new Set(names.map((name) => updatedField(meta, name)))];
  const key = meta.singleKey("bulkUpdate()");
  const instances = checkInstances(meta, given, fields);
  if (instances.length === 0) return 0;
  const alias = writeAlias(state);
  const dialect = dialectFor(alias);
  const computed = instances.some((instance) => fields.some((field) => isExpression(valuesOf(instance)[field.attname])));
  const direct = dialect.features.updateFromValues && !computed && isWholeTable(state);
  // by CASE each row needs its key for each field, its value, and its key once in the list
  const perRow = direct ? fields.length + 1 : fields.length * 2 + 1;
  const size = Math.min(options.batchSize ?? DEFAULT_BATCH, Math.max(1, Math.floor(dialect.features.maxParameters / perRow)));
  const update = function* (): Flow<number> {
    let total = 0;
    for (let start = 0; start < instances.length; start += size) {
      const batch = instances.slice(start, start + size);
      total += yield* direct ? updateFromValues(meta, key, fields, batch, dialect, alias) : updateByCase(state, key, fields, batch, alias);
    }
    return total;
  };
  const updated = yield* savingFiles(meta, instances, alias, new Set(fields), () => atomicFlow(alias, update));
  // where some rows were not met, nobody knows whose; their instances stay behind and cannot be saved
  if (updated === instances.length && !fields.some((field) => field === versionFieldOf(meta))) countUpVersions(meta, instances);
  return updated;
}

function updatedField(meta: ModelMeta, name: string): FieldDefinition {
  const field = meta.findColumn(name);
  if (!field) throw new FieldError(`bulkUpdate(): ${meta.label} has no column "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
  if (meta.keyFields.includes(field)) throw new QueryError("bulkUpdate(): the primary key cannot be updated.");
  if (field.generated) throw new QueryError(`bulkUpdate(): ${field.label} is computed by the database.`);
  return field;
}

/** Saved objects of the model with these columns loaded, each row once. */
function checkInstances(meta: ModelMeta, given: Iterable<unknown>, fields: readonly FieldDefinition[]): ModelCore[] {
  const byKey = new Map<string, ModelCore>();
  for (const instance of given) {
    if (!isInstance(instance) || metaOfInstance(instance) !== meta) throw new QueryError(`bulkUpdate(): takes objects of ${meta.label}.`);
    if (instance.pk === null) throw new QueryError(`bulkUpdate(): a ${meta.label} among them is not saved.`);
    requireSavedRelations(instance, meta);
    for (const field of fields) {
      if (valuesOf(instance)[field.attname] instanceof PendingValue)
        throw new QueryError(`bulkUpdate(): ${field.label} of an object is not loaded.`);
    }
    const key = keyText(instance.pk);
    // as with CASE, the first of two objects of one row decides
    if (!byKey.has(key)) byKey.set(key, instance);
  }
  return [...byKey.values()];
}

function isWholeTable({ query }: QuerySetState): boolean {
  return query.where.length === 0 && query.joins.size === 0 && !query.isSliced && !query.empty && query.combination === null;
}

const statements = new StatementPlans<Statement>();

/** UPDATE … FROM (VALUES …): one text for each number of rows, whatever the values are. */
function* updateFromValues(
  meta: ModelMeta,
  key: FieldDefinition,
  fields: readonly FieldDefinition[],
  batch: readonly ModelCore[],
  dialect: Dialect,
  alias: string,
): Flow<number> {
  const columns = [key, ...fields];
  const id = `${dialect.vendor}:${batch.length}:${fields.map(({ column }) => column).join(",")}`;
  const statement = statements.get(meta, id, () => ({
    sql: updateText(meta, columns, batch.length, dialect),
    kind: "update",
    returnsRows: false,
  }));
  const params = batch.flatMap((instance) => columns.map((field) => columnParameter(field, valuesOf(instance)[field.attname], dialect)));
  // the value of an execute step is a QueryResult
  const { rowCount } = (yield execute(alias, statement, params)) as QueryResult;
  const noted = rowCount > 0 ? noteWrite(meta, alias) : null;
  if (noted !== null) yield noted;
  return rowCount;
}

function updateText(meta: ModelMeta, columns: readonly FieldDefinition[], rows: number, dialect: Dialect): string {
  const table = dialect.quoteIdentifier(meta.table);
  // the types of the first row are those of the list
  const placeholder = (row: number, field: FieldDefinition, index: number): string => {
    const position = dialect.placeholder(row * columns.length + index + 1);
    const codec = dialect.codec(field.storage);
    return row === 0 ? dialect.castParameter(position, codec.castType ?? codec.columnType) : position;
  };
  const list = Array.from({ length: rows }, (_, row) => `(${columns.map((field, index) => placeholder(row, field, index)).join(", ")})`);
  const [key, ...fields] = columns.map(({ column }) => dialect.quoteIdentifier(column));
  const set = fields.map((column, index) => `${column} = given.column${index + 2}`);
  const version = versionFieldOf(meta);
  if (version !== null && !columns.includes(version)) {
    const counted = dialect.quoteIdentifier(version.column);
    set.push(`${counted} = ${table}.${counted} + 1`);
  }
  return `UPDATE ${table} SET ${set.join(", ")} FROM (VALUES ${list.join(", ")}) AS given WHERE ${table}.${key} = given.column1`;
}

function* updateByCase(
  state: QuerySetState,
  key: FieldDefinition,
  fields: readonly FieldDefinition[],
  batch: readonly ModelCore[],
  alias: string,
): Flow<number> {
  const rows = { ...state, ...filterStep(state, [{ [`${key.name}__in`]: batch.map((instance) => instance.pk) }], false) };
  const changes: Record<string, unknown> = {};
  for (const field of fields) {
    const branches = batch.map((instance) => {
      const value = valuesOf(instance)[field.attname];
      return When({ [key.name]: instance.pk }, { then: isExpression(value) ? value : new ValueExpression(value ?? null, field) });
    });
    changes[field.attname] = Case(...branches, { outputField: field });
  }
  return (yield* runUpdate(rows, changes, alias)).count;
}

/** One condition and what is written where it is the first that holds. */
export type UpdateCase = readonly [condition: unknown, values: Values];

/**
 * Writes other values where other conditions hold, with one UPDATE. Fields that the case of a row does not name keep
 * their values.
 *
 * @returns the number of rows that a condition holds for; of all rows where there is a default
 */
export function* bulkUpdateWhen(
  state: QuerySetState,
  cases: readonly UpdateCase[],
  options: { readonly default?: Values } = {},
): Flow<number> {
  const { meta } = state;
  requireWritable(meta);
  if (cases.length === 0) throw new QueryError("bulkUpdateWhen(): give at least one [condition, values].");
  const conditions = cases.map(([condition]) => {
    const checked = toCondition(condition);
    if (checked.isEmpty)
      throw new QueryError("bulkUpdateWhen(): an empty condition would hold for every row; give its values as the default.");
    return checked;
  });
  const otherwise = options.default ?? {};
  const fields = new Set(
    [...cases.flatMap(([, values]) => Object.keys(values)), ...Object.keys(otherwise)].map((name) => updatedField(meta, name)),
  );
  if (fields.size === 0) throw new QueryError("bulkUpdateWhen(): no case names a field to write.");
  const chosen = (values: Values, field: FieldDefinition): unknown => {
    const value = Object.hasOwn(values, field.name) ? values[field.name] : values[field.attname];
    if (value === undefined) return new Reference(field.attname);
    if (isExpression(value)) return value;
    return new ValueExpression(value === null ? null : isInstance(value) ? value.pk : field.coerce(value), field);
  };
  const changes: Record<string, unknown> = {};
  for (const field of fields) {
    const branches = cases.map(([, values], index) => When(conditions[index], { then: chosen(values, field) }));
    changes[field.attname] = Case(...branches, { default: chosen(otherwise, field), outputField: field });
  }
  const [first, ...rest] = conditions;
  const rows = options.default || !first ? state : { ...state, ...filterStep(state, [first.or(...rest)], false) };
  const alias = writeAlias(state);
  return (yield* runUpdate(rows, changes, alias)).count;
}
