import { QueryError } from "../errors.js";
import { checkOptions } from "../suggestions.js";
import { Trunc } from "./expressions/dates.js";
import { Reference } from "./expressions/references.js";
import type { QuerySetState } from "./state.js";
import { annotateStep, distinctStep, filterStep, orderStep, valuesStep } from "./steps.js";
import { OUTPUT } from "./value-output.js";

const DATE_UNITS = ["year", "quarter", "month", "week", "day"];

interface DateListOptions {
  readonly order?: string;
  readonly timeZone?: string;
}

/** What `dates` and `datetimes` differ in. */
interface DateListKind {
  readonly units: readonly string[];
  readonly options: readonly string[];
  readonly output: typeof OUTPUT.date;
}
const KINDS: Readonly<Record<"dates" | "datetimes", DateListKind>> = {
  dates: { units: DATE_UNITS, options: ["order"], output: OUTPUT.date },
  datetimes: { units: [...DATE_UNITS, "hour", "minute", "second"], options: ["order", "timeZone"], output: OUTPUT.datetime },
};

/** The different dates of a column, cut to a unit, in order, as Django's `dates()` and `datetimes()`. */
export function dateListStep(
  state: QuerySetState,
  method: keyof typeof KINDS,
  field: string,
  unit: string,
  options: DateListOptions = {},
): QuerySetState {
  const { units, output, options: known } = KINDS[method];
  checkOptions(`${method}()`, options, known);
  const { order = "ASC", timeZone } = options;
  if (!units.includes(unit)) throw new QueryError(`${method}(): the unit is one of ${units.join(", ")}, not "${unit}".`);
  if (order !== "ASC" && order !== "DESC") throw new QueryError(`${method}(): order is "ASC" or "DESC", not "${order}".`);
  let current = state;
  const take = (step: Partial<QuerySetState>): void => {
    current = { ...current, ...step };
  };
  const cut = Trunc(new Reference(field), unit, { outputField: output, ...(timeZone !== undefined && { timeZone }) });
  take(annotateStep(current, { plain_field: new Reference(field) }, false));
  take(filterStep(current, [{ plain_field__isnull: false }], false));
  take(valuesStep(current, [{ datefield: cut }], "flat"));
  take(distinctStep(current, []));
  take(orderStep(current, [order === "DESC" ? "-datefield" : "datefield"]));
  return current;
}
