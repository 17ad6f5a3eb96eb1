/** A quoted text, or a quoted name. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g;

/**
 * Puts new names in the place of old ones in SQL of our own. Texts are left alone.
 *
 * @param sql - in which every name is quoted
 * @param names - new names by old ones
 * @param quote - how the database quotes a name
 */
export function substituteNames(sql: string, names: ReadonlyMap<string, string>, quote: (name: string) => string): string {
  if (names.size === 0) return sql;
  const quoted = new Map([...names].map(([from, to]) => [quote(from), quote(to)]));
  return sql.replace(QUOTED, (found) => quoted.get(found) ?? found);
}

/** A text, a quoted name, or a word. */
const WORDS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu;

/**
 * The same in SQL of a user's own, whose names need not be quoted.
 *
 * @param names - new names of columns by old ones
 */
export function substituteColumns(sql: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return sql;
  return sql.replace(WORDS, (found) => {
    const quoted = found.startsWith('"');
    const next = names.get(quoted ? found.slice(1, -1).replaceAll('""', '"') : found);
    if (next === undefined) return found;
    return quoted || !/^[a-z_][a-z0-9_]*$/.test(next) ? `"${next.replaceAll('"', '""')}"` : next;
  });
}

/** Whether SQL of our own names a column. */
export function mentions(sql: string, quotedName: string): boolean {
  return sql.match(QUOTED)?.some((found) => found === quotedName) ?? false;
}
