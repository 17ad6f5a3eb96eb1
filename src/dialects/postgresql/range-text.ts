import { DataError } from "../../errors.js";
import { Range, type RangeBounds } from "../../values/range.js";

const RANGE = /^([[(])("(?:[^"\\]|\\.|"")*"|[^,"]*),("(?:[^"\\]|\\.|"")*"|[^,"\])]*)([\])])$/s;

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * Writes a range in PostgreSQL's text form.
 *
 * @param range - the range
 * @param encode - the text of an end
 */
export function encodeRange<T>(range: Range<T>, encode: (end: T) => string): string {
  if (range.isEmpty) return "empty";
  const lower = range.lower === null ? "" : quote(encode(range.lower));
  const upper = range.upper === null ? "" : quote(encode(range.upper));
  return `${range.bounds[0]}${lower},${upper}${range.bounds[1]}`;
}

/**
 * Reads PostgreSQL's text form of a range.
 *
 * @param text - `[1,5)`, `["2026-01-01 00:00:00+00",)`, `empty`
 * @param decode - the value of an end's text
 * @throws DataError when the text is no range
 */
export function decodeRange<T>(text: string, decode: (end: string) => T): Range<T> {
  if (text === "empty") return Range.empty<T>();
  const match = RANGE.exec(text);
  if (match === null) throw new DataError(`the database gave a range that cannot be read: ${text}`);
  const end = (raw: string): T | null => {
    if (raw === "") return null;
    return decode(
      raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)|""/gs, (both, escaped: string | undefined) => escaped ?? both[0] ?? "") : raw,
    );
  };
  // The expression lets only the four pairs of brackets through.
  return new Range<T>(end(match[2] ?? ""), end(match[3] ?? ""), `${match[1]}${match[4]}` as RangeBounds);
}
