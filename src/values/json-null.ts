const BRAND = Symbol.for("dorm.JSONNull");

/** The type of {@link JSONNull}. */
export interface JSONNullValue {
  readonly [BRAND]: true;
  /** Null, as JSON has it. */
  toJSON(): null;
}

/**
 * JSON's own null, where `null` is SQL's NULL. Assigning `null` to a JSON field stores NULL, assigning `JSONNull` stores the
 * JSON document `null`; both are read as `null`. Django has `Value(None, JSONField())` for it.
 *
 * @example
 * class Event extends Model<Event>("library.Event")({ data: JSONField({ null: true }) }) {}
 * await createTables([Event]);
 * await Event.objects.bulkCreate([new Event({ data: JSONNull }), new Event({ data: null })]);
 * console.log(await Event.objects.filter({ data: JSONNull }).count(), await Event.objects.filter({ data__isnull: true }).count()); // → 1 1
 */
export const JSONNull: JSONNullValue = Object.freeze({ [BRAND]: true as const, toJSON: () => null });

/** Whether a value is {@link JSONNull}, of whichever copy of the package. */
export function isJSONNull(value: unknown): value is JSONNullValue {
  return typeof value === "object" && value !== null && BRAND in value;
}
