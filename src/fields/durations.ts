import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { type Duration, isDuration, microsecondsOf, parseDuration } from "../values/duration.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";

/** 285 years: beyond them, a number of microseconds is not exact. */
const LONGEST_MS = Number.MAX_SAFE_INTEGER / 1000;

/** From here on (139 years) neighbouring numbers are further apart than microseconds, so that only whole milliseconds are kept. */
const LONGEST_FRACTION_MS = 2 ** 42;

/** Spans of time, as milliseconds with three decimals. */
export class DurationDefinition extends ColumnDefinition {
  constructor(options: object) {
    super("DurationField", "duration", { kind: "duration" }, options);
  }

  protected convert(input: unknown): unknown {
    const ms = toMilliseconds(input);
    if (ms === null || !Number.isFinite(ms))
      throw this.invalid(`${describe(input)} is not a span of time: give milliseconds, ISO 8601 or "1 02:03:04"`);
    if (Math.abs(ms) > LONGEST_MS) throw this.invalid(`${describe(input)} is longer than 285 years`);
    const rounded = Math.abs(ms) < LONGEST_FRACTION_MS ? microsecondsOf(ms) / 1000 : Math.round(ms);
    return rounded === 0 ? 0 : rounded;
  }
}

function toMilliseconds(input: unknown): number | null {
  if (typeof input === "number") return input;
  if (isDuration(input)) return input.milliseconds;
  return typeof input === "string" ? parseDuration(input) : null;
}

/** What a span of time may be given as. */
export type DurationInput = number | string | Duration;

/**
 * A span of time, as a number of milliseconds (to the microsecond: 0.001). ISO 8601, `1 02:03:04` and `Duration({ … })` are taken.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ takes: DurationField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ takes: Duration({ hours: 1, minutes: 30 }) });
 * console.log(item.takes); // → 5400000
 */
export function DurationField<const O extends CommonOptions<DurationInput, number> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<DurationInput, number>>,
): Make<number, O, "duration"> {
  return publish(new DurationDefinition(options ?? {}));
}
