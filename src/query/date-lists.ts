import type { Flow } from "../engine/flow.js";
import { QueryError } from "../errors.js";
import { Trunc } from "./expressions/dates.js";
import { Reference } from "./expressions/references.js";
import { fetchAll } from "./fetch.js";
import type { QuerySetState } from "./state.js";
import { annotateStep, distinctStep, filterStep, orderStep, valuesStep } from "./steps.js";
import { OUTPUT } from "./value-output.js";

const DATE_UNITS = ["year", "quarter", "month", "week", "day"];
const DATETIME_UNITS = [...DATE_UNITS, "hour", "minute", "second"];

/** The distinct dates of a column, cut to a unit, in order. */
export function dates(state: QuerySetState, field: string, unit: string, order: string): Flow<unknown[]> {
  return truncated(state, field, unit, order, "dates", DATE_UNITS, OUTPUT.date);
}

export function datetimes(state: QuerySetState, field: string, unit: string, order: string): Flow<unknown[]> {
  return truncated(state, field, unit, order, "datetimes", DATETIME_UNITS, OUTPUT.datetime);
}

function* truncated(
  state: QuerySetState,
  field: string,
  unit: string,
  order: string,
  method: string,
  units: readonly string[],
  output: typeof OUTPUT.date,
): Flow<unknown[]> {
  if (!units.includes(unit)) throw new QueryError(`${method}(): the unit is one of ${units.join(", ")}, not "${unit}".`);
  if (order !== "ASC" && order !== "DESC") throw new QueryError(`${method}(): order is "ASC" or "DESC", not "${order}".`);
  let current = state;
  const take = (step: Partial<QuerySetState>): void => {
    current = { ...current, ...step };
  };
  take(
    annotateStep(
      current,
      { datefield: Trunc(new Reference(field), unit, { outputField: output }), plain_field: new Reference(field) },
      false,
    ),
  );
  take(filterStep(current, [{ plain_field__isnull: false }], false));
  take(valuesStep(current, ["datefield"], "flat"));
  take(distinctStep(current, []));
  take(orderStep(current, [order === "DESC" ? "-datefield" : "datefield"]));
  return yield* fetchAll(current);
}
