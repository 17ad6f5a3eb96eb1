import type { QueryResult, Row } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { DatabaseError, FieldError, QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { isExpression } from "../models/expression-brand.js";
import type { ModelMeta } from "../models/meta.js";
import { PendingValue } from "../models/pending.js";
import type { SaveOptions } from "../models/query-port.js";
import { requireSavedRelations } from "../models/relation-accessors.js";
import { didYouMean } from "../suggestions.js";
import { instanceAlias } from "./alias.js";
import {
  columnParameter,
  hasExpressions,
  type InsertPlan,
  insertedFields,
  insertPlan,
  insertWithExpressions,
  requireWritable,
} from "./inserts.js";
import { exists, get } from "./reading.js";
import { baseState } from "./root-state.js";
import { filterStep, onlyStep } from "./steps.js";
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

export function readBack(instance: ModelCore, plan: InsertPlan, row: Row): void {
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

/** Inserts or updates the row of an instance: what `save()` does. */
export function* saveInstance(instance: ModelCore, options: SaveOptions): Flow<void> {
  const meta = metaOfInstance(instance);
  requireWritable(meta);
  const { forceInsert = false, forceUpdate = false } = options;
  if (forceInsert && (forceUpdate || options.updateFields !== undefined)) {
    throw new QueryError("save(): forceInsert excludes forceUpdate and updateFields.");
  }
  const only = namedFields(meta, options.updateFields, "updateFields");
  if (only?.size === 0) return;
  requireSavedRelations(instance, meta);
  const state = stateOf(instance);
  const alias = instanceAlias(instance, "write", options.using ?? null);
  const now = new Date();
  const key = instance.pk;
  const keyHasDefault = meta.keyFields.length === 1 && meta.keyFields[0]?.hasDefault() === true;
  const insertAtOnce = forceInsert || key === null || (state.adding && keyHasDefault && !forceUpdate && only === null);
  if (!insertAtOnce) {
    fillOnSave(meta, instance, false, now, only);
    const updated = yield* updateRow(instance, meta, alias, only);
    if (updated) {
      markSaved(instance, alias);
      noteWrite(meta, alias);
      return;
    }
    if (forceUpdate || only !== null) {
      throw new DatabaseError(`save(): no row of ${meta.label} has the key ${String(key)}, so nothing was updated.`, {
        alias,
        code: "row_not_found",
      });
    }
  } else if (forceUpdate || only !== null) {
    throw new QueryError(`save(): ${meta.label} has no key yet, so there is no row to update.`);
  }
  fillOnSave(meta, instance, true, now);
  yield* insertRow(instance, meta, alias);
  markSaved(instance, alias);
  noteWrite(meta, alias);
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
}

/** Updates the row of an instance; @returns whether there was one. */
function* updateRow(instance: ModelCore, meta: ModelMeta, alias: string, only: ReadonlySet<FieldDefinition> | null): Flow<boolean> {
  const values = valuesOf(instance);
  const changes: Values = {};
  const computed: FieldDefinition[] = [];
  for (const field of meta.fields) {
    if (meta.keyFields.includes(field) || field.generated) continue;
    const value = values[field.attname];
    if (value instanceof PendingValue) {
      if (only?.has(field)) throw new QueryError(`save(): ${field.label} is not loaded, so it cannot be saved.`);
      continue;
    }
    if (only !== null && !only.has(field)) continue;
    changes[field.attname] = value;
    if (isExpression(value)) computed.push(field);
  }
  const base = { ...baseState(meta), using: alias };
  const row = { ...base, ...filterStep(base, [{ pk: instance.pk }], false) };
  if (Object.keys(changes).length === 0) {
    // a model of nothing but its key: the row is there or not
    return yield* exists(row);
  }
  const { count } = yield* runUpdate(row, changes, alias);
  if (count > 0 && (computed.length > 0 || meta.fields.some((field) => field.generated))) {
    yield* refreshInstance(instance, {
      using: alias,
      fields: [...computed, ...meta.fields.filter((field) => field.generated)].map((field) => field.attname),
    });
  }
  return count > 0;
}

/** Reads the row of an instance again. */
export function* refreshInstance(
  instance: ModelCore,
  options: { readonly using?: string; readonly fields?: readonly string[] },
): Flow<void> {
  const meta = metaOfInstance(instance);
  if (options.fields?.length === 0) return;
  const relations: string[] = [];
  const columns: string[] = [];
  for (const name of options.fields ?? []) {
    if (meta.findColumn(name)) columns.push(name);
    else if (meta.findRelation(name)) relations.push(name);
    else
      throw new FieldError(
        `refreshFromDb({ fields: ["${name}"] }): ${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim(),
      );
  }
  const state = stateOf(instance);
  for (const name of relations) state.clearRelation(name);
  if (options.fields !== undefined && columns.length === 0) return;
  if (instance.pk === null) throw new QueryError(`refreshFromDb(): the ${meta.label} has no key yet.`);
  const base = { ...baseState(meta), using: options.using ?? state.alias };
  const deferred = instance.getDeferredFields();
  const wanted =
    options.fields === undefined
      ? deferred.size === 0
        ? null
        : meta.fields.map((field) => field.attname).filter((name) => !deferred.has(name))
      : columns;
  const narrowed = wanted === null ? base : { ...base, ...onlyStep(base, wanted, true) };
  const fresh = (yield* get(narrowed, [{ pk: instance.pk }])) as ModelCore;
  const values = valuesOf(instance);
  const read = valuesOf(fresh);
  const names = new Set(wanted ?? meta.fields.map((field) => field.attname));
  for (const field of meta.fields) {
    if (!names.has(field.attname) && !names.has(field.name)) continue;
    const value = read[field.attname];
    if (field.attname !== field.name && values[field.attname] !== value) state.clearRelation(field.name);
    values[field.attname] = value;
  }
  if (options.fields === undefined) state.relations = null;
  state.alias = stateOf(fresh).alias;
}
