import type { Statement } from "../drivers/driver.js";

const patterns: RegExp[] = [/passw(or)?d/i, /secret/i, /token/i, /api_?key/i, /authorization/i, /access_?key/i, /private_?key/i];

/**
 * Hides the values of more columns in logs.
 *
 * @param pattern - tested against column names
 * @example addSensitivePattern(/^iban$/i); // the values of such columns are not in logs, as those of passwords and tokens
 */
export function addSensitivePattern(pattern: RegExp): void {
  patterns.push(new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, "")));
}

/** Columns of fields with `pii`, in whichever table. */
const personal = new Set<string>();

/** Hides the values of a column in logs, and those of columns of the same name in other tables. */
export function addPersonalColumn(column: string): void {
  personal.add(column);
}

/** Whether SQL may speak of a column whose values must not be logged. */
function mentionsSensitive(sql: string): boolean {
  return (
    patterns.some((pattern) => pattern.test(sql)) || (personal.size > 0 && (sql.match(/\w+/g) ?? []).some((word) => personal.has(word)))
  );
}

/** Whether a column's values must not be logged. */
export function isSensitiveColumn(column: string): boolean {
  return personal.has(column) || patterns.some((pattern) => pattern.test(column));
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|\$\d+|\?\d*|%s|[A-Za-z_][\w$]*|[<>=!~|]+|\S/g;
const OPERATORS = /^([<>=!~]+|in|like|ilike|glob|regexp|between|and|is|not|any|some|escape|collate|\(|,)$/i;

function identifier(token: string): string | null {
  const quoted = /^["`[]([\s\S]*)["`\]]$/.exec(token)?.[1];
  if (quoted !== undefined) return quoted;
  return /^[A-Za-z_]/.test(token) && !OPERATORS.test(token) ? token : null;
}

/** The columns of `INSERT INTO t (a, b) VALUES`, and the place in the tokens where the values begin. */
function insertedColumns(tokens: readonly string[]): { columns: string[]; from: number } | null {
  const into = tokens.findIndex((token) => /^(insert|replace)$/i.test(token));
  const values = tokens.findIndex((token) => /^values$/i.test(token));
  if (into < 0 || values < 0) return null;
  const open = tokens.indexOf("(", into);
  const close = tokens.indexOf(")", open);
  if (open < 0 || close < 0 || close > values) return null;
  return {
    columns: tokens
      .slice(open + 1, close)
      .map(identifier)
      .filter((name) => name !== null),
    from: values,
  };
}

/**
 * For each placeholder of SQL that no plan describes, the column whose value it is: the identifier before the operator,
 * or the column of the same place in an INSERT; null where that cannot be told.
 */
export function placeholderColumns(sql: string): (string | null)[] {
  const tokens = sql.match(TOKEN) ?? [];
  const insert = insertedColumns(tokens);
  const columns: (string | null)[] = [];
  let place = 0;
  let depth = 0;
  let inValues = false;
  tokens.forEach((token, index) => {
    if (insert !== null && index === insert.from) inValues = true;
    else if (inValues && /^(on|returning)$/i.test(token)) inValues = false;
    if (inValues && token === "(") {
      if (depth === 0) place = 0;
      depth++;
    } else if (inValues && token === ")") depth--;
    else if (inValues && token === "," && depth === 1) place++;
    if (!/^(\$\d+|\?\d*|%s)$/.test(token)) return;
    if (inValues && insert !== null) {
      columns.push(insert.columns[place] ?? null);
      return;
    }
    let before = index - 1;
    while (before >= 0 && (OPERATORS.test(tokens[before] ?? "") || /^(\$\d+|\?\d*|%s)$/.test(tokens[before] ?? ""))) before--;
    // A name before a parenthesis is a function, whose arguments belong to no column.
    columns.push(before < index - 1 && tokens[before + 1] !== "(" ? identifier(tokens[before] ?? "") : null);
  });
  return columns;
}

/**
 * The parameters of a statement as logs may show them.
 *
 * @returns `***` for every value that belongs, or may belong, to a sensitive column
 */
export function maskedParams(statement: Statement, params: readonly unknown[]): unknown[] {
  const known = statement.parameterColumns;
  const mentioned = mentionsSensitive(statement.sql);
  if (known === undefined && !mentioned) return [...params];
  const columns = known ?? placeholderColumns(statement.sql);
  return params.map((value, index) => {
    const column = columns[index] ?? null;
    // A value whose column is unknown is hidden when the statement touches a sensitive column at all.
    return (column === null ? mentioned : isSensitiveColumn(column)) ? "***" : value;
  });
}
