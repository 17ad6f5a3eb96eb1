/** What only the text of a CREATE TABLE tells of a table of SQLite. */
export interface ParsedTable {
  /** By the column's name in small letters. */
  readonly generated: ReadonlyMap<string, string>;
  readonly checks: readonly { readonly name: string | null; readonly condition: string }[];
  readonly autoincrement: boolean;
}

/** Names, texts, comments, numbers and words, signs. */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$]+|[^\s\w]/g;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a CREATE TABLE statement of SQLite.
 *
 * @param sql - as sqlite_schema has it
 */
export function parseTableSql(sql: string): ParsedTable {
  const tokens = [...sql.matchAll(TOKEN)]
    .map((match): Token => ({ text: match[0], start: match.index, end: match.index + match[0].length }))
    .filter(({ text }) => !/^(--|\/\*)/.test(text));
  const generated = new Map<string, string>();
  const checks: { name: string | null; condition: string }[] = [];
  const word = (position: number): string => tokens[position]?.text.toUpperCase() ?? "";
  let depth = 0;
  let column = "";
  let name: string | null = null;
  for (let position = 0; position < tokens.length; position++) {
    const token = word(position);
    if (token === "(") depth++;
    else if (token === ")") depth--;
    if (depth !== 1) continue;
    if (token === "(" || token === ",") {
      column = unquoted(tokens[position + 1]?.text ?? "");
      name = null;
    } else if (token === "CONSTRAINT") name = unquoted(tokens[position + 1]?.text ?? "");
    else if ((token === "CHECK" || token === "AS") && word(position + 1) === "(") {
      const close = closing(tokens, position + 1);
      const inner = sql.slice(tokens[position + 1]?.end ?? 0, tokens[close]?.start ?? sql.length).trim();
      if (token === "AS") generated.set(column.toLowerCase(), inner);
      else checks.push({ name, condition: inner });
      name = null;
      position = close;
    }
  }
  return { generated, checks, autoincrement: tokens.some(({ text }) => text.toUpperCase() === "AUTOINCREMENT") };
}

/** The position of the parenthesis that closes the one at a position. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let position = open; position < tokens.length; position++) {
    if (tokens[position]?.text === "(") depth++;
    if (tokens[position]?.text === ")") depth--;
    if (depth === 0) return position;
  }
  return tokens.length - 1;
}

function unquoted(name: string): string {
  if (/^["`]/.test(name)) return name.slice(1, -1).replaceAll(name.charAt(0).repeat(2), name.charAt(0));
  return name.startsWith("[") ? name.slice(1, -1) : name;
}
