import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import { currentTimeZone, localToUtc } from "../../fields/time-zone.js";
import type { CallNode, ComparisonOperator, Node } from "../../sql/nodes.js";
import { daysFromCivil, formatDate, MS_PER_DAY } from "../../values/calendar.js";
import { extraction, truncation } from "../date-nodes.js";
import type { Operand, RightSide } from "../operand.js";
import { fieldOf } from "../query.js";
import { OUTPUT } from "../value-output.js";
import { defineTransform } from "./registry.js";

const DATE_PARTS = ["year", "isoYear", "quarter", "month", "week", "weekDay", "isoWeekDay", "day"];
const TIME_PARTS = ["hour", "minute", "second"];

function part(name: string): (operand: Operand) => Operand {
  return ({ node, path }) => ({ node: extraction(node, name, null), field: OUTPUT.integer, path });
}

for (const name of DATE_PARTS) defineTransform(["datetime", "date"], name, part(name));
for (const name of TIME_PARTS) defineTransform(["datetime", "time"], name, part(name));
for (const unit of ["date", "time"]) {
  defineTransform(["datetime"], unit, ({ node, path }) => {
    const cut = truncation(node, unit, null);
    return { node: cut, field: fieldOf(cut), path };
  });
}

/** The first and the last moment of a year, as the column's own values. */
interface YearBounds {
  readonly start: (year: number) => unknown;
  readonly end: (year: number) => unknown;
}

function startOfYear(year: number): number {
  return daysFromCivil(year, 1, 1) * MS_PER_DAY;
}

/** Monday of the week that 4 January is in (ISO 8601). */
function startOfIsoYear(year: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  // day 0, 1 January 1970, was a Thursday
  return (fourth - ((((fourth + 3) % 7) + 7) % 7)) * MS_PER_DAY;
}

function yearBounds(node: CallNode, field: FieldDefinition): YearBounds {
  const first = node.options?.part === "isoYear" ? startOfIsoYear : startOfYear;
  if (field.lookupFamily === "date") {
    return { start: (year) => formatDate(first(year)), end: (year) => formatDate(first(year + 1) - MS_PER_DAY) };
  }
  const named = node.options?.timeZone;
  const zone = (): string => (typeof named === "string" ? named : currentTimeZone());
  const toMicroseconds = field.storage.precision === 6;
  const last = (ms: number): unknown => (toMicroseconds ? new Date(ms).toISOString().replace("Z", "999Z") : new Date(ms));
  return {
    start: (year) => field.coerceLookup(new Date(localToUtc(zone(), first(year)))),
    // a clock's last millisecond of the year is the one before the next year begins
    end: (year) => field.coerceLookup(last(localToUtc(zone(), first(year + 1)) - 1)),
  };
}

/**
 * A comparison of a year as one of the column, so that an index on it serves: `year: 2026` is the range from 1 January to
 * 31 December in the time zone.
 *
 * @returns null where this is no comparison of a year with a value
 */
export function yearComparison(left: Operand, operator: ComparisonOperator, right: RightSide, where: string): Node | null {
  const { node } = left;
  if (right.kind !== "value" || node.kind !== "call" || node.name !== "EXTRACT") return null;
  if (node.options?.part !== "year" && node.options?.part !== "isoYear") return null;
  const [source] = node.args;
  const field = source && fieldOf(source);
  if (!source || !field || (field.lookupFamily !== "date" && field.lookupFamily !== "datetime")) return null;
  const { start, end } = yearBounds(node, field);
  const bound = (of: (year: number) => unknown): Node => ({
    kind: "parameter",
    slot: right.slot,
    prepare: (value) => of(yearOf(value, where)),
    output: field,
    cast: source.kind !== "column",
  });
  switch (operator) {
    case "=":
      return { kind: "between", operand: source, low: bound(start), high: bound(end) };
    case "<":
    case ">=":
      return { kind: "comparison", operator, left: source, right: bound(start) };
    case "<=":
    case ">":
      return { kind: "comparison", operator, left: source, right: bound(end) };
    default:
      return null;
  }
}

function yearOf(value: unknown, where: string): number {
  // an integer field's values are numbers
  const year = OUTPUT.integer.coerceLookup(value) as number;
  if (year < 1 || year > 9999) throw new QueryError(`${where}: the year is one from 1 to 9999, not ${year}.`);
  return year;
}
