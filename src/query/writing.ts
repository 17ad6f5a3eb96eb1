import { atomicFlow } from "../engine/atomic.js";
import type { Flow } from "../engine/flow.js";
import { FieldError, IntegrityError, QueryError } from "../errors.js";
import type { ModelCore } from "../models/core.js";
import { assignValues } from "../models/initialize.js";
import type { ModelMeta } from "../models/meta.js";
import { didYouMean } from "../suggestions.js";
import { writeAlias } from "./alias.js";
import { requireWritable } from "./inserts.js";
import { saveByMethod } from "./persistence.js";
import { getOrNone } from "./reading.js";
import type { QuerySetState } from "./state.js";
import { lockStep } from "./steps.js";
import { runUpdate } from "./updates.js";

type Values = Readonly<Record<string, unknown>>;

/** Makes an instance and inserts its row. */
export function* create(state: QuerySetState, values: Values): Flow<ModelCore> {
  requireWritable(state.meta);
  const instance = new state.meta.modelClass(values);
  yield* saveByMethod(instance, { forceInsert: true, using: writeAlias(state) });
  return instance;
}

/** Updates the rows of a query with one statement. @returns how many there were */
export function* update(state: QuerySetState, changes: Values): Flow<number> {
  if (state.query.combination) throw new QueryError("update() is not possible after a combination. Call it on the parts.");
  if (state.query.columns !== null && state.query.groupBy !== null)
    throw new QueryError("update() cannot follow values() with aggregates.");
  const alias = writeAlias(state);
  return (yield* runUpdate(state, changes, alias)).count;
}

/** @throws FieldError for a default that is no column, before anything is read */
function checkDefaults(meta: ModelMeta, defaults: Values, option: string): void {
  for (const name of Object.keys(defaults)) {
    if (name === "pk" || meta.findColumn(name)) continue;
    throw new FieldError(`${option}: ${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
  }
}

/** Functions among defaults are called when a row is made. */
function called(defaults: Values): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(defaults)) values[name] = typeof value === "function" ? (value as () => unknown)() : value;
  return values;
}

/** Lookups make the object too, where they are plain fields. */
function creationValues(conditions: Values, defaults: Values): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(conditions)) if (!name.includes("__")) values[name] = value;
  return { ...values, ...called(defaults) };
}

/** The row that meets the conditions, else a new one. A concurrent caller that was faster has its row returned. */
export function* getOrCreate(state: QuerySetState, conditions: Values, defaults: Values): Flow<[ModelCore, boolean]> {
  checkDefaults(state.meta, defaults, "getOrCreate: defaults");
  requireWritable(state.meta);
  return yield* findOrMake({ ...state, using: writeAlias(state) }, conditions, defaults);
}

function* findOrMake(onWriter: QuerySetState, conditions: Values, defaults: Values): Flow<[ModelCore, boolean]> {
  // a queryset without values() gives instances
  const found = (yield* getOrNone(onWriter, [conditions])) as ModelCore | null;
  if (found) return [found, false];
  const values = creationValues(conditions, defaults);
  try {
    // a savepoint of its own: an outer transaction goes on after a lost race
    const created = yield* atomicFlow(writeAlias(onWriter), () => create(onWriter, values));
    return [created, true];
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const winner = (yield* getOrNone(onWriter, [conditions])) as ModelCore | null;
    if (winner) return [winner, false];
    throw error;
  }
}

/** The row that meets the conditions with the defaults written to it, else a new one; the row is locked meanwhile. */
export function* updateOrCreate(
  state: QuerySetState,
  conditions: Values,
  defaults: Values,
  createDefaults: Values | undefined,
): Flow<[ModelCore, boolean]> {
  const { meta } = state;
  requireWritable(meta);
  checkDefaults(meta, defaults, "updateOrCreate: defaults");
  checkDefaults(meta, createDefaults ?? {}, "updateOrCreate: createDefaults");
  const alias = writeAlias(state);
  return yield* atomicFlow(alias, function* () {
    const onWriter: QuerySetState = { ...state, using: alias };
    const locked: QuerySetState = { ...onWriter, ...lockStep(onWriter, { wait: "wait", of: [], strength: "UPDATE" }) };
    const [instance, created] = yield* findOrMake(locked, conditions, createDefaults ?? defaults);
    if (created) return [instance, true] satisfies [ModelCore, boolean];
    assignValues(instance, meta, called(defaults));
    const names = new Set(Object.keys(defaults).map((name) => meta.column(name).name));
    // fields that fill themselves are saved with the others
    for (const field of meta.fields) if (field.filledOnSave && !meta.keyFields.includes(field) && !field.generated) names.add(field.name);
    yield* saveByMethod(instance, { using: alias, updateFields: [...names] });
    return [instance, false] satisfies [ModelCore, boolean];
  });
}
