import { QueryError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { extraction, truncation } from "../date-nodes.js";
import { Expression, type ResolveContext } from "../expression.js";
import type { Fingerprint } from "../shape.js";
import { argument, fieldToken, outputFieldOf } from "./references.js";

/** Options of Trunc and Extract. */
export interface ZoneOptions {
  readonly outputField?: unknown;
  /** An IANA time zone; the settings', when the query runs, unless given. */
  readonly timeZone?: string;
}

/** The zone of an expression; null: the settings'. It becomes part of SQL, so only names that exist are let through. */
function zoneOf(options: ZoneOptions | undefined, where: string): string | null {
  const zone = options?.timeZone;
  if (zone === undefined) return null;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone === "UTC" ? "UTC" : zone;
  } catch {
    throw new QueryError(`${where}: "${String(zone)}" is not a time zone of the IANA database, as "Europe/Madrid" is.`);
  }
}

const TRUNCATIONS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "date", "time"];
/** A date or an instant cut to a unit. */
export class Truncation extends Expression {
  readonly source: Expression;
  readonly unit: string;
  readonly outputField: FieldDefinition | null;
  readonly timeZone: string | null;

  constructor(source: unknown, unit: string, options: ZoneOptions = {}) {
    super();
    if (!TRUNCATIONS.includes(unit)) throw new QueryError(`Trunc: there is no unit "${unit}". There are: ${TRUNCATIONS.join(", ")}.`);
    this.source = argument(source);
    this.unit = unit;
    this.outputField = outputFieldOf(options);
    this.timeZone = zoneOf(options, "Trunc");
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Trunc:${this.unit}:${this.timeZone}`);
    if (this.outputField) print.token(fieldToken(this.outputField));
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return truncation(this.source.resolve(context), this.unit, this.timeZone, this.outputField);
  }
}

const PARTS = [
  "year",
  "isoYear",
  "quarter",
  "month",
  "week",
  "weekDay",
  "isoWeekDay",
  "day",
  "dayOfYear",
  "hour",
  "minute",
  "second",
  "epoch",
];
/** A part of a date or an instant, as a number. */
export class Extraction extends Expression {
  readonly source: Expression;
  readonly part: string;
  readonly timeZone: string | null;

  constructor(source: unknown, part: string, options: ZoneOptions = {}) {
    super();
    if (!PARTS.includes(part)) throw new QueryError(`Extract: there is no part "${part}". There are: ${PARTS.join(", ")}.`);
    this.source = argument(source);
    this.part = part;
    this.timeZone = zoneOf(options, "Extract");
  }

  fingerprint(print: Fingerprint): void {
    print.token(`Extract:${this.part}:${this.timeZone}`);
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return extraction(this.source.resolve(context), this.part, this.timeZone);
  }
}

export function Trunc(source: unknown, unit: string, options?: ZoneOptions): Truncation {
  return new Truncation(source, unit, options);
}

export function Extract(source: unknown, part: string, options?: ZoneOptions): Extraction {
  return new Extraction(source, part, options);
}

/** Trunc for one unit. */
export function truncateTo(unit: string): (source: unknown, options?: ZoneOptions) => Truncation {
  return (source, options) => new Truncation(source, unit, options);
}

/** Extract for one part. */
export function extractPart(part: string): (source: unknown, options?: ZoneOptions) => Extraction {
  return (source, options) => new Extraction(source, part, options);
}
