import type { FunctionTemplate } from "../../sql/dialect.js";
import { quoteText } from "../quoting.js";

/** The field of EXTRACT for a part, where it is not the part's name. */
const FIELDS: Readonly<Record<string, string>> = { isoYear: "isoyear", isoWeekDay: "isodow", dayOfYear: "doy", weekDay: "dow" };

/** An instant as a clock of the zone shows it; dates and times as they are. */
function onClock(source: string, from: unknown, timeZone: unknown): string {
  return from === "datetime" ? `(${source} AT TIME ZONE ${quoteText(String(timeZone))})` : source;
}

const extract: FunctionTemplate = ([source = ""], { options = {} }) => {
  const part = String(options.part);
  if (part === "epoch") return `EXTRACT(EPOCH FROM ${source})::double precision`;
  const local = options.from === "duration" ? `JUSTIFY_HOURS(${source})` : onClock(source, options.from, options.timeZone);
  const whole = part === "second" ? `DATE_TRUNC('second', ${local})` : local;
  const number = `EXTRACT(${FIELDS[part] ?? part} FROM ${whole})::integer`;
  return part === "weekDay" ? `(${number} + 1)` : number;
};

const truncate: FunctionTemplate = ([source = ""], { options = {} }) => {
  const unit = String(options.unit);
  const local = onClock(source, options.from, options.timeZone);
  if (unit === "date" || unit === "time") return `(${local})::${unit}`;
  const start = `DATE_TRUNC(${quoteText(unit)}, ${local})`;
  return options.to === "datetime" ? `(${start} AT TIME ZONE ${quoteText(String(options.timeZone))})` : `(${start})::${String(options.to)}`;
};

/** Functions of dates, times, instants and durations. */
export const dateFunctions: Readonly<Record<string, FunctionTemplate>> = {
  NOW: () => "STATEMENT_TIMESTAMP()",
  EXTRACT: extract,
  TRUNC: truncate,
  temporal_shift: ([moment = "", duration = ""], { options = {} }) => {
    const shifted = `(${moment} ${options.operator === "-" ? "-" : "+"} ${duration})`;
    return options.kind === "date" ? `(${shifted} AT TIME ZONE 'UTC')` : shifted;
  },
  // dates differ by a number of days
  temporal_difference: ([later = "", earlier = ""], { options = {} }) =>
    options.kind === "date" ? `((${later} - ${earlier}) * INTERVAL '1 day')` : `(${later} - ${earlier})`,
};
