import type { QueryResult } from "../drivers/driver.js";
import { atomicFlow } from "../engine/atomic.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { FieldError, IntegrityError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isInstance, type ModelCore, metaOfInstance } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import { assignValues } from "../models/initialize.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import { requireSavedRelations } from "../models/relation-accessors.js";
import { writeAlias } from "./alias.js";
import { Case, When } from "./expressions/conditional.js";
import { ValueExpression } from "./expressions/references.js";
import { type ConflictRule, columnParameter, hasExpressions, insertedFields, insertPlan, requireWritable } from "./inserts.js";
import { fillOnSave, markSaved, readBack, returnedFields, saveInstance } from "./persistence.js";
import { getOrNone } from "./reading.js";
import type { QuerySetState } from "./state.js";
import { filterStep, lockStep } from "./steps.js";
import { runUpdate } from "./updates.js";

export function* create(state: QuerySetState, values: Readonly<Record<string, unknown>>): Flow<ModelCore> {
  requireWritable(state.meta);
  const instance = new state.meta.modelClass(values);
  yield* saveInstance(instance, { forceInsert: true, using: writeAlias(state) });
  return instance;
}

export function* update(state: QuerySetState, changes: Readonly<Record<string, unknown>>): Flow<number> {
  if (state.query.combination) throw new QueryError("update() is not possible after a combination. Call it on the parts.");
  if (state.query.columns !== null && state.query.groupBy !== null)
    throw new QueryError("update() cannot follow values() with aggregates.");
  const alias = writeAlias(state);
  const { count } = yield* runUpdate(state, changes, alias);
  if (count > 0) noteWrite(state.meta, alias);
  return count;
}

export interface BulkCreateOptions {
  readonly batchSize?: number;
  readonly ignoreConflicts?: boolean;
  readonly updateConflicts?: boolean;
  readonly updateFields?: readonly string[];
  readonly uniqueFields?: readonly string[];
  readonly returning?: readonly string[];
}

/** Inserts many rows with few statements, and puts what the database filled in on the instances. */
export function* bulkCreate(state: QuerySetState, given: Iterable<unknown>, options: BulkCreateOptions = {}): Flow<ModelCore[]> {
  const { meta } = state;
  requireWritable(meta);
  const conflict = conflictRule(meta, options);
  const extra = (options.returning ?? []).map((name) => meta.column(name));
  if (extra.length > 0 && conflict) throw new QueryError("bulkCreate(): returning excludes ignoreConflicts and updateConflicts.");
  if (options.batchSize !== undefined && (!Number.isInteger(options.batchSize) || options.batchSize < 1))
    throw new QueryError(`bulkCreate(): batchSize is a whole number from 1 up, not ${options.batchSize}.`);
  const instances = [...given].map((each) => toInstance(meta, each));
  if (instances.length === 0) return [];
  const alias = writeAlias(state);
  const now = new Date();
  for (const instance of instances) {
    requireSavedRelations(instance, meta);
    fillOnSave(meta, instance, true, now);
  }
  yield* atomicFlow(alias, () => insertBatches(meta, instances, alias, conflict, extra, options.batchSize));
  noteWrite(meta, alias);
  return instances;
}

function toInstance(meta: ModelMeta, given: unknown): ModelCore {
  if (isInstance(given)) {
    if (metaOfInstance(given) !== meta)
      throw new QueryError(`bulkCreate(): a ${metaOfInstance(given).label} among objects of ${meta.label}.`);
    return given;
  }
  return new meta.modelClass(given);
}

function conflictRule(meta: ModelMeta, options: BulkCreateOptions): ConflictRule | null {
  const { ignoreConflicts = false, updateConflicts = false } = options;
  if (ignoreConflicts && updateConflicts) throw new QueryError("bulkCreate(): ignoreConflicts and updateConflicts exclude each other.");
  const columns = (names: readonly string[] | undefined): FieldDefinition[] =>
    (names ?? []).flatMap((name) => (name === "pk" ? meta.keyFields : [meta.column(name)]));
  const uniqueFields = columns(options.uniqueFields);
  if (!updateConflicts) {
    if (options.updateFields) throw new QueryError("bulkCreate(): updateFields needs updateConflicts: true.");
    return ignoreConflicts ? { action: "ignore", uniqueFields, updateFields: [] } : null;
  }
  if (uniqueFields.length === 0)
    throw new QueryError("bulkCreate(): updateConflicts needs uniqueFields, the columns in which rows conflict.");
  const updateFields = options.updateFields
    ? columns(options.updateFields)
    : meta.fields.filter((field) => !field.unique && !field.generated && !uniqueFields.includes(field) && !meta.keyFields.includes(field));
  for (const field of updateFields)
    if (meta.keyFields.includes(field))
      throw new QueryError(`bulkCreate(): ${field.label} is the primary key and cannot be in updateFields.`);
  return { action: "update", uniqueFields, updateFields };
}

/** Inserts instances of one model with few statements; they have been checked and filled. */
export function* insertBatches(
  meta: ModelMeta,
  instances: readonly ModelCore[],
  alias: string,
  conflict: ConflictRule | null,
  extra: readonly FieldDefinition[],
  batchSize: number | undefined,
): Flow<void> {
  const dialect = dialectFor(alias);
  for (const { fields, members } of groupByColumns(meta, instances)) {
    const returning =
      conflict === null
        ? [...new Set([...returnedFields(meta, fields), ...extra])]
        : conflict.action === "update"
          ? returnedFields(meta, fields)
          : [];
    const fitting = Math.max(1, Math.floor(dialect.features.maxParameters / Math.max(1, fields.length)));
    const size = fields.length === 0 ? 1 : Math.min(batchSize ?? DEFAULT_BATCH, fitting);
    for (let start = 0; start < members.length; start += size) {
      const batch = members.slice(start, start + size);
      const plan = insertPlan(meta, fields, batch.length, dialect, conflict, returning);
      const params: unknown[] = new Array(batch.length * fields.length);
      let position = 0;
      for (const instance of batch) {
        const values = instance as unknown as Record<string, unknown>;
        for (const field of fields) params[position++] = columnParameter(field, values[field.attname], dialect);
      }
      // the value of an execute step is a QueryResult
      const { rows } = (yield execute(alias, plan.statement, params)) as QueryResult;
      // rows that conflicted and were ignored give nothing back, so that nothing can be told of the others
      const complete = rows.length === batch.length;
      for (const [index, instance] of batch.entries()) {
        const row = rows[index];
        if (row && complete) readBack(instance, plan, row);
        if (conflict?.action !== "ignore") markSaved(instance, alias);
      }
    }
  }
}

const DEFAULT_BATCH = 1000;

/** Instances with a key and without, with and without values that the database may fill, need INSERTs of different columns. */
function* groupByColumns(meta: ModelMeta, instances: readonly ModelCore[]): Generator<{ fields: FieldDefinition[]; members: ModelCore[] }> {
  const groups = new Map<string, { fields: FieldDefinition[]; members: ModelCore[] }>();
  const optional = meta.fields.filter((field) => field.auto || field.generated || Object.hasOwn(field.options, "dbDefault"));
  for (const instance of instances) {
    const values = instance as unknown as Record<string, unknown>;
    let key = "";
    for (const field of optional) key += (values[field.attname] ?? null) === null ? "0" : "1";
    let group = groups.get(key);
    if (!group) {
      group = { fields: insertedFields(meta, instance), members: [] };
      groups.set(key, group);
    }
    if (hasExpressions(group.fields, instance))
      throw new QueryError(`bulkCreate(): ${meta.label} has an expression as a value; save that instance by itself.`);
    group.members.push(instance);
  }
  yield* groups.values();
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
  if (options.batchSize !== undefined && (!Number.isInteger(options.batchSize) || options.batchSize < 1))
    throw new QueryError(`bulkUpdate(): batchSize is a whole number from 1 up, not ${options.batchSize}.`);
  const fields = names.map((name) => {
    const field = meta.findColumn(name);
    if (!field) throw new FieldError(`bulkUpdate(): ${meta.label} has no column "${name}".`);
    if (meta.keyFields.includes(field)) throw new QueryError("bulkUpdate(): the primary key cannot be updated.");
    return field;
  });
  const key = meta.singleKey("bulkUpdate()");
  const instances = [...given];
  for (const instance of instances) {
    if (!isInstance(instance) || metaOfInstance(instance) !== meta) throw new QueryError(`bulkUpdate(): takes objects of ${meta.label}.`);
    if (instance.pk === null) throw new QueryError(`bulkUpdate(): a ${meta.label} among them is not saved.`);
    requireSavedRelations(instance, meta);
    for (const field of fields)
      if ((instance as unknown as Record<string, unknown>)[field.attname] instanceof PendingValue)
        throw new QueryError(`bulkUpdate(): ${field.label} of an object is not loaded.`);
  }
  if (instances.length === 0) return 0;
  const alias = writeAlias(state);
  const dialect = dialectFor(alias);
  // each row needs its key twice for each field and its value, and its key once in the list
  const fitting = Math.max(1, Math.floor(dialect.features.maxParameters / (fields.length * 2 + 1)));
  const size = Math.min(options.batchSize ?? DEFAULT_BATCH, fitting);
  const updated = yield* atomicFlow(alias, function* () {
    let total = 0;
    for (let start = 0; start < instances.length; start += size) {
      const batch = instances.slice(start, start + size) as ModelCore[];
      const keys = batch.map((instance) => instance.pk);
      const rows = { ...state, ...filterStep(state, [{ [`${key.name}__in`]: keys }], false) };
      const changes: Record<string, unknown> = {};
      for (const field of fields) {
        const branches = batch.map((instance) => {
          const value = (instance as unknown as Record<string, unknown>)[field.attname];
          return When({ [key.name]: instance.pk }, { then: isExpression(value) ? value : new ValueExpression(value ?? null, field) });
        });
        changes[field.attname] = Case(...branches, { outputField: field });
      }
      total += (yield* runUpdate(rows, changes, alias)).count;
    }
    return total;
  });
  noteWrite(meta, alias);
  return updated;
}

/** Lookup keys make the object too, where they are plain fields. */
function creationValues(
  conditions: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(conditions)) if (!name.includes("__")) values[name] = value;
  for (const [name, value] of Object.entries(defaults)) values[name] = typeof value === "function" ? (value as () => unknown)() : value;
  return values;
}

export function* getOrCreate(
  state: QuerySetState,
  conditions: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Flow<[ModelCore, boolean]> {
  const alias = writeAlias(state);
  const onWriter: QuerySetState = { ...state, using: alias };
  const found = (yield* getOrNone(onWriter, [conditions])) as ModelCore | null;
  if (found) return [found, false];
  const values = creationValues(conditions, defaults);
  try {
    // a savepoint of its own: an outer transaction goes on after a lost race
    const created = yield* atomicFlow(alias, () => create(onWriter, values));
    return [created, true];
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const winner = (yield* getOrNone(onWriter, [conditions])) as ModelCore | null;
    if (winner) return [winner, false];
    throw error;
  }
}

export function* updateOrCreate(
  state: QuerySetState,
  conditions: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
  createDefaults: Readonly<Record<string, unknown>> | undefined,
): Flow<[ModelCore, boolean]> {
  const alias = writeAlias(state);
  const onWriter: QuerySetState = { ...state, using: alias };
  return yield* atomicFlow(alias, function* () {
    const locked = lockRows(onWriter);
    const [instance, created] = yield* getOrCreate(locked, conditions, createDefaults ?? defaults);
    if (created) return [instance, true] satisfies [ModelCore, boolean];
    assignValues(instance, state.meta, creationValues({}, defaults));
    const names = Object.keys(defaults).map((name) => state.meta.column(name).name);
    // fields that fill themselves are saved with the others
    for (const field of state.meta.fields) if (field.filledOnSave && !names.includes(field.name)) names.push(field.name);
    yield* saveInstance(instance, { using: alias, updateFields: names });
    return [instance, false] satisfies [ModelCore, boolean];
  });
}

function lockRows(state: QuerySetState): QuerySetState {
  return { ...state, ...lockStep(state, { wait: "wait", of: [], strength: "UPDATE" }) };
}
