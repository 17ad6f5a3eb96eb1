import { QueryError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import type { Node } from "../sql/nodes.js";
import { fieldOf } from "./query.js";
import { OUTPUT } from "./value-output.js";

const UNITS_OF_DAYS = new Set(["year", "quarter", "month", "week", "day", "date"]);
const UNITS_OF_TIME = new Set(["hour", "minute", "second", "time"]);

/**
 * A node cut to a unit, as the field that it then is.
 *
 * @param timeZone - null: that of the settings when the query runs
 * @throws QueryError where a date has no such unit, or cannot become what is wanted
 */
export function truncation(source: Node, unit: string, timeZone: string | null, wanted: FieldDefinition | null = null): Node {
  const field = fieldOf(source);
  const from = field?.lookupFamily ?? "datetime";
  if (from !== "datetime" && from !== "date" && from !== "time")
    throw new QueryError(`Trunc takes a date, a time or an instant, not a ${field?.kind}.`);
  const output = wanted ?? (unit === "date" ? OUTPUT.date : unit === "time" ? OUTPUT.time : (field ?? OUTPUT.datetime));
  const to = output.lookupFamily;
  if (to !== "datetime" && to !== "date" && to !== "time")
    throw new QueryError(`Trunc gives a date, a time or an instant, not a ${output.kind}.`);
  const impossible =
    (from === "date" && UNITS_OF_TIME.has(unit)) || (from === "time" && UNITS_OF_DAYS.has(unit)) || (from !== "datetime" && from !== to);
  if (impossible) throw new QueryError(`Trunc: a ${field?.kind} cannot be cut to "${unit}" as a ${output.kind}.`);
  return { kind: "call", name: "TRUNC", args: [source], output, options: { unit, timeZone, from, to } };
}

const PARTS_OF_TIME = new Set(["hour", "minute", "second", "epoch"]);
const PARTS_OF_DURATION = new Set(["day", "hour", "minute", "second", "epoch"]);

/**
 * A part of a node's values, as a number.
 *
 * @param timeZone - null: that of the settings when the query runs
 * @throws QueryError where the source has no such part
 */
export function extraction(source: Node, part: string, timeZone: string | null): Node {
  const field = fieldOf(source);
  const from = field?.lookupFamily ?? "datetime";
  const possible =
    from === "datetime" ||
    (from === "date" && (part === "epoch" || !PARTS_OF_TIME.has(part))) ||
    (from === "time" && PARTS_OF_TIME.has(part)) ||
    (from === "duration" && PARTS_OF_DURATION.has(part));
  if (!possible) throw new QueryError(`Extract: a ${field?.kind} has no "${part}".`);
  const output = part === "epoch" ? OUTPUT.float : OUTPUT.integer;
  return { kind: "call", name: "EXTRACT", args: [source], output, options: { part, timeZone, from } };
}
