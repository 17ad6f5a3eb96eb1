import type { FieldDefinition } from "../../fields/field.js";
import type { ColumnStorage } from "../../sql/codec.js";

/** A schema of JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const TEXT: JsonSchema = { type: "string" };

/** The integers of each size; a bigint goes as text, as JSON's numbers lose it. */
const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  smallint: [-32_768, 32_767],
  integer: [-2_147_483_648, 2_147_483_647],
  bigint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Formats that text of a field's factory has beyond what its column says. */
const FORMATS: Readonly<Record<string, string>> = { EmailField: "email", URLField: "uri" };

function storageSchema(storage: ColumnStorage): JsonSchema {
  switch (storage.kind) {
    case "smallint":
    case "integer":
    case "bigint": {
      if (storage.mode === "bigint") return { type: "string", pattern: storage.unsigned === true ? "^\\d+$" : "^-?\\d+$" };
      const [minimum, maximum] = INTEGERS[storage.kind] ?? [];
      return { type: "integer", minimum: storage.unsigned === true ? 0 : minimum, maximum };
    }
    case "float":
      return { type: "number" };
    case "decimal":
      return { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" };
    case "boolean":
      return { type: "boolean" };
    case "varchar":
      return storage.maxLength === undefined ? TEXT : { type: "string", maxLength: storage.maxLength };
    case "uuid":
      return { type: "string", format: "uuid" };
    case "inet":
      return { type: "string", anyOf: [{ format: "ipv4" }, { format: "ipv6" }] };
    case "date":
      return { type: "string", format: "date" };
    case "time":
      // RFC 3339, which "time" stands for, wants an offset, and this is a time of day
      return { type: "string", pattern: "^\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?$" };
    case "datetime":
      return { type: "string", format: "date-time" };
    case "duration":
      return { type: "number", description: "milliseconds" };
    case "json":
      return {};
    case "binary":
      return { type: "string", contentEncoding: "base64" };
    case "hstore":
      return { type: "object", additionalProperties: { type: ["string", "null"] } };
    case "array":
      return { type: "array", items: storage.element === undefined ? {} : storageSchema(storage.element) };
    case "integerRange":
      return rangeSchema({ type: "integer" });
    case "bigintRange":
    case "decimalRange":
      return rangeSchema(TEXT);
    case "dateRange":
      return rangeSchema({ type: "string", format: "date" });
    case "datetimeRange":
      return rangeSchema({ type: "string", format: "date-time" });
    default:
      return TEXT;
  }
}

function rangeSchema(end: JsonSchema): JsonSchema {
  const bounds = { enum: ["[)", "(]", "[]", "()"] };
  return {
    anyOf: [
      { type: "object", properties: { lower: { anyOf: [end, { type: "null" }] }, upper: { anyOf: [end, { type: "null" }] }, bounds } },
      { type: "object", properties: { empty: { const: true } }, required: ["empty"] },
    ],
  };
}

/** With null among what is allowed. */
function nullable(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  if (typeof schema.type === "string" && !("enum" in schema)) return { ...schema, type: [schema.type, "null"] };
  return { anyOf: [schema, { type: "null" }] };
}

/** The default, where JSON can say it. */
function defaultOf(field: FieldDefinition): JsonSchema {
  const value = field.options.default;
  return ["string", "number", "boolean"].includes(typeof value) || value === null ? { default: value } : {};
}

/**
 * The values of a column, as `JSON.stringify` writes them.
 *
 * @param field - a field of a model
 */
export function fieldSchema(field: FieldDefinition): JsonSchema {
  const format = FORMATS[field.kind];
  const base: JsonSchema = { ...storageSchema(field.storage), ...(format === undefined ? {} : { format }) };
  const allowed: JsonSchema = field.choices === null ? base : { ...base, enum: field.choices.map(([value]) => value) };
  return {
    ...(field.null ? nullable(allowed) : allowed),
    ...(field.verboseName === null ? {} : { title: field.verboseName }),
    ...(field.helpText === "" ? {} : { description: field.helpText }),
    ...defaultOf(field),
    ...(field.auto || field.generated ? { readOnly: true } : {}),
  };
}
