const PAIR = /"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)(?:, )?/gsy;

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function unquote(text: string): string {
  return text.includes("\\") ? text.replace(/\\(.)/gs, "$1") : text;
}

/** Writes a record as hstore's text form: `"a"=>"1", "b"=>NULL`. */
export function encodeHstore(record: Readonly<Record<string, string | null>>): string {
  return Object.entries(record)
    .map(([key, value]) => `${quote(key)}=>${value === null ? "NULL" : quote(value)}`)
    .join(", ");
}

/** Reads hstore's text form. */
export function decodeHstore(text: string): Record<string, string | null> {
  const entries: [string, string | null][] = [];
  for (const match of text.matchAll(PAIR)) entries.push([unquote(match[1] ?? ""), match[2] === undefined ? null : unquote(match[2])]);
  // fromEntries defines properties, so that a key `__proto__` is one like any other.
  return Object.fromEntries(entries);
}
