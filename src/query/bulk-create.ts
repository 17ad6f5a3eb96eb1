import type { QueryResult } from "../drivers/driver.js";
import { atomicFlow } from "../engine/atomic.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { noteWrite } from "../engine/routing.js";
import { QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { isInstance, type ModelCore, metaOfInstance } from "../models/core.js";
import { savingFiles, type Upload } from "../models/file-uploads.js";
import type { ModelMeta } from "../models/meta.js";
import { requireSavedRelations } from "../models/relation-accessors.js";
import { fillVirtual } from "../models/virtual-field.js";
import { writeAlias } from "./alias.js";
import { readInserted } from "./inserted-rows.js";
import { type ConflictRule, columnParameter, hasExpressions, insertedFields, insertPlan, requireWritable } from "./inserts.js";
import { fillOnSave, insertRow, markSaved, readBack, returnedFields } from "./persistence.js";
import { versionFieldOf } from "./row-version.js";
import type { QuerySetState } from "./state.js";
import { withoutRow } from "./stored-files.js";

/** Rows in one statement, where the caller names no number and the database takes so many parameters. */
export const DEFAULT_BATCH = 1000;

export interface BulkCreateOptions {
  readonly batchSize?: number;
  readonly ignoreConflicts?: boolean;
  readonly updateConflicts?: boolean;
  readonly updateFields?: readonly string[];
  readonly uniqueFields?: readonly string[];
  readonly returning?: boolean | readonly string[];
}

export interface UpsertOptions {
  readonly batchSize?: number;
  readonly uniqueFields: readonly string[];
  readonly updateFields?: readonly string[];
  readonly returning?: boolean | readonly string[];
}

/** @throws QueryError for anything but a whole number from 1 up */
export function checkBatchSize(size: number | undefined, method: string): void {
  if (size !== undefined && (!Number.isInteger(size) || size < 1))
    throw new QueryError(`${method}(): batchSize is a whole number from 1 up, not ${size}.`);
}

/** Inserts many rows with few statements, and puts what the database filled in on the instances. */
export function* bulkCreate(state: QuerySetState, given: Iterable<unknown>, options: BulkCreateOptions = {}): Flow<ModelCore[]> {
  const conflict = conflictRule(state.meta, options, "bulkCreate");
  const extra = returningFields(state.meta, options.returning);
  if (extra.length > 0 && conflict)
    throw new QueryError(
      "bulkCreate(): returning excludes ignoreConflicts and updateConflicts. To read back what an update made of the rows, use upsert().",
    );
  return yield* insertAll(state, given, conflict, extra, options.batchSize, "bulkCreate");
}

/** Inserts rows, and updates those that are there already by their unique columns. */
export function* upsert(state: QuerySetState, given: Iterable<unknown>, options: UpsertOptions): Flow<ModelCore[]> {
  const { uniqueFields, updateFields, returning, batchSize } = options;
  const conflict = conflictRule(state.meta, { updateConflicts: true, uniqueFields, ...(updateFields && { updateFields }) }, "upsert");
  return yield* insertAll(state, given, conflict, returningFields(state.meta, returning), batchSize, "upsert");
}

function* insertAll(
  state: QuerySetState,
  given: Iterable<unknown>,
  conflict: ConflictRule | null,
  extra: readonly FieldDefinition[],
  batchSize: number | undefined,
  method: string,
): Flow<ModelCore[]> {
  const { meta } = state;
  requireWritable(meta);
  checkBatchSize(batchSize, method);
  const instances = Array.from(given, (each) => toInstance(meta, each, method));
  if (instances.length === 0) return [];
  const alias = writeAlias(state);
  const now = new Date();
  if (meta.virtual.size > 0) yield* fillVirtual(meta.virtual, instances, alias);
  for (const instance of instances) {
    requireSavedRelations(instance, meta);
    fillOnSave(meta, instance, true, now);
  }
  const insert = () => atomicFlow(alias, () => insertBatches(meta, instances, alias, conflict, extra, batchSize));
  const ignored = conflict?.action === "ignore" ? (uploads: readonly Upload[]) => withoutRow(meta, uploads, alias) : null;
  yield* savingFiles(meta, instances, alias, null, insert, ignored);
  return instances;
}

function returningFields(meta: ModelMeta, returning: boolean | readonly string[] | undefined): readonly FieldDefinition[] {
  if (returning === undefined || returning === false) return [];
  return returning === true ? meta.fields : returning.map((name) => meta.column(name));
}

function toInstance(meta: ModelMeta, given: unknown, method: string): ModelCore {
  if (isInstance(given)) {
    if (metaOfInstance(given) !== meta)
      throw new QueryError(`${method}(): a ${metaOfInstance(given).label} among objects of ${meta.label}.`);
    return given;
  }
  return new meta.modelClass(given);
}

function conflictRule(meta: ModelMeta, options: BulkCreateOptions, method: string): ConflictRule | null {
  const { ignoreConflicts = false, updateConflicts = false } = options;
  if (ignoreConflicts && updateConflicts) throw new QueryError(`${method}(): ignoreConflicts and updateConflicts exclude each other.`);
  const columns = (names: readonly string[] | undefined): FieldDefinition[] =>
    (names ?? []).flatMap((name) => (name === "pk" ? meta.keyFields : [meta.column(name)]));
  const uniqueFields = columns(options.uniqueFields);
  if (!updateConflicts) {
    if (options.updateFields) throw new QueryError(`${method}(): updateFields needs updateConflicts: true.`);
    return ignoreConflicts ? { action: "ignore", uniqueFields, updateFields: [], countedUp: [] } : null;
  }
  if (uniqueFields.length === 0)
    throw new QueryError(`${method}(): to update rows that conflict it needs uniqueFields, the columns in which they do.`);
  const version = versionFieldOf(meta);
  const kept = new Set([...uniqueFields, ...meta.keyFields, version]);
  const updateFields = options.updateFields
    ? columns(options.updateFields)
    : meta.fields.filter((field) => !field.unique && !field.generated && !kept.has(field));
  for (const field of updateFields) {
    if (meta.keyFields.includes(field))
      throw new QueryError(`${method}(): ${field.label} is the primary key and cannot be in updateFields.`);
    if (field.generated) throw new QueryError(`${method}(): ${field.label} is computed by the database and cannot be in updateFields.`);
  }
  const countedUp = version === null || updateFields.includes(version) ? [] : [version];
  return { action: "update", uniqueFields, updateFields, countedUp };
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
  for (const { fields, members, computed } of groupByColumns(meta, instances)) {
    if (computed.length > 0 && conflict) throw new QueryError(`${meta.label}: rows that may conflict cannot have expressions as values.`);
    for (const instance of computed) {
      // a value that the database computes is text of its own, so such a row goes alone
      yield* insertRow(instance, meta, alias);
      const noted = noteWrite(meta, alias);
      if (noted !== null) yield noted;
      markSaved(instance, alias);
    }
    const returning =
      conflict?.action === "ignore" ? [] : [...new Set([...returnedFields(meta, fields), ...extra, ...(conflict?.countedUp ?? [])])];
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
      const { rows, rowCount, insertedKeys } = (yield execute(alias, plan.statement, params)) as QueryResult;
      const noted = rowCount > 0 ? noteWrite(meta, alias) : null;
      if (noted !== null) yield noted;
      // rows that conflicted and were ignored give nothing back, so that nothing can be told of the others
      const complete = rows.length === batch.length;
      for (const [index, instance] of batch.entries()) {
        const row = rows[index];
        if (row && complete) readBack(instance, plan, row);
        if (conflict?.action !== "ignore") markSaved(instance, alias);
      }
      // after a conflict the keys do not count up from the first one
      if (plan.missing.length > 0) yield* readInserted(batch, alias, plan.missing, conflict === null ? insertedKeys : undefined);
    }
  }
}

interface ColumnGroup {
  readonly fields: readonly FieldDefinition[];
  readonly members: ModelCore[];
  /** Those with a value that the database computes. */
  readonly computed: ModelCore[];
}

/** Instances with a key and without, with and without values that the database may fill, need INSERTs of different columns. */
function groupByColumns(meta: ModelMeta, instances: readonly ModelCore[]): Iterable<ColumnGroup> {
  const groups = new Map<string, ColumnGroup>();
  const optional = meta.fields.filter((field) => field.auto || field.generated || Object.hasOwn(field.options, "dbDefault"));
  for (const instance of instances) {
    const values = instance as unknown as Record<string, unknown>;
    let key = "";
    for (const field of optional) key += (values[field.attname] ?? null) === null ? "0" : "1";
    let group = groups.get(key);
    if (!group) {
      group = { fields: insertedFields(meta, instance), members: [], computed: [] };
      groups.set(key, group);
    }
    (hasExpressions(group.fields, instance) ? group.computed : group.members).push(instance);
  }
  return groups.values();
}
