/** Texts, names in their quotes, words, spaces, signs. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$]+|\s+|[^\s\w]/g;
const QUOTED_WORD = /^(?:"(\w+)"|`(\w+)`|\[(\w+)\])$/;

/** For each parenthesis that opens, the position of the one that closes it. */
function pairsOf(tokens: readonly string[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [position, token] of tokens.entries()) {
    if (token === "(") open.push(position);
    const start = token === ")" ? open.pop() : undefined;
    if (start !== undefined) pairs.set(start, position);
  }
  return pairs;
}

/** Parentheses directly in others, around a whole condition, or around everything. */
function redundant(tokens: readonly string[]): ReadonlySet<number> {
  const pairs = pairsOf(tokens);
  const found = new Set<number>();
  for (const [start, end] of pairs) {
    // of two pairs around the same thing only one goes
    const inPair = start > 0 && pairs.get(start - 1) === end + 1;
    const isItem = isBoundary(tokens[start - 1], "(") && isBoundary(tokens[end + 1], ")");
    const wholeItem = isItem && !inPair && !hasComma(tokens, start, end, pairs);
    const afterWhere = tokens[start - 1]?.toUpperCase() === "WHERE" && end === tokens.length - 1;
    if (pairs.get(start + 1) === end - 1 || wholeItem || afterWhere || (start === 0 && end === tokens.length - 1))
      found.add(start).add(end);
  }
  return found;
}

/** Whether a list, or an item of one, begins or ends at a token. */
function isBoundary(token: string | undefined, parenthesis: string): boolean {
  return token === undefined || token === "," || token === parenthesis;
}

/** Whether parentheses hold several values, which are one value of a row. */
function hasComma(tokens: readonly string[], start: number, end: number, pairs: ReadonlyMap<number, number>): boolean {
  for (let position = start + 1; position < end; position++) {
    if (tokens[position] === ",") return true;
    position = pairs.get(position) ?? position;
  }
  return false;
}

const TEXT_CASTS = /('(?:[^']|'')*'|"(?:[^"]|"")*")|::(?:character varying|text)(?:\(\d+\))?(?:\[\])?/g;
const LONE_TEXT = /(?<![\w"])\(('(?:[^']|'')*'|[a-z_]\w*|"(?:[^"]|"")*")\)/g;

/** PostgreSQL writes conversions between its types of text in another place each time that it reads its own words. */
function withoutTextCasts(sql: string): string {
  return sql.includes("::") ? sql.replace(TEXT_CASTS, "$1").replace(LONE_TEXT, "$1") : sql;
}

/**
 * SQL of a schema without what makes no difference: spaces, quotes around plain names, needless parentheses. A database that
 * keeps the text of a definition as it was written, as SQLite does, has the same thing in many forms.
 *
 * @example comparableSql('( "age"  >= 0 )') // "age >= 0"
 */
export function comparableSql(sql: string): string {
  const tokens = (withoutTextCasts(sql).match(TOKEN) ?? []).flatMap((token) => {
    if (/^\s/.test(token)) return [];
    const [, double, back, square] = QUOTED_WORD.exec(token) ?? [];
    return [double ?? back ?? square ?? token];
  });
  return withoutRedundant(tokens)
    .join(" ")
    .replaceAll(/ ?([(),]) ?/g, "$1");
}

/** Again and again, as parentheses that go make others needless. */
function withoutRedundant(tokens: readonly string[]): readonly string[] {
  const found = redundant(tokens);
  return found.size === 0 ? tokens : withoutRedundant(tokens.filter((_, position) => !found.has(position)));
}
