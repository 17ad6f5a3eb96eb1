import { QueryError } from "../errors.js";
import { BinaryField } from "../fields/binary.js";
import { BooleanField } from "../fields/booleans.js";
import { copyField } from "../fields/copy-field.js";
import { DateField, DateTimeField, TimeField } from "../fields/dates.js";
import { Decimal } from "../fields/decimal.js";
import { DurationField } from "../fields/durations.js";
import type { FieldDefinition } from "../fields/field.js";
import { BigIntegerField, IntegerField } from "../fields/integers.js";
import { JSONField } from "../fields/json.js";
import { DecimalDefinition, FloatField } from "../fields/numbers.js";
import { TextField } from "../fields/text.js";
import { UUIDField } from "../fields/uuids.js";
import { isDuration } from "../values/duration.js";

/** A factory's result is the definition; its public type only hides that. */
export function definitionOf(field: unknown): FieldDefinition {
  return field as FieldDefinition;
}

/** A decimal of any number of places: sums and products have more than their columns. */
function computedDecimal(): FieldDefinition {
  return copyField(new DecimalDefinition({}), { storage: { kind: "decimal" } });
}

/** The fields that expressions give their values as, where no column says. */
export const OUTPUT = {
  integer: definitionOf(IntegerField()),
  bigint: definitionOf(BigIntegerField()),
  /** 64 bits, as a JavaScript number: counts and sums of integers. */
  count: definitionOf(BigIntegerField({ mode: "number" })),
  float: definitionOf(FloatField()),
  decimal: computedDecimal(),
  text: definitionOf(TextField()),
  boolean: definitionOf(BooleanField()),
  datetime: definitionOf(DateTimeField()),
  date: definitionOf(DateField()),
  time: definitionOf(TimeField()),
  duration: definitionOf(DurationField()),
  uuid: definitionOf(UUIDField()),
  json: definitionOf(JSONField()),
  binary: definitionOf(BinaryField()),
} as const;

const MAX_INTEGER = 2_147_483_647;

/** The field of a JavaScript value whose column is not known. */
export function outputForValue(value: unknown): FieldDefinition | null {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? (Math.abs(value) > MAX_INTEGER ? OUTPUT.count : OUTPUT.integer) : OUTPUT.float;
    case "bigint":
      return OUTPUT.bigint;
    case "string":
      return OUTPUT.text;
    case "boolean":
      return OUTPUT.boolean;
    case "object":
      if (value === null) return null;
      if (value instanceof Date) return OUTPUT.datetime;
      if (Decimal.isDecimal(value)) return OUTPUT.decimal;
      if (value instanceof Uint8Array) return OUTPUT.binary;
      if (isDuration(value)) return OUTPUT.duration;
      return OUTPUT.json;
    default:
      throw new QueryError(`A ${typeof value} cannot be sent to the database.`);
  }
}
