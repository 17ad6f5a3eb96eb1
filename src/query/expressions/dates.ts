import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import { currentTimeZone } from "../../fields/time-zone.js";
import type { Node } from "../../sql/nodes.js";
import { Expression, type ResolveContext } from "../expression.js";
import { fieldOf } from "../query.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

/** Options of Trunc and Extract. */
export interface ZoneOptions {
  readonly outputField?: unknown;
  /** An IANA time zone; the settings' unless given. */
  readonly timeZone?: string;
}

const TRUNCATIONS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "date", "time"];

/** A date or an instant cut to a unit. */
export class Truncation extends Expression {
  readonly source: Expression;
  readonly unit: string;
  readonly outputField: FieldDefinition | null;
  readonly timeZone: string;

  constructor(source: unknown, unit: string, options: ZoneOptions = {}) {
    super();
    if (!TRUNCATIONS.includes(unit)) throw new QueryError(`Trunc: there is no unit "${unit}". There are: ${TRUNCATIONS.join(", ")}.`);
    this.source = argument(source);
    this.unit = unit;
    this.outputField = outputFieldOf(options);
    this.timeZone = options.timeZone ?? currentTimeZone();
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Trunc:${this.unit}:${this.timeZone}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    const source = this.source.resolve(context);
    return truncation(source, this.unit, this.timeZone, this.outputField);
  }
}

/** A node cut to a unit, as the field that it then is. */
export function truncation(source: Node, unit: string, timeZone: string, wanted: FieldDefinition | null = null): Node {
  const field = fieldOf(source);
  const family = field?.lookupFamily;
  if (family !== undefined && family !== "datetime" && family !== "date" && family !== "time")
    throw new QueryError(`Trunc takes a date, a time or an instant, not a ${field?.kind}.`);
  const output = wanted ?? (unit === "date" ? OUTPUT.date : unit === "time" ? OUTPUT.time : field);
  const result = output?.lookupFamily ?? "datetime";
  return { kind: "call", name: "TRUNC", args: [source], output, options: { unit, timeZone, from: family ?? "datetime", to: result } };
}

/** A part of a date or an instant, as a number. */
export class Extraction extends Expression {
  readonly source: Expression;
  readonly part: string;
  readonly timeZone: string;

  constructor(source: unknown, part: string, options: ZoneOptions = {}) {
    super();
    this.source = argument(source);
    this.part = part;
    this.timeZone = options.timeZone ?? currentTimeZone();
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Extract:${this.part}:${this.timeZone}`);
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return extraction(this.source.resolve(context), this.part, this.timeZone);
  }
}

export function extraction(source: Node, part: string, timeZone: string): Node {
  const field = fieldOf(source);
  const family = field?.lookupFamily ?? "datetime";
  if (!["datetime", "date", "time", "duration"].includes(family))
    throw new QueryError(`Extract takes a date, a time, an instant or a duration, not a ${field?.kind}.`);
  return { kind: "call", name: "EXTRACT", args: [source], output: OUTPUT.integer, options: { part, timeZone, from: family } };
}

export function Trunc(source: unknown, unit: string, options?: ZoneOptions): Truncation {
  return new Truncation(source, unit, options);
}

export function Extract(source: unknown, part: string, options?: ZoneOptions): Extraction {
  return new Extraction(source, part, options);
}
