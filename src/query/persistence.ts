import type { QueryResult, Row } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { DatabaseError, FieldError, OptimisticLockError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { keyText, ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import { fileFieldsOf } from "../models/file-fields.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import type { SaveOptions } from "../models/query-port.js";
import { requireSavedRelations } from "../models/relation-accessors.js";
import { signals } from "../models/signals.js";
import { fillVirtual } from "../models/virtual-field.js";
import { checkOptions, didYouMean } from "../suggestions.js";
import { instanceAlias } from "./alias.js";
import { loadAllDeferred } from "./deferred-columns.js";
import { readInserted } from "./inserted-rows.js";
import {
  columnParameter,
  hasExpressions,
  type InsertPlan,
  insertedFields,
  insertPlan,
  insertWithExpressions,
  type Returning,
  readingBack,
  requireWritable,
} from "./inserts.js";
import { exists } from "./reading.js";
import { refreshInstance } from "./refresh.js";
import { baseState } from "./root-state.js";
import { nextVersion, versionFieldOf } from "./row-version.js";
import { savePlan } from "./save-plan.js";
import type { QuerySetState } from "./state.js";
import { filterStep } from "./steps.js";
import { writingFiles } from "./stored-files.js";
import { runUpdate } from "./updates.js";

type Values = Record<string, unknown>;

function valuesOf(instance: ModelCore): Values {
  // a model's attributes are its columns
  return instance as unknown as Values;
}

/** Lets fields fill themselves (autoNow), one time for all. */
export function fillOnSave(
  meta: ModelMeta,
  instance: ModelCore,
  adding: boolean,
  now: Date,
  only: ReadonlySet<FieldDefinition> | null = null,
): void {
  const values = valuesOf(instance);
  for (const field of meta.fields) {
    if (only && !only.has(field)) continue;
    const value = values[field.attname];
    if (!(value instanceof PendingValue)) values[field.attname] = field.preSave(value, adding, now);
  }
}

/** The columns that the database fills, to be read back after an INSERT. */
export function returnedFields(meta: ModelMeta, inserted: readonly FieldDefinition[]): FieldDefinition[] {
  return meta.fields.filter((field) => !inserted.includes(field) || field.generated);
}

/** Puts what RETURNING gave on an instance. */
export function readBack(instance: ModelCore, plan: Returning, row: Row): void {
  const values = valuesOf(instance);
  for (const [index, field] of plan.returning.entries()) {
    const raw = row[index];
    const decode = plan.decode[index];
    values[field.attname] = raw === null || !decode ? raw : decode(raw);
  }
}

export function markSaved(instance: ModelCore, alias: string): void {
  const state = stateOf(instance);
  state.adding = false;
  state.alias = alias;
}

/** @returns the fields named, or null where all are meant */
function namedFields(meta: ModelMeta, names: readonly string[] | undefined, option: string): ReadonlySet<FieldDefinition> | null {
  if (names === undefined) return null;
  const fields = new Set<FieldDefinition>();
  for (const name of names) {
    const field = meta.findColumn(name);
    if (!field)
      throw new FieldError(
        `save({ ${option}: ["${name}"] }): ${meta.label} has no column "${name}". ${didYouMean(name, meta.fieldNames())}`.trim(),
      );
    if (meta.keyFields.includes(field)) throw new QueryError(`save({ ${option}: ["${name}"] }): the primary key cannot be updated.`);
    fields.add(field);
  }
  return fields;
}

/**
 * Inserts or updates the row of an instance: what `save()` does. An instance that was loaded, or that was given a key, is
 * updated, and inserted where there is no such row, as in Django.
 */
export function* saveInstance(instance: ModelCore, options: SaveOptions): Flow<void> {
  checkOptions("save()", options, ["using", "forceInsert", "forceUpdate", "updateFields"]);
  const meta = metaOfInstance(instance);
  requireWritable(meta);
  const { forceInsert = false, forceUpdate = false } = options;
  if (forceInsert && (forceUpdate || options.updateFields !== undefined)) {
    throw new QueryError("save(): forceInsert excludes forceUpdate and updateFields.");
  }
  const only = namedFields(meta, options.updateFields, "updateFields");
  if (only?.size === 0) return;
  const state = stateOf(instance);
  const alias = instanceAlias(instance, "write", options.using ?? null);
  if (meta.virtual.size > 0) yield* fillVirtual(meta.virtual, [instance], alias);
  requireSavedRelations(instance, meta);
  // a row that is made needs all of its columns
  if (!state.adding && (forceInsert || alias !== state.alias)) yield* loadAllDeferred(instance, new Set());
  const event = {
    sender: meta.modelClass,
    instance,
    raw: false,
    using: alias,
    updateFields: only && new Set([...only].map(({ name }) => name)),
  };
  if (signals.preSave.active) yield* signals.preSave.send(meta, { ...event, created: state.adding });
  const write = () => writeRow(instance, meta, alias, options, only);
  const created = yield* fileFieldsOf(meta).length > 0 ? writingFiles(instance, meta, alias, only, write) : write();
  markSaved(instance, alias);
  const noted = noteWrite(meta, alias);
  if (noted !== null) yield noted;
  if (signals.postSave.active) yield* signals.postSave.send(meta, { ...event, created });
}

/** @returns whether the row is new */
function* writeRow(
  instance: ModelCore,
  meta: ModelMeta,
  alias: string,
  options: SaveOptions,
  only: ReadonlySet<FieldDefinition> | null,
): Flow<boolean> {
  const { forceInsert = false, forceUpdate = false } = options;
  const now = new Date();
  const key = instance.pk;
  const keyHasDefault = meta.keyFields.length === 1 && meta.keyFields[0]?.hasDefault() === true;
  const updateOnly = forceUpdate || only !== null;
  const insertAtOnce = forceInsert || key === null || (stateOf(instance).adding && keyHasDefault && !updateOnly);
  if (insertAtOnce && updateOnly) throw new QueryError(`save(): ${meta.label} has no key yet, so there is no row to update.`);
  if (!insertAtOnce) {
    fillOnSave(meta, instance, false, now, only);
    if (yield* updateRow(instance, meta, alias, only)) return false;
    if (updateOnly || instance.getDeferredFields().size > 0) {
      throw new DatabaseError(`save(): no row of ${meta.label} has the key ${keyText(key)}, so nothing was updated.`, {
        alias,
        code: "row_not_found",
      });
    }
  }
  fillOnSave(meta, instance, true, now);
  yield* insertRow(instance, meta, alias);
  return true;
}

/** Saves by the method of the model's class, where it has one of its own. */
export function* saveByMethod(instance: ModelCore, options: SaveOptions): Flow<void> {
  if (instance.save === ModelCore.prototype.save && instance.saveSync === ModelCore.prototype.saveSync)
    yield* saveInstance(instance, options);
  else yield { perform: () => instance.save(options), performSync: () => instance.saveSync(options) };
}

/** Inserts one row and reads back what the database filled in. */
export function* insertRow(instance: ModelCore, meta: ModelMeta, alias: string): Flow<void> {
  const dialect = dialectFor(alias);
  const fields = insertedFields(meta, instance);
  const returning = returnedFields(meta, fields);
  let plan: InsertPlan;
  let params: unknown[];
  if (hasExpressions(fields, instance)) ({ plan, params } = insertWithExpressions(meta, fields, instance, dialect, returning));
  else {
    plan = insertPlan(meta, fields, 1, dialect, null, returning);
    const values = valuesOf(instance);
    params = fields.map((field) => columnParameter(field, values[field.attname], dialect));
  }
  // the value of an execute step is a QueryResult
  const result = (yield execute(alias, plan.statement, params)) as QueryResult;
  const [row] = result.rows;
  if (row) readBack(instance, plan, row);
  else yield* readInserted([instance], alias, plan.missing, result.insertedKeys);
}

/** The version column of a row that was read, where the model has one (Meta.versionField). */
function guardOf(instance: ModelCore, meta: ModelMeta): FieldDefinition | null {
  return stateOf(instance).adding ? null : versionFieldOf(meta);
}

function staleError(instance: ModelCore, meta: ModelMeta, alias: string): OptimisticLockError {
  return new OptimisticLockError(
    `save(): the ${meta.label} ${keyText(instance.pk)} was changed by somebody else since it was read. Read it again with refreshFromDb(), then decide.`,
    { alias, code: "stale_object" },
  );
}

/** Updates the row of an instance; @returns whether there was one. */
function* updateRow(instance: ModelCore, meta: ModelMeta, alias: string, only: ReadonlySet<FieldDefinition> | null): Flow<boolean> {
  const values = valuesOf(instance);
  const guard = guardOf(instance, meta);
  const version = guard && values[guard.attname];
  const fields: FieldDefinition[] = [];
  const computed: FieldDefinition[] = [];
  for (const field of meta.fields) {
    if (meta.keyFields.includes(field) || field.generated) continue;
    const value = values[field.attname];
    if (value instanceof PendingValue) {
      if (only?.has(field)) throw new QueryError(`save(): ${field.label} is not loaded, so it cannot be saved.`);
      continue;
    }
    if (only !== null && !only.has(field) && field !== guard) continue;
    fields.push(field);
    if (isExpression(value)) computed.push(field);
  }
  const base: QuerySetState = { ...baseState(meta), using: alias };
  // a model of nothing but its key: the row is there or not
  if (fields.length === 0) return yield* exists({ ...base, ...filterStep(base, [{ pk: instance.pk }], false) });
  const dialect = dialectFor(alias);
  const changed = [...computed, ...meta.fields.filter((field) => field.generated && !(values[field.attname] instanceof PendingValue))];
  const returning = dialect.features.updateReturning ? changed : [];
  let count: number;
  let rows: readonly Row[];
  let read: Returning;
  const next = (field: FieldDefinition): unknown => (field === guard ? nextVersion(version) : values[field.attname]);
  if (computed.length > 0) {
    const row = { ...base, ...filterStep(base, [{ pk: instance.pk, ...(guard && { [guard.name]: version }) }], false) };
    const changes = Object.fromEntries(fields.map((field) => [field.attname, next(field)]));
    ({ count, rows } = yield* runUpdate(row, changes, alias, returning));
    read = readingBack(returning, dialect);
  } else {
    const plan = savePlan(meta, fields, dialect, returning, guard);
    const params = [
      ...fields.map((field) => columnParameter(field, next(field), dialect)),
      ...meta.keyFields.map((field) => columnParameter(field, values[field.attname], dialect)),
      ...(guard ? [columnParameter(guard, version, dialect)] : []),
    ];
    // the value of an execute step is a QueryResult
    const result = (yield execute(alias, plan.statement, params)) as QueryResult;
    ({ rowCount: count, rows } = result);
    read = plan;
  }
  if (guard) {
    if (count > 0) values[guard.attname] = nextVersion(version);
    else if (yield* exists({ ...base, ...filterStep(base, [{ pk: instance.pk }], false) })) throw staleError(instance, meta, alias);
  }
  const [row] = rows;
  if (row) readBack(instance, read, row);
  else if (count > 0 && changed.length > 0)
    yield* refreshInstance(instance, { using: alias, fields: changed.map((field) => field.attname) });
  return count > 0;
}
