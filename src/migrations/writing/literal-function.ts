/** A string, or a character that is not white space, or a word or number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$.]+|\S/gs;
const HEAD = /^\(\s*\)\s*=>/;
const CONSTANTS = new Set(["true", "false", "null"]);

/**
 * What a function such as `() => ({ theme: "light" })` gives, where its source says nothing but that value: then a
 * migration can hold the function itself. Wrapped in an array, as the value may be anything.
 *
 * @param value - a function
 * @returns null for a function that takes, names or calls something, which is not called then
 */
export function literalResult(value: unknown): readonly [unknown] | null {
  if (typeof value !== "function") return null;
  const source = String(value);
  const head = HEAD.exec(source)?.[0];
  if (head === undefined || !isLiteral(source.slice(head.length))) return null;
  return [value()];
}

/** Only brackets, strings, numbers, constants, and the names of an object's keys. */
function isLiteral(source: string): boolean {
  const body = source.trim();
  if (body.startsWith("{")) return false; // statements
  const tokens = body.match(TOKEN) ?? [];
  return tokens.every((token, index) => {
    if (/^["'()[\]{},:-]/.test(token)) return true;
    if (CONSTANTS.has(token) || /^\d[\d_]*(?:\.\d+)?n?$/.test(token)) return true;
    return tokens[index + 1] === ":";
  });
}
