import { QueryError } from "../errors.js";

/** Quoted text, quoted names, dollar quotes and comments stay; a placeholder is `?`, `%s`, `%%`, or the dialect's `$1`. */
const TOKEN =
  /[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|(\$[A-Za-z_]*\$)[\s\S]*?\1|\$\d+|%%|%s|\?\?|\?[|&]|\?/g;

/**
 * Turns `%s` and `?` of SQL that users write into the database's own placeholders. What is inside quotes and comments
 * is left alone; `%%` is a percent sign where `%s` is used, and `??`, `?|`, `?&` are PostgreSQL's operators.
 *
 * @param sql - one style in one text
 * @param count - how many parameters come with it
 * @param placeholder - of the dialect, by position from 1
 * @throws QueryError when the numbers differ, or styles are mixed
 */
export function translatePlaceholders(sql: string, count: number, placeholder: (position: number) => string): string {
  let position = 0;
  let numbered = 0;
  const styles = new Set<string>();
  const usesPercent = count > 0 && /%s/.test(sql.replaceAll(/'(?:[^']|'')*'/g, "''"));
  const translated = sql.replaceAll(TOKEN, (token) => {
    if (token === "%%") return usesPercent ? "%" : token;
    if (token === "??") return "?";
    if (/^\$\d+$/.test(token)) {
      styles.add("$1");
      numbered = Math.max(numbered, Number(token.slice(1)));
      return token;
    }
    // Without parameters, a question mark is PostgreSQL's operator on JSON and hstore.
    if ((token !== "%s" && token !== "?") || (token === "?" && (usesPercent || count === 0))) return token;
    styles.add(token);
    position++;
    return placeholder(position);
  });
  if (styles.size > 1) {
    throw new QueryError(`The SQL mixes placeholders (${[...styles].join(", ")}); use one style.`, { code: "mixed_placeholders", sql });
  }
  const expected = styles.has("$1") ? numbered : position;
  if (expected !== count) {
    throw new QueryError(
      `The SQL has ${expected} placeholder${expected === 1 ? "" : "s"} for ${count} parameter${count === 1 ? "" : "s"}.`,
      {
        code: "parameter_count",
        sql,
      },
    );
  }
  return translated;
}
