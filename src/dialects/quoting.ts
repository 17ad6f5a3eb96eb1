/** An identifier in double quotes, as the SQL standard has it; quotes inside are doubled. */
export function quoteWithDoubleQuotes(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Calls a function by its name over its arguments. */
export function call(name: string): (args: readonly string[]) => string {
  return (args) => `${name}(${args.join(", ")})`;
}
