import { DataError } from "../../errors.js";

/** What an unquoted element may not contain, and the word that would be read as null. */
const NEEDS_QUOTES = /[{}(),"\\\s]|^$|^null$/i;

function quote(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

/**
 * Writes a list as PostgreSQL's text form of an array; inner lists are further dimensions.
 *
 * @param list - the elements, or lists of them; null is NULL
 * @param encode - the text of an element
 * @returns `{1,2,NULL}`
 */
export function encodeArray(list: readonly unknown[], encode: (element: unknown) => string): string {
  const parts = list.map((element) => {
    if (element === null) return "NULL";
    return Array.isArray(element) ? encodeArray(element, encode) : quote(encode(element));
  });
  return `{${parts.join(",")}}`;
}

/** The text of a bound value inside an array or a range. */
export function elementText(bound: unknown): string {
  if (typeof bound === "boolean") return bound ? "t" : "f";
  if (bound instanceof Uint8Array) return `\\x${Buffer.from(bound.buffer, bound.byteOffset, bound.byteLength).toString("hex")}`;
  return String(bound);
}

/**
 * Writes a list of values that are encoded already, as for `= ANY($1)`.
 *
 * @param items - what the driver would bind for each; null is NULL
 * @returns `{1,2,NULL}`
 */
export function encodeArrayText(items: readonly unknown[]): string {
  return encodeArray(items, elementText);
}

/**
 * Reads PostgreSQL's text form of an array.
 *
 * @param text - `{1,2,NULL}`, `{"a b","c"}`, `{{1,2},{3,4}}`, `[0:1]={1,2}`
 * @param decode - the value of an element's text
 * @returns the list, with a list for each inner dimension
 * @throws DataError when the text is no array
 */
export function decodeArray(text: string, decode: (element: string) => unknown): unknown[] {
  const start = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const reader = new ArrayReader(text, start, decode);
  return reader.readList();
}

class ArrayReader {
  private readonly text: string;
  private index: number;
  private readonly decode: (element: string) => unknown;

  constructor(text: string, index: number, decode: (element: string) => unknown) {
    this.text = text;
    this.index = index;
    this.decode = decode;
  }

  readList(): unknown[] {
    const list: unknown[] = [];
    this.index += 1;
    if (this.text[this.index] === "}") {
      this.index += 1;
      return list;
    }
    for (;;) {
      list.push(this.readElement());
      const separator = this.text[this.index];
      this.index += 1;
      if (separator === "}") return list;
      if (separator !== ",") throw new DataError(`the database gave an array that cannot be read: ${this.text}`);
    }
  }

  private readElement(): unknown {
    const first = this.text[this.index];
    if (first === "{") return this.readList();
    if (first === '"') return this.decode(this.readQuoted());
    const start = this.index;
    while (this.index < this.text.length && this.text[this.index] !== "," && this.text[this.index] !== "}") this.index += 1;
    const bare = this.text.slice(start, this.index);
    return bare === "NULL" ? null : this.decode(bare);
  }

  private readQuoted(): string {
    let out = "";
    let start = this.index + 1;
    for (let index = start; index < this.text.length; index++) {
      const character = this.text[index];
      if (character === "\\") {
        out += this.text.slice(start, index);
        index += 1;
        start = index;
      } else if (character === '"') {
        this.index = index + 1;
        return out + this.text.slice(start, index);
      }
    }
    throw new DataError(`the database gave an array that cannot be read: ${this.text}`);
  }
}
