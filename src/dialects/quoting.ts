import { DataError } from "../errors.js";

/** An identifier in double quotes, as the SQL standard has it; quotes inside are doubled. */
export function quoteWithDoubleQuotes(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. @throws DataError for a NUL character, at which a statement would end */
export function quoteText(text: string): string {
  if (text.includes("\0"))
    throw new DataError(`A text with a NUL character cannot stand in SQL: ${JSON.stringify(text.slice(0, 40))}.`, {
      code: "nul_character",
    });
  return `'${text.replaceAll("'", "''")}'`;
}

/** Calls a function by its name over its arguments. */
export function call(name: string): (args: readonly string[]) => string {
  return (args) => `${name}(${args.join(", ")})`;
}
