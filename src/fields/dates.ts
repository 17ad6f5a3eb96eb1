import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, KnownOptions, LookupFamily, Make, NoOptions } from "../types/field.js";
import {
  FIRST_INSTANT,
  formatDate,
  formatMicroseconds,
  formatTime,
  LAST_INSTANT,
  parseDate,
  parseDateTime,
  parseTime,
} from "../values/calendar.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";
import { currentTimeZone, localToUtc, utcToLocal } from "./time-zone.js";

/** The options of dates and times: `autoNow` fills the field on every save, `autoNowAdd` on the first. */
export interface TemporalOptions extends CommonOptions<Date | string, string> {
  /** True: every save() sets it to now. */
  readonly autoNow?: boolean;
  /** True: the first save() sets it to now. */
  readonly autoNowAdd?: boolean;
}

/** What dates, times and instants have in common: they can fill themselves. */
abstract class TemporalDefinition extends ColumnDefinition {
  readonly autoNow: boolean;
  readonly autoNowAdd: boolean;
  override readonly filledOnSave: boolean;

  constructor(
    kind: string,
    storage: ColumnDefinition["storage"],
    family: LookupFamily,
    options: object,
    ownDefaults: Readonly<Record<string, unknown>> = {},
  ) {
    const fills = Reflect.get(options, "autoNow") === true || Reflect.get(options, "autoNowAdd") === true;
    super(kind, family, storage, options, {
      autoNow: false,
      autoNowAdd: false,
      ...(fills ? { editable: false, blank: true } : {}),
      ...ownDefaults,
    });
    this.autoNow = this.flag("autoNow");
    this.autoNowAdd = this.flag("autoNowAdd");
    this.filledOnSave = fills;
    const given = [this.autoNow, this.autoNowAdd, this.hasDefault()].filter(Boolean).length;
    if (given > 1) throw new ImproperlyConfigured(`${kind}: only one of autoNow, autoNowAdd and default can be given`);
  }

  override preSave(value: unknown, adding: boolean, now: Date): unknown {
    return this.autoNow || (this.autoNowAdd && adding) ? this.fromInstant(now.getTime(), 0) : value;
  }

  protected convert(input: unknown): unknown {
    if (input instanceof Date) {
      const ms = input.getTime();
      if (Number.isNaN(ms)) throw this.invalid("Invalid Date is not a date");
      return this.checkedInstant(ms, 0, input);
    }
    if (typeof input === "string") {
      const value = this.fromText(input.trim());
      if (value !== null) return value;
    }
    throw this.invalid(`${describe(input)} is not ${this.expected}`);
  }

  /** The instant that text names; without an offset it is in the `timeZone` of the settings. */
  protected instantOf(text: string): { readonly ms: number; readonly micros: number } | null {
    const parsed = parseDateTime(text);
    if (parsed === null) return null;
    const ms = parsed.offsetMs === null ? localToUtc(currentTimeZone(), parsed.localMs) : parsed.localMs - parsed.offsetMs;
    return { ms, micros: parsed.micros };
  }

  protected checkedInstant(ms: number, micros: number, input: unknown): unknown {
    if (ms < FIRST_INSTANT || ms > LAST_INSTANT) throw this.invalid(`${describe(input)} is outside the years 1 to 9999`);
    return this.fromInstant(ms, micros);
  }

  /** What a message says that text should have been. */
  protected abstract readonly expected: string;
  /** The field's value at an instant. */
  protected abstract fromInstant(ms: number, micros: number): unknown;
  /** The field's value from text, or null when it is none. */
  protected abstract fromText(text: string): unknown;
}

/** Days, as `2026-11-20`. */
export class DateDefinition extends TemporalDefinition {
  protected readonly expected = "a date as YYYY-MM-DD";

  constructor(options: object) {
    super("DateField", { kind: "date" }, "date", options);
  }

  protected fromInstant(ms: number): string {
    return formatDate(utcToLocal(currentTimeZone(), ms));
  }

  protected fromText(text: string): string | null {
    const date = parseDate(text);
    if (date !== null || text.length <= 10) return date;
    const parsed = parseDateTime(text);
    if (parsed === null) return null;
    return parsed.offsetMs === null ? formatDate(parsed.localMs) : this.fromInstant(parsed.localMs - parsed.offsetMs);
  }
}

/** Times of day, as `13:45:00`. */
export class TimeDefinition extends TemporalDefinition {
  protected readonly expected = "a time as HH:MM:SS";

  constructor(options: object) {
    super("TimeField", { kind: "time" }, "time", options);
  }

  protected fromInstant(ms: number): string {
    return formatTime(utcToLocal(currentTimeZone(), ms));
  }

  protected fromText(text: string): string | null {
    return parseTime(text);
  }
}

/** The options of instants. */
export interface DateTimeOptions extends CommonOptions<Date | string, never> {
  /** True: every save() sets it to now. */
  readonly autoNow?: boolean;
  /** True: the first save() sets it to now. */
  readonly autoNowAdd?: boolean;
  /** Digits of a second: 3 unless given, or 6. */
  readonly precision?: 3 | 6;
}

/** Instants: `Date` objects, or ISO strings with microseconds where the precision is 6. */
export class DateTimeDefinition extends TemporalDefinition {
  readonly precision: 3 | 6;
  protected readonly expected = "a date and time in ISO 8601";

  constructor(options: object) {
    const precision: unknown = Reflect.get(options, "precision") ?? 3;
    if (precision !== 3 && precision !== 6) throw new ImproperlyConfigured('DateTimeField: option "precision" must be 3 or 6');
    super("DateTimeField", { kind: "datetime", precision }, "datetime", options, { precision: 3 });
    this.precision = precision;
  }

  protected override convert(input: unknown): unknown {
    // The object itself is the value, so that `instance.at === date` as assigned.
    const value = super.convert(input);
    return this.precision === 3 && input instanceof Date ? input : value;
  }

  protected fromInstant(ms: number, micros: number): Date | string {
    return this.precision === 3 ? new Date(ms) : formatMicroseconds(ms, micros);
  }

  protected fromText(text: string): unknown {
    const instant = this.instantOf(text);
    return instant === null ? null : this.checkedInstant(instant.ms, instant.micros, text);
  }

  override equals(left: unknown, right: unknown): boolean {
    return left instanceof Date && right instanceof Date ? left.getTime() === right.getTime() : left === right;
  }
}

/**
 * A day, as the string `2026-11-20`, which no time zone can shift. A `Date` is taken as its day in the `timeZone` of the settings.
 *
 * @param options - `autoNow`, `autoNowAdd` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ day: DateField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ day: "2026-11-20" });
 * console.log(await Item.objects.filter({ day__year: 2026 }).count(), item.day); // → 1 2026-11-20
 */
export function DateField<const O extends TemporalOptions = NoOptions>(
  options?: O & KnownOptions<O, TemporalOptions>,
): Make<string, O, "date"> {
  return publish(new DateDefinition(options ?? {}));
}

/**
 * A time of day, as the string `13:45:00`, with three or six digits of a second where it has them.
 *
 * @param options - `autoNow`, `autoNowAdd` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ opens: TimeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ opens: "08:30" });
 * console.log(item.opens); // → 08:30:00
 */
export function TimeField<const O extends TemporalOptions = NoOptions>(
  options?: O & KnownOptions<O, TemporalOptions>,
): Make<string, O, "time"> {
  return publish(new TimeDefinition(options ?? {}));
}

/**
 * An instant, as a `Date`, to the millisecond. With `precision: 6` it is an ISO string with microseconds, so that a value just read
 * finds its own row. Strings without an offset are in the `timeZone` of the settings.
 *
 * @param options - `autoNow`, `autoNowAdd`, `precision` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ at: DateTimeField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ at: "2026-11-20T12:00:00+01:00" });
 * console.log(item.at.toISOString()); // → 2026-11-20T11:00:00.000Z
 */
export function DateTimeField<const O extends DateTimeOptions = NoOptions>(
  options?: O & KnownOptions<O, DateTimeOptions>,
): O extends { readonly precision: 6 } ? Make<string, O, "datetime"> : Make<Date, O, "datetime"> {
  return publish(new DateTimeDefinition(options ?? {}));
}
