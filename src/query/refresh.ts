import type { Flow } from "../engine/flow.js";
import { FieldError, QueryError } from "../errors.js";
import { type ModelCore, metaOfInstance, stateOf } from "../models/core.js";
import { checkOptions, didYouMean } from "../suggestions.js";
import { get } from "./reading.js";
import { baseState } from "./root-state.js";
import { onlyStep } from "./steps.js";

type Values = Record<string, unknown>;

function valuesOf(instance: ModelCore): Values {
  // a model's attributes are its columns
  return instance as unknown as Values;
}

/** Reads the row of an instance again. */
export function* refreshInstance(
  instance: ModelCore,
  options: { readonly using?: string; readonly fields?: readonly string[] },
): Flow<void> {
  checkOptions("refreshFromDb()", options, ["using", "fields"]);
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
