import { Decimal } from "../values/decimal.js";

/*
 * Values that drivers give and take, as JSON: what JSON has no form for becomes a list of its kind and its text, and a list
 * becomes one too. Reading makes values and runs nothing.
 */

type Tagged = readonly [kind: string, ...rest: unknown[]];

/** A value that has no form here. */
export class NotEncodable extends Error {}

function encodeObject(value: object): Tagged {
  if (Array.isArray(value)) return ["list", ...value.map(encode)];
  if (Buffer.isBuffer(value)) return ["buffer", value.toString("base64")];
  if (value instanceof Uint8Array) return ["bytes", Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")];
  if (value instanceof Date) return ["date", encode(value.getTime())];
  if (Decimal.isDecimal(value)) return ["decimal", value.toString()];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotEncodable(`a ${value.constructor.name}`);
  return ["object", ...Object.entries(value).flatMap(([name, item]) => [name, encode(item)])];
}

function encode(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : ["number", Object.is(value, -0) ? "-0" : String(value)];
    case "bigint":
      return ["bigint", String(value)];
    case "undefined":
      return ["undefined"];
    case "object":
      return value === null ? null : encodeObject(value);
    default:
      throw new NotEncodable(`a ${typeof value}`);
  }
}

function decode(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [kind, ...rest] = value as unknown[];
  const text = String(rest[0]);
  switch (kind) {
    case "list":
      return rest.map(decode);
    case "buffer":
      return Buffer.from(text, "base64");
    case "bytes":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "date":
      return new Date(Number(decode(rest[0])));
    case "decimal":
      return new Decimal(text);
    case "object": {
      const entries: [string, unknown][] = [];
      for (let index = 0; index < rest.length; index += 2) entries.push([String(rest[index]), decode(rest[index + 1])]);
      return Object.fromEntries(entries);
    }
    case "number":
      return Number(text);
    case "bigint":
      return BigInt(text);
    case "undefined":
      return undefined;
    default:
      throw new NotEncodable(`the kind ${String(kind)}`);
  }
}

/** @throws NotEncodable for a value that no driver gives */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(encode(value));
}

/** A value of its own at each call. @throws Error for text that is none of `toTaggedJson` */
export function fromTaggedJson(text: string): unknown {
  return decode(JSON.parse(text));
}
