/** A pattern out of a column: `%` where the lookup leaves the ends open. */
export function surround(lookup: string, text: string): string {
  const before = lookup.endsWith("contains") || lookup.endsWith("endswith") ? "'%' || " : "";
  const after = lookup.endsWith("contains") || lookup.endsWith("startswith") ? " || '%'" : "";
  return before === "" && after === "" ? text : `(${before}${text}${after})`;
}
